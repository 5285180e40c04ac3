"""Looking at an address before it is saved: the feed itself, what a page names, the usual places."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.outbound import Outbound
from app.sources.feed import FeedSource
from tests.web import Answer, Web, rss, web

FEEDS = Path("tests/data/feeds")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PAGE = "text/html; charset=utf-8"


@pytest.fixture
def outbound() -> Iterator[Outbound]:
    with closing(Outbound(allow_private="127.0.0.1:*", contact="x")) as door:
        yield door


def data(name: str, media_type: str = "application/xml") -> Answer:
    return Answer((FEEDS / name).read_bytes(), media_type=media_type)


def test_a_feed_is_its_own_candidate_with_a_sample(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    site.pages["/feed"] = data("nieuws.rss")
    found = reader.discover(site.url("/feed"), outbound, NOW)
    assert found.reason == "ok"
    (candidate,) = found.candidates
    assert (candidate.address, candidate.kind, candidate.items) == (site.url("/feed"), "feed", 4)
    assert candidate.title == "Rietmeerse Bode & Omstreken"
    assert found.sample[0].title == "Raad praat over De Zonnehoek"


def test_a_feed_that_moved_for_good_is_offered_at_its_new_place(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    site.pages["/feed"] = data("nieuws.rss")
    site.pages["/oud"] = Answer(status=301, headers={"Location": "/feed"})
    site.pages["/even"] = Answer(status=302, headers={"Location": "/feed"})
    for path, place in (("/oud", "/feed"), ("/even", "/even")):
        (candidate,) = reader.discover(site.url(path), outbound, NOW).candidates
        assert candidate.address == site.url(place)


def test_all_feeds_that_a_page_names_and_that_answer_are_candidates(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    site.pages["/"] = data("pagina.html", PAGE)
    site.pages["/nieuws.rss"] = data("nieuws.rss")
    site.pages["/reacties.rss"] = data("reacties.rss")
    found = reader.discover(site.url("/"), outbound, NOW)
    assert [one.address for one in found.candidates] == [
        site.url("/nieuws.rss"),
        site.url("/reacties.rss"),
    ]
    assert found.reason == "ok"


def test_a_named_feed_that_is_gone_leaves_the_others(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    site.pages["/"] = data("pagina.html", PAGE)
    site.pages["/reacties.rss"] = data("reacties.rss")
    found = reader.discover(site.url("/"), outbound, NOW)
    assert [one.address for one in found.candidates] == [site.url("/reacties.rss")]


def test_usual_places_are_tried_only_when_a_page_names_none_and_until_the_first(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    site.pages["/wijk"] = Answer(b"<html><body>Welkom</body></html>", media_type=PAGE)
    site.pages["/rss"] = rss([("1", "woorden", NOW)])
    site.pages["/feed.json"] = data("blad.json")
    found = reader.discover(site.url("/wijk"), outbound, NOW)
    assert [one.address for one in found.candidates] == [site.url("/rss")]
    tried = [path for path, _ in site.asked]
    assert "/wijk/feed/" in tried
    assert "/feed.json" not in tried
    site.asked.clear()
    site.pages["/"] = data("pagina.html", PAGE)
    assert reader.discover(site.url("/"), outbound, NOW).reason == "not-a-feed"
    assert "/rss" not in [path for path, _ in site.asked]


def test_a_page_without_feeds_says_what_to_do(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    site.pages["/"] = Answer(b"<html><body>Welkom</body></html>", media_type=PAGE)
    found = reader.discover(site.url("/"), outbound, NOW)
    assert (found.reason, found.candidates) == ("not-a-feed", ())
    assert "RSS" in found.detail


def test_an_empty_feed_may_be_followed(site: Web, reader: FeedSource, outbound: Outbound) -> None:
    site.pages["/feed"] = rss([])
    found = reader.discover(site.url("/feed"), outbound, NOW)
    assert (found.reason, found.candidates[0].items, found.sample) == ("empty", 0, ())


def test_robots_txt_counts_for_looking_too(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    site.pages["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /nieuws", 200, "text/plain")
    site.pages["/"] = data("pagina.html", PAGE)
    site.pages["/nieuws.rss"] = data("nieuws.rss")
    site.pages["/reacties.rss"] = data("reacties.rss")
    found = reader.discover(site.url("/"), outbound, NOW)
    assert [one.address for one in found.candidates] == [site.url("/reacties.rss")]
    assert reader.discover(site.url("/nieuws.rss"), outbound, NOW).reason == "robots"


def test_a_page_that_points_inside_gets_nothing_from_there(
    site: Web, reader: FeedSource, outbound: Outbound
) -> None:
    with web() as secret, closing(Outbound(allow_private=site.place, contact="x")) as door:
        secret.pages["/feed"] = rss([("1", "geheim", NOW)])
        link = f'<link rel="alternate" type="application/rss+xml" href="{secret.url("/feed")}">'
        site.pages["/"] = Answer(f"<html><head>{link}".encode(), media_type=PAGE)
        assert reader.discover(site.url("/"), door, NOW).reason == "not-a-feed"
    assert secret.asked == []


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (Answer(status=404), "not-found"),
        (Answer(status=403), "forbidden"),
        (Answer(status=410), "gone"),
        (Answer(status=429), "limited"),
        (Answer(status=500), "server-error"),
        (Answer(b"<rss version='2.0'><channel><title>kapot"), "unreadable"),
        (Answer(b"x", headers={"Content-Encoding": "zstd"}), "encoding"),
    ],
)
def test_looking_tells_what_went_wrong(
    site: Web, reader: FeedSource, outbound: Outbound, page: Answer, reason: str
) -> None:
    site.pages["/feed"] = page
    found = reader.discover(site.url("/feed"), outbound, NOW)
    assert (found.reason, found.candidates) == (reason, ())
    assert found.detail
