"""The worker: ticks do what is due, a tick that fails stops nothing, and SIGTERM ends it cleanly."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app import worker
from app.errors import StorageError
from app.records import FetchResult
from app.services import upkeep
from app.services.house import House
from app.services.upkeep import run_due_jobs
from app.storage import audit as audit_rows
from app.storage import jobs
from app.storage.models import Job
from tests import factories as the
from tests.factories import FEED, FORUM, NOW, fetch, hits, post, settle
from tests.fakes import World
from tests.shell import INIT, SCRIPT, Shell
from tests.web import rss, web

HOUR = timedelta(hours=1)


# Ticks


def test_the_fetch_tick_asks_what_is_due_and_nothing_else(house: House, world: World) -> None:
    settle(house, FEED, FORUM)
    world.shows(FEED, post("1"))
    assert worker.tick_fetch(house) == 2
    assert worker.tick_fetch(house) == 0
    the.at(house, NOW + HOUR)
    assert worker.tick_fetch(house) == 2
    assert len(hits(house)) == 1


def test_the_report_tick_drafts_what_is_due_and_delivers_what_is_approved(
    house: House, world: World
) -> None:
    settle(house)
    the.at(house, NOW + timedelta(days=1))
    assert worker.tick_reports(house) == 1
    assert worker.tick_reports(house) == 0
    the.approve(house, date(2026, 11, 20), the.person(house).user_id)
    worker.tick_reports(house)
    assert list((house.settings.data_dir / "exports").rglob("*.json"))


def test_the_upkeep_tick_retains_and_anchors_when_due(house: House, world: World) -> None:
    settle(house)
    assert worker.tick_upkeep(house) == len(upkeep.JOBS)
    assert worker.tick_upkeep(house) == 0
    anchor = audit_rows.read_anchor(house.settings.data_dir / "audit", "rietmeer")
    assert anchor is not None
    the.at(house, NOW + HOUR)
    hourly = run_due_jobs(house)
    assert "audit-anchor" in hourly
    assert "retain" not in hourly
    the.at(house, datetime(2026, 11, 21, 2, 15, tzinfo=UTC))
    assert "retain" in run_due_jobs(house)


def test_a_job_that_another_living_worker_holds_is_left_to_it(house: House) -> None:
    settle(house)
    with house.database.write() as session:
        assert jobs.claim(session, "retain", "elders:1:1", NOW, upkeep.LEASE)
    assert "retain" not in run_due_jobs(house)
    with house.database.write() as session:
        session.get_one(Job, "retain").lease_until = datetime(2020, 1, 1, tzinfo=UTC)
    assert "retain" in run_due_jobs(house)


def test_a_job_that_fails_holds_no_other_up_and_is_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(house)

    def stumbles(_: House) -> None:
        raise StorageError("De schijf is vol.")

    with monkeypatch.context() as broken:
        broken.setitem(upkeep.JOBS, "retain", (stumbles, upkeep.JOBS["retain"][1]))
        assert set(run_due_jobs(house)) == set(upkeep.JOBS) - {"retain"}
    assert "retain" in run_due_jobs(house)


def test_two_workers_at_once_run_a_first_job_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(house)
    monkeypatch.setattr(upkeep, "lease_owner", lambda: f"elders:{threading.get_ident()}:1")
    start, done = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        done.extend(run_due_jobs(house))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == sorted(upkeep.JOBS)


def test_after_downtime_one_tick_catches_up(house: House, world: World) -> None:
    settle(house)
    the.at(house, NOW + timedelta(days=4))
    world.shows(FEED, *(post(str(n), published=NOW + timedelta(days=n)) for n in range(4)))
    assert worker.tick_fetch(house) == 1
    assert worker.tick_reports(house) == 4


# Ticking


@pytest.mark.parametrize("trouble", [StorageError("weg"), ZeroDivisionError("stuk")])
def test_a_tick_that_fails_is_told_and_the_worker_goes_on(
    lite_house: House, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    ticked: list[str] = []
    enough = threading.Event()

    def fails(_: House) -> int:
        ticked.append("fails")
        if ticked.count("fails") > 1 and "works" in ticked:
            enough.set()
        raise trouble

    def works(_: House) -> int:
        ticked.append("works")
        return 0

    monkeypatch.setattr(worker, "TICKS", (("fails", fails, 1), ("works", works, 1)))
    with worker.working(lite_house):
        assert enough.wait(20)


def test_stopping_waits_for_the_tick_that_runs(
    lite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = threading.Event(), []

    def slow(_: House) -> int:
        begun.set()
        time.sleep(0.3)
        ended.append(1)
        return 0

    monkeypatch.setattr(worker, "TICKS", (("slow", slow, 60),))
    with worker.working(lite_house):
        assert begun.wait(20)
    assert ended == [1]


def test_no_tick_runs_beside_itself(lite_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, again = [], [], threading.Event()

    def long(_: House) -> int:
        running.append(1)
        most.append(len(running))
        time.sleep(1.3)
        running.pop()
        if len(most) > 1:
            again.set()
        return 0

    monkeypatch.setattr(worker, "TICKS", (("long", long, 1),))
    with worker.working(lite_house):
        assert again.wait(20)
    assert max(most) == 1


def test_a_source_that_breaks_lets_the_tick_count_the_others(
    lite_house: House, world: World
) -> None:
    settle(lite_house, FEED, FORUM)
    world.answers(FEED, RuntimeError("stuk"))
    world.answers(FORUM, FetchResult("empty"))
    assert worker.tick_fetch(lite_house) == 2
    assert fetch(lite_house)[0].reason == "not-modified"


# The command


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_fetches_and_ends_cleanly_when_asked(
    tmp_path: Path, number: signal.Signals
) -> None:
    now = datetime.now(UTC)
    with web() as site:
        site.pages["/feed"] = rss([("1", the.WORDS, now - HOUR)])
        town = Shell(tmp_path, site, {"KLANKBORD_CLOCK": ""})
        text = INIT.replace("{address}", site.url("/feed"))
        text = text.replace("2026-11-01", str(now.date() - timedelta(days=3)))
        text = text.replace("2027-05-01", str(now.date() + timedelta(days=90)))
        (tmp_path / "g.toml").write_text(text, "utf-8")
        town.ok("init", "--file", "g.toml")
        process = subprocess.Popen(
            [str(SCRIPT), "worker"], env=town.environment(), cwd=tmp_path,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stderr is not None
        for line in process.stderr:
            if '"fetched"' in line:
                break
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 0, err
        assert out == ""
        assert "worker-stopped" in err
        assert "Traceback" not in err
        assert the.WORDS in town.ok("posts", "export", "--dossier", "de-zonnehoek")
