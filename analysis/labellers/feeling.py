"""Feeling words in a post: their weights after negation and strengthening, and their emotions."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.labellers.knowledge import FEELING, MODIFIER, Feeling, Knowledge
from analysis.labellers.reading import Reading, Sentence

NEGATION_WINDOW = 3
STRENGTH_WINDOW = 2


@dataclass(frozen=True, slots=True)
class Felt:
    """One feeling word: its tokens, weight after modifiers, and whether a negation turned it."""

    first: int
    after: int
    sentence: int
    weight: float
    feeling: Feeling
    negated: bool


def feel(reading: Reading, known: Knowledge) -> tuple[Felt, ...]:
    """Feeling words from left to right; where two overlap the longest counts."""
    return tuple(
        felt
        for at, sentence in enumerate(reading.sentences)
        for felt in _in_sentence(at, sentence, reading.words, known)
    )


def _in_sentence(
    at: int, sentence: Sentence, words: tuple[str, ...], known: Knowledge
) -> list[Felt]:
    spans = [
        (first, after, known.feelings[name])
        for name, found in sentence.spans.items()
        if name.startswith(FEELING)
        for first, after in found
    ]
    if not spans:
        return []
    factors = _factors(sentence, known)
    found: list[Felt] = []
    taken = -1
    for first, after, feeling in sorted(spans, key=lambda s: (s[0], -s[1], -abs(s[2].weight))):
        if first < taken:
            continue
        taken = after
        weight, negated = feeling.weight, False
        if words[first][0].isalpha():  # signs and emoji are never turned
            weight, negated = _modified(weight, first, sentence.first, factors)
        found.append(Felt(first, after, at, weight, feeling, negated))
    return found


def _factors(sentence: Sentence, known: Knowledge) -> dict[int, float]:
    return {
        first: known.modifiers[name]
        for name, found in sentence.spans.items()
        if name.startswith(MODIFIER)
        for first, _ in found
    }


def _modified(
    weight: float, first: int, begin: int, factors: dict[int, float]
) -> tuple[float, bool]:
    negated = False
    for back in range(1, NEGATION_WINDOW + 1):
        factor = factors.get(first - back) if first - back >= begin else None
        if factor is None:
            continue
        if factor < 0 and not negated:
            weight, negated = weight * factor, True
        elif factor > 0 and back <= STRENGTH_WINDOW:
            weight *= factor
    return weight, negated
