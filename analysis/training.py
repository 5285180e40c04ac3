"""Labelled posts in, a model out: prepare, fit, calibrate on held-out scenes, choose thresholds.

Everything is decided by the examples and the seed; the same input gives the same rounded weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis import language
from analysis.corpus import Example
from analysis.labellers import relevance
from analysis.labellers.answering import answer
from analysis.labellers.case import Case
from analysis.labellers.knowledge import knowledge
from analysis.model import calibration, folding, heads, linear
from analysis.model.features import Featurizer
from analysis.model.preparing import prepare
from analysis.model.trained import Trained
from analysis.model.vocabulary import Floats, Ints, Prepared, build
from analysis.records import Labelled

SEED = 2026
GRID = np.round(np.arange(0.04, 0.90, 0.02), 2)
THREAT_PRECISION = 0.75
FOCUSED, FOCUSED_WEIGHT = frozenset("ijkl"), 0.3
"""Hands that wrote to one purpose (questions, threats) say how, and little of how often. The weight
was chosen among 1, .5, .3 and .2 over held-out scenes of the hands that wrote mixes."""

FEWEST_ALARMS = 20
"""A precision over fewer posts than this is chance."""


@dataclass(frozen=True)
class Material:
    """The examples that reach the model, and what they look like to it."""

    examples: tuple[Example, ...]
    cases: tuple[Case, ...]
    posts: tuple[Prepared, ...]


def reaches_model(example: Example) -> bool:
    """Bare shares and other languages are decided by rule, before the model."""
    post = example.post
    return language.is_judged(f"{post.title} {post.text}", post.lang) and not relevance.is_echo(
        post
    )


def material(examples: Sequence[Example]) -> Material:
    """Reads every example once; those of focused hands weigh less."""
    kept = tuple(_weighed(example) for example in examples if reaches_model(example))
    known = knowledge()
    with known.pipeline.batch():
        cases = tuple(Case(example.post, known) for example in kept)
        return Material(kept, cases, tuple(prepare(case) for case in cases))


def _weighed(example: Example) -> Example:
    focused = example.writer in FOCUSED and example.weight == 1.0
    return example.reweighed(FOCUSED_WEIGHT) if focused else example


def fit(given: Material, seed: int = SEED) -> Trained:
    """Weights without calibration: slopes 1, offsets 0, no thresholds."""
    vocabulary = build(given.posts)
    featurizer = Featurizer(vocabulary)
    weights, shifts = linear.fit(featurizer.rows(given.posts), given.examples, featurizer, seed)
    count = len(heads.HEADS)
    return Trained(vocabulary, weights, shifts, np.ones(count), np.zeros(count), {})


def train(given: Material, scores: Floats, seed: int = SEED) -> Trained:
    """The whole model: weights from all examples, calibration and thresholds from `scores`, which
    come from models that did not see the scene (`held_out`).
    """
    bare = fit(given, seed)
    slopes, offsets = calibrated(given.examples, scores)
    told = calibration.probability(scores, slopes, offsets)
    return Trained(
        bare.vocabulary,
        bare.weights,
        bare.shifts,
        slopes,
        offsets,
        thresholds(given.examples, told),
    )


def held_out(given: Material, seed: int = SEED, writers: bool = False) -> Floats:
    """Scores of every example by models that did not see its scene, or its writer."""
    folds = folding.by_writer(given.examples) if writers else folding.by_scene(given.examples)
    return folding.held_out_scores(given.posts, given.examples, folds, seed)


def answers(given: Material, model: Trained, scores: Floats) -> list[Labelled]:
    """What `model` would say of its examples if the scores were these."""
    told = calibration.probability(scores, model.slopes, model.offsets)
    return [
        answer(case, chances, model.thresholds)
        for case, chances in zip(given.cases, told.tolist(), strict=True)
    ]


def calibrated(examples: Sequence[Example], scores: Floats) -> tuple[Floats, Floats]:
    """Platt's slope and offset per head, on the examples the head is asked about.

    Themes keep the score as it is: only the likeliest of them is told, and a slope of its own per
    theme, learnt from a few dozen questions, changes their order for the worse on the dev set.
    """
    slopes, offsets = np.ones(len(heads.HEADS)), np.zeros(len(heads.HEADS))
    for at, head in enumerate(heads.HEADS):
        if head.name in heads.of("theme"):
            continue
        asked, holds = _answers(examples, head)
        counts = head.counts([examples[index] for index in asked])
        slope, offset = calibration.fit(scores[asked, at], holds.astype(float), counts)
        slopes[at], offsets[at] = round(slope, 4), round(offset, 4)
    return slopes, offsets


def _answers(examples: Sequence[Example], head: heads.Head) -> tuple[Ints, Ints]:
    asked = np.array([at for at, e in enumerate(examples) if head.asks(e)], np.int64)
    return asked, np.array([head.holds(examples[at]) for at in asked], np.int64)


def thresholds(examples: Sequence[Example], told: Floats) -> dict[str, float]:
    """The probability from which each head says yes: best F1, for threats enough precision."""
    chosen: dict[str, float] = {}
    for at, head in enumerate(heads.HEADS):
        asked, holds = _answers(examples, head)
        mine = told[asked, at]
        if head.name == heads.THREAT:
            chosen[head.name] = _precise(mine, holds)
        else:
            chosen[head.name] = _best(mine, holds)
    up, down = _sentiment_bars(examples, told)
    return chosen | {heads.POSITIVE: up, heads.NEGATIVE: down}


def _f1(said: Ints, holds: Ints) -> float:
    return 2 * float((said & holds).sum()) / max(1, int(said.sum() + holds.sum()))


def _best(told: Floats, holds: Ints) -> float:
    """The middle of the bars whose F1 is within half a point of the best: a peak may be chance."""
    scores = np.array([_f1((told >= bar).astype(np.int64), holds) for bar in GRID])
    good = GRID[scores >= scores.max() - 0.005]
    return float(good[len(good) // 2])


def _precise(told: Floats, holds: Ints) -> float:
    """The lowest bar with the precision that is asked of threats."""
    for bar in GRID:
        said = told >= bar
        if said.sum() >= FEWEST_ALARMS and holds[said].mean() >= THREAT_PRECISION:
            return float(bar)
    return 0.5


def _sentiment_bars(examples: Sequence[Example], told: Floats) -> tuple[float, float]:
    """The pair of bars with the best macro-F1 over the three classes."""
    up = told[:, heads.PLACE[heads.POSITIVE]]
    down = told[:, heads.PLACE[heads.NEGATIVE]]
    gold = np.array([scheme_sign(example.sentiment_label) for example in examples])
    best, bars = -1.0, (0.5, 0.5)
    for one in GRID:
        for other in GRID:
            over, under = up / one, down / other
            said = np.where(np.maximum(over, under) < 1.0, 0, np.where(over >= under, 1, -1))
            score = sum(
                _f1((said == sign).astype(np.int64), (gold == sign).astype(np.int64))
                for sign in (1, 0, -1)
            )
            if score > best:
                best, bars = score, (float(one), float(other))
    return bars


def scheme_sign(label: str) -> int:
    """1, 0 or -1 of a sentiment class."""
    return {"positief": 1, "neutraal": 0, "negatief": -1}[label]
