"""Time is an argument: one small class per way of telling it (trust.md seam S2)."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from app.errors import ConfigError

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
#: Days outside these years are slips of the pen, and fall off the calendar in another time zone.
FIRST_YEAR, LAST_YEAR = 2000, 2200


class Clock(Protocol):
    """Says what "now" is, in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The real clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class StandingClock:
    """A clock that stands still until it is set: for one-shot commands, the demo and tests."""

    def __init__(self, instant: datetime) -> None:
        if instant.tzinfo is None:
            raise ConfigError("Een tijdstip heeft een tijdzone nodig, bijvoorbeeld +01:00.")
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        return self._instant

    def set(self, instant: datetime) -> None:
        self._instant = instant.astimezone(UTC)


def clock_from(value: str | None) -> Clock:
    """The clock that `KLANKBORD_CLOCK` asks for; raises `ConfigError` on anything but an instant."""
    if not value:
        return SystemClock()
    try:
        instant = datetime.fromisoformat(value.strip())
    except ValueError as error:
        raise ConfigError(
            f"KLANKBORD_CLOCK is geen tijdstip: {value!r}. Schrijf bijvoorbeeld "
            "2026-03-29T00:30:00+01:00."
        ) from error
    if instant.tzinfo is None:
        raise ConfigError(
            f"KLANKBORD_CLOCK mist de tijdzone: {value!r}. Schrijf bijvoorbeeld {value.strip()}+01:00."
        )
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ConfigError(
            f"KLANKBORD_CLOCK moet tussen {FIRST_YEAR} en {LAST_YEAR} liggen: {value!r}."
        )
    return StandingClock(instant)


def is_aware(instant: datetime) -> bool:
    """The instant says in which time zone it is."""
    return instant.utcoffset() is not None


def wall_time() -> datetime:
    """Real time, whatever the clock says: leases and deadlines must run on (trust.md §3)."""
    return datetime.fromtimestamp(time.time(), UTC)


def local_date(instant: datetime) -> date:
    """The Europe/Amsterdam calendar date of an instant: the report day."""
    return instant.astimezone(AMSTERDAM).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """[start, end) of a local day with offsets; 23, 24 or 25 hours long."""
    start = datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM)
    following = day + timedelta(days=1)
    return start, datetime(following.year, following.month, following.day, tzinfo=AMSTERDAM)


def first_instant_at(day: date, hour: int, minute: int) -> datetime:
    """The first existing instant at or after hh:mm local time on that day, in UTC."""
    instant = datetime(day.year, day.month, day.day, hour, minute, tzinfo=AMSTERDAM).astimezone(UTC)
    step = timedelta(minutes=1)
    wanted = (day, hour, minute)
    while _wall(instant - step) >= wanted:
        instant -= step  # the local time does not exist (spring): walk back to the jump
    return instant


def _wall(instant: datetime) -> tuple[date, int, int]:
    local = instant.astimezone(AMSTERDAM)
    return local.date(), local.hour, local.minute
