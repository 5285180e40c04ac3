"""One bad item spoils no feed; ids are opaque; addresses have one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sources.items import canonical_url, posts_of

URL = "https://bode.example/feed/"
BLANK = dict.fromkeys(("id", "link", "title", "text", "date", "author", "lang", "thread"), "")


@pytest.mark.parametrize(
    ("given_url", "canonical"),
    [
        ("https://Bode.example/a?utm_source=x&b=2&a=1#deel", "https://bode.example/a?a=1&b=2"),
        ("https://bode.example/a?fbclid=123", "https://bode.example/a"),
        ("/los?p=1", "https://bode.example/los?p=1"),
        ("https://bode.example/?p=12", "https://bode.example/?p=12"),
        ("javascript:alert(1)", None),
        ("mailto:a@b.example", None),
        ("http://[kapot", None),
        ("http://a.example:poort/", None),
        ("http://", None),
        ("", None),
        ("   ", None),
    ],
)
def test_a_page_has_one_address(given_url: str, canonical: str | None) -> None:
    assert canonical_url(given_url, URL) == canonical


@given(
    st.text(max_size=80) | st.from_regex(r"https?://[a-z.\[\]:@/?#&=%0-9]{0,40}", fullmatch=True)
)
def test_no_address_makes_reading_fail_and_the_canonical_one_stays(address: str) -> None:
    first = canonical_url(address)
    if first is not None:
        assert first.startswith(("http://", "https://"))
        assert "#" not in first


def test_a_bad_link_or_thread_costs_only_itself() -> None:
    items = [
        {**BLANK, "id": "1", "text": "een", "link": "http://[kapot", "thread": "http://[ook"},
        {**BLANK, "id": "2", "text": "twee", "author": "x", "link": "http://[kapot"},
    ]
    one, two = posts_of(items, URL)
    assert (one.url, one.thread, two.url) == (None, "http://[ook", None)
    assert two.author is not None


def test_an_item_without_id_and_link_is_known_by_its_words() -> None:
    def known(title: str, text: str) -> str:
        return posts_of([{**BLANK, "title": title, "text": text}], URL)[0].canonical_id

    assert known("a", "b") == known("a", "b")
    assert len({known("a", "b"), known("a", "c"), known("b", "b"), known("ab", "")}) == 4


def test_control_characters_are_in_no_field() -> None:
    dirty = {k: f"a\x00b\ud800c\x1b{k}" for k in BLANK if k not in ("title", "text")}
    (post,) = posts_of([{**dirty, "title": "titel", "text": "tekst"}], URL)
    for words in (post.canonical_id, post.url, post.thread, post.author and post.author.handle):
        assert words
        assert not set("\x00\ud800\x1b") & set(words)


@pytest.mark.parametrize(
    ("title", "author", "kept"),
    [
        ("Reactie op Opvang door jan", "jan", "Reactie op Opvang"),
        ("Reactie op: Opvang, door: Jan", "jan", "Reactie op: Opvang"),
        ("Door: jan", "jan", ""),
        ("By: jan", "jan", ""),
        ("Comment on Opvang by jan", "jan", "Comment on Opvang"),
        ("Brief aan jan over opvang", "jan", "Brief aan jan over opvang"),
        ("Bewoner(s) boos door a+b", "a+b", "Bewoner(s) boos"),
        ("Reactie op: Opvang", "jan", "Reactie op: Opvang"),
    ],
)
def test_the_writer_of_a_comment_does_not_stay_in_its_title(
    title: str, author: str, kept: str
) -> None:
    (post,) = posts_of([{**BLANK, "title": title, "text": "woorden", "author": author}], URL)
    assert post.title == kept


@pytest.mark.parametrize(
    ("title", "text", "kept"),
    [
        ("Opvang in Rietmeer", "Opvang in Rietmeer", ""),
        ("Opvang in Riet…", "Opvang in Rietmeer gaat door", ""),
        ("Opvang in...", "Opvang in Rietmeer gaat door", ""),
        ("Opvang", "Opvang in Rietmeer gaat door", "Opvang"),
        ("Opvang…", "Andere woorden", "Opvang…"),
    ],
)
def test_a_title_that_only_repeats_the_text_is_no_title(title: str, text: str, kept: str) -> None:
    (post,) = posts_of([{**BLANK, "title": title, "text": text}], URL)
    assert post.title == kept


@pytest.mark.parametrize(
    ("code", "language"),
    [("nl", "nl"), ("nl-NL", "nl"), ("NL_nl", "nl"), ("fry", "fry"), ("dutch", None), ("", None)],
)
def test_a_language_is_its_first_letters(code: str, language: str | None) -> None:
    (post,) = posts_of([{**BLANK, "text": "x", "lang": code}], URL)
    assert post.lang == language


def test_rss_mail_authors_are_known_by_name_only() -> None:
    (post,) = posts_of([{**BLANK, "text": "x", "author": "info@bode.example (De Bode)"}], URL)
    assert post.author is not None
    assert post.author.handle == "De Bode"
