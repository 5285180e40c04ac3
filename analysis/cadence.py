"""When the report should come more often: a surge, grave conduct, a defining moment (R44).

Pure: counts per hour, confirmed posts and moments in, a proposal out. A person confirms; after a
step ended or was declined its reason rests for `COOL_DOWN`; a step ends by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from analysis.dutch import number

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HOUR = timedelta(hours=1)
FACTOR, BASE_DAYS, HOURS = 2.0, 7, 2
#: An hour below this is never a surge, however quiet the week was.
LEAST_POSTS = 10
BEFORE_MOMENT, AFTER_MOMENT = timedelta(hours=24), timedelta(hours=48)
COOL_DOWN, STEP_LASTS = timedelta(hours=12), timedelta(hours=24)
#: After a surge the cadence falls back when this many hours in a row are below `CALM` × the mean.
CALM, CALM_HOURS = 1.5, 6
EVERY_HOURS = {"surge": 3, "conduct": 3, "moment": 6}


@dataclass(frozen=True, slots=True)
class HourCount:
    """One whole hour that is over, and the mean of the same local hour on the seven days before."""

    starts: datetime
    posts: int
    mean: float

    @property
    def is_high(self) -> bool:
        return self.posts >= LEAST_POSTS and self.posts > FACTOR * self.mean


@dataclass(frozen=True, slots=True)
class Proposal:
    """A step up: `key` says about what, so that the same thing is proposed once."""

    kind: str
    key: str
    text: str
    every_hours: int
    until: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)


def hours_of(published: Iterable[datetime], now: datetime, hours: int = 24) -> list[HourCount]:
    """The last whole hours, oldest first, each with its base. `published` covers eight days back.

    The hour that comes twice in autumn is two hours with one base; a missing hour is no hour.
    """
    per_hour: dict[datetime, int] = {}
    for at in published:
        start = at.replace(minute=0, second=0, microsecond=0)
        per_hour[start] = per_hour.get(start, 0) + 1
    return hours_from(lambda start: per_hour.get(start, 0), now, hours)


def hours_from(
    count: Callable[[datetime], int], now: datetime, hours: int = CALM_HOURS
) -> list[HourCount]:
    """The same, asking for the posts of one hour at a time: a day of 100,000 posts is not read."""
    last = now.replace(minute=0, second=0, microsecond=0) - HOUR
    return [_hour(last - n * HOUR, count) for n in range(hours - 1, -1, -1)]


def _hour(start: datetime, count: Callable[[datetime], int]) -> HourCount:
    local = start.astimezone(AMSTERDAM)
    total = 0
    for back in range(1, BASE_DAYS + 1):
        same = (local.replace(tzinfo=None) - timedelta(days=back)).replace(tzinfo=AMSTERDAM)
        total += count(same.astimezone(start.tzinfo))
    return HourCount(start, count(start), total / BASE_DAYS)


def surge(hours: Sequence[HourCount]) -> tuple[HourCount, ...]:
    """The last hours when they are all high; empty otherwise."""
    last = tuple(hours[-HOURS:])
    return last if len(last) == HOURS and all(hour.is_high for hour in last) else ()


def is_calm(hours: Sequence[HourCount]) -> bool:
    """Whether the last hours are back near their mean."""
    last = hours[-CALM_HOURS:]
    return len(last) == CALM_HOURS and all(
        hour.posts < max(LEAST_POSTS, CALM * hour.mean) for hour in last
    )


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A moment by its own name, for proposals."""

    key: str
    at: datetime
    title: str


def proposals(
    hours: Sequence[HourCount],
    grave: Sequence[str],
    moments: Sequence[Upcoming],
    now: datetime,
) -> list[Proposal]:
    """Everything that asks for more editions now. `grave` are keys of confirmed urgent S posts."""
    found = []
    high = surge(hours)
    if high:
        counts = " en ".join(
            f"{number(hour.posts)} tegen gemiddeld {number(round(hour.mean, 1))}" for hour in high
        )
        found.append(
            Proposal(
                "surge", f"surge:{high[-1].starts.isoformat()}",
                f"Twee uur achter elkaar meer dan twee keer zo veel berichten als anders: {counts}.",
                EVERY_HOURS["surge"], now + STEP_LASTS,
                {"hours": [[h.starts.isoformat(), h.posts, round(h.mean, 2)] for h in high]},
            )
        )  # fmt: skip
    for key in sorted(grave):
        found.append(
            Proposal(
                "conduct", f"conduct:{key}",
                "Een medewerker bevestigde dreiging, opruiing of haat met hoge urgentie.",
                EVERY_HOURS["conduct"], now + STEP_LASTS, {"post_key": key},
            )
        )  # fmt: skip
    for moment in moments:
        if moment.at - BEFORE_MOMENT <= now < moment.at + AFTER_MOMENT:
            found.append(
                Proposal(
                    "moment", f"moment:{moment.key}:{moment.at.isoformat()}",
                    f"Rond een bepalend moment: {moment.title}.",
                    EVERY_HOURS["moment"], moment.at + AFTER_MOMENT,
                    {"at": moment.at.isoformat(), "title": moment.title},
                )
            )  # fmt: skip
    return found


def fresh(
    found: Sequence[Proposal], past: Iterable[tuple[str, str, datetime | None]], now: datetime
) -> Proposal | None:
    """The first proposal that may be made: not made before, its kind not resting.

    `past` are (kind, key, closed at) of earlier steps; closed at None: still open or running, and
    then nothing new is proposed.
    """
    earlier = list(past)
    if any(closed is None for _, _, closed in earlier):
        return None
    keys = {key for _, key, _ in earlier}
    for proposal in found:
        rests = any(
            kind == proposal.kind and kind != "moment" and closed and now < closed + COOL_DOWN
            for kind, _, closed in earlier
        )
        if proposal.key not in keys and not rests:
            return proposal
    return None


def slots(confirmed: datetime, every_hours: int, until: datetime, now: datetime) -> list[datetime]:
    """The instants at which an interim edition of a running step is due, up to now."""
    step = timedelta(hours=every_hours)
    found = []
    at = confirmed.replace(minute=0, second=0, microsecond=0) + HOUR
    while at <= now and at < until:
        found.append(at)
        at += step
    return found
