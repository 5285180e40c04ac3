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
        where: Ints = np.concatenate([*columns, np.empty(0, np.int64)])
        values = np.zeros(self.featurizer.width)
        values[row.indices] = row.data
        shared = np.bincount(where, minlength=1)
        heads = [PLACE[name] for name in names]
        parts = self.weights[where][:, heads] * (values[where] / shared[where])[:, None]
        told = np.zeros((len(post.words), len(names)))
        np.add.at(told, np.repeat(np.arange(len(columns)), [len(c) for c in columns]), parts)
        return told
