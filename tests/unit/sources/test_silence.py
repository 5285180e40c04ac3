"""A source against its own history: silent, low, high or as usual."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.services.silence import VOLUMES, days_of, volume

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "last", "told"),
    [
        ([20] * 6, 0, None),
        ([20] * 7, 0, "silent"),
        ([3] * 14, 0, "silent"),
        ([1, 0, 2, 0, 1, 0, 1], 0, "usual"),
        ([20] * 14, 4, "low"),
        ([20] * 14, 6, "usual"),
        ([4] * 14, 1, "usual"),
        ([20] * 14, 70, "high"),
        ([2] * 14, 11, "usual"),
        ([20] * 13 + [90], 100, "usual"),
        ([0] * 20, 0, "usual"),
    ],
)
def test_how_loud_a_source_is(before: list[int], last: int, told: str | None) -> None:
    assert volume(before, last) == told
    assert told is None or told in VOLUMES


def test_the_first_day_of_following_does_not_count() -> None:
    start = NOW - timedelta(days=10)
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    arrivals = [(start + minute, 500)]
    arrivals += [(start + timedelta(days=n) + hour, 5) for n in range(1, 9)]
    before, last = days_of(arrivals, start, NOW)
    assert (before, last) == ([5] * 8, 0)
    assert volume(before, last) == "silent"


@given(some.lists(some.tuples(some.integers(0, 60), some.integers(0, 100)), max_size=50))
def test_nothing_is_counted_twice(rows: list[tuple[int, int]]) -> None:
    arrivals = [(NOW - timedelta(days=age, hours=1), new) for age, new in rows]
    before, last = days_of(arrivals, NOW - timedelta(days=90), NOW)
    assert len(before) == 28
    assert sum(before) + last == sum(new for age, new in rows if age <= 28)
