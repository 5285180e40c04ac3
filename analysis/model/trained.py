"""A trained model in memory: from prepared posts to one calibrated probability per head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix

from analysis.model import calibration, linear
from analysis.model.features import Featurizer
from analysis.model.heads import PLACE
from analysis.model.vocabulary import Floats, Ints, Prepared, Vocabulary


@dataclass(frozen=True)
class Trained:
    """Vocabulary, weights (columns x heads), calibration per head and the thresholds in use."""

    vocabulary: Vocabulary
    weights: Floats
    shifts: Floats
    slopes: Floats
    offsets: Floats
    thresholds: Mapping[str, float]

    @cached_property
    def featurizer(self) -> Featurizer:
        return Featurizer(self.vocabulary)

    def rows(self, posts: Sequence[Prepared]) -> csr_matrix:
        return self.featurizer.rows(posts)

    def probabilities(self, rows: csr_matrix) -> Floats:
        """One row per post, one calibrated probability per head of `heads.HEADS`."""
        scores = linear.scores(rows, self.weights, self.shifts)
        return calibration.probability(scores, self.slopes, self.offsets)

    def word_weights(self, post: Prepared, row: csr_matrix, names: Sequence[str]) -> Floats:
        """How much every word of a post argues for each of the heads (words x names).

        A column that several words share is divided among them.
        """
        columns = [self.featurizer.columns_of_word(word) for word in post.words]
        sizes = np.fromiter((len(some) for some in columns), np.int64, len(columns))
        where: Ints = np.concatenate([*columns, np.empty(0, np.int64)])
        places = np.searchsorted(row.indices, where)
        shared = np.bincount(places, minlength=len(row.indices))
        heads = np.array([PLACE[name] for name in names])
        values = row.data[places] / shared[places]
        parts = self.weights[where[:, None], heads] * values[:, None]
        told = np.zeros((len(columns), len(names)))
        filled = np.flatnonzero(sizes)
        if len(filled):
            ends = np.cumsum(sizes)
            told[filled] = np.add.reduceat(parts, (ends - sizes)[filled])
        return told
