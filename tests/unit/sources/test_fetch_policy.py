"""When a source is asked again: pure, so every rule is one line of a table."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.records import HEALTHY, REASONS, FetchResult
from app.services.policy import DAY, Bounds, jitter, next_turn

QUARTER, SIX = timedelta(minutes=15), timedelta(hours=6)
BOUNDS = Bounds(QUARTER, SIX)
PLACE = timedelta(seconds=jitter("bode"))


def turn(reason: str, *, interval: timedelta = QUARTER, failures: int = 0, new: int = 0, **more):  # type: ignore[no-untyped-def]
    return next_turn(BOUNDS, interval, failures, "bode", FetchResult(reason, **more), new)


def test_a_source_that_brings_something_is_asked_at_the_shortest_interval() -> None:
    assert turn("ok", interval=SIX, new=1).wait == QUARTER + PLACE
    assert turn("ok", interval=SIX, new=1).interval == QUARTER


def test_a_quiet_source_is_asked_ever_less_often_within_the_bounds() -> None:
    waits, interval = [], QUARTER
    for _ in range(40):
        made = turn("not-modified", interval=interval)
        interval = made.interval
        waits.append(made.wait - PLACE)
    assert waits == sorted(waits)
    assert waits[0] > QUARTER
    assert waits[-1] == SIX
    assert sum(waits[:15], timedelta()) > timedelta(hours=20), "a quiet night is no silence"


def test_an_empty_feed_is_not_a_broken_feed() -> None:
    assert turn("empty").wait == turn("ok").wait


@pytest.mark.parametrize(
    ("reason", "steps"),
    [("server-error", 2), ("timeout", 2), ("dns", 3), ("forbidden", 3), ("credentials", 5)],
)
def test_failures_weigh_by_what_went_wrong(reason: str, steps: int) -> None:
    assert turn(reason).wait == QUARTER * steps + PLACE


def test_failures_in_a_row_are_left_alone_longer_up_to_a_cap() -> None:
    waits = [turn("timeout", failures=n).wait for n in range(100)]
    assert waits[:3] == [QUARTER * n + PLACE for n in (2, 3, 4)]
    assert waits[-1] == SIX + PLACE


def test_what_the_source_asks_is_never_shortened_and_never_more_than_a_day() -> None:
    assert turn("ok", new=9, wait=timedelta(hours=3)).wait == timedelta(hours=3)
    assert turn("limited", wait=timedelta(days=30)).wait == DAY
    assert turn("ok", wait=timedelta(seconds=1)).wait > QUARTER


def test_more_that_waits_is_fetched_soon_but_not_against_the_wish_of_the_source() -> None:
    assert turn("ok", new=40, more=True).wait < timedelta(minutes=2)
    assert turn("ok", new=40, more=True, wait=SIX).wait == SIX


def test_a_hundred_sources_of_one_host_do_not_come_back_at_once() -> None:
    assert len({jitter(f"bode-{n}") for n in range(100)}) > 30


@given(
    some.sampled_from(sorted(REASONS)),
    some.integers(0, 10_000),
    some.integers(0, 10**7),
    some.integers(0, 50),
    some.none() | some.integers(0, 10**7),
)
def test_every_turn_stays_within_the_bounds(
    reason: str, failures: int, interval: int, new: int, wait: int | None
) -> None:
    asked = None if wait is None else timedelta(seconds=wait)
    made = turn(
        reason, failures=failures, interval=timedelta(seconds=interval), new=new, wait=asked
    )
    assert QUARTER <= made.interval <= SIX
    assert QUARTER <= made.wait <= DAY
    if reason not in HEALTHY:
        assert made.wait >= QUARTER * 2
