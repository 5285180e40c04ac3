"""What the reading child makes of bodies: by what they are, not by what the server calls them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records import Author, FetchedPost
from app.sources.items import canonical_url, posts_of
from app.sources.parse import MOST_ITEMS, MOST_TEXT, parse_feed

FEEDS = Path("tests/data/feeds")
URL = "https://bode.example/feed/"


def parsed(name: str, kind: str = "application/xml") -> dict[str, Any]:
    return parse_feed((FEEDS / name).read_bytes(), URL, kind)


def posts(name: str) -> tuple[FetchedPost, ...]:
    feed = parsed(name)
    return posts_of(feed["items"], URL, feed["lang"])


def test_rss_gives_text_title_link_author_and_language() -> None:
    feed = parsed("nieuws.rss")
    assert (feed["title"], feed["lang"], feed["ttl"]) == (
        "Rietmeerse Bode & Omstreken",
        "nl-NL",
        "90",
    )
    first, second, third = posts("nieuws.rss")
    assert first.text == (
        "De raad van Rietmeer praat over #azc en vraagt het @gemrietmeer.\nEr is\nplaats."
    )
    assert first.title == "Raad praat over De Zonnehoek"
    assert first.canonical_id == "https://bode.example/?p=101"
    assert first.url == "https://bode.example/nieuws/raad/?a=1&b=2"
    assert first.author == Author("Redactie", "bode.example")
    assert first.lang == "nl"
    assert first.date_rule == "rfc2822-zone"
    assert first.published_at is not None
    assert first.published_at.isoformat() == "2026-11-22T23:30:00+00:00"
    assert second.canonical_id == second.url == "https://bode.example/nieuws/markt"
    assert (second.text, second.date_rule) == ("Er komt een markt & een kermis.", "dutch")
    assert (third.text, third.title, third.canonical_id) == ("Zonder tekst", "", "bode-103")
    assert (third.published_at, third.date_rule) == (None, "first-seen")


def test_an_article_and_its_comments_are_one_thread() -> None:
    (article, *_), (question, reply) = posts("nieuws.rss"), posts("reacties.rss")
    assert article.thread == question.thread == reply.thread == "https://bode.example/nieuws/raad/"


def test_comments_of_wordpress_keep_title_and_text_apart_and_name_no_writer() -> None:
    question, reply = posts("reacties.rss")
    assert question.title == "Reactie op Raad praat over De Zonnehoek"
    assert question.text == "Wanneer hoort de buurt hier iets over?"
    assert question.author == Author("wilma.k", "bode.example")
    assert question.canonical_id == "https://bode.example/?p=101#comment-7"
    assert reply.title == ""
    assert reply.text == "In antwoord op wilma.k.\nVanavond."
    assert reply.author == Author("Henk van 't Riet", "bode.example")


def test_comments_without_an_id_of_one_article_stay_apart() -> None:
    item = {"id": "", "title": "", "date": "", "author": "", "lang": "", "thread": ""}
    links = [f"https://bode.example/raad/#comment-{n}" for n in (1, 2)]
    one, two = posts_of([{**item, "link": link, "text": "Eens!"} for link in links], URL)
    assert one.canonical_id != two.canonical_id
    assert one.url == two.url == "https://bode.example/raad/"


def test_atom_tells_plain_text_from_markup() -> None:
    first, second = posts("forum.atom")
    assert first.title == "Zijn er <24 of meer plekken?"
    assert first.text == "Meer dan <b> weet ik niet."
    assert (first.canonical_id, first.url) == (
        "tag:forum.example,2026:1",
        "https://forum.example/t/9",
    )
    assert first.date_rule == "iso8601"
    assert first.published_at is not None
    assert first.published_at.isoformat() == "2026-11-22T22:30:00+00:00"
    assert first.lang == "nl"
    assert (second.title, second.text) == ("Re: plekken", "About sixty.")
    assert second.thread == "tag:forum.example,2026:1"
    assert (second.lang, second.author, second.url) == ("en", None, None)
    assert second.date_rule == "feed-default"


def test_rdf_is_read_in_its_own_encoding() -> None:
    (post,) = posts("oud.rdf")
    assert (post.title, post.text) == ("Café bij de haven", "Coördinatie van de opvang.")
    assert (post.url, post.date_rule) == ("https://oud.example/een", "iso8601")


def test_json_feed_is_read_with_both_kinds_of_content() -> None:
    feed = parsed("blad.json", "application/feed+json")
    assert (feed["title"], feed["total"]) == ("Wijkblad De Zonnehoek", 3)
    first, second = posts("blad.json")
    assert (first.canonical_id, first.title) == ("42", "Vraag")
    assert first.text == "Regel een.\n\nRegel twee met #azc."
    assert first.author == Author("piet", "wijk.example")
    assert second.text == "Een\ntwee"
    assert second.author == Author("Wijkraad", "bode.example")
    assert (second.lang, second.date_rule) == ("en", "iso8601")


def test_a_wrong_label_costs_no_letters() -> None:
    (post,) = posts("verkeerd-gelabeld.rss")
    assert post.title == "Reünie"
    assert post.text == "De coördinator zei: “één kamer” – €5 per dag."


def test_a_broken_feed_loses_no_element_that_was_finished() -> None:
    first, second, third = posts("stuk.rss")
    assert first.title == "Hulp & steun"
    assert "koffie" in first.text
    assert "iedereen & altijd" in first.text
    assert second.text == "Ook dit bericht blijft."
    assert third.text == "Afgekapt"


def test_an_id_stays_the_same_when_the_feed_moves() -> None:
    """A GUID such as `123` is no address, whatever RSS takes for granted of it."""
    for body in (
        b'<rss version="2.0"><channel><link>http://a.example/</link><item><guid>123</guid>'
        b"<title>x</title><link>/x</link></item></channel></rss>",
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>123</id><title>x</title>'
        b'<link href="/x"/></entry></feed>',
    ):
        for url in ("http://oud.example/feed", "https://nieuw.example/a/feed"):
            feed = parse_feed(body, url, "application/xml")
            (post,) = posts_of(feed["items"], url, "")
            assert post.canonical_id == "123"
            assert post.url == canonical_url("/x", url)


@pytest.mark.parametrize("kind", ["", "text/html", "application/json", "text/plain", "image/png"])
def test_the_body_decides_whatever_the_server_calls_it(kind: str) -> None:
    assert parsed("nieuws.rss", kind)["total"] == 4
    assert parsed("blad.json", kind)["kind"] == "feed"


def test_a_page_is_a_page_and_tells_which_feeds_it_names() -> None:
    assert parsed("pagina.html") == {
        "kind": "html",
        "links": [
            "https://bode.example/nieuws.rss",
            "https://bode.example/reacties.rss",
            "https://www.facebook.com/groups/rietmeer/feed",
        ],
    }


@pytest.mark.parametrize(
    "body",
    [
        b"", b" \n", b"gewone woorden", b"{}", b"[]", b'{"version": 1}', b'{"items": []}', b"null",
        b"\x89PNG\r\n\x1a\n\0\0", b"%PDF-1.7", b"<?xml version='1.0'?><opml></opml>",
    ],
)  # fmt: skip
def test_what_is_no_feed_is_not_taken_for_one(body: bytes) -> None:
    assert parse_feed(body, URL, "application/xml")["kind"] == "unknown"


@pytest.mark.parametrize(
    "body",
    [
        b"<!-- welkom --><!DOCTYPE html><p>x", b"\xef\xbb\xbf<html><body>x", b"<HTML>",
        b"<?xml version='1.0'?>\n<!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'/>",
    ],
)  # fmt: skip
def test_a_page_is_known_by_its_begin(body: bytes) -> None:
    assert parse_feed(body, URL, "application/rss+xml")["kind"] == "html"


@pytest.mark.parametrize(
    "body",
    [b'{"version": "https://jsonfeed.org/version/1.1", "items": [', b"[" * 100_000, b'{"a": "\xff"}',
     b'<rss version="2.0"><channel><title>kapot', b"<feed xmlns='http://www.w3.org/2005/Atom'><entr"],
)  # fmt: skip
def test_what_is_broken_beyond_repair_says_so_in_dutch(body: bytes) -> None:
    assert "error" in parse_feed(body, URL, "application/xml")
    assert parse_feed(body, URL, "application/xml")["error"].startswith("De ")


def test_an_empty_feed_is_a_feed() -> None:
    for body in (
        b'<rss version="2.0"><channel><title>Leeg</title></channel></rss>',
        b'{"version": "https://jsonfeed.org/version/1", "title": "Leeg"}',
    ):
        assert parse_feed(body, URL, "")["items"] == []


def test_entities_that_grow_and_files_from_disk_stay_outside(tmp_path: Path) -> None:
    secret = tmp_path / "geheim.txt"
    secret.write_text("wachtwoord")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    body = (
        f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{laughs}'
        f'<!ENTITY f SYSTEM "file://{secret}">]><rss version="2.0"><channel><title>x</title>'
        "<item><title>&l8; &f;</title></item></channel></rss>"
    ).encode()
    told = json.dumps(parse_feed(body, URL, ""))
    assert len(told) < 100_000
    assert "wachtwoord" not in told


def test_long_feeds_and_long_posts_are_cut_and_counted() -> None:
    item = "<item><title>t</title><description>" + "woord " * 20 + "</description></item>"
    many = f'<rss version="2.0"><channel><title>x</title>{item * (MOST_ITEMS + 5)}</channel></rss>'
    feed = parse_feed(many.encode(), URL, "")
    assert (feed["total"], len(feed["items"])) == (MOST_ITEMS + 5, MOST_ITEMS)
    long = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"content_text": "a" * 50_000}],
    }
    (only,) = parse_feed(json.dumps(long).encode(), URL, "")["items"]
    assert len(only["text"]) == MOST_TEXT


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
KEYS = ["id", "url", "external_url", "title", "content_text", "content_html", "summary", "authors",
        "author", "language", "date_published", "date_modified"]  # fmt: skip


@given(st.lists(st.dictionaries(st.sampled_from(KEYS), VALUES), max_size=4))
def test_any_json_feed_gives_posts_that_can_be_stored(items: list[dict[str, Any]]) -> None:
    document = {"version": "https://jsonfeed.org/version/1.1", "items": items}
    feed = parse_feed(json.dumps(document).encode(), URL, "")
    for post in posts_of(feed["items"], URL, feed["lang"]):
        assert post.canonical_id
        assert post.text
        told = [post.canonical_id, post.text, post.title, post.url or "", post.thread or ""]
        told += [post.author.handle, post.author.host] if post.author else []
        for words in told:
            words.encode("utf-8")
            assert "\x00" not in words


@given(st.binary(max_size=300))
def test_any_bytes_give_an_answer_in_words(body: bytes) -> None:
    from app.sources.parse import _answer

    answer = _answer(b"<rss version='2.0'>" + body, {"url": URL, "content_type": ""})
    json.dumps(answer)
    assert "error" in answer or answer["kind"] in ("feed", "html", "unknown")
