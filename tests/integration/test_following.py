"""Following a source: one failure harms nobody else, back-off, leases, and gaps that are told."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.clock import wall_time
from app.errors import ConfigError, StorageError
from app.records import FetchResult, Validators
from app.services.house import House
from app.services.ingest import fetch_sources
from app.services.sourcing import chosen_sources
from app.storage import sources as source_rows
from app.storage.models import LabelRun, SourceRow
from tests import factories as the
from tests.factories import FEED, FORUM, NOW, fetch, hits, post, settle, source
from tests.fakes import World

HOUR = timedelta(hours=1)
USUAL = timedelta(seconds=900)
#: The jitter of a source is its own and less than a minute.
JITTER = timedelta(seconds=60)


def fails(world: World, *reasons: str, wait: timedelta | None = None) -> None:
    world.answers(FEED, *(FetchResult(reason, detail="proef", wait=wait) for reason in reasons))


def later(house: House, by: timedelta = HOUR) -> datetime:
    the.at(house, house.clock.now() + by)
    return house.clock.now()


def next_check(house: House) -> timedelta:
    """How long the source is left alone from now."""
    text = source(house)["next_check_at"]
    return datetime.fromisoformat(text) - house.clock.now()


@pytest.mark.parametrize(
    "trouble",
    [FetchResult("server-error"), RuntimeError("stuk"), ConfigError("stuk", reason="timeout")],
)
def test_one_source_failing_never_touches_another(
    house: House, world: World, trouble: FetchResult | Exception
) -> None:
    settle(house, FEED, FORUM)
    world.answers(FEED, trouble)
    world.shows(FORUM, post("1"))
    bad, good = fetch(house)
    assert bad.reason not in ("ok", "not-modified")
    assert (good.reason, good.new) == ("ok", 1)
    assert source(house)["failures"] == 1
    assert source(house, FORUM)["failures"] == 0


def test_a_source_whose_posts_cannot_be_stored_says_so_and_harms_no_other(
    house: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(house, FEED, FORUM)
    label = the.told(house).label

    def stumbles(posts: list) -> list:  # type: ignore[type-arg]
        if any("struikel" in one.text for one in posts):
            raise ValueError("struikel")
        return label(posts)

    monkeypatch.setattr(the.told(house), "label", stumbles)
    world.shows(FEED, post("1", "Opvang in Rietmeer, struikel."))
    world.shows(FORUM, post("2"))
    bad, good = fetch(house)
    assert (bad.reason, good.reason) == ("storage", "ok")
    assert len(hits(house)) == 1
    state = source(house)
    assert (state["reason"], state["failures"]) == ("storage", 1)
    assert next_check(house) > USUAL


def test_what_could_not_be_stored_is_asked_for_again_in_full(
    house: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(house)
    seen = Validators(etag='"1"')
    world.answers(
        FEED,
        lambda state: FetchResult(
            "ok", posts=(post("1"),), state=replace(state, validators={FEED: seen})
        ),
    )
    asked = []
    with monkeypatch.context() as broken:
        broken.setattr(the.told(house), "label", lambda posts: 1 / 0)
        fetch(house)
    world.answers(
        FEED,
        lambda state: (
            asked.append(state.validators) or FetchResult("ok", (post("1"),), state=state)
        ),
    )
    fetch(house)
    assert asked == [{}]
    assert len(hits(house)) == 1


def test_without_a_pseudonym_key_no_author_is_stored_under_another(
    house: House, world: World
) -> None:
    settle(house)
    with house.database.read() as session:
        name = the.dossier_of(session).pseudonym_key
    house.vault.destroy_key(name)
    world.shows(FEED, post("1", author="@jan"))
    (outcome,) = fetch(house)
    assert outcome.reason == "storage"
    assert "KLANKBORD_PSEUDONYM_KEY_FILE" in source(house)["detail"]
    assert hits(house) == []


def test_a_failing_source_is_left_alone_longer_each_time(house: House, world: World) -> None:
    settle(house)
    fails(world, *["server-error"] * 40)
    waits = []
    for _ in range(40):
        fetch(house)
        waits.append(next_check(house))
        later(house)
    assert waits[:3] == sorted(waits[:3])
    assert USUAL * 2 <= waits[0] < USUAL * 2 + JITTER
    assert USUAL * 3 <= waits[1] < USUAL * 3 + JITTER
    assert timedelta(hours=6) <= waits[-1] < timedelta(hours=6) + JITTER


def test_a_good_answer_ends_the_back_off(house: House, world: World) -> None:
    settle(house)
    fails(world, "timeout", "timeout")
    world.shows(FEED, post("1"))
    for _ in range(3):
        fetch(house)
        later(house)
    state = source(house)
    assert (state["reason"], state["failures"]) == ("ok", 0)


@pytest.mark.parametrize(
    ("asked", "given"),
    [(timedelta(hours=3), timedelta(hours=3)), (timedelta(days=9), timedelta(days=1))],
)
def test_retry_after_is_honoured_for_at_most_a_day(
    house: House, world: World, asked: timedelta, given: timedelta
) -> None:
    settle(house)
    fails(world, "limited", wait=asked)
    fetch(house)
    assert next_check(house) == given


def test_retry_after_never_shortens_the_usual_wait(house: House, world: World) -> None:
    settle(house)
    fails(world, "limited", wait=timedelta(seconds=1))
    fetch(house)
    assert next_check(house) >= USUAL


def test_not_modified_does_not_clear_a_failure(house: House, world: World) -> None:
    settle(house)
    fails(world, "server-error")
    fetch(house)
    world.answers(FEED, FetchResult("not-modified"))
    fetch(house)
    state = source(house)
    assert (state["reason"], state["failures"]) == ("not-modified", 1)


def test_a_source_that_is_gone_is_not_asked_again(house: House, world: World) -> None:
    settle(house)
    world.answers(FEED, FetchResult("gone", disable=True))
    fetch(house)
    assert source(house)["enabled"] is False
    assert fetch(house) == []


def test_a_source_that_moved_keeps_its_name_and_its_posts(house: House, world: World) -> None:
    settle(house)
    slug = source(house)["id"]
    world.answers(FEED, lambda state: FetchResult("ok", (post("1"),), state=state, moved_to=FORUM))
    world.shows(FORUM, post("1"))
    fetch(house)
    assert source(house, FORUM)["id"] == slug
    fetch(house)
    assert len(hits(house)) == 1


def test_a_source_that_moves_to_the_place_of_another_stays_where_it_was(
    house: House, world: World
) -> None:
    settle(house, FEED, FORUM)
    world.answers(FEED, lambda state: FetchResult("ok", state=state, moved_to=FORUM))
    fetch(house, FEED)
    assert source(house, FEED)["reason"] == "ok"


def test_only_what_is_due_is_asked(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1"))
    fetch(house)
    assert chosen_sources(house, everything=False, slug=None) == []
    later(house)
    assert len(chosen_sources(house, everything=False, slug=None)) == 1


# Leases


def another_process() -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True)


def hold(house: House, owner: str, until: timedelta = timedelta(seconds=50)) -> None:
    with house.database.write() as session:
        for row in session.query(SourceRow):
            row.lease_owner, row.lease_until = owner, wall_time() + until


def owner_of(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{source_rows._born(pid)}"


def test_a_second_worker_skips_what_a_living_one_holds(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1"))
    other = another_process()
    hold(house, owner_of(other.pid))
    assert fetch(house) == []
    other.communicate("")
    assert len(fetch(house)) == 1, "a dead worker's lease is taken over at once"


def test_a_lease_of_another_machine_ends_by_time(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1"))
    hold(house, "elders:1:1")
    assert fetch(house) == []
    hold(house, "elders:1:1", until=timedelta(seconds=-1))
    assert len(fetch(house)) == 1
    assert source_rows.LEASE.total_seconds() <= 60


def test_a_number_that_was_given_to_another_process_holds_nothing(
    house: House, world: World
) -> None:
    settle(house)
    world.shows(FEED, post("1"))
    hold(house, f"{socket.gethostname()}:{os.getppid()}:12")
    assert len(fetch(house)) == 1


def test_a_lease_that_was_taken_over_stores_nothing(house: House, world: World) -> None:
    settle(house)

    def slow(state):  # type: ignore[no-untyped-def]
        hold(house, "elders:1:1")
        return FetchResult("ok", (post("1"),), state=state)

    world.answers(FEED, slow)
    assert fetch(house) == []
    assert hits(house) == []
    assert source(house)["reason"] is None


def test_two_workers_with_one_list_ask_a_source_once(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1"))
    due = chosen_sources(house, everything=False, slug=None)
    assert len(list(fetch_sources(house, due, only_due=True))) == 1
    assert list(fetch_sources(house, due, only_due=True)) == []
    assert world.asked == [FEED]


def test_two_first_fetches_at_once_make_one_label_run(house: House, world: World) -> None:
    settle(house, FEED, FORUM)
    world.shows(FEED, post("1"))
    world.shows(FORUM, post("2", "Nog een vraag over de opvang in Rietmeer"))
    assert {outcome.reason for outcome in fetch(house)} == {"ok"}
    with house.database.read() as session:
        assert session.query(LabelRun).count() == 1


# Gaps


def gaps(house: House) -> list[tuple[str, str | None, str]]:
    return [(gap["from"], gap["to"], gap["reason"]) for gap in source(house)["gaps"]]


def test_a_gap_opens_with_a_failure_from_the_last_good_answer(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1"))
    fails(world, "timeout", "server-error")
    fetch(house)
    for _ in range(2):
        later(house)
        fetch(house)
    assert gaps(house) == [(NOW.isoformat(), None, "timeout")]


def test_a_gap_vanishes_when_the_answer_reaches_back_to_it(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1"))
    fails(world, "timeout")
    world.shows(FEED, post("2", published=NOW + HOUR), post("1"))
    for _ in range(3):
        fetch(house)
        later(house)
    assert gaps(house) == []


def test_a_gap_vanishes_when_nothing_changed(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1"))
    fails(world, "timeout")
    for _ in range(3):
        fetch(house)
        later(house)
    assert gaps(house) == []


def test_a_gap_ends_where_the_answer_begins_again(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1"))
    fails(world, "timeout")
    back = NOW + 3 * HOUR
    world.shows(FEED, post("9", published=back))
    fetch(house)
    later(house)
    fetch(house)
    later(house, 5 * HOUR)
    fetch(house)
    assert gaps(house) == [(NOW.isoformat(), back.isoformat(), "timeout")]


def test_a_window_that_rolled_on_is_a_gap_too(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1"))
    fetch(house)
    later(house, 10 * HOUR)
    first = NOW + 6 * HOUR
    world.shows(FEED, *(post(f"n{n}", published=first + timedelta(minutes=n)) for n in range(12)))
    fetch(house)
    assert gaps(house) == [(NOW.isoformat(), first.isoformat(), "cursor-too-old")]


def test_a_database_that_breaks_in_between_is_told_after_the_others(
    house: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(house, FEED, FORUM)
    world.shows(FEED, post("1"))
    world.shows(FORUM, post("2"))
    claim = source_rows.claim
    broken = source(house, FORUM)["id"]

    def sometimes(session, source_id, owner):  # type: ignore[no-untyped-def]
        row = claim(session, source_id, owner)
        if row is not None and row.slug == broken:
            raise StorageError("De schijf is vol.")
        return row

    monkeypatch.setattr(source_rows, "claim", sometimes)
    told = fetch_sources(house, chosen_sources(house, everything=True, slug=None))
    assert next(told).reason == "ok"
    with pytest.raises(StorageError, match="vol"):
        next(told)


# How loud


def test_a_source_that_falls_silent_while_it_answers_is_noticed(house: House, world: World) -> None:
    settle(house)
    day, number = timedelta(days=1), 0
    for _ in range(12):
        number += 4
        texts = [post(f"{number}-{n}", f"{n} opvang in Rietmeer {number}") for n in range(4)]
        world.shows(FEED, *texts)
        fetch(house)
        later(house, day)
    assert source(house)["volume"] == "usual"
    for _ in range(2):
        fetch(house)
        later(house, day)
    state = source(house)
    assert (state["reason"], state["volume"]) == ("not-modified", "silent")
    assert state["volume_text"].startswith("Stil")


def test_bad_ids_of_a_source_are_shown(house: House, world: World) -> None:
    settle(house)
    world.answers(
        FEED,
        lambda state: FetchResult("ok", (post("1"),), state=replace(state, identity="link")),
    )
    assert source(house)["identity"] == "own"
    fetch(house)
    state = source(house)
    assert (state["identity"], "dubbel" in state["identity_text"]) == ("link", True)
