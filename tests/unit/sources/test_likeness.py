"""Nearly the same words, and where words point: pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.services.likeness import Alike, Said, alike, likeness, shingles
from app.services.pointing import Pointer, pointers, unknown

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TEXT = (
    "Vanavond praat de gemeenteraad van Rietmeer over de noodopvang aan de Molenweg. "
    "Inwoners kunnen inspreken en hun vragen stellen aan de burgemeester."
)
OTHER = (
    "De voetbalclub uit het dorp won zaterdag met drie nul van de buren, en vierde dat met een "
    "groot feest op het dorpsplein waar iedereen bij was."
)


def said(key: str, text: str, source: int = 1, author: str | None = None, hours: int = 0) -> Said:
    return Said(key, text, source, author, NOW + timedelta(hours=hours))


def found(*posts: Said) -> list[tuple[str, str]]:
    return [(one.first, one.second) for one in alike(posts)]


def test_a_copy_with_an_address_behind_it_is_proposed_the_older_one_first() -> None:
    copy = f"{TEXT} https://bode.example/123 @bode"
    assert found(said("b", copy, 2, hours=3), said("a", TEXT, 1)) == [("a", "b")]


def test_a_copy_that_was_cut_off_is_proposed() -> None:
    assert found(said("a", TEXT), said("b", TEXT[:110] + "…", 2)) == [("a", "b")]


def test_a_copy_with_a_few_changed_words_is_proposed() -> None:
    changed = TEXT.replace("Vanavond", "Donderdagavond").replace("stellen aan", "voorleggen aan")
    ((pair),) = alike([said("a", TEXT), said("b", changed, 2)])
    assert isinstance(pair, Alike)
    assert 80 <= pair.likeness < 100


@pytest.mark.parametrize(
    "other",
    [
        said("b", OTHER, 2),
        said("b", TEXT, 1),
        said("b", TEXT, 2, hours=100),
        said("b", TEXT, 2, author="piet"),
        said("b", "Ja!", 2),
    ],
    ids=["other words", "same source", "later", "other author", "too short"],
)
def test_what_is_no_copy_is_not_proposed(other: Said) -> None:
    assert found(said("a", TEXT, 1, author="jan"), other) == []


def test_two_short_cries_are_never_one_message() -> None:
    assert found(said("a", "Geen opvang hier!"), said("b", "Geen opvang hier!", 2)) == []


def test_many_posts_are_compared_in_little_time() -> None:
    posts = [said(f"p{n}", f"{OTHER[:60]} {TEXT} {n} " * 2, n) for n in range(300)]
    assert len(alike(posts)) <= 300 * 299 / 2
    varied = [
        said(f"v{n}", " ".join(f"woord{n * 31 + k}" for k in range(60)), n) for n in range(1500)
    ]
    assert alike([*varied, said("x", varied[0].text, 9999)]) == [Alike("v0", "x", 100)]


@given(some.text(max_size=300), some.text(max_size=300))
def test_likeness_is_mutual_and_between_nothing_and_all(one: str, other: str) -> None:
    first, second = shingles(one), shingles(other)
    assert likeness(first, second) == likeness(second, first)
    assert 0 <= likeness(first, second) <= 100
    assert likeness(first, first) in (0, 100)


def test_posts_point_at_pages_servers_and_hashtags_and_never_at_a_person() -> None:
    text = (
        "Zie https://www.nieuwsplek.example/pad/van/jan?x=1, #azc en #GeenOpvang en #2026. "
        "@jan@mastodon.example en @piet vinden dat ook; mail jan@thuis.example. "
        "https://www.facebook.com/groups/1 https://t.me/x https://bit.ly/3 http://10.0.0.1/ "
        "https://eigen.example/9"
    )
    assert pointers(text, "www.eigen.example") == {
        Pointer("site", "nieuwsplek.example"),
        Pointer("server", "mastodon.example"),
        Pointer("hashtag", "#azc"),
        Pointer("hashtag", "#geenopvang"),
    }
    assert not any("jan" in one.address for one in pointers(text))


def test_what_is_followed_already_is_not_proposed() -> None:
    seen = {Pointer("site", "bode.example"), Pointer("hashtag", "#azc")}
    assert unknown(seen, ["www.bode.example"]) == {Pointer("hashtag", "#azc")}


@given(some.text(max_size=200))
def test_whatever_the_words_what_is_pointed_at_is_a_place(text: str) -> None:
    for one in pointers(text) | pointers(f"https://{text} @{text}@{text} #{text}"):
        assert one.kind in {"site", "server", "hashtag"}
        assert one.address
        assert not any(char.isspace() for char in one.address)
