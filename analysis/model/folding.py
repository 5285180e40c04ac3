"""Scores for examples from models that did not see their scene or writer.

A random split of posts by one hand says nothing (labels.md): a scene or a whole writer is held out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from analysis.corpus import Example
from analysis.model import linear
from analysis.model.features import Featurizer
from analysis.model.heads import HEADS
from analysis.model.vocabulary import Floats, Ints, Prepared, build

SCENE_FOLDS = 6


def by_scene(examples: Sequence[Example], count: int = SCENE_FOLDS) -> list[Ints]:
    """Indices of held-out examples per fold; no scene stands in two folds."""
    return _folds(examples, lambda example: f"{example.writer}/{example.scene}", count)


def by_writer(examples: Sequence[Example]) -> list[Ints]:
    """One fold per writer."""
    return _folds(examples, lambda example: example.writer, len({e.writer for e in examples}))


def _folds(examples: Sequence[Example], group: Callable[[Example], str], count: int) -> list[Ints]:
    names = sorted({group(example) for example in examples})
    fold = {name: at % count for at, name in enumerate(names)}
    where = np.array([fold[group(example)] for example in examples])
    return [np.flatnonzero(where == at) for at in range(min(count, len(names)))]


def held_out_scores(
    posts: Sequence[Prepared], examples: Sequence[Example], folds: Sequence[Ints], seed: int
) -> Floats:
    """Uncalibrated scores (examples x heads), each by a model trained on the other folds."""
    told = np.zeros((len(examples), len(HEADS)))
    for fold in folds:
        out = set(fold.tolist())
        kept = [at for at in range(len(examples)) if at not in out]
        featurizer = Featurizer(build([posts[at] for at in kept]))
        weights, shifts = linear.fit(
            featurizer.rows([posts[at] for at in kept]),
            [examples[at] for at in kept],
            featurizer,
            seed,
        )
        told[fold] = linear.scores(featurizer.rows([posts[at] for at in fold]), weights, shifts)
    return told
