"""A database that is locked, read-only or full: exit 3, one line, nothing half-written, and after
that the work goes on without help."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import StorageError
from app.services.house import House
from app.services.reports import draft_due
from app.services.retention import retain
from app.storage import Database
from tests import factories as the
from tests.factories import FEED, NOW, WORDS, fetch, hits, post, settle
from tests.fakes import World
from tests.shell import INIT, SCRIPT, Shell, lines
from tests.web import rss, web


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a moment for a lock, not twenty seconds."""
    monkeypatch.setattr("app.storage.engine.BUSY_SECONDS", 0.05)


@pytest.fixture
def locked(impatient: None, lite_house: House, tmp_path: Path) -> Iterator[House]:
    """A house whose database another process writes to and does not let go of."""
    settle(lite_house)
    other = the.house_at(lite_house.database.url, tmp_path / "data")
    path = lite_house.database.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield other
        holder.execute("ROLLBACK")
    other.close()


def test_a_locked_database_is_told_and_nothing_is_asked(locked: House, world: World) -> None:
    world.shows(FEED, post("1"))
    with pytest.raises(StorageError, match="locked"):
        fetch(locked)
    assert world.asked == []


def test_a_locked_database_can_still_be_read(locked: House) -> None:
    assert the.source(locked)["reason"] is None


@pytest.mark.parametrize("act", [lambda house: retain(house, dry_run=False),
                                 lambda house: list(draft_due(house)),
                                 the.person])  # fmt: skip
def test_every_write_says_that_it_is_locked(locked: House, act) -> None:  # type: ignore[no-untyped-def]
    the.at(locked, NOW + timedelta(days=2))
    with pytest.raises(StorageError, match="locked"):
        act(locked)


def test_a_read_only_database_is_told(lite_house: House, world: World, tmp_path: Path) -> None:
    settle(lite_house)
    path = lite_house.database.url.removeprefix("sqlite:///")
    shut = the.house_at(f"sqlite:///file:{path}?mode=ro&uri=true", tmp_path / "data")
    with pytest.raises(StorageError, match="readonly"):
        fetch(shut)
    assert the.source(shut)["reason"] is None
    shut.close()
    world.shows(FEED, post("1"))
    assert fetch(lite_house)[0].new == 1


@pytest.mark.postgres
def test_a_read_only_postgresql_is_told(postgres_url: str, world: World, tmp_path: Path) -> None:
    from tests import databases

    databases.emptied(postgres_url)
    house = the.house_at(postgres_url, tmp_path / "data")
    settle(house)
    shut = the.house_at(
        postgres_url + "?options=-c%20default_transaction_read_only%3Don", tmp_path / "data"
    )
    with pytest.raises(StorageError, match="read-only"):
        fetch(shut)
    shut.close()
    world.shows(FEED, post("1"))
    assert fetch(house)[0].new == 1
    house.close()


@pytest.mark.postgres
def test_a_postgresql_that_goes_away_is_told_and_found_again(
    postgres_url: str, world: World, tmp_path: Path
) -> None:
    from tests import databases

    databases.emptied(postgres_url)
    house = the.house_at(postgres_url, tmp_path / "data")
    settle(house)
    world.shows(FEED, post("1"))
    name = postgres_url.rpartition("/")[2]
    databases._said(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE datname = '{name}' AND pid <> pg_backend_pid()"
    )
    assert fetch(house)[0].new == 1
    house.close()


def test_a_full_disk_keeps_nothing_of_a_fetch_and_all_of_it_afterwards(
    lite_house: House, world: World, tmp_path: Path
) -> None:
    settle(lite_house)
    posts = [post(str(n), f"{WORDS} {'Nog een woord. ' * 60}{n}") for n in range(200)]
    world.shows(FEED, *posts)
    full = the.house_at(lite_house.database.url, tmp_path / "data")
    _fill(full.database)
    with pytest.raises(StorageError, match="full"):
        fetch(full)
    full.close()
    assert hits(lite_house) == []
    world.shows(FEED, *posts)
    assert fetch(lite_house)[0].new == 200


def _fill(database: Database) -> None:
    """Every connection of this database may use a few pages more and then finds the disk full."""
    from sqlalchemy import event

    @event.listens_for(database.engine, "connect")
    def cap(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 20}")


def _small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))


def test_the_command_on_a_full_disk_ends_in_3_and_works_again_afterwards(tmp_path: Path) -> None:
    many = [(str(n), f"{WORDS} {'Nog een woord. ' * 60}{n}", NOW) for n in range(300)]
    with web() as site:
        site.pages["/feed"] = rss(many)
        town = Shell(tmp_path, site)
        (tmp_path / "g.toml").write_text(INIT.replace("{address}", site.url("/feed")), "utf-8")
        town.ok("init", "--file", "g.toml")
        done = subprocess.run(
            [str(SCRIPT), "fetch", "--all", "--json"], env=town.environment(), cwd=tmp_path,
            preexec_fn=_small_files, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 3, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert [line for line in done.stderr.splitlines() if line.startswith("klankbord: ")]
        export = ("posts", "export", "--dossier", "de-zonnehoek")
        assert town.ok(*export) == ""
        town.ok("fetch", "--all")
        assert len(lines(town.ok(*export))) == 300


def test_help_imports_nothing_heavy() -> None:
    probe = (
        "import sys; from app.cli.commands import app; from app.cli.main import run; "
        "code = run(app, ['--help']); "
        "heavy = {'spacy', 'plotly', 'fastapi', 'sqlalchemy', 'alembic', 'httpx', 'feedparser', "
        "'lxml', 'numpy', 'sklearn', 'pydantic_settings', 'jinja2', 'apscheduler', 'argon2', "
        "'cryptography', 'pyparsing', 'uvicorn', 'psycopg'}; "
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [str(SCRIPT.with_name("python")), "-c", probe], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0
    assert "fetch" in done.stdout
    assert done.stderr.strip() == "[]"
