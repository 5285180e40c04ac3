"""Following Bluesky's stream over a real websocket: replay, edits, deletions, gaps, broken lines."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import AddressRefused, FetchFailed
from app.outbound import Outbound
from app.records import FetchState
from app.services import sourcing, streaming
from app.services.house import House
from app.sources import jetstream as kind
from app.sources.jetstream import JetstreamSource
from tests import databases
from tests import factories as the
from tests.factories import WORDS, hits
from tests.fake_jetstream import DID, START, Bridge, jetstream

NOW = START + timedelta(minutes=10)
OTHER = "did:plc:piet"


@pytest.fixture(autouse=True)
def short_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind, "BATCH_S", 0.3)
    monkeypatch.setattr(streaming, "STEP_S", 0.01)
    monkeypatch.setattr("app.services.streaming.jitter", lambda name: 0)


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    with jetstream() as made:
        made.event("identity", "did:plc:begin")
        yield made


@pytest.fixture
def outbound(bridge: Bridge) -> Iterator[Outbound]:
    with closing(Outbound(allow_private=bridge.place, contact="proef")) as door:
        yield door


@pytest.fixture
def house(bridge: Bridge, sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    """A house that follows the stream from its first event."""
    url = databases.copied(sqlite_template, tmp_path)
    made = the.house_at(url, tmp_path, NOW, fetch_allow_private=bridge.place)
    the.set_up(made, the.init_file())
    with made.database.write() as session:
        row, _ = sourcing.add_source_row(
            made, session, the.dossier_of(session), kind="bluesky", address=bridge.url(),
            title="Bluesky", own=False, on=True,
        )  # fmt: skip
        row.cursor = str(bridge.events[0]["time_us"])
    yield made
    made.close()


def catch_up(house: House, bridge: Bridge) -> None:
    """Listen until the last event of the bridge is committed."""
    (source_id,) = streaming.stream_sources(house)
    stop = threading.Event()
    timer = threading.Timer(15, stop.set)
    timer.start()
    for _ in streaming.follow(house, source_id, stop):
        if cursor(house, bridge) >= bridge.events[-1]["time_us"]:
            break
    timer.cancel()
    assert cursor(house, bridge) >= bridge.events[-1]["time_us"]


def cursor(house: House, bridge: Bridge) -> int:
    return int(the.source(house, bridge.url())["cursor"] or 0)


def texts(house: House) -> list[str]:
    return [row.text for _, row in hits(house)]


def test_what_a_dossier_seeks_is_kept_and_nothing_else(house: House, bridge: Bridge) -> None:
    bridge.post("1", WORDS, langs=["nl"])
    bridge.post("2", "een foto van mijn kat", langs=["nl"])
    bridge.post("3", f"{WORDS} Auf Deutsch.", langs=["de"])
    bridge.post("4", f"{WORDS} Zonder taal.")
    catch_up(house, bridge)
    assert texts(house) == [WORDS, f"{WORDS} Zonder taal."]
    with house.database.read() as session:
        from app.storage.models import BufferRow

        assert session.query(BufferRow).count() == 0


def test_what_comes_twice_counts_once(house: House, bridge: Bridge) -> None:
    bridge.repeats = 2
    bridge.post("1", WORDS)
    catch_up(house, bridge)
    bridge.post("2", f"{WORDS} Nog een.")
    catch_up(house, bridge)
    assert int(bridge.asked[-1]["cursor"][0]) == bridge.events[1]["time_us"], "inclusive"
    assert len(hits(house)) == 2


def test_edits_deletions_and_deleted_accounts_are_followed(house: House, bridge: Bridge) -> None:
    bridge.post("1", WORDS)
    bridge.post("2", f"{WORDS} Weg ermee.")
    bridge.post("3", f"{WORDS} Van piet.", did=OTHER)
    bridge.post("4", f"{WORDS} Ook van piet.", did=OTHER)
    catch_up(house, bridge)
    assert len(hits(house)) == 4
    bridge.post("1", f"{WORDS} Gewijzigd.", operation="update")
    bridge.delete("2")
    bridge.account("deactivated", DID)
    bridge.account("deleted", OTHER)
    catch_up(house, bridge)
    assert texts(house) == [f"{WORDS} Gewijzigd."]


def test_a_replay_does_not_bring_a_deleted_post_back(house: House, bridge: Bridge) -> None:
    begin = cursor(house, bridge)
    bridge.post("1", WORDS)
    catch_up(house, bridge)
    bridge.delete("1")
    catch_up(house, bridge)
    assert hits(house) == []
    with house.database.write() as session:
        from app.storage import sources as rows

        row = rows.by_slug(session, the.source(house, bridge.url())["id"])
        assert row is not None
        row.cursor = str(begin)
    catch_up(house, bridge)
    assert hits(house) == []


def test_a_broken_line_is_dialled_again_from_the_cursor(house: House, bridge: Bridge) -> None:
    bridge.hang_up_after = 3
    for n in range(10):
        bridge.post(str(n), f"{WORDS} Nummer {n}.")
    catch_up(house, bridge)
    assert len(hits(house)) == 10
    assert len(bridge.asked) > 3
    state = the.source(house, bridge.url())
    assert state["gaps"] == []


def test_a_stream_is_complete_until_its_last_event_and_no_further(
    house: House, bridge: Bridge
) -> None:
    bridge.post("1", WORDS)
    catch_up(house, bridge)
    state = the.source(house, bridge.url())
    assert state["complete_until"] == bridge.clock.isoformat()


def old_cursor(house: House, bridge: Bridge) -> None:
    """The house was away for three days, and the server keeps only the last hour."""
    later = START + timedelta(days=3)
    bridge.clock = later
    bridge.post("9", WORDS)
    bridge.keeps_from = bridge.events[-1]["time_us"]
    the.at(house, later + timedelta(minutes=1))


def test_a_cursor_that_is_clamped_without_a_word_is_a_gap(house: House, bridge: Bridge) -> None:
    old_cursor(house, bridge)
    catch_up(house, bridge)
    (gap,) = the.source(house, bridge.url())["gaps"]
    assert gap["reason"] == "cursor-too-old"
    assert (gap["from"][:10], gap["to"][:10]) == ("2026-11-20", "2026-11-23")
    assert len(hits(house)) == 1


def test_a_cursor_that_is_refused_is_a_gap_and_following_goes_on(
    house: House, bridge: Bridge
) -> None:
    bridge.rejects_old = True
    old_cursor(house, bridge)
    (source_id,) = streaming.stream_sources(house)
    stop = threading.Event()
    threading.Timer(0.8, lambda: bridge.post("10", f"{WORDS} Daarna.")).start()
    for _ in streaming.follow(house, source_id, stop):
        if hits(house):
            break
    assert texts(house) == [f"{WORDS} Daarna."]
    gaps = the.source(house, bridge.url())["gaps"]
    assert "cursor-too-old" in {gap["reason"] for gap in gaps}


def test_a_plain_fetch_reads_the_part_that_was_not_seen(house: House, bridge: Bridge) -> None:
    for n in range(5):
        bridge.post(str(n), f"{WORDS} Nummer {n}.")
    (outcome,) = the.fetch(house, bridge.url())
    assert (outcome.reason, outcome.new) == ("ok", 5)
    (again,) = the.fetch(house, bridge.url())
    assert again.new == 0


def test_a_time_in_the_future_poisons_no_cursor(bridge: Bridge, outbound: Outbound) -> None:
    state = FetchState(bridge.url(), cursor=str(bridge.events[0]["time_us"]))
    bridge.events.append({"did": DID, "kind": "identity", "time_us": 9 * 10**15})
    found = JetstreamSource().fetch(state, outbound, NOW)
    assert found.state is not None
    assert int(found.state.cursor or 0) < 2 * 10**15


def test_what_is_no_event_is_passed_over(bridge: Bridge, outbound: Outbound) -> None:
    state = FetchState(bridge.url(), cursor=str(bridge.events[0]["time_us"]))
    strange: list[object] = [
        [], 3, None, {"did": 3}, {"did": DID, "kind": "commit", "commit": []},
        {"did": DID, "kind": "commit", "commit": {"collection": "app.bsky.feed.post", "rkey": "../x"}},
        {"did": DID, "kind": "commit", "commit": {"collection": "app.bsky.feed.post", "rkey": "a",
         "operation": "create", "record": {"text": 3, "langs": 4, "embed": [], "reply": 5, "tags": 6}}},
    ]  # fmt: skip
    base = bridge.events[0]["time_us"]
    bridge.events += [
        {**event, "time_us": base + n} if isinstance(event, dict) else {"time_us": base + n}
        for n, event in enumerate(strange, start=1)
    ]
    bridge.post("goed", WORDS, embed={"images": [{"alt": "Een bord"}]}, tags=["azc", "twee woorden"],
                reply={"root": {"uri": "at://x/app.bsky.feed.post/1"}})  # fmt: skip
    found = JetstreamSource().fetch(state, outbound, NOW)
    (post,) = found.posts
    assert post.text == f"{WORDS}\nEen bord\n#azc"
    assert post.thread == "at://x/app.bsky.feed.post/1"


def test_the_line_goes_through_the_guard(bridge: Bridge) -> None:
    with closing(Outbound(allow_private="", contact="x")) as door:
        assert JetstreamSource().fetch(FetchState(bridge.url()), door, NOW).reason == (
            "address-refused"
        )
        with pytest.raises(AddressRefused), door.line("https://169.254.169.254/"):
            pass
        with pytest.raises((AddressRefused, FetchFailed)), door.line("ftp://a.example/"):
            pass


def test_a_web_server_that_knows_no_websocket_is_named(loopback_site: object) -> None:
    place = loopback_site.place  # type: ignore[attr-defined]
    with closing(Outbound(allow_private=place, contact="x")) as door:
        found = JetstreamSource().fetch(FetchState(f"http://{place}/subscribe"), door, NOW)
    assert found.reason == "not-found"
