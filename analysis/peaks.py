"""Peaks of the conversation, each with one of the five causes of the handreiking (8, R22)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analysis.days import DayCounts

#: The five causes of dynamics, in the words of the handreiking.
CAUSES = {
    "voorstel": "Het moment of de vorm van het voorstel",
    "media": "Aandacht van media of actiegroepen",
    "bestuursstijl": "Reputatie en bestuursstijl van de gemeente",
    "verleden": "Keuzes of gebeurtenissen uit het verleden",
    "landelijk": "Landelijke of internationale ontwikkelingen",
}
FACTOR, LEAST, BACK, LEAST_DAYS = 2.0, 10, 7, 3


@dataclass(frozen=True, slots=True)
class Peak:
    """A day with far more posts than the week before it; `cause` "" is: nobody said why yet."""

    date: date
    posts: int
    mean: float
    cause: str = ""
    note: str = ""


def peaks(days: Sequence[DayCounts], causes: Mapping[date, tuple[str, str]]) -> list[Peak]:
    """Days above twice the mean of the (at most seven, at least three) known days before."""
    known = {one.date: int(one.counts.get("posts", 0)) for one in days}
    found = []
    for day in sorted(known):
        before = [
            known[day - timedelta(days=n)]
            for n in range(1, BACK + 1)
            if day - timedelta(days=n) in known
        ]
        if len(before) < LEAST_DAYS:
            continue
        mean = sum(before) / len(before)
        if known[day] >= LEAST and known[day] > FACTOR * mean:
            cause, note = causes.get(day, ("", ""))
            found.append(Peak(day, known[day], round(mean, 1), cause, note))
    return found
