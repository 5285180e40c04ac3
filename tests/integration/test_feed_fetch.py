"""Fetching feeds over HTTP on loopback: conditional, polite, and with a reason for everything."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.outbound import Outbound
from app.records import FetchResult, FetchState, Validators
from app.sources.feed import FeedSource
from tests.unit.outbound.wire import Line, answer, listening, path_of
from tests.web import Answer, Web, rss, web

FEEDS = Path("tests/data/feeds")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ITEMS = [("1", "Opvang in Rietmeer", NOW), ("2", "Markt op de Molenweg", NOW)]


@pytest.fixture
def outbound() -> Iterator[Outbound]:
    with closing(Outbound(allow_private="127.0.0.1:*", contact="info@rietmeer.example")) as door:
        yield door


def asked(site: Web, path: str) -> list[dict[str, str]]:
    return [headers for where, headers in site.asked if where == path]


def test_a_feed_is_read_and_its_validators_go_back_verbatim(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    site.pages["/feed"] = rss(ITEMS)
    first = reader.fetch(FetchState(site.url("/feed")), outbound, NOW)
    assert (first.reason, [post.text for post in first.posts]) == ("ok", [i[1] for i in ITEMS])
    assert first.state is not None
    assert first.state.validators[site.url("/feed")].etag
    second = reader.fetch(first.state, outbound, NOW)
    assert (second.reason, second.posts) == ("not-modified", ())
    assert second.state == first.state
    etag = first.state.validators[site.url("/feed")].etag
    assert asked(site, "/feed")[1]["if-none-match"] == etag


def test_odd_validators_come_back_byte_for_byte(reader: FeedSource, outbound: Outbound) -> None:
    body = rss(ITEMS).body
    with listening(
        lambda c, _: c.sendall(answer(body, etag='W/"caf\xe9"', last_modified="ooit, lang geleden"))
    ) as line:
        result = reader.fetch(FetchState(line.url("/feed")), outbound, NOW)
        assert result.state is not None
        reader.fetch(result.state, outbound, NOW)
    assert 'if-none-match: W/"caf\xe9"' in line.heads[-1]
    assert "if-modified-since: ooit, lang geleden" in line.heads[-1]


def test_validators_belong_to_their_own_url(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    """WordPress gives the feed, the comments and page two one and the same ETag."""
    site.pages["/feed"] = rss(ITEMS)
    other = {site.url("/comments/feed/"): Validators(etag='"dezelfde"')}
    reader.fetch(FetchState(site.url("/feed"), validators=other), outbound, NOW)
    assert "if-none-match" not in asked(site, "/feed")[0]


def test_a_changed_target_of_a_redirect_is_asked_anew(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    site.pages["/een"] = site.pages["/twee"] = rss(ITEMS)
    site.pages["/feed"] = Answer(status=302, headers={"Location": "/een"})
    first = reader.fetch(FetchState(site.url("/feed")), outbound, NOW)
    assert (first.reason, first.moved_to) == ("ok", None)
    assert first.state is not None
    assert reader.fetch(first.state, outbound, NOW).reason == "not-modified"
    site.pages["/feed"] = Answer(status=302, headers={"Location": "/twee"})
    assert reader.fetch(first.state, outbound, NOW).reason == "ok"


def test_a_permanent_redirect_is_kept_and_its_validators_fit_the_new_address(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    site.pages["/nieuw"] = rss(ITEMS)
    site.pages["/oud"] = Answer(status=301, headers={"Location": "/nieuw"})
    result = reader.fetch(FetchState(site.url("/oud")), outbound, NOW)
    assert (result.reason, result.moved_to) == ("ok", site.url("/nieuw"))
    assert result.state is not None
    moved = replace(result.state, address=site.url("/nieuw"))
    assert reader.fetch(moved, outbound, NOW).reason == "not-modified"


def test_a_permanent_redirect_to_something_else_moves_nothing(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    site.pages["/weg"] = Answer(b"<html><body>te koop</body></html>", media_type="text/html")
    site.pages["/feed"] = Answer(status=301, headers={"Location": "/weg"})
    result = reader.fetch(FetchState(site.url("/feed")), outbound, NOW)
    assert (result.reason, result.moved_to, result.state) == ("not-a-feed", None, None)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (Answer(status=410), "gone"),
        (Answer(status=404), "not-found"),
        (Answer(status=401), "forbidden"),
        (Answer(status=403), "forbidden"),
        (Answer(status=500), "server-error"),
        (Answer(status=503, headers={"Retry-After": "600"}), "limited"),
        (Answer(status=429, headers={"Retry-After": "Mon, 23 Nov 2026 10:10:00 GMT"}), "limited"),
        (Answer(status=302, headers={"Location": "/feed"}), "redirect-loop"),
        (Answer(status=302, headers={"Location": "http://10.0.0.1/"}), "address-refused"),
        (Answer(status=302, headers={"Location": "file:///etc/passwd"}), "address-refused"),
        (Answer(b"<html><p>welkom</p>", media_type="application/rss+xml"), "not-a-feed"),
        (Answer(b'{"a": 1}', media_type="application/json"), "not-a-feed"),
        (Answer(b""), "not-a-feed"),
        (Answer(b"<rss version='2.0'><channel><title>kapot"), "unreadable"),
        (Answer(b"<rss version='2.0'><channel><title>x</title></channel></rss>"), "empty"),
        (Answer(b"x" * (15 * 1024 * 1024 + 1)), "too-large"),
        (Answer(b"x", headers={"Content-Encoding": "gzip, br"}), "encoding"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_whatever_a_server_does_has_one_reason(
    site: Web, reader: FeedSource, outbound: Outbound, page: Answer, reason: str
) -> None:
    site.pages["/feed"] = page
    result = reader.fetch(FetchState(site.url("/feed")), outbound, NOW)
    assert result.reason == reason
    assert result.disable == (reason == "gone")
    if reason == "limited":
        assert result.wait == timedelta(minutes=10)
    if reason == "empty":
        assert result.state is not None
    else:
        assert result.state is None
        assert result.detail


@pytest.mark.parametrize(
    ("headers", "ttl", "wait"),
    [
        ({}, "", None),
        ({}, "<ttl>90</ttl>", timedelta(minutes=90)),
        ({"Cache-Control": "max-age=600"}, "", timedelta(minutes=10)),
        ({"Cache-Control": "max-age=600"}, "<ttl>5</ttl>", timedelta(minutes=10)),
        ({}, "<ttl>999999999</ttl>", timedelta(days=1)),
        ({}, "<ttl>vaak</ttl>", None),
    ],
)
def test_a_feed_that_says_how_long_it_stays_fresh_is_left_alone_that_long(
    site: Web,
    reader: FeedSource,
    outbound: Outbound,
    headers: dict[str, str],
    ttl: str,
    wait: timedelta | None,
) -> None:
    body = rss(ITEMS).body.replace(b"</title>", b"</title>" + ttl.encode(), 1)
    site.pages["/feed"] = Answer(body, headers=headers)
    assert reader.fetch(FetchState(site.url("/feed")), outbound, NOW).wait == wait


def robots(site: Web, words: str, status: int = 200) -> None:
    site.pages["/robots.txt"] = Answer(words.encode(), status, "text/plain")


def test_robots_txt_is_heard_with_wildcards_and_the_longest_rule(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    site.pages["/feed/nieuws"] = site.pages["/feed/prive/x"] = rss(ITEMS)
    robots(
        site, "User-agent: *\nDisallow: /feed/*/x\nAllow: /feed/\n\nUser-agent: Ander\nDisallow: /"
    )
    result = reader.fetch(FetchState(site.url("/feed/prive/x")), outbound, NOW)
    assert (result.reason, result.wait) == ("robots", timedelta(days=1))
    assert asked(site, "/feed/prive/x") == []
    assert reader.fetch(FetchState(site.url("/feed/nieuws")), outbound, NOW).reason == "ok"
    assert len(asked(site, "/robots.txt")) == 1


def test_robots_txt_is_asked_again_after_its_time(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    site.pages["/feed"] = rss(ITEMS)
    robots(site, "User-agent: Klankbord\nDisallow: /")
    state = FetchState(site.url("/feed"))
    assert reader.fetch(state, outbound, NOW).reason == "robots"
    robots(site, "")
    assert reader.fetch(state, outbound, NOW + timedelta(hours=11)).reason == "robots"
    assert reader.fetch(state, outbound, NOW + timedelta(hours=13)).reason == "ok"


@pytest.mark.parametrize("status", [404, 403, 500])
def test_without_rules_a_feed_may_be_asked(
    site: Web, reader: FeedSource, outbound: Outbound, status: int
) -> None:
    site.pages["/feed"] = rss(ITEMS)
    robots(site, "User-agent: *\nDisallow: /", status)
    assert reader.fetch(FetchState(site.url("/feed")), outbound, NOW).reason == "ok"


def test_a_pause_that_robots_txt_asks_for_is_a_wait(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    site.pages["/feed"] = rss(ITEMS)
    robots(site, "User-agent: *\nCrawl-delay: 2.5")
    result = reader.fetch(FetchState(site.url("/feed")), outbound, NOW)
    assert result.wait == timedelta(seconds=2.5)


def test_robots_txt_counts_where_a_redirect_leads(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    with web() as other:
        other.pages["/feed"] = rss(ITEMS)
        robots(other, "User-agent: *\nDisallow: /feed")
        site.pages["/feed"] = Answer(status=301, headers={"Location": other.url("/feed")})
        result = reader.fetch(FetchState(site.url("/feed")), outbound, NOW)
    assert (result.reason, result.moved_to) == ("robots", None)


@pytest.mark.parametrize(
    ("name", "count"),
    [("nieuws.rss", 3), ("reacties.rss", 2), ("forum.atom", 2), ("oud.rdf", 1), ("blad.json", 2),
     ("verkeerd-gelabeld.rss", 1), ("stuk.rss", 3)],
)  # fmt: skip
def test_every_dialect_comes_over_the_line(
    site: Web, reader: FeedSource, outbound: Outbound, name: str, count: int
) -> None:
    site.pages["/feed"] = Answer((FEEDS / name).read_bytes(), media_type="application/octet-stream")
    result = reader.fetch(FetchState(site.url("/feed")), outbound, NOW)
    assert (result.reason, len(result.posts)) == ("ok", count)


def test_the_ids_of_one_feed_are_the_same_at_every_fetch_and_address(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    def ids(path: str) -> list[str]:
        site.pages[path] = Answer((FEEDS / "nieuws.rss").read_bytes())
        result = reader.fetch(FetchState(site.url(path)), outbound, NOW)
        return [post.canonical_id for post in result.posts if post.canonical_id.startswith("bode")]

    assert ids("/a/feed") == ids("/a/feed") == ids("/b") == ["bode-103"]


def heavy() -> bytes:
    attributes = b" ".join(b'a%d="b"' % n for n in range(200_000))
    return b'<rss version="2.0"><channel><item><title ' + attributes + b">x</title> &o;"


def test_a_feed_that_would_never_be_read_is_stopped_and_the_next_is_read(
    site: Web, outbound: Outbound
) -> None:
    source = FeedSource(parse_budget_s=1.0)
    try:
        site.pages["/zwaar"] = Answer(heavy())
        site.pages["/feed"] = rss(ITEMS)
        result = source.fetch(FetchState(site.url("/zwaar")), outbound, NOW)
        assert result.reason == "parse-budget"
        assert source.fetch(FetchState(site.url("/feed")), outbound, NOW).reason == "ok"
    finally:
        source.close()


def fetched(reader: FeedSource, line: Line, total_s: float) -> FetchResult:
    with closing(Outbound(allow_private="127.0.0.1:*", contact="x", total_s=total_s)) as door:
        return reader.fetch(FetchState(line.url("/feed")), door, NOW)


def test_a_server_that_keeps_silent_is_a_timeout(reader: FeedSource) -> None:
    def silent(connection: socket.socket, _: str) -> None:
        connection.recv(1)

    with listening(silent) as line:
        assert fetched(reader, line, 0.4).reason == "timeout"


def test_a_server_that_hangs_up_is_a_bad_connection(reader: FeedSource) -> None:
    with listening(
        lambda c, h: c.sendall(answer(status=404)) if "robots" in path_of(h) else None
    ) as line:
        result = fetched(reader, line, 5)
    assert (result.reason, result.state) == ("connect", None)


def test_a_closed_platform_behind_a_redirect_is_refused(
    reader: FeedSource, outbound: Outbound, monkeypatch: pytest.MonkeyPatch, site: Web
) -> None:
    real, port = socket.getaddrinfo, int(site.place.rpartition(":")[2])

    def told(host: str, *rest: object, **named: object) -> object:
        return real("127.0.0.1" if host == "x.com" else host, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", told)
    site.pages["/feed"] = Answer(status=301, headers={"Location": f"http://x.com:{port}/echt"})
    site.pages["/echt"] = rss(ITEMS)
    result = reader.fetch(FetchState(site.url("/feed")), outbound, NOW)
    assert (result.reason, result.moved_to) == ("private-refused", None)
