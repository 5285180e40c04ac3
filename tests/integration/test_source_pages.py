"""Older pages of a feed when the window rolled on, public bodies, and lists of feeds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.errors import InvalidInput
from app.outbound import Outbound
from app.records import FetchResult, FetchState
from app.services.opml import Line, read_opml, write_opml
from app.sources.bekendmakingen import BekendmakingenSource
from app.sources.discover import usual_places
from app.sources.feed import FeedSource
from app.sources.politie import PolitieSource
from tests.web import Answer, Web, rss

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def reader() -> Iterator[FeedSource]:
    with closing(FeedSource()) as made:
        yield made


@pytest.fixture(autouse=True)
def plain_pages(loopback_site: Web) -> Iterator[None]:
    yield
    loopback_site.pages = {}


@pytest.fixture
def outbound(loopback_site: Web) -> Iterator[Outbound]:
    with closing(Outbound(allow_private=loopback_site.place, contact="x")) as door:
        yield door


def wordpress(site: Web, newest: int, *, size: int = 10, mark: bool = True) -> None:
    """A comment feed of `newest` comments in pages of ten, as WordPress gives them."""
    sign = b"<generator>https://wordpress.org/?v=6.8</generator><link>" if mark else b"<link>"
    for page in range(1, newest // size + 2):
        numbers = range(newest - (page - 1) * size, max(newest - page * size, 0), -1)
        items = [(f"c-{n}", f"reactie {n}", NOW - timedelta(minutes=500 - n)) for n in numbers]
        path = "/reacties" if page == 1 else f"/reacties?paged={page}"
        answer = rss(items)
        answer.body = answer.body.replace(b"<link>", sign, 1)
        site.pages[path] = answer if items else Answer(b"niets", 404)


def names(found: FetchResult) -> set[str]:
    return {post.canonical_id for post in found.posts}


def state(site: Web, **settings: str) -> FetchState:
    return FetchState(site.url("/reacties"), settings)


def test_comments_that_left_the_first_page_are_fetched_from_the_next(
    loopback_site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    wordpress(loopback_site, 12)
    first = reader.fetch(state(loopback_site), outbound, NOW)
    assert len(first.posts) == 10
    wordpress(loopback_site, 47)
    assert first.state is not None
    second = reader.fetch(first.state, outbound, NOW)
    assert names(second) >= {f"c-{n}" for n in range(13, 48)}
    assert second.continuous
    paths = [path for path, _ in loopback_site.asked if "paged" in path]
    assert paths == [f"/reacties?paged={n}" for n in (2, 3, 4)]


def test_a_quiet_feed_costs_one_question(
    loopback_site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    wordpress(loopback_site, 30)
    first = reader.fetch(state(loopback_site), outbound, NOW)
    wordpress(loopback_site, 33)
    assert first.state is not None
    reader.fetch(first.state, outbound, NOW)
    assert not any("paged" in path for path, _ in loopback_site.asked)


def test_the_number_of_pages_has_an_end_and_the_hole_is_told(
    loopback_site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    wordpress(loopback_site, 10)
    first = reader.fetch(state(loopback_site, pages="2"), outbound, NOW)
    wordpress(loopback_site, 95)
    assert first.state is not None
    second = reader.fetch(first.state, outbound, NOW)
    assert (len(second.posts), second.continuous) == (30, False)


def test_the_first_time_may_go_back_when_a_person_asks(
    loopback_site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    wordpress(loopback_site, 35)
    found = reader.fetch(state(loopback_site, first_pages="9"), outbound, NOW)
    assert len(found.posts) == 35


def test_a_json_feed_names_its_next_page(
    loopback_site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    def page(numbers: range, following: str | None) -> Answer:
        document = {
            "version": "https://jsonfeed.org/version/1.1", "title": "Bode",
            "items": [{"id": f"j-{n}", "content_text": f"bericht {n}"} for n in numbers],
        } | ({"next_url": following} if following else {})  # fmt: skip
        return Answer(json.dumps(document).encode(), media_type="application/feed+json")

    loopback_site.pages["/reacties"] = page(range(5, 0, -1), None)
    first = reader.fetch(state(loopback_site), outbound, NOW)
    loopback_site.pages["/reacties"] = page(range(12, 7, -1), "/oud")
    loopback_site.pages["/oud"] = page(range(7, 2, -1), "/ouder")
    assert first.state is not None
    assert names(reader.fetch(first.state, outbound, NOW)) >= {f"j-{n}" for n in range(6, 13)}


def test_bad_ids_are_noticed_and_remembered(
    loopback_site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    answer = rss([("1", f"bericht {n}", NOW) for n in range(4)])
    loopback_site.pages["/reacties"] = answer
    found = reader.fetch(state(loopback_site), outbound, NOW)
    assert found.state is not None
    assert found.state.identity == "link"
    assert len(names(found)) == 4


SRU = """<?xml version="1.0"?><sru:searchRetrieveResponse xmlns:sru="http://docs.oasis-open.org/ns/search-ws/sruResponse"
 xmlns:dcterms="http://purl.org/dc/terms/" xmlns:gzd="http://standaarden.overheid.nl/sru">
<sru:numberOfRecords>{total}</sru:numberOfRecords><sru:records>{records}</sru:records></sru:searchRetrieveResponse>"""
RECORD = """<sru:record><sru:recordData><gzd:gzd><dcterms:identifier>gmb-2026-{n}</dcterms:identifier>
<dcterms:title>Besluit {n} over de opvang</dcterms:title><dcterms:available>2026-11-18</dcterms:available>
<gzd:preferredUrl>https://zoek.officielebekendmakingen.nl/gmb-2026-{n}.html</gzd:preferredUrl>
<dcterms:abstract>Het college besluit.</dcterms:abstract></gzd:gzd></sru:recordData></sru:record>"""


def test_publications_are_asked_page_by_page_with_an_overlap(
    loopback_site: Web, outbound: Outbound
) -> None:
    asked: list[str] = []

    def answer() -> Answer:
        asked.append(loopback_site.asked[-1][0])
        start = 1 if "startRecord=1&" in asked[-1] else 101
        numbers = range(start, min(start + 100, 121))
        body = SRU.format(total=120, records="".join(RECORD.format(n=n) for n in numbers))
        return Answer(body.encode(), media_type="application/xml")

    loopback_site.pages = _Prefix("/sru", answer)  # type: ignore[assignment]
    with closing(BekendmakingenSource()) as source:
        first = source.fetch(
            FetchState(loopback_site.url("/sru"), {"creator": "Zaanstad"}), outbound, NOW
        )
        assert (first.reason, len(first.posts)) == ("ok", 120)
        post = first.posts[0]
        assert (post.canonical_id, post.title) == ("gmb-2026-1", "Besluit 1 over de opvang")
        assert post.url == "https://zoek.officielebekendmakingen.nl/gmb-2026-1.html"
        assert first.state is not None
        assert first.state.cursor == "2026-11-20"
        source.fetch(first.state, outbound, NOW + timedelta(days=1))
    assert "dt.creator%3D%3D%22Zaanstad%22" in asked[0]
    assert "2026-11-06" in asked[0]
    assert "2026-11-17" in asked[-1]


class _Prefix(dict):  # type: ignore[type-arg]
    """Pages of a site that answers everything under a path with one function."""

    def __init__(self, start: str, answer: object) -> None:
        super().__init__()
        self.start, self.answer = start, answer

    def get(self, path: str, default: object = None) -> object:
        return self.answer if path.startswith(self.start) else default


def test_police_news_is_read_and_204_is_empty(loopback_site: Web, outbound: Outbound) -> None:
    news = {
        "nieuwsberichten": [
            {
                "uid": "u1", "titel": "Demonstratie verliep rustig", "url": "https://www.politie.nl/1",
                "introductie": "<p>Bij de opvang.</p>", "publicatiedatum": "2026-11-20 10:00:00",
                "alineas": [{"titel": "Verkeer", "opgemaaktetekst": "<p>De weg is vrij.</p>"}, 3],
            },
            "rommel",
        ]
    }  # fmt: skip
    body = json.dumps(news).encode()
    loopback_site.pages = _Prefix("/v4", lambda: Answer(body, media_type="application/json"))  # type: ignore[assignment]
    place = FetchState(loopback_site.url("/v4/nieuws/lokaal"), {"lat": "52.44", "lon": "4.82"})
    found = PolitieSource().fetch(place, outbound, NOW)
    (post,) = found.posts
    assert post.text == "Bij de opvang.\nVerkeer\nDe weg is vrij."
    assert post.published_at == datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    loopback_site.pages = _Prefix("/v4", lambda: Answer(b"", 204))  # type: ignore[assignment]
    empty = PolitieSource().fetch(place, outbound, NOW)
    assert (empty.reason, empty.state is not None) == ("empty", True)


def test_a_list_of_feeds_goes_out_and_comes_back() -> None:
    lines = [
        Line("https://a.example/feed?x=1&y=2", "De <Bode> & Co"),
        Line("https://b.example/", ""),
    ]
    back = read_opml(write_opml("Bronnen", lines))
    assert [line.address for line in back] == [line.address for line in lines]
    assert back[0].title == lines[0].title
    nested = b"<opml version='1.0'><body><outline text='map'><outline XMLURL=' https://a.example/ '/></outline></body></opml>"
    assert [line.address for line in read_opml(nested)] == ["https://a.example/"]


@pytest.mark.parametrize(
    "data",
    [b"", b"<html/>", b"<opml", b"\x00", b"<!DOCTYPE o [<!ENTITY a 'b'>]><rss>&a;</rss>", b"x" * 6_000_000],
    ids=lambda data: repr(data[:9]),
)  # fmt: skip
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_opml(data)


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        (
            "https://www.youtube.com/channel/UC1234567890abcdef",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UC1234567890abcdef",
        ),
        ("https://lemmy.example/c/rietmeer", "https://lemmy.example/feeds/c/rietmeer.xml?sort=New"),
        ("https://forum.example/latest", "https://forum.example/posts.rss"),
        ("https://forum.example/viewforum.php?f=3", "https://forum.example/feed.php"),
        ("https://bode.example/wijk", "https://bode.example/wijk/feed/"),
    ],
)
def test_platforms_keep_their_feeds_at_a_fixed_place(page: str, feed: str) -> None:
    assert usual_places(page)[0] == feed


def test_the_same_bytes_again_are_not_read_again(
    loopback_site: Web, reader: FeedSource, outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    wordpress(loopback_site, 5)
    first = reader.fetch(state(loopback_site), outbound, NOW)
    assert first.state is not None
    bare = replace(first.state, validators={})  # a server without validators answers in full
    with monkeypatch.context() as unread:
        unread.setattr(reader._child, "parse", lambda *_: 1 / 0)
        again = reader.fetch(bare, outbound, NOW)
    assert (again.reason, again.posts, again.continuous) == ("ok", (), True)
    after_trouble = reader.fetch(replace(bare, failures=1), outbound, NOW)
    assert len(after_trouble.posts) == 5
    wordpress(loopback_site, 6)
    assert len(reader.fetch(bare, outbound, NOW).posts) == 6
