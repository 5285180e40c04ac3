"""From a hostile text to tokens with offsets in the text as given, at a price that is bounded.

spaCy's Dutch tokenizer takes minutes on runs of one sign, so runs are collapsed, long chunks cut
and the rest of an endless post left unread before it sees anything (trust.md §2, poison text).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

from analysis.lexicon import fold

READ_CHARACTERS = 3_000
"""Characters of a post that are read after collapsing; what follows is not judged."""

SCANNED_CHARACTERS = 40_000
CHUNK_CHARACTERS = 60
"""The longest run of characters without a space that the tokenizer gets to see."""

_SUSPECT = re.compile(r"(.)\1\1|(..)\2\2|[^\S\n]{2}|\S{61}", re.DOTALL)
_RUN = re.compile(
    r"([^\W\d])\1{2,}|(\d)\2{7,}|([\W_])\3{2,}|(\D{2,6}?)\4{2,}|(?P<blank>[^\S\n]{2,})", re.DOTALL
)
_CHUNK = re.compile(r"\S{61,}")
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text the tokenizer can stand; `origins[i]` is where character i stood, None = unmoved."""

    text: str
    origins: list[int] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span [start, end) of the cleaned text, in the text as given; end > start."""
        if self.origins is None:
            return start, end
        return self.origins[start], self.origins[end - 1] + 1


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of one post, lower case and without accents, and their place in `cleaned.text`."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    phrases: tuple[tuple[str, int, int], ...]
    """(class, first token, token after the last) per phrase found."""

    cleaned: Cleaned

    def span(self, first: int, after: int) -> tuple[int, int]:
        """Offsets in the text as given of the tokens [first, after)."""
        end = self.starts[after - 1] + len(self.words[after - 1])
        return self.cleaned.original(self.starts[first], end)


def clean(text: str) -> Cleaned:
    """Folds, collapses runs and cuts chunks; ordinary posts come through with offsets unchanged."""
    text = _UNREADABLE.sub(" ", fold(text[:SCANNED_CHARACTERS]))
    if _SUSPECT.search(text) is None:
        return Cleaned(text[:READ_CHARACTERS])
    short, origins = _without(text, list(range(len(text))), _run_rests(text))
    short, origins = _without(short, origins, _chunk_rests(short))
    return Cleaned(short[:READ_CHARACTERS], origins[:READ_CHARACTERS])


def _run_rests(text: str) -> Iterator[tuple[int, int]]:
    """What is too much of each run: one blank stays, three letters, two signs, seven digits.

    No Dutch word has three equal letters in a row, so three tell later that a word was drawn out.
    """
    for found in _RUN.finditer(text):
        yield found.start() + _run_keeps(found), found.end()


def _run_keeps(found: re.Match[str]) -> int:
    blank = found[3] is not None and found[3].isspace() and found[3] != "\n"
    if found["blank"] or blank:
        return 1
    if found[1]:
        return 3
    return 7 if found[2] else 2 * len(found[4] or found[3])


def _chunk_rests(text: str) -> Iterator[tuple[int, int]]:
    for found in _CHUNK.finditer(text):
        keep = 300 if found[0].startswith(("http://", "https://")) else CHUNK_CHARACTERS
        if len(found[0]) > keep:
            yield found.start() + keep, found.end()


def _without(
    text: str, origins: list[int], rests: Iterable[tuple[int, int]]
) -> tuple[str, list[int]]:
    kept: list[str] = []
    places: list[int] = []
    read = 0
    for start, end in rests:
        kept.append(text[read:start])
        places += origins[read:start]
        read = end
    kept.append(text[read:])
    places += origins[read:]
    return "".join(kept), places


class Pipeline:
    """spaCy's blank Dutch tokenizer with hashtags and mentions whole, and one phrase matcher."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        """`phrases` holds (class, phrase) pairs; building takes about a second, reading is quick."""
        from spacy.matcher import PhraseMatcher

        self._nlp = _tokenizer()
        self._turn = Lock()
        self._matcher = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        by_class: dict[str, list[Any]] = {}
        for name, phrase in phrases:
            by_class.setdefault(name, []).append(self._nlp.make_doc(phrase))
        for name, docs in by_class.items():
            self._matcher.add(name, docs)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Words met inside are forgotten at the end, so that a worker does not grow for ever.

        One batch at a time: the vocabulary is shared, and other threads wait for their turn.
        """
        with self._turn, self._nlp.memory_zone():
            yield

    def keep(self, words: Iterable[str]) -> None:
        """Words that will be met often are read here once and never forgotten: reading them anew
        in every batch took a tenth of the time.
        """
        with self._turn:
            for word in words:
                self._nlp.make_doc(word)
                self._nlp.make_doc(word.capitalize())

    def read(self, text: str) -> Tokens:
        """The tokens and phrases of one text; pure, so batches cannot change the outcome."""
        cleaned = clean(text)
        doc = self._nlp.make_doc(cleaned.text)
        strings = self._nlp.vocab.strings
        found = sorted((first, after, strings[key]) for key, first, after in self._matcher(doc))
        return Tokens(
            words=tuple(token.lower_ for token in doc),
            starts=tuple(token.idx for token in doc),
            phrases=tuple((name, first, after) for first, after, name in found),
            cleaned=cleaned,
        )


@cache
def _tokenizer() -> Any:
    """Blank Dutch; `#` is no prefix, so that #azc stays one token, and @gemeente already does."""
    import spacy
    from spacy.util import compile_prefix_regex

    nlp: Any = spacy.blank("nl")
    prefixes = [prefix for prefix in nlp.Defaults.prefixes if prefix != "#"]
    nlp.tokenizer.prefix_search = compile_prefix_regex(prefixes).search
    return nlp
