"""Listening to a Mastodon server: nothing missed between the pages and the line, and deletions at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import SourceError
from app.outbound import Outbound
from app.records import FetchState
from app.services import sourcing, streaming
from app.services.house import House
from app.services.streaming import follow, stream_sources
from app.sources import mastodon_stream as kind
from app.sources.mastodon import MastodonSource
from app.sources.mastodon_stream import channel_of
from tests import databases
from tests import factories as the
from tests.factories import WORDS, hits
from tests.fake_mastodon import START, Server, mastodon

NOW = START + timedelta(hours=2)
WAIT_S = 20.0


@pytest.fixture(autouse=True)
def short_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind, "BATCH_S", 0.1)
    monkeypatch.setattr(streaming, "STEP_S", 0.01)
    monkeypatch.setattr(streaming, "IDLE_S", 0.05)
    monkeypatch.setattr(streaming, "QUIET_S", 0.2)
    monkeypatch.setattr("app.services.streaming.jitter", lambda name: 0)


@pytest.fixture(params=["mastodon", "gotosocial"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with mastodon(request.param) as made:
        yield made


def places(server: Server) -> str:
    return f"{server.place},{server.streaming.removeprefix('ws://')}"


@pytest.fixture
def house(server: Server, sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    url = databases.copied(sqlite_template, tmp_path)
    made = the.house_at(url, tmp_path, NOW, fetch_allow_private=places(server))
    the.set_up(made, the.init_file())
    add(made, server, listen="ja")
    yield made
    made.close()


def add(house: House, server: Server, path: str = "/public/local", **settings: str) -> None:
    with house.database.write() as session:
        sourcing.add_source_row(
            house, session, the.dossier_of(session), kind="mastodon", address=server.url(path),
            title="", own=False, on=True, settings={"token": server.token} | settings,
        )  # fmt: skip


def texts(house: House) -> list[str]:
    return sorted(row.text for _, row in hits(house))


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.02)


@pytest.fixture
def listening(house: House, server: Server) -> Iterator[House]:
    """The house listens in a thread; the line stands."""
    (source_id,) = stream_sources(house)
    stop = threading.Event()
    thread = threading.Thread(target=lambda: list(follow(house, source_id, stop)))
    thread.start()
    until(lambda: bool(server.lines))
    yield house
    stop.set()
    thread.join(WAIT_S)
    assert not thread.is_alive()


def test_posts_edits_and_deletions_arrive_at_once(listening: House, server: Server) -> None:
    kept = server.post(WORDS)
    gone = server.post(f"{WORDS} Weg ermee.")
    server.post("Mooi weer.")
    server.post(f"{WORDS} Van elders.", local=False)
    until(lambda: texts(listening) == [WORDS, f"{WORDS} Weg ermee."])
    server.edit(kept, f"{WORDS} Anders.")
    server.delete(gone)
    until(lambda: len(texts(listening)) == 1 and texts(listening) != [WORDS])
    assert texts(listening) == [f"{WORDS} Anders."]


def test_what_was_said_before_the_line_stood_and_while_it_was_down_is_not_lost(
    house: House, server: Server
) -> None:
    server.post(f"{WORDS} Ervoor.")
    the.fetch(house, server.url("/public/local"))
    for number in range(45):
        server.post(f"{WORDS} Terwijl niemand luisterde {number}.")
    (source_id,) = stream_sources(house)
    stop = threading.Event()
    thread = threading.Thread(target=lambda: list(follow(house, source_id, stop)))
    thread.start()
    until(lambda: len(texts(house)) == 46)
    server.hang_up()
    server.post(f"{WORDS} Terwijl de lijn weg was.")
    until(lambda: len(texts(house)) == 47)
    until(lambda: bool(server.lines))
    server.post(f"{WORDS} Daarna.")
    until(lambda: len(texts(house)) == 48)
    stop.set()
    thread.join(WAIT_S)
    state = the.source(house, server.url("/public/local"))
    assert state["gaps"] == []


def test_a_line_that_stands_and_says_nothing_is_checked_against_the_pages(
    listening: House, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.post(WORDS)
    until(lambda: len(texts(listening)) == 1)
    server.mute = True
    server.post(f"{WORDS} Niet over de lijn.")
    monkeypatch.setattr(kind, "WALK_AGAIN_S", 0.3)
    until(lambda: len(texts(listening)) == 2)
    assert f"{WORDS} Niet over de lijn." in texts(listening)


def test_a_wrong_token_is_said_and_nothing_is_tight(house: House, server: Server) -> None:
    server.token = "ingetrokken"
    (source_id,) = stream_sources(house)
    outcomes = list(follow(house, source_id, threading.Event(), until_now=True))
    assert {one.reason for one in outcomes} == {"credentials"}
    assert texts(house) == []


def test_only_who_is_asked_to_listen_listens(house: House, server: Server) -> None:
    add(house, server, "/tags/azc", listen="nee")
    add(house, server, "/search?q=opvang", listen="ja")
    assert len(stream_sources(house)) == 1
    source = MastodonSource()
    state = FetchState(server.url("/public"), {"listen": "ja", "token": "x"})
    assert source.listens(state)
    assert not source.listens(replace(state, settings={"listen": "ja"}))
    assert not source.listens(replace(state, settings={"token": "x"}))


@pytest.mark.parametrize(
    ("path", "channel"),
    [
        ("/public", {"stream": "public"}),
        ("/public/local", {"stream": "public:local"}),
        ("/tags/azc", {"stream": "hashtag", "tag": "azc"}),
        ("/tags/azc?any=opvang", None),
        ("/@gemeente", None),
        ("/search?q=opvang", None),
        ("/nergens", None),
    ],
)
def test_a_place_has_a_line_of_its_own_or_is_asked(
    path: str, channel: dict[str, str] | None
) -> None:
    assert channel_of(f"https://masto.example{path}") == channel


def test_a_hashtag_has_its_own_line(server: Server) -> None:
    with closing(Outbound(allow_private=places(server), contact="x")) as door:
        state = FetchState(server.url("/tags/azc"), {"token": server.token, "listen": "ja"})
        results = MastodonSource().stream(state, door, NOW)
        next(results)
        until(lambda: bool(server.lines))
        server.post(WORDS, tags=("azc",))
        server.post(f"{WORDS} Zonder hashtag.")
        found = next(one for one in results if one.posts)
        results.close()
    assert [post.text for post in found.posts] == [WORDS]


@pytest.mark.parametrize(
    "told", ["wss://elders.example", "ws://", "wss://[x", "ws://127.0.0.1.elders.example", ""],
)  # fmt: skip
def test_the_token_goes_to_no_other_server(server: Server, told: str) -> None:
    server.streaming = told
    with closing(Outbound(allow_private="127.0.0.1:*", contact="x")) as door:
        state = FetchState(server.url("/public"), {"token": server.token, "listen": "ja"})
        with pytest.raises(SourceError) as caught:
            next(MastodonSource().stream(state, door, NOW))
    assert caught.value.reason in ("not-found", "connect"), "its own address knows no websocket"
    assert not server.lines


def test_what_is_no_event_is_passed_over(server: Server) -> None:
    strange = [
        "", "{", "[]", "3", "[" * 50_000, "null", '{"event": 3}', '{"event": "update"}',
        '{"event": "update", "payload": "{"}', '{"event": "update", "payload": "[]"}',
        '{"event": "delete", "payload": 4}', '{"event": "delete", "payload": "onbekend"}',
        '{"event": "update", "payload": "{\\"id\\": \\"1\\", \\"visibility\\": \\"direct\\"}"}',
        '{"event": "filters_changed"}',
    ]  # fmt: skip
    with closing(Outbound(allow_private=places(server), contact="x")) as door:
        state = FetchState(server.url("/public"), {"token": server.token, "listen": "ja"})
        results = MastodonSource().stream(state, door, NOW)
        next(results)
        until(lambda: bool(server.lines))
        for message in strange:
            server.say(server.lines[0][0], message)
        server.post(WORDS)
        found = next(one for one in results if one.posts)
        results.close()
    assert [post.text for post in found.posts] == [WORDS]
    assert found.deleted_ids == ()


def test_marks_stay_few_and_reach_back_an_hour(server: Server) -> None:
    source, state = MastodonSource(), FetchState(server.url("/public"))
    for second in range(0, 7200, 3):
        state = source.marked(state, server.make_id(second), NOW + timedelta(seconds=second))
    moments = [int(mark.partition("/")[0]) for mark in (state.cursor or "").split()]
    assert len(moments) < 40
    assert moments[-1] - moments[0] >= 3600
