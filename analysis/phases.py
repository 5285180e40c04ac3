"""Waves and phases: how fast a wave dies down, and how phases and forms of reception differ (R27, R30).

A half-life is told from days, with the quiet level before the wave taken off; a phase is compared
by posts per day, never by totals, since phases last differently long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from math import log
from typing import Any

from analysis.days import DayCounts
from analysis.enough import LEAST_TO_COMPARE, too_few
from analysis.records import Moment

STRUCTURAL, TEMPORARY = ("azc", "statushouders"), ("noodopvang", "crisisnoodopvang")
PHASES = {"before": "voor het besluit", "during": "tijdens de opvang", "after": "na de opvang"}
#: A phase is worth a line from this many days; a wave needs a height and a few days behind its top.
LEAST_DAYS, LEAST_PEAK, LEAST_TAIL = 3, 10, 3
#: Kinds of moments with which a phase begins.
BEGINS = {"besluit": "during", "opening": "during", "aankomst": "during", "sluiting": "after"}


def phase_at(instant: datetime, moments: Sequence[Moment], first: str) -> str:
    """The phase of a dossier at any instant: `first`, changed by the moments before it (R8, R36).

    A decision does not open a location: after `besluit` the dossier is in its middle phase, and
    with `sluiting` in its last; a phase never goes back.
    """
    order = list(PHASES)
    phase = first
    for moment in sorted(moments, key=lambda one: one.at):
        if moment.at > instant:
            break
        follows = BEGINS.get(moment.kind, phase)
        phase = max(phase, follows, key=order.index)
    return phase


def half_life(series: Sequence[float]) -> float | None:
    """Days in which a wave halves, from its top on; None when there is no wave or it does not fall.

    A straight line through the logarithms of what stands above the quiet level before the top,
    weighed by height, so that the thin end of the tail does not decide.
    """
    if not series:
        return None
    top = max(range(len(series)), key=lambda n: series[n])
    before = sorted(series[:top][-14:])
    quiet = before[len(before) // 2] if len(before) >= LEAST_TAIL else 0.0
    tail = [value - quiet for value in series[top:]]
    height = tail[0]
    points = []
    for day, value in enumerate(tail):
        if value <= max(0.02 * height, 0.5):
            break
        points.append((float(day), log(value), value))
    if height < LEAST_PEAK or len(points) <= LEAST_TAIL:
        return None
    weight = sum(w for _, _, w in points)
    mean_x = sum(x * w for x, _, w in points) / weight
    mean_y = sum(y * w for _, y, w in points) / weight
    spread = sum(w * (x - mean_x) ** 2 for x, _, w in points)
    slope = sum(w * (x - mean_x) * (y - mean_y) for x, y, w in points) / spread
    return None if slope >= -0.01 else round(log(2) / -slope, 2)


def wave(days: Sequence[DayCounts]) -> dict[str, Any]:
    """The last wave of the conversation: its top, and in how many days it halves."""
    known = sorted(days, key=lambda one: one.date)
    series = _filled(known)
    found = half_life([n for _, n in series])
    if found is None:
        return {
            "half_life": None,
            "note": "Er is geen golf die hoog genoeg is om te meten.",
            "n": 0,
        }
    top = max(series, key=lambda pair: pair[1])
    return {"half_life": found, "top": top[0].isoformat(), "n": top[1], "note": ""}


def _filled(known: Sequence[DayCounts]) -> list[tuple[date, int]]:
    return [(one.date, int(one.counts.get("posts", 0))) for one in known]


def by_phase(days: Sequence[DayCounts]) -> dict[str, Any]:
    """Posts per day, questions and labels per phase; only phases with enough days."""
    found = []
    for phase, label in PHASES.items():
        several = [one for one in days if one.phase == phase]
        total: Counter[str] = Counter()
        for one in several:
            total.update({name: int(n) for name, n in one.counts.items()})
        if len(several) >= LEAST_DAYS and total["posts"] >= LEAST_TO_COMPARE:
            found.append(
                {
                    "phase": phase, "label": label, "days": len(several), "n": total["posts"],
                    "per_day": round(total["posts"] / len(several), 1),
                    "questions": total["questions"],
                    "informatiebehoefte": total["informatiebehoefte"],
                    "betekenisgeving": total["betekenisgeving"],
                    "schadebeperking": total["schadebeperking"],
                }
            )  # fmt: skip
    note = "" if len(found) > 1 else "Er is nog maar één fase met genoeg dagen om te vergelijken."
    return {"list": found, "note": note}


def structural_or_temporary(days: Sequence[Mapping[str, Mapping[str, int]]]) -> dict[str, Any]:
    """Protest and support where people name a lasting or a passing form of reception (R27, R28)."""
    sides = {"structureel": STRUCTURAL, "tijdelijk": TEMPORARY}
    told: list[dict[str, Any]] = []
    for name, forms in sides.items():
        total: Counter[str] = Counter()
        for day in days:
            for form in forms:
                total.update(day.get(form, {}))
        told.append(
            {"form": name, **{k: total[k] for k in ("n", "protest", "contra", "pro", "offers")}}
        )
    least = min(one["n"] for one in told)
    enough = least >= LEAST_TO_COMPARE
    return {
        "list": told if enough else [],
        "enough": enough,
        "note": ""
        if enough
        else too_few("het verschil tussen structurele en tijdelijke opvang", least, LEAST_TO_COMPARE),
    }  # fmt: skip
