"""Which rules hold in a post, and how sure that makes us of every code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analysis.labellers.knowledge import Knowledge, Rule
from analysis.labellers.reading import Reading, Sentence

COUNTED_RULES = 2
"""So many rules argue for a code; more of them mostly say the same thing again."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that holds, in which sentence, and the token spans that made it hold."""

    rule: Rule
    sentence: int
    spans: tuple[tuple[int, int], ...]


def fire(reading: Reading, known: Knowledge) -> tuple[Fired, ...]:
    """All rules that hold, by sentence and then by name."""
    return tuple(
        fired
        for at, sentence in enumerate(reading.sentences)
        for fired in sorted(
            _in_sentence(at, sentence, reading.classes, known), key=lambda fired: fired.rule.name
        )
    )


def _in_sentence(
    at: int, sentence: Sentence, post: frozenset[str], known: Knowledge
) -> Iterator[Fired]:
    present = sentence.spans.keys()
    tried: set[str] = set()
    for name in present:
        for rule in known.rules.get(name, ()):
            if rule.name in tried:
                continue
            tried.add(rule.name)
            if not rule.bars.isdisjoint(present):
                continue
            for need in rule.needs:
                if need.isdisjoint(present):
                    break
            else:
                spans = rule.pattern.find(sentence.spans, post, sentence.first)
                if spans is not None:
                    yield Fired(rule, at, spans)


def certainty(fired: Iterable[Fired]) -> dict[str, float]:
    """Per code: the best rules together, times what other rules take away. Values in [0, 1]."""
    giving: dict[str, list[float]] = defaultdict(list)
    taking: dict[str, float] = defaultdict(lambda: 1.0)
    for one in fired:
        if one.rule.takes:
            taking[one.rule.code] *= 1.0 - one.rule.probability
        else:
            giving[one.rule.code].append(one.rule.probability)
    return {code: _together(found) * taking[code] for code, found in sorted(giving.items())}


def _together(probabilities: list[float]) -> float:
    doubt = 1.0
    for probability in sorted(probabilities, reverse=True)[:COUNTED_RULES]:
        doubt *= 1.0 - probability
    return 1.0 - doubt
