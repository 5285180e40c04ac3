"""Counts over time: hours of a local day, days before it, and the base to compare with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from analysis.days import DayCounts
from analysis.records import LABELS, ReportPost
from analysis.recount import labels_that_count

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
BASE_DAYS = 7
SHOWN_DAYS = 14
SERIES = ("posts", *LABELS)


def per_hour(rows: Sequence[ReportPost]) -> list[dict[str, int]]:
    """24 rows by local wall hour. The hour that comes twice in autumn is one row with both; the
    hour that is skipped in spring is a row of zeros."""
    table = [{"hour": hour, **dict.fromkeys(SERIES, 0)} for hour in range(24)]
    for row in rows:
        line = table[row.published_at.astimezone(AMSTERDAM).hour]
        line["posts"] += 1
        for label in labels_that_count(row):
            line[label] += 1
    return table


def per_day(
    earlier: Sequence[DayCounts], day: date, counts: Mapping[str, int]
) -> list[dict[str, Any]]:
    """At most fourteen days up to and including this one, ascending; days without edition absent."""
    known = {one.date: one.counts for one in earlier if one.date < day} | {day: counts}
    first = day - timedelta(days=SHOWN_DAYS - 1)
    return [
        {
            "date": at.isoformat(),
            **{name: int(known[at].get(name, 0)) for name in (*SERIES, "none", "questions")},
        }
        for at in sorted(known)
        if at >= first
    ]


def previous(earlier: Sequence[DayCounts], day: date) -> Mapping[str, int] | None:
    """The counts of the day before, when it has an edition."""
    return next((one.counts for one in earlier if one.date == day - timedelta(days=1)), None)


def base(earlier: Sequence[DayCounts], day: date) -> dict[str, float] | None:
    """Mean of the seven days before, only when all seven have an edition (R23: like with like)."""
    wanted = {day - timedelta(days=n) for n in range(1, BASE_DAYS + 1)}
    found = [one.counts for one in earlier if one.date in wanted]
    if len(found) < BASE_DAYS:
        return None
    names = sorted(set().union(*found))
    return {name: round(sum(c.get(name, 0) for c in found) / BASE_DAYS, 1) for name in names}


def base_days(earlier: Sequence[DayCounts], day: date) -> int:
    """How many of the seven days before have an edition."""
    wanted = {day - timedelta(days=n) for n in range(1, BASE_DAYS + 1)}
    return len({one.date for one in earlier} & wanted)


def until(earlier: Sequence[DayCounts], hour: int) -> list[DayCounts]:
    """The same days as far as this local hour: what an interim edition may be compared with."""
    found = []
    for one in earlier:
        per_hour_then = one.detail.get("per_hour")
        if per_hour_then:
            part = [row for row in per_hour_then if int(row["hour"]) < hour]
            counts = {name: sum(int(row[name]) for row in part) for name in SERIES}
            found.append(DayCounts(one.date, counts, one.phase, one.detail))
    return found
