"""Days of 23, 24 and 25 hours, and instants that do not exist or exist twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.clock import StandingClock, clock_from, day_bounds, first_instant_at, local_date
from app.errors import ConfigError


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 6, 1), 24), (date(2026, 10, 25), 25)],
)
def test_a_local_day_has_its_own_length(day: date, hours: int) -> None:
    start, end = day_bounds(day)
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)


def test_a_skipped_hour_gives_the_first_instant_after_it() -> None:
    assert first_instant_at(date(2026, 3, 29), 2, 30) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_doubled_hour_gives_its_first_instant() -> None:
    assert first_instant_at(date(2026, 10, 25), 2, 30) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_just_before_midnight_utc_is_already_the_next_local_day() -> None:
    assert local_date(datetime(2026, 11, 20, 23, 30, tzinfo=UTC)) == date(2026, 11, 21)


@pytest.mark.parametrize("value", ["gisteren", "2026-03-29T00:30:00", "2026-13-01T00:00:00+01:00"])
def test_a_clock_without_a_clear_instant_is_refused_by_name(value: str) -> None:
    with pytest.raises(ConfigError, match="KLANKBORD_CLOCK"):
        clock_from(value)


def test_a_standing_clock_stands_still() -> None:
    clock = clock_from("2026-03-29T00:30:00+01:00")
    assert isinstance(clock, StandingClock)
    assert clock.now() == clock.now() == datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
