"""Databases for tests: a migrated SQLite file to copy, and a PostgreSQL database of our own."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from app.storage import Database
from app.storage.migrate import migrate
from app.storage.models import Base

USUAL_SERVER = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


def absent(what: str) -> None:
    """Skip by name on a developer's machine; with CI=true nothing may be absent."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} (CI=true)")
    pytest.skip(what)


def server_url() -> str:
    return os.environ.get("KLANKBORD_TEST_POSTGRES", "") or USUAL_SERVER


def _said(statement: str) -> None:
    plain = make_url(server_url()).set(drivername="postgresql")
    with psycopg.connect(
        plain.render_as_string(hide_password=False), autocommit=True, connect_timeout=5
    ) as connection:
        connection.execute(statement.encode())


@contextmanager
def fresh_postgres() -> Iterator[str]:
    """The URL of an empty database that is dropped afterwards."""
    name = f"klankbord_test_{os.getpid()}_{secrets.token_hex(3)}"
    try:
        _said(f'CREATE DATABASE "{name}"')
    except psycopg.OperationalError as error:
        first = str(error).strip().splitlines()[0]
        absent(f"PostgreSQL does not answer at {make_url(server_url())}: {first}")
    try:
        yield make_url(server_url()).set(database=name).render_as_string(hide_password=False)
    finally:
        _said(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def migrated_postgres() -> Iterator[str]:
    with fresh_postgres() as url:
        database = Database(url)
        migrate(database)
        database.dispose()
        yield url


def migrated_sqlite(path: Path) -> Path:
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.dispose()
    return path


def emptied(url: str) -> str:
    """The same database without a row in any of our tables."""
    database = Database(url)
    with database.write() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
    database.dispose()
    return url


def copied(template: Path, folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template, folder / "klankbord.db")
    return f"sqlite:///{folder / 'klankbord.db'}"
