"""Platt scaling: from the score of a linear model to a probability that means what it says."""

from __future__ import annotations

import numpy as np

from analysis.model.vocabulary import Floats

_STEPS = 60
_RIDGE = 1e-6
_SMALLEST = 1e-6


def probability(scores: Floats, slope: Floats | float, shift: Floats | float) -> Floats:
    """1 / (1 + exp(-(slope * score + shift))), per head."""
    told: Floats = 1.0 / (1.0 + np.exp(-np.clip(scores * slope + shift, -40.0, 40.0)))
    return told


def fit(scores: Floats, holds: Floats, weights: Floats | None = None) -> tuple[float, float]:
    """Slope and shift by Newton's method on Platt's smoothed targets; (1, 0) without two classes."""
    yes = float(holds.sum())
    no = len(holds) - yes
    if yes == 0 or no == 0:
        return 1.0, 0.0
    aims = np.where(holds > 0, (yes + 1) / (yes + 2), 1 / (no + 2))
    counts = np.ones(len(holds)) if weights is None else weights
    now = np.array([1.0, 0.0])
    for _ in range(_STEPS):
        gradient, curve = _slopes(now, scores, aims, counts)
        step = np.linalg.solve(curve, gradient)
        size, cost = 1.0, _cost(now, scores, aims, counts)
        while size > _SMALLEST and _cost(now - size * step, scores, aims, counts) > cost:
            size /= 2
        now = now - size * step
        if float(np.abs(size * step).max()) < 1e-9:
            break
    return max(float(now[0]), 0.01), float(now[1])


def _slopes(now: Floats, scores: Floats, aims: Floats, counts: Floats) -> tuple[Floats, Floats]:
    told = probability(scores, now[0], now[1])
    off = (told - aims) * counts
    bend = told * (1 - told) * counts
    cross = (bend * scores).sum()
    curve = np.array([[(bend * scores**2).sum() + _RIDGE, cross], [cross, bend.sum() + _RIDGE]])
    return np.array([(off * scores).sum(), off.sum()]), curve


def _cost(now: Floats, scores: Floats, aims: Floats, counts: Floats) -> float:
    told = scores * now[0] + now[1]
    return float(((np.logaddexp(0.0, told) - aims * told) * counts).sum())


def error(told: Floats, holds: Floats, bins: int = 10) -> float:
    """Expected calibration error: how far probability and share lie apart, over equal-width bins."""
    places = np.minimum((told * bins).astype(int), bins - 1)
    total = 0.0
    for place in range(bins):
        here = places == place
        if here.any():
            total += here.mean() * abs(float(told[here].mean()) - float(holds[here].mean()))
    return total
