"""How the items of a source are told apart when their own ids are no good, and older pages."""

from __future__ import annotations

import pytest

from app.records import IDENTITIES
from app.sources.items import identity_of, posts_of
from app.sources.paging import mark, marks_of, next_page, reaches

URL = "https://bode.example/feed/"
BLANK = dict.fromkeys(("id", "link", "title", "text", "date", "author", "lang", "thread"), "")


def item(name: str = "", link: str = "", text: str = "woorden") -> dict[str, str]:
    return {**BLANK, "id": name, "link": link, "text": text}


def told_apart(items: list[dict[str, str]], before: str = "") -> tuple[str, int]:
    """(rule, how many different posts)"""
    rule = identity_of(items, URL, before)
    return rule, len({post.canonical_id for post in posts_of(items, URL, "", rule)})


def test_good_ids_are_used_and_nothing_is_lowered() -> None:
    assert told_apart([item("1", "/a"), item("2", "/b")]) == ("", 2)


def test_an_id_that_every_item_carries_is_no_id() -> None:
    assert told_apart([item("1", "/a"), item("1", "/b"), item("1", "/c")]) == ("link", 3)


def test_an_id_and_an_address_that_every_item_carries_leave_the_words() -> None:
    items = [item("1", "/a", f"bericht {n}") for n in range(4)]
    assert told_apart(items) == ("words", 4)


def test_two_versions_of_one_item_are_one_item() -> None:
    assert told_apart([item("1", "/a", "eerst"), item("1", "/a", "daarna")]) == ("", 1)


def test_items_without_an_id_are_known_by_their_address_and_that_is_told() -> None:
    assert told_apart([item("1", "/a"), item("", "/b"), item("", "/c")]) == ("some-missing", 3)


def test_replies_on_one_page_have_addresses_of_their_own() -> None:
    items = [item("1", f"/a#comment-{n}", f"reactie {n}") for n in range(4)]
    assert told_apart(items) == ("link", 4)


def test_what_was_lowered_once_stays_so() -> None:
    good = [item("1", "/a"), item("2", "/b")]
    assert told_apart(good, "link") == ("link", 2)
    assert told_apart(good, "words") == ("words", 1)


@pytest.mark.parametrize("rule", ["", "some-missing", "link", "words"])
def test_every_rule_has_words_to_show(rule: str) -> None:
    assert IDENTITIES[rule]


WORDPRESS = {"generator": "https://wordpress.org/?v=6.8"}


@pytest.mark.parametrize(
    ("parsed", "url", "following"),
    [
        (WORDPRESS, "https://a.example/feed/", "https://a.example/feed/?paged=2"),
        (WORDPRESS, "https://a.example/?feed=rss&paged=2", "https://a.example/?feed=rss&paged=3"),
        ({}, "https://a.example/feed/", None),
        ({"next": "/feed.json?p=2"}, "https://a.example/feed.json", "https://a.example/feed.json?p=2"),
        ({"next": "https://elders.example/2"}, "https://a.example/", None),
        ({"next": "https://a.example/"}, "https://a.example/", None),
    ],
)  # fmt: skip
def test_older_pages_are_found_on_the_same_host_only(
    parsed: dict[str, str], url: str, following: str | None
) -> None:
    assert next_page(parsed, url) == following


def test_a_mark_says_nothing_of_the_post_and_one_is_enough() -> None:
    posts = posts_of([item(f"at://jan/{n}", f"/{n}") for n in range(20)], URL)
    cursor = marks_of(posts, frozenset())
    assert cursor is not None
    assert "jan" not in cursor
    before = frozenset(cursor.split())
    assert reaches(posts[5:], before)
    assert not reaches(posts[10:], before)
    assert marks_of((), before) == " ".join(sorted(before))
    assert mark(posts[0]) in before
