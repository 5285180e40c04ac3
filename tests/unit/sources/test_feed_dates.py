"""Dates are read by us: an hour's slip moves a post to another report day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import local_date
from app.sources.dates import read_date

RULES = {"rfc2822", "rfc2822-zone", "iso8601", "dutch", "feed-default", "first-seen"}


@pytest.mark.parametrize(
    ("text", "instant", "rule"),
    [
        ("Mon, 23 Nov 2026 10:00:00 +0100", "2026-11-23T09:00Z", "rfc2822"),
        ("Mon, 23 Nov 2026 10:00:00 GMT", "2026-11-23T10:00Z", "rfc2822"),
        ("Mon, 23 Nov 2026 10:00:00 -0000", "2026-11-23T10:00Z", "rfc2822"),
        ("23 Nov 26 10:00 Z", "2026-11-23T10:00Z", "rfc2822"),
        ("Mon, 23 Nov 2026 10:00:00 +0100 (CET)", "2026-11-23T09:00Z", "rfc2822"),
        ("ma, 23 nov 2026 10:00:00 +0100", "2026-11-23T09:00Z", "rfc2822"),
        ("Mon, 23 Nov 2026 10:00:00 CET", "2026-11-23T09:00Z", "rfc2822-zone"),
        ("Mon, 23 Nov 2026 10:00:00 MET", "2026-11-23T09:00Z", "rfc2822-zone"),
        ("Thu, 23 Jul 2026 10:00:00 CEST", "2026-07-23T08:00Z", "rfc2822-zone"),
        ("Thu, 23 Jul 2026 10:00:00 MEST", "2026-07-23T08:00Z", "rfc2822-zone"),
        ("Mon, 23 Nov 2026 10:00:00 EST", "2026-11-23T15:00Z", "rfc2822-zone"),
        ("2026-11-23T10:00:00Z", "2026-11-23T10:00Z", "iso8601"),
        ("2026-11-23t10:00:00z", "2026-11-23T10:00Z", "iso8601"),
        ("2026-11-23T10:00:00.123456+01:00", "2026-11-23T09:00:00.123456Z", "iso8601"),
        ("2026-11-23 10:00:00 +0100", "2026-11-23T09:00Z", "iso8601"),
        ("2026-11-23 10:00:00 CET", "2026-11-23T09:00Z", "iso8601"),
        ("2026-11-23T10:00:00", "2026-11-23T09:00Z", "feed-default"),
        ("2026-07-23", "2026-07-22T22:00Z", "feed-default"),
        ("Mon, 23 Nov 2026 10:00:00", "2026-11-23T09:00Z", "feed-default"),
        ("ma, 23 nov 2026", "2026-11-22T23:00Z", "dutch"),
        ("maandag 23 november 2026 om 10.00 uur", "2026-11-23T09:00Z", "dutch"),
        ("23 maart 2026, 14:05", "2026-03-23T13:05Z", "dutch"),
        ("1 mei 2026 14:05:06", "2026-05-01T12:05:06Z", "dutch"),
        ("5 okt. 2026 10:00 CEST", "2026-10-05T08:00Z", "dutch"),
        ("5 okt 2026 10:00 +02:00", "2026-10-05T08:00Z", "dutch"),
        ("23-11-2026 10:00", "2026-11-23T09:00Z", "dutch"),
    ],
)
def test_a_date_is_read_to_the_minute_and_says_how(text: str, instant: str, rule: str) -> None:
    assert read_date(text) == (datetime.fromisoformat(instant), rule)


@pytest.mark.parametrize(
    "text",
    [
        None, "", " ", "1", "1234567890", "gisteren", "0000-00-00T00:00:00", "31 februari 2026",
        "Mon, 23 Nov 2026 10:00:00 +9999", "2026-11-23T25:00:00Z", "23 xyz 2026", "1 jan 1801",
        "Mon, 23 Nov 9999 10:00:00 GMT", "0001-01-01T00:00:00+14:00", "9" * 99, "a" * 5000,
        "5 mei 2026 10:00 +99:99",
    ],
)  # fmt: skip
def test_what_is_no_date_is_left_to_the_moment_of_first_sight(text: str | None) -> None:
    assert read_date(text) == (None, "first-seen")


def test_a_post_just_after_midnight_stays_on_its_own_day() -> None:
    instant, _ = read_date("Tue, 24 Nov 2026 00:30:00 CET")
    assert instant is not None
    assert local_date(instant).isoformat() == "2026-11-24"


@given(st.text(max_size=60))
def test_no_text_makes_reading_a_date_fail(text: str) -> None:
    instant, rule = read_date(text)
    assert rule in RULES
    assert (instant is None) == (rule == "first-seen")


@given(
    st.integers(0, 209 * 365 * 86400),
    st.integers(-14 * 4, 14 * 4),
)
def test_every_offset_is_honoured(seconds: int, quarters: int) -> None:
    moment = datetime(1990, 1, 2, tzinfo=UTC) + timedelta(seconds=seconds)
    there = moment.astimezone(timezone(timedelta(minutes=15 * quarters)))
    assert read_date(format_datetime(there))[0] == there.astimezone(UTC)
    assert read_date(there.isoformat())[0] == there.astimezone(UTC)
