"""Linear models on sparse rows: fitting with scikit-learn, applying without it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from analysis.corpus import Example
from analysis.model.features import Featurizer
from analysis.model.heads import HEADS, Head
from analysis.model.preparing import GROUP_FACTS, WHO_FACTS
from analysis.model.vocabulary import Floats, Ints

STRENGTH = 8.0
"""Inverse regularisation of the logistic regressions, chosen over held-out scenes."""

DECIMALS = 4
LEAST_WEIGHT = 0.05
"""Weights nearer to zero are zero: they decide nothing and take half the room."""

NEVER = -12.0
"""The score of a head that no example supports."""


def fit(
    rows: csr_matrix, examples: Sequence[Example], featurizer: Featurizer, seed: int
) -> tuple[Floats, Floats]:
    """Weights (columns x heads) and intercepts, rounded to 4 decimals."""
    weights = np.zeros((rows.shape[1], len(HEADS)))
    shifts = np.full(len(HEADS), NEVER)
    seen = {
        (True, True): rows,
        (True, False): _without(rows, _columns(featurizer, WHO_FACTS)),
        (False, False): _without(rows, _columns(featurizer, GROUP_FACTS)),
    }
    for at, head in enumerate(HEADS):
        fitted = _fit_head(seen[head.sees_group, head.sees_who], examples, head, seed)
        if fitted is not None:
            weights[:, at], shifts[at] = fitted
    weights[np.abs(weights) < LEAST_WEIGHT] = 0.0
    return _rounded(weights), _rounded(shifts)


def _rounded(values: Floats) -> Floats:
    rounded: Floats = np.round(values, DECIMALS)
    return rounded


def _fit_head(
    rows: csr_matrix, examples: Sequence[Example], head: Head, seed: int
) -> tuple[Floats, float] | None:
    from sklearn.linear_model import LogisticRegression

    asked = np.array([at for at, example in enumerate(examples) if head.asks(example)])
    holds = np.array([head.holds(examples[at]) for at in asked])
    if len(holds) == 0 or holds.all() or not holds.any():
        return None
    counts = head.counts([examples[at] for at in asked])
    model = LogisticRegression(
        C=STRENGTH, solver="liblinear", dual=True, tol=1e-3, max_iter=1000, random_state=seed
    )
    model.fit(rows[asked], holds, sample_weight=counts)
    return model.coef_[0], float(model.intercept_[0])


def _without(rows: csr_matrix, hidden: Ints) -> csr_matrix:
    """The rows with these columns empty; heads that must not see them have no weight there."""
    blind = rows.copy()
    blind.data[np.isin(blind.indices, hidden)] = 0.0
    blind.eliminate_zeros()
    return blind


def _columns(featurizer: Featurizer, names: frozenset[str]) -> Ints:
    facts = featurizer.vocabulary.facts
    first = featurizer.width - len(facts)
    return np.array([first + at for at, name in enumerate(facts) if name in names], np.int64)


def scores(rows: csr_matrix, weights: Floats, shifts: Floats) -> Floats:
    """One row of scores per post, summed in the order of its columns whatever the batch."""
    told: Floats = rows @ weights + shifts
    return told
