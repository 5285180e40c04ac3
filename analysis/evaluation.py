"""How good a labeller is on posts that a person labelled: scores with intervals, beside baselines.

Intervals are percentile bootstraps over posts. Calibration error is over ten equal bins of the
probability of each label.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis import scheme
from analysis.corpus import Example
from analysis.model import calibration
from analysis.model.vocabulary import Floats
from analysis.records import Labelled

DRAWS = 1_000
SEED = 2026
FEWEST_IN_SLICE = 8
_LOW, _HIGH = 2.5, 97.5
_SENTIMENTS = ("positief", "neutraal", "negatief")


@dataclass(frozen=True, slots=True)
class Score:
    """A measure in [0, 1], its 95 % interval, and how many posts it is about."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All scores of one labeller on one set. Keys of `scores` are Dutch, as the card shows them."""

    n: int
    scores: dict[str, Score]
    calibration: dict[str, float]
    reliability: dict[str, list[tuple[float, float, int]]]
    slices: dict[str, Score]


Bools = NDArray[np.bool_]


class _Draws:
    """The same resamples for every measure, so that differences are paired."""

    def __init__(self, n: int) -> None:
        picked = np.random.default_rng(SEED).integers(0, n, (DRAWS, n))
        self.counts = np.stack([np.bincount(row, minlength=n) for row in picked]).astype(float)

    def share(self, right: Sequence[bool], among: Sequence[bool] | None = None) -> Score:
        """The share that is right, among those that count."""
        good = np.array(right, float)
        base = np.ones(len(good)) if among is None else np.array(among, float)
        drawn = (self.counts @ (good * base)) / np.maximum(1.0, self.counts @ base)
        return _score((good * base).sum() / max(1.0, base.sum()), drawn, int(base.sum()))

    def f1(self, holds: Sequence[bool], said: Sequence[bool]) -> Score:
        value, drawn = self._f1(np.array(holds, bool), np.array(said, bool))
        return _score(value, drawn, int(np.sum(holds)))

    def mean_f1(self, pairs: Sequence[tuple[Sequence[bool], Sequence[bool]]]) -> Score:
        """The plain mean of the F1 of several classes."""
        all_f1 = [self._f1(np.array(a, bool), np.array(b, bool)) for a, b in pairs]
        drawn = np.mean([one[1] for one in all_f1], axis=0)
        return _score(float(np.mean([one[0] for one in all_f1])), drawn, self.counts.shape[1])

    def _f1(self, holds: Bools, said: Bools) -> tuple[float, Floats]:
        both = (holds & said).astype(float)
        either = holds.astype(float) + said.astype(float)
        drawn: Floats = 2 * (self.counts @ both) / np.maximum(1.0, self.counts @ either)
        return float(2 * both.sum() / max(1.0, either.sum())), drawn


def _score(value: float, drawn: Floats, n: int) -> Score:
    low, high = np.percentile(drawn, [_LOW, _HIGH])
    return Score(round(float(value), 3), round(float(low), 3), round(float(high), 3), n)


def evaluate(examples: Sequence[Example], told: Sequence[Labelled]) -> Evaluation:
    """Every measure of labels.md that a set of labelled posts can give."""
    draws = _Draws(len(examples))
    scores = dict(_label_scores(examples, told, draws))
    scores |= dict(_axis_scores(examples, told, draws))
    scores |= dict(_baselines(examples, draws))
    holds = {label: [label in e.labels for e in examples] for label in scheme.LABEL_TITLES}
    chances = {label: _chances(told, label) for label in scheme.LABEL_TITLES}
    return Evaluation(
        n=len(examples),
        scores=scores,
        calibration={
            label: round(calibration.error(chances[label], np.array(holds[label], float)), 3)
            for label in scheme.LABEL_TITLES
        },
        reliability={
            label: _reliability(chances[label], np.array(holds[label], float))
            for label in scheme.LABEL_TITLES
        },
        slices=_slices(examples, told),
    )


def _chances(told: Sequence[Labelled], label: str) -> Floats:
    return np.array([one.probabilities.get(label, 0.0) for one in told])


def _label_scores(
    examples: Sequence[Example], told: Sequence[Labelled], draws: _Draws
) -> list[tuple[str, Score]]:
    def pair(has: Callable[[Example], bool], says: Callable[[Labelled], bool]) -> _Pair:
        return [has(e) for e in examples], [says(one) for one in told]

    by_label = {
        label: pair(lambda e, x=label: x in e.labels, lambda p, x=label: x in p.labels)  # type: ignore[misc]
        for label in scheme.LABEL_TITLES
    }
    by_code = {
        code: pair(lambda e, x=code: x in e.sub_labels, lambda p, x=code: x in p.sub_labels)  # type: ignore[misc]
        for code in scheme.SUB_LABELS
    }
    none = pair(lambda e: e.status != "gelabeld", lambda p: p.status != "gelabeld")
    threat = pair(lambda e: e.threat, lambda p: p.threat)
    return [
        ("I/B/S macro-F1", draws.mean_f1(list(by_label.values()))),
        *((f"{label} F1", draws.f1(*some)) for label, some in by_label.items()),
        ("sub-labels macro-F1", draws.mean_f1(list(by_code.values()))),
        *((f"{code} F1", draws.f1(*some)) for code, some in by_code.items()),
        ("geen label F1", draws.f1(*none)),
        ("vraag F1", draws.f1(*pair(lambda e: e.is_question, lambda p: p.is_question))),
        ("dreiging recall", draws.share(threat[1], among=threat[0])),
        ("dreiging precisie", draws.share(threat[0], among=threat[1])),
        ("ironie F1", draws.f1(*pair(lambda e: e.irony, lambda p: p.irony))),
    ]


_Pair = tuple[list[bool], list[bool]]


def _axis_scores(
    examples: Sequence[Example], told: Sequence[Labelled], draws: _Draws
) -> list[tuple[str, Score]]:
    both = list(zip(examples, told, strict=True))
    labelled = [e.status == "gelabeld" for e in examples]
    sentiments = [
        ([e.sentiment_label == s for e in examples], [p.sentiment_label == s for p in told])
        for s in _SENTIMENTS
    ]
    emotions = [
        ([x in e.emotion for e in examples], [x in p.emotion for p in told])
        for x in scheme.EMOTIONS
    ]
    return [
        ("status juist", draws.share([e.status == p.status for e, p in both])),
        ("sentiment macro-F1", draws.mean_f1(sentiments)),
        ("sentiment juist", draws.share([e.sentiment_label == p.sentiment_label for e, p in both])),
        ("doelwit juist", draws.share([e.target == p.target for e, p in both])),
        (
            "doelwit juist, met label",
            draws.share([e.target == p.target for e, p in both], among=labelled),
        ),
        (
            "thema van vragen juist",
            draws.share([e.theme == p.theme for e, p in both], [e.is_question for e in examples]),
        ),
        ("houding juist", draws.share([e.stance == p.stance for e, p in both], among=labelled)),
        ("doel juist", draws.share([e.purpose == p.purpose for e, p in both], among=labelled)),
        ("urgentie juist", draws.share([e.urgency == p.urgency for e, p in both], among=labelled)),
        ("emoties macro-F1", draws.mean_f1(emotions)),
    ]


def _baselines(examples: Sequence[Example], draws: _Draws) -> list[tuple[str, Score]]:
    """What costs nothing: a question is a question mark, everything is B, nobody is aimed at."""
    always = [
        ([label in e.labels for e in examples], [label == "betekenisgeving"] * len(examples))
        for label in scheme.LABEL_TITLES
    ]
    marks = ["?" in e.post.text for e in examples]
    return [
        ("vergelijk: altijd B, macro-F1", draws.mean_f1(always)),
        ("vergelijk: altijd B, F1 van B", draws.f1(*always[1])),
        ("vergelijk: vraagteken, F1", draws.f1([e.is_question for e in examples], marks)),
        ("vergelijk: nooit een doelwit", draws.share([e.target is None for e in examples])),
        (
            "vergelijk: altijd neutraal",
            draws.share([e.sentiment_label == "neutraal" for e in examples]),
        ),
    ]


def _reliability(chances: Floats, holds: Floats) -> list[tuple[float, float, int]]:
    """Per tenth of probability: mean probability, share that holds, posts."""
    places = np.minimum((chances * 10).astype(int), 9)
    return [
        (
            round(float(chances[places == at].mean()), 3),
            round(float(holds[places == at].mean()), 3),
            int((places == at).sum()),
        )
        for at in range(10)
        if (places == at).any()
    ]


def _slices(examples: Sequence[Example], told: Sequence[Labelled]) -> dict[str, Score]:
    """Per slice with enough posts: the share of I/B/S decisions that is right."""
    names = sorted({name for e in examples for name in e.slices})
    found: dict[str, Score] = {}
    for name in names:
        here = [(e, p) for e, p in zip(examples, told, strict=True) if name in e.slices]
        if len(here) >= FEWEST_IN_SLICE:
            right = [
                (label in e.labels) == (label in p.labels)
                for e, p in here
                for label in scheme.LABEL_TITLES
            ]
            found[name] = _Draws(len(right)).share(right)
    return found
