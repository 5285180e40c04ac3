"""How much a query misses, from samples judged outside it, with the interval that they allow.

Each stratum (place terms only, topic terms only, neither) is sampled and judged apart. Of 0 relevant in
n the estimate is 0 and the upper bound 3/n (the rule of three, 95 %); otherwise Wilson's interval. The
strata are added up with the method of variance estimates recovery (Zou and Donner 2008).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

Z = 1.959964


@dataclass(frozen=True, slots=True)
class Stratum:
    """`posts` stored outside the query, `judged` of them, `relevant` among those.

    `rate`: share of what came in that is stored (the buffer keeps a sample), above 0 and at most 1.
    """

    name: str
    posts: int
    judged: int
    relevant: int
    rate: float = 1.0

    def __post_init__(self) -> None:
        if not (0 <= self.relevant <= self.judged <= self.posts and 0 < self.rate <= 1):
            raise ValueError(f"stratum {self.name!r} does not add up")


@dataclass(frozen=True, slots=True)
class Estimate:
    """Shares from 0 to 1. `missed` in posts; `recall` is found / (found + missed).

    `text`: one Dutch line; None for a recall that nothing was judged for.
    """

    found: int
    missed: float
    missed_low: float
    missed_high: float
    recall: float | None
    recall_low: float | None
    recall_high: float | None
    text: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def interval(relevant: int, judged: int) -> tuple[float, float]:
    """The 95 % interval of a share; of 0 in n it is 0 to 3/n, of nothing judged 0 to 1."""
    if judged == 0:
        return 0.0, 1.0
    if relevant == 0:
        return 0.0, min(1.0, 3 / judged)
    if relevant == judged:
        return max(0.0, 1 - 3 / judged), 1.0
    share = relevant / judged
    scale = 1 + Z * Z / judged
    middle = (share + Z * Z / (2 * judged)) / scale
    half = Z * math.sqrt(share * (1 - share) / judged + Z * Z / (4 * judged * judged)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)


def estimate(found: int, strata: Sequence[Stratum]) -> Estimate:
    """What a query that found so many relevant posts missed."""
    missed, below, above = 0.0, 0.0, 0.0
    for stratum in strata:
        size = stratum.posts / stratum.rate
        low, high = interval(stratum.relevant, stratum.judged)
        share = stratum.relevant / stratum.judged if stratum.judged else 0.0
        missed += size * share
        below += (size * (share - low)) ** 2
        above += (size * (high - share)) ** 2
    low, high = max(0.0, missed - math.sqrt(below)), missed + math.sqrt(above)
    judged = sum(stratum.judged for stratum in strata)
    if judged == 0:
        return Estimate(found, 0.0, 0.0, high, None, None, None, "Nog niets beoordeeld.")
    return Estimate(
        found, missed, low, high, _recall(found, missed), _recall(found, high), _recall(found, low),
        _told(missed, low, high, judged, min(stratum.rate for stratum in strata)),
    )  # fmt: skip


def _recall(found: int, missed: float) -> float | None:
    return found / (found + missed) if found + missed else None


def _told(missed: float, low: float, high: float, judged: int, rate: float) -> str:
    kept = "" if rate == 1 else f"; de buffer bewaart {rate * 100:.0f} % van wat binnenkwam"
    if missed == 0:
        return f"Geen gemiste berichten in {judged} beoordeelde; hoogstens {high:.0f} (95 %){kept}."
    return f"Naar schatting {missed:.0f} gemist, tussen {low:.0f} en {high:.0f} (95 %){kept}."
