"""What an address of a Mastodon server means, and statuses that are not what they should be."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.errors import SourceError
from app.sources.fediverse import link_to, place_of, post_of

PLACE = place_of("https://mastodon.example/public/local")
WORDS = {
    "id": "1",
    "content": "<p>opvang</p>",
    "visibility": "public",
    "uri": "https://a.example/1",
}
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("", "/api/v1/timelines/public?local=true"),
        ("/public/local", "/api/v1/timelines/public?local=true"),
        ("/public", "/api/v1/timelines/public?"),
        ("/tags/azc", "/api/v1/timelines/tag/azc?"),
        ("/tags/%23azc?all=opvang", "/api/v1/timelines/tag/azc?all%5B%5D=opvang"),
        ("/search?q=opvang+azc", "/api/v2/search?type=statuses&q=opvang+azc"),
    ],
)
def test_an_address_people_see_becomes_a_question_to_the_server(path: str, url: str) -> None:
    assert place_of("https://mastodon.example" + path).url() == "https://mastodon.example" + url


def test_an_account_of_another_server_keeps_its_own_host() -> None:
    account = place_of("https://mastodon.example/@Bode@Elders.Example").account
    assert account == ("elders.example", "bode")


@pytest.mark.parametrize("visibility", ["private", "direct", "mutuals_only", None, 3])
def test_what_is_not_for_everybody_is_no_post(visibility: object) -> None:
    assert post_of(WORDS | {"visibility": visibility}, PLACE) is None


def test_pictures_polls_and_warnings_say_something_too() -> None:
    post = post_of(
        WORDS
        | {
            "spoiler_text": "azc",
            "media_attachments": [{"description": "Een bord bij de weg"}],
            "poll": {"options": [{"title": "Voor"}, {"title": "Tegen"}]},
        },
        PLACE,
    )
    assert post is not None
    assert (post.title, post.text) == ("azc", "opvang\nEen bord bij de weg\nVoor\nTegen")


@given(JSON)
def test_whatever_a_server_says_it_is_a_post_with_an_id_or_none(value: Any) -> None:
    names = ("id", "content", "account", "poll", "media_attachments", "reblog", "created_at")
    for said in (value, *(WORDS | {name: value} for name in names)):
        found = post_of(said, PLACE)
        if found is not None:
            assert found.canonical_id
            assert isinstance(found.text, str)


@given(some.text(max_size=60))
def test_whatever_the_address_it_is_a_place_or_refused(text: str) -> None:
    with suppress(SourceError):
        assert place_of(text).origin.startswith("http")


def test_a_link_to_another_server_is_not_followed() -> None:
    base = "https://mastodon.example/api/v1/timelines/public?limit=40"
    header = '<https://elders.example/api/v1/timelines/public?min_id=3>; rel="prev"'
    assert link_to(header, "prev", base) is None
    good = header.replace("elders", "mastodon")
    assert link_to(good, "prev", base) == good[1:].partition(">")[0]
