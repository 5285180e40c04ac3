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
    """The place of one word among the known ones (or -1), and all columns it brings."""

    place: int
    all: Ints


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
        rows, columns = self._cells(posts)
        counts = csr_matrix(
            (np.ones(len(columns)), (rows, columns)), shape=(len(posts), self._at_facts)
        )
        counts.sort_indices()
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
        return self._word(word).all

    def _cells(self, posts: Sequence[Prepared]) -> tuple[Ints, Ints]:
        """Row and column of everything found, for all posts at once."""
        words = [[self._word(word) for word in post.words] for post in posts]
        own = [word.all for some in words for word in some]
        owners = np.repeat(np.arange(len(posts)), [len(some) for some in words])
        rows = [np.repeat(owners, [len(some) for some in own])]
        columns = [np.concatenate([*own, np.empty(0, np.int64)])]
        vocabulary = self.vocabulary
        known = len(vocabulary.words)
        places = _Chain([[word.place for word in some] for some in words])
        at, found = places.looked_up(2, known, vocabulary.pairs)
        rows.append(at)
        columns.append(found + known)
        shapes = [shapes_of(post.words) for post in posts]
        offset = self._at_shapes
        for parts, sizes, keys in (
            (shapes, SHAPE_SIZES, vocabulary.runs),
            ([loosened(some) for some in shapes], LOOSE_SIZES, vocabulary.loose),
        ):
            chain = _Chain([[self._shapes.get(shape, -1) for shape in some] for some in parts])
            for size, some_keys in zip(sizes, keys, strict=True):
                at, found = chain.looked_up(size, len(vocabulary.shapes), some_keys)
                rows.append(at)
                columns.append(found + offset)
                offset += len(some_keys)
        return np.concatenate(rows), np.concatenate(columns)

    def _word(self, word: str) -> _Word:
        known = self._seen.get(word)
        if known is None:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            columns = [self._grams[gram] for gram in word_grams(word) if gram in self._grams]
            root = self._stems.get(stem(word))
            if root is not None:
                columns.append(root)
            place = self._places.get(word, -1)
            if place >= 0:
                columns.append(place)
            known = _Word(place, np.array(columns, np.int64))
            self._seen[word] = known
        return known


class _Chain:
    """The places of all posts one after another, with unknown places between two posts."""

    def __init__(self, posts: Sequence[Sequence[int]]) -> None:
        gap = [-1]
        joined: list[int] = []
        for post in posts:
            joined += post
            joined += gap
        self._places = np.array(joined, np.int64)
        self._owners = np.repeat(np.arange(len(posts)), [len(post) + 1 for post in posts])

    def looked_up(self, size: int, base: int, known: Ints) -> tuple[Ints, Ints]:
        """Post and index in `known` of every run of `size`; -1 in a run is unknown."""
        keys = numbered(self._places, size, base)
        if not len(known) or not len(keys):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        sure = np.ones(len(keys), bool)
        for at in range(size):
            sure &= self._places[at : at + len(keys)] >= 0
        starts = np.flatnonzero(sure)
        keys = keys[starts]
        found: Ints = np.searchsorted(known, keys).astype(np.int64)
        found[found == len(known)] = 0
        hits = known[found] == keys
        return self._owners[starts[hits]], found[hits]
