"""What status codes mean, and every way in which a server asks us to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.outbound import Response
from app.records import REASONS
from app.sources.replies import UNASKED, refused_by, wait_asked

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def answer(status: int, **headers: str) -> Response:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, "http://a.example/", None, told, b"")


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 2.5 ", timedelta(seconds=2.5)),
        ("Mon, 23 Nov 2026 10:10:00 GMT", timedelta(minutes=10)),
        ("Monday, 23-Nov-26 10:10:00 GMT", timedelta(minutes=10)),
        ("Mon Nov 23 10:10:00 2026", timedelta(minutes=10)),
        ("2026-11-23T10:10:00Z", timedelta(minutes=10)),
        ("1795428600", timedelta(minutes=10)),
        ("999999999", timedelta(days=1)),
        ("Mon, 23 Nov 2026 09:00:00 GMT", UNASKED),
        ("0", UNASKED),
        ("-5", UNASKED),
        ("straks", UNASKED),
        ("", UNASKED),
        ("²", UNASKED),
    ],
)
def test_retry_after_is_understood_in_every_form(status: int, value: str, wait: timedelta) -> None:
    result = refused_by(answer(status, retry_after=value), NOW)
    assert result is not None
    assert (result.reason, result.wait) == ("limited", wait)
    assert result.detail.startswith("Wachten tot 2")


def test_without_retry_after_the_reset_of_the_limit_counts() -> None:
    for value in ("2026-11-23T10:10:00.000Z", "600", "1795428600"):
        assert wait_asked(answer(429, x_ratelimit_reset=value), NOW) == timedelta(minutes=10)
    assert wait_asked(answer(200, x_ratelimit_reset="600"), NOW) is None
    assert wait_asked(answer(429, retry_after="5", x_ratelimit_reset="600"), NOW) == timedelta(
        seconds=5
    )


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("max-age=600", timedelta(minutes=10)),
        ("public, Max-Age=600", timedelta(minutes=10)),
        ("public,max-age=600, must-revalidate", timedelta(minutes=10)),
        ("s-maxage=600", None),
        ("no-store", None),
        ("max-age=-1", None),
        ("max-age=31536000", timedelta(days=1)),
    ],
)
def test_what_stays_fresh_is_not_asked_again_before(header: str, wait: timedelta | None) -> None:
    assert wait_asked(answer(200, cache_control=header), NOW) == wait
    assert wait_asked(answer(304, cache_control=header), NOW) == wait
    assert wait_asked(answer(500, cache_control=header), NOW) is None


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (204, "empty"), (401, "forbidden"), (403, "forbidden"), (451, "forbidden"),
        (404, "not-found"), (410, "gone"), (400, "not-found"), (418, "not-found"),
        (500, "server-error"), (502, "server-error"), (504, "server-error"), (301, "unreadable"),
        (206, "unreadable"),
    ],
)  # fmt: skip
def test_a_status_has_one_reason(status: int, reason: str) -> None:
    result = refused_by(answer(status), NOW)
    assert result is not None
    assert result.reason == reason
    assert result.disable == (status == 410)


@pytest.mark.parametrize("status", [200, 203, 226, 304])
def test_an_answer_with_content_or_without_news_is_not_refused(status: int) -> None:
    assert refused_by(answer(status), NOW) is None


@given(st.integers(100, 599), st.text(max_size=30), st.text(max_size=30))
def test_no_header_makes_reading_an_answer_fail(status: int, after: str, age: str) -> None:
    result = refused_by(answer(status, retry_after=after, cache_control=age), NOW)
    assert result is None or result.reason in REASONS
