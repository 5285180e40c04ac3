"""Posts to rows of a sparse matrix, a batch at a time; every row depends on its own post alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from analysis.model.vocabulary import (
    CONTENT,
    LOOSE_SIZES,
    SHAPE_SIZES,
    Floats,
    Ints,
    Prepared,
    Vocabulary,
    loosened,
    numbered,
    shapes_of,
    word_grams,
)
from analysis.model.words import stem

FACT_WEIGHT = 0.3
BLOCK_WEIGHTS = (1.0, 1.0, 1.0, 1.0)
_REMEMBERED = 1 << 16
_LOGS = 1.0 + np.log(np.maximum(1.0, np.arange(1 << 13, dtype=float)))


@dataclass(frozen=True, slots=True)
class _Word:
    """The columns of one word: itself (or -1), its stem and letter groups."""

    place: int
    columns: Ints


class Featurizer:
    """Turns prepared posts into weighed columns of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        words, grams, shapes, stems, facts = vocabulary.sizes
        self.width = words + grams + shapes + stems + facts
        self._at_grams = words
        self._at_shapes = words + grams
        self._at_stems = self._at_shapes + shapes
        self._at_facts = self._at_stems + stems
        self._blocks = np.repeat(
            np.arange(5), [words, grams, shapes, stems, facts]
        )  # which block a column is in
        self._places = {word: at for at, word in enumerate(vocabulary.words)}
        self._grams = {gram: at + self._at_grams for at, gram in enumerate(vocabulary.grams)}
        self._stems = {word: at + self._at_stems for at, word in enumerate(vocabulary.stems)}
        self._shapes = {shape: at for at, shape in enumerate(vocabulary.shapes)}
        self._content = self._shapes.get(CONTENT, -1)
        self._facts = {name: at + self._at_facts for at, name in enumerate(vocabulary.facts)}
        self._seen: dict[str, _Word] = {}

    def rows(self, posts: Sequence[Prepared]) -> csr_matrix:
        """One row per post: sublinear counts times rarity, every block of length one, then facts."""
        columns = [np.concatenate(self._columns(post)) for post in posts]
        starts = np.zeros(len(posts) + 1, np.int64)
        np.cumsum([len(some) for some in columns], out=starts[1:])
        where = np.concatenate(columns) if columns else np.empty(0, np.int64)
        counts = csr_matrix(
            (np.ones(len(where)), where, starts), shape=(len(posts), self._at_facts)
        )
        counts.sum_duplicates()
        values = _LOGS[np.minimum(counts.data.astype(np.int64), len(_LOGS) - 1)]
        values = values * self.vocabulary.idf[counts.indices]
        values = self._levelled(values, counts)
        return self._with_facts(posts, counts, values)

    def _levelled(self, values: Floats, counts: csr_matrix) -> Floats:
        """Every block of every row divided by its length, so that long posts do not shout."""
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        cells = rows * 4 + self._blocks[counts.indices]
        squares = np.bincount(cells, values * values, minlength=counts.shape[0] * 4)
        lengths = np.sqrt(np.maximum(squares, 1e-12)) / np.tile(BLOCK_WEIGHTS, counts.shape[0])
        levelled: Floats = values / lengths[cells]
        return levelled

    def _with_facts(
        self, posts: Sequence[Prepared], counts: csr_matrix, values: Floats
    ) -> csr_matrix:
        indices: list[Ints] = []
        data: list[Floats] = []
        starts = [0]
        for at, post in enumerate(posts):
            part = slice(counts.indptr[at], counts.indptr[at + 1])
            facts = sorted((self._facts[n], v) for n, v in post.facts if n in self._facts)
            indices += [counts.indices[part], np.array([c for c, _ in facts], np.int64)]
            data += [values[part], np.array([v for _, v in facts], float) * FACT_WEIGHT]
            starts.append(starts[-1] + len(indices[-1]) + len(indices[-2]))
        if not posts:
            return csr_matrix((0, self.width))
        return csr_matrix(
            (np.concatenate(data), np.concatenate(indices), starts), shape=(len(posts), self.width)
        )

    def columns_of_word(self, word: str) -> Ints:
        """The columns that one word by itself brings: itself, its stem, its letter groups."""
        known = self._word(word)
        return known.columns if known.place < 0 else np.append(known.columns, known.place)

    def _columns(self, post: Prepared) -> list[Ints]:
        words = [self._word(word) for word in post.words]
        places = np.fromiter((word.place for word in words), np.int64, len(words))
        found = [word.columns for word in words]
        found.append(places[places >= 0])
        vocabulary = self.vocabulary
        found.append(
            _looked_up(places, 2, len(vocabulary.words), vocabulary.pairs, len(vocabulary.words))
        )
        shapes = shapes_of(post.words)
        offset = self._at_shapes
        for parts, sizes, keys in (
            (shapes, SHAPE_SIZES, vocabulary.runs),
            (loosened(shapes), LOOSE_SIZES, vocabulary.loose),
        ):
            where = np.fromiter((self._shapes.get(s, -1) for s in parts), np.int64, len(parts))
            for size, known in zip(sizes, keys, strict=True):
                found.append(_looked_up(where, size, len(vocabulary.shapes), known, offset))
                offset += len(known)
        return found

    def _word(self, word: str) -> _Word:
        known = self._seen.get(word)
        if known is None:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            columns = [self._grams[gram] for gram in word_grams(word) if gram in self._grams]
            place = self._stems.get(stem(word))
            if place is not None:
                columns.append(place)
            known = _Word(self._places.get(word, -1), np.array(columns, np.int64))
            self._seen[word] = known
        return known


def _looked_up(places: Ints, size: int, base: int, known: Ints, offset: int) -> Ints:
    """The columns of the runs of `size` that the vocabulary knows; -1 in a run is unknown."""
    if not len(known) or len(places) < size:
        return np.empty(0, np.int64)
    keys = numbered(places, size, base)
    sure = np.ones(len(keys), bool)
    for at in range(size):
        sure &= places[at : at + len(keys)] >= 0
    keys = keys[sure]
    found: Ints = np.searchsorted(known, keys).astype(np.int64)
    found[found == len(known)] = 0
    columns: Ints = found[known[found] == keys] + offset
    return columns
