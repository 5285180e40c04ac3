"""What every test has: no way out but loopback, houses on both databases, a world to fetch from."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from argon2 import PasswordHasher

from app.services.house import House
from tests import databases
from tests.factories import house_at
from tests.fakes import World
from tests.web import Web, web

LOOPBACK = ("127.", "::1", "localhost", "::ffff:127.")


def _is_loopback(address: Any) -> bool:
    return not isinstance(address, tuple) or str(address[0]).startswith(LOOPBACK)


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """A test that reaches for another machine fails there and then."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        original = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, _original: Any = original) -> Any:
            if not _is_loopback(address):
                raise AssertionError(f"a test reached for {address!r}; only loopback is allowed")
            return _original(self, address)

        patch.setattr(socket.socket, name, guarded)
    look_up = socket.getaddrinfo

    def resolved(host: Any, *arguments: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        literal = name is None or ":" in name or name.replace(".", "").isdigit()
        if not literal and name != "localhost":
            raise socket.gaierror(socket.EAI_NONAME, "no names are looked up in tests")
        return look_up(host, *arguments, **named)

    patch.setattr(socket, "getaddrinfo", resolved)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """A command that runs inside a test logs to that test's stderr, and the next one to its own."""
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 as ever, at a strength that costs a test nothing."""
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("app.services.users._hasher", lambda: weak)
    monkeypatch.setattr("app.services.users._DECOY", [])


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.migrated_sqlite(tmp_path_factory.mktemp("template") / "klankbord.db")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A migrated database of this test run on the server of `KLANKBORD_TEST_POSTGRES`."""
    with databases.migrated_postgres() as url:
        yield url


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database without rows: each test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        return databases.copied(template, tmp_path / "data")
    url: str = request.getfixturevalue("postgres_url")
    return databases.emptied(url)


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a single table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'leeg.db'}"
    else:
        with databases.fresh_postgres() as url:
            yield url


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A wired house whose clock stands at `factories.NOW` and whose labeller is told what to say."""
    made = house_at(database_url, tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def lite_house(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    """The same on SQLite alone, where the database makes no difference."""
    made = house_at(databases.copied(sqlite_template, tmp_path / "data"), tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Every source of every kind answers from here; nothing goes over a wire."""
    made = World()
    monkeypatch.setattr("app.sources.get", lambda kind: made)
    return made


@pytest.fixture(scope="session")
def _site() -> Iterator[Web]:
    with web() as made:
        yield made


@pytest.fixture
def loopback_site(_site: Web) -> Web:
    """A small web on loopback, empty at the start of each test."""
    _site.pages.clear()
    _site.asked.clear()
    return _site
