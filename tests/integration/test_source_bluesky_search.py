"""Searching on Bluesky, signed in: sessions, pages, what is asked again, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from app.errors import AddressRefused, FetchFailed
from app.outbound import Outbound
from app.records import FetchResult, FetchState
from app.sources.bluesky_search import BlueskySearchSource, search_of
from app.sources.protocol import Asked
from tests.factories import WORDS
from tests.fake_pds import ACCOUNT, PASSWORD, START, Pds, pds

NOW = START + timedelta(hours=8)
SETTINGS = {"account": ACCOUNT, "app_password": PASSWORD}
SEARCH = "app.bsky.feed.searchPosts"


@pytest.fixture
def server() -> Iterator[Pds]:
    with pds() as made:
        yield made


@pytest.fixture
def outbound(server: Pds) -> Iterator[Outbound]:
    with closing(Outbound(allow_private=server.place, contact="proef")) as door:
        yield door


@pytest.fixture
def source() -> BlueskySearchSource:
    return BlueskySearchSource()


def state(server: Pds, **settings: str) -> FetchState:
    return FetchState(server.url(), SETTINGS | settings)


def following(found: FetchResult) -> FetchState:
    assert found.state is not None
    return found.state


def asked(*uris: str) -> list[Asked]:
    return [Asked(f"key-{uri[-2:]}", uri, None, None) for uri in uris]


def test_posts_of_all_pages_arrive_and_the_next_time_only_what_is_new(
    server: Pds, outbound: Outbound, source: BlueskySearchSource
) -> None:
    server.page = 3
    for number in range(8):
        server.post(f"{WORDS} {number}", at=START + timedelta(hours=number / 2))
    first = source.fetch(state(server), outbound, NOW)
    assert (first.reason, len(first.posts), first.continuous) == ("ok", 8, False)
    assert [len(one.get("cursor", [])) for one in server.searches()] == [0, 1, 1]
    server.post(f"{WORDS} nieuw", at=START + timedelta(hours=4))
    second = source.fetch(following(first), outbound, NOW)
    assert second.continuous
    assert server.searches()[-1]["since"] == ["2026-11-20T10:30:00.000Z"]
    assert {post.text[-5:] for post in second.posts} >= {"nieuw"}
    assert len(second.posts) == 4, "an hour of overlap, and what is new"


def test_signing_in_is_done_once_and_a_session_that_ended_is_renewed(
    server: Pds, outbound: Outbound, source: BlueskySearchSource
) -> None:
    server.post(WORDS)
    for _ in range(3):
        source.fetch(state(server), outbound, NOW)
    assert (server.signed_in, server.refreshed) == (1, 0)
    server.end_session()
    assert source.fetch(state(server), outbound, NOW).reason == "ok"
    assert (server.signed_in, server.refreshed) == (1, 1)
    server.end_session()
    server.refreshes = False
    assert source.fetch(state(server), outbound, NOW).reason == "ok"
    assert (server.signed_in, server.refreshed) == (2, 1)


def test_a_wrong_password_is_said_also_when_another_session_still_runs(
    server: Pds, outbound: Outbound, source: BlueskySearchSource
) -> None:
    server.post(WORDS)
    assert source.fetch(state(server), outbound, NOW).reason == "ok"
    found = source.fetch(state(server, app_password="iets anders"), outbound, NOW)
    assert found.reason == "credentials"
    assert "app-wachtwoord" in found.detail
    without = source.fetch(FetchState(server.url(), {}), outbound, NOW)
    assert without.reason == "credentials"
    assert found.posts == without.posts == ()


def test_a_limit_halfway_keeps_what_was_read_and_waits(
    server: Pds, outbound: Outbound, source: BlueskySearchSource
) -> None:
    server.page, server.refuses_after = 2, 2
    for number in range(7):
        server.post(f"{WORDS} {number}")
    found = source.fetch(replace(state(server), cursor=START.isoformat()), outbound, NOW)
    assert (found.reason, len(found.posts), found.continuous) == ("ok", 4, False)
    assert found.wait == timedelta(days=1)
    assert "niet alles" in found.detail
    server.refuses_after = 0
    assert source.fetch(state(server), outbound, NOW).reason == "limited"


def test_pages_without_end_are_left_after_a_while(
    server: Pds, outbound: Outbound, source: BlueskySearchSource
) -> None:
    server.endless, server.page = True, 1
    for number in range(30):
        server.post(f"{WORDS} {number}")
    found = source.fetch(replace(state(server), cursor=START.isoformat()), outbound, NOW)
    assert (len(found.posts), found.continuous) == (10, False)


def test_a_date_in_the_future_poisons_no_cursor(
    server: Pds, outbound: Outbound, source: BlueskySearchSource
) -> None:
    server.post(WORDS, at=NOW - timedelta(hours=3))
    server.post(f"{WORDS} Ooit.", at=NOW + timedelta(days=300))
    found = source.fetch(state(server), outbound, NOW)
    assert len(found.posts) == 2
    assert following(found).cursor == (NOW - timedelta(hours=3)).isoformat()


def test_other_languages_are_left_and_none_given_counts(
    server: Pds, outbound: Outbound, source: BlueskySearchSource
) -> None:
    server.post("In English", langs=["en"])
    server.post("Sûnder taal", langs=[])
    found = source.fetch(state(server), outbound, NOW)
    assert [post.text for post in found.posts] == ["Sûnder taal"]
    both = source.fetch(state(server, langs=""), outbound, NOW)
    assert len(both.posts) == 2


def test_what_the_server_no_longer_names_is_gone(
    server: Pds, outbound: Outbound, source: BlueskySearchSource
) -> None:
    kept, lost = server.post(WORDS), server.post(WORDS)
    server.posts[0]["record"]["text"] = "Anders."
    del server.posts[1]
    found = source.recheck(state(server), asked(kept, lost), outbound, NOW)
    assert (found.reason, found.gone) == ("ok", ("key-k1",))
    assert [post.text for post in found.edited] == ["Anders."]


def test_an_answer_without_any_of_many_deletes_nothing(
    server: Pds, outbound: Outbound, source: BlueskySearchSource
) -> None:
    names = [f"at://did:plc:jan/app.bsky.feed.post/k{n}" for n in range(10, 20)]
    found = source.recheck(state(server), asked(*names), outbound, NOW)
    assert (found.reason, found.gone) == ("not-found", ())
    wrong = source.recheck(state(server, app_password="x"), asked(*names[:2]), outbound, NOW)
    assert (wrong.reason, wrong.gone) == ("credentials", ())


def test_the_conversation_comes_along_oldest_first(
    server: Pds, outbound: Outbound, source: BlueskySearchSource
) -> None:
    first = server.post("Weet iemand iets?")
    middle = server.post(WORDS, reply={"parent": {"uri": first}})
    server.post("Nee, ik ook niet.", reply={"parent": {"uri": middle}})
    around = source.thread(state(server), asked(middle)[0], outbound, NOW)
    assert [(one.relation, one.post.text) for one in around] == [
        ("parent", "Weet iemand iets?"),
        ("reply", "Nee, ik ook niet."),
    ]
    nowhere = asked("at://did:plc:jan/app.bsky.feed.post/weg")[0]
    assert source.thread(state(server), nowhere, outbound, NOW) == ()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"posts": 3}', b"[" * 100_000])
def test_an_answer_that_is_no_answer_is_named(
    server: Pds, outbound: Outbound, source: BlueskySearchSource, body: bytes
) -> None:
    server.odd[SEARCH] = body
    found = source.fetch(state(server), outbound, NOW)
    assert (found.reason, found.posts) == ("unreadable", ())


def test_odd_posts_are_passed_over(
    server: Pds, outbound: Outbound, source: BlueskySearchSource
) -> None:
    server.odd[SEARCH] = (
        b'{"posts": [3, {}, {"uri": 4}, {"uri": "at://did:plc:x/app.bsky.feed.post/1"},'
        b'{"uri": "at://jan/app.bsky.feed.post/1", "record": {"text": "x"}},'
        b'{"uri": "at://did:plc:x/app.bsky.actor.profile/self", "record": {"text": "x"}}]}'
    )
    assert source.fetch(state(server), outbound, NOW).reason == "empty"


@pytest.mark.parametrize(
    "query", ["q=from:jan.example+opvang", "q=opvang&author=jan", "q=@jan", "q=opvang+to:jan",
              "q=x&mentions=jan", "q=did:plc:jan"],
)  # fmt: skip
def test_posts_of_one_account_are_not_searched_for(query: str) -> None:
    with pytest.raises(AddressRefused, match="nooit personen"):
        search_of(f"https://bsky.social/search?{query}")


@pytest.mark.parametrize(
    "address", ["https://bsky.social/", "https://bsky.social/search", "https://bsky.social/search?q=+",
                "ftp://bsky.social/search?q=x", "https://[x/search?q=x", "opvang",
                "https://bsky.social/search?q=" + "a" * 301],
)  # fmt: skip
def test_what_is_no_search_is_named_with_an_example(address: str) -> None:
    with pytest.raises(FetchFailed) as caught:
        search_of(address)
    assert "bsky.social/search?q=" in caught.value.message or "301 tekens" in caught.value.message


def test_a_test_fetch_shows_what_is_there(
    server: Pds, outbound: Outbound, source: BlueskySearchSource
) -> None:
    server.post(WORDS)
    found = source.discover(server.url("q=opvang&tag=azc"), outbound, NOW, SETTINGS)
    assert [one.title for one in found.candidates] == ["Bluesky: zoeken naar opvang #azc"]
    assert server.searches()[-1]["tag"] == ["azc"]
    refused = source.discover(server.url("q=from:jan"), outbound, NOW, SETTINGS)
    assert refused.reason == "private-refused"
