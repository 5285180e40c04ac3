"""Which features a model knows: words, pairs, stems, letter groups, sentence shapes and facts.

Shapes keep function words, signs and word ends and forget content: `kan iemand _en` says more about
what a post does than about where it was written. Pairs and shapes are stored as numbers: the
positions of their parts written in the base of how many parts there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.lexicon import entries, rows
from analysis.model.words import stem

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FEWEST_WORD, FEWEST_GRAM, FEWEST_SHAPE, FEWEST_FACT = 2, 3, 4, 3
SHORTEST_GRAM, LONGEST_GRAM = 3, 5
SHAPE_SIZES, LOOSE_SIZES = (2, 3, 4), (2, 3, 4, 5)
CONTENT = "_"
BEGIN, END = "^", "$"
_LONG = 4


@dataclass(frozen=True, slots=True)
class Prepared:
    """One post ready for the model: words, the token each came from, and facts in [0, 1]."""

    words: tuple[str, ...]
    origins: tuple[int, ...]
    facts: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Vocabulary:
    """Everything that turns words into columns. `idf` holds one weight per column, facts 1."""

    words: tuple[str, ...]
    pairs: Ints
    grams: tuple[str, ...]
    stems: tuple[str, ...]
    shapes: tuple[str, ...]
    runs: tuple[Ints, ...]
    loose: tuple[Ints, ...]
    facts: tuple[str, ...]
    idf: Floats

    @property
    def sizes(self) -> tuple[int, int, int, int, int]:
        """Columns per block: words and pairs, letter groups, shapes, stems, facts."""
        return (
            len(self.words) + len(self.pairs),
            len(self.grams),
            sum(len(some) for some in (*self.runs, *self.loose)),
            len(self.stems),
            len(self.facts),
        )


def word_grams(word: str) -> list[str]:
    """The letter groups of one word, its edges marked by a blank."""
    padded = f" {word} "
    found = [
        padded[at : at + size]
        for size in range(SHORTEST_GRAM, LONGEST_GRAM + 1)
        for at in range(len(padded) - size + 1)
    ]
    return found or [padded]


@lru_cache(maxsize=1 << 16)
def shape_of(word: str) -> str:
    """A function word as it is, a sign by itself, any other word by its end alone."""
    if word in function_words():
        return word
    if word[0].isdigit():
        return "0"
    if not word[0].isalnum():
        return word[0]
    return CONTENT + word[-2:] if len(word) > _LONG else CONTENT


@lru_cache(maxsize=1)
def function_words() -> frozenset[str]:
    return frozenset(
        entry for row in rows("grammar_words.tsv", 2) for entry in entries(row.cells[0])
    )


def shapes_of(words: Sequence[str]) -> list[str]:
    return [BEGIN, *(shape_of(word) for word in words), END]


def loosened(shapes: Sequence[str]) -> list[str]:
    """The shapes with every stretch of content words as one."""
    found: list[str] = []
    for shape in shapes:
        plain = CONTENT if shape[0] == CONTENT else shape
        if not (plain == CONTENT and found and found[-1] == CONTENT):
            found.append(plain)
    return found


def numbered(places: Ints, size: int, base: int) -> Ints:
    """Every run of `size` neighbours as one number."""
    count = len(places) - size + 1
    if count <= 0:
        return np.empty(0, np.int64)
    keys = np.zeros(count, np.int64)
    for at in range(size):
        keys = keys * base + places[at : at + count]
    return keys


def build(posts: Sequence[Prepared]) -> Vocabulary:
    """Counts in how many posts everything stands, keeps what stands in enough, and weighs it."""
    words = _kept((set(post.words) for post in posts), FEWEST_WORD)
    grams = _kept(
        ({gram for word in set(post.words) for gram in word_grams(word)} for post in posts),
        FEWEST_GRAM,
    )
    stems = _kept(({stem(word) for word in set(post.words)} for post in posts), FEWEST_WORD)
    facts = _kept(({name for name, _ in post.facts} for post in posts), FEWEST_FACT)
    shaped = [shapes_of(post.words) for post in posts]
    shapes = _kept((set(some) | {CONTENT} for some in shaped), FEWEST_SHAPE)
    place = {word: at for at, word in enumerate(words)}
    pairs = _counted(
        ([place.get(word, -1) for word in post.words] for post in posts), 2, len(words), FEWEST_WORD
    )
    where = {shape: at for at, shape in enumerate(shapes)}
    runs = [
        _counted(
            ([where.get(s, -1) for s in some] for some in shaped), n, len(shapes), FEWEST_SHAPE
        )
        for n in SHAPE_SIZES
    ]
    loose = [
        _counted(
            ([where.get(s, -1) for s in loosened(some)] for some in shaped),
            n,
            len(shapes),
            FEWEST_SHAPE,
        )
        for n in LOOSE_SIZES
    ]
    counts: list[Iterable[int]] = [
        words.values(),
        pairs.values(),
        grams.values(),
        *(some.values() for some in (*runs, *loose)),
        stems.values(),
    ]
    idf = [np.log((1 + len(posts)) / (1 + np.array(list(some), float))) + 1 for some in counts]
    return Vocabulary(
        words=tuple(words),
        pairs=np.array(list(pairs), np.int64),
        grams=tuple(grams),
        stems=tuple(stems),
        shapes=tuple(shapes),
        runs=tuple(np.array(list(some), np.int64) for some in runs),
        loose=tuple(np.array(list(some), np.int64) for some in loose),
        facts=tuple(facts),
        idf=np.round(np.concatenate([*idf, np.ones(len(facts))]), 4),
    )


def _kept(sets: Iterable[set[str]], fewest: int) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for some in sets:
        counted.update(some)
    return {name: n for name, n in sorted(counted.items()) if n >= fewest}


def _counted(rows: Iterable[list[int]], size: int, base: int, fewest: int) -> dict[int, int]:
    counted: Counter[Any] = Counter()
    for places in rows:
        found = set()
        for at in range(len(places) - size + 1):
            part = places[at : at + size]
            if min(part) >= 0:
                key = 0
                for place in part:
                    key = key * base + place
                found.add(key)
        counted.update(found)
    return {key: n for key, n in sorted(counted.items()) if n >= fewest}
