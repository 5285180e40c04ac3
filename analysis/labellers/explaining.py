"""Why a post got its labels: content words of the rules that carried the decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from analysis.labellers.firing import Fired
from analysis.labellers.knowledge import FUNCTION, Knowledge
from analysis.labellers.reading import Reading
from analysis.records import Evidence

MOST_EVIDENCE = 12
MOST_PER_RULE = 4
NEARBY = 2


def explain(
    text: str,
    offset: int,
    reading: Reading,
    fired: Sequence[Fired],
    codes: Iterable[str],
    known: Knowledge,
) -> tuple[Evidence, ...]:
    """Spans in code points of `text`, ascending; `supports` is `<code>:<rule>`.

    `offset` is how many characters were read before `text` began (a title); evidence there has
    no place in the text and is left out.
    """
    wanted = set(codes)
    carrying = sorted(
        (one for one in fired if one.rule.code in wanted and not one.rule.takes),
        key=lambda one: (-one.rule.probability, one.sentence, one.rule.name),
    )
    found: dict[tuple[int, int, str], Evidence] = {}
    for one in carrying:
        for evidence in _of_rule(text, offset, reading, one, known):
            found.setdefault((evidence.start, evidence.end, evidence.supports), evidence)
        if len(found) >= MOST_EVIDENCE:
            break
    return tuple(found[key] for key in sorted(found))[:MOST_EVIDENCE]


def _of_rule(
    text: str, offset: int, reading: Reading, fired: Fired, known: Knowledge
) -> Iterator[Evidence]:
    tokens = [at for first, after in fired.spans for at in range(first, after)]
    content = [at for at in dict.fromkeys(tokens) if is_content(reading.words[at], known)]
    if not content:
        content = _nearby(reading, fired, tokens, known)
    supports = f"{fired.rule.code}:{fired.rule.name}"
    for at in content[:MOST_PER_RULE]:
        start, end = reading.tokens.span(at, at + 1)
        if start >= offset:
            yield Evidence(
                start - offset, end - offset, text[start - offset : end - offset], supports
            )


def _nearby(reading: Reading, fired: Fired, tokens: Sequence[int], known: Knowledge) -> list[int]:
    """A rule of function words alone is shown by the content words closest to it."""
    sentence = reading.sentences[fired.sentence]
    around = [
        at for at in range(sentence.first, sentence.after) if is_content(reading.words[at], known)
    ]
    middle = tokens[0] if tokens else sentence.first
    return sorted(sorted(around, key=lambda at: (abs(at - middle), at))[:NEARBY])


@lru_cache(maxsize=1 << 16)
def is_content(word: str, known: Knowledge) -> bool:
    """Whether a word says something by itself; the function words never do."""
    return FUNCTION not in known.words.of(word) and _says_something(word)


@lru_cache(maxsize=1 << 16)
def _says_something(word: str) -> bool:
    return any(character.isalnum() for character in word) or ord(word[0]) >= 0x2190
