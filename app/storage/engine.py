"""One engine for two databases, and the two ways into it: `read` and `write`.

A write session takes the writer's lock at its start on SQLite (BEGIN IMMEDIATE), so that nothing
is read that another writer then changes; on PostgreSQL rows are locked where it matters.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from app.errors import ConfigError, Conflict, StorageError

BUSY_SECONDS = 20
#: PostgreSQL: serialization failure and deadlock. The work was undone and can be done again.
IN_EACH_OTHERS_WAY = ("40001", "40P01")


class Database:
    """The only door to the tables; sessions never outlive the `with` that opened them."""

    def __init__(self, url: str) -> None:
        self.url = _checked(url)
        self.is_sqlite = self.url.startswith("sqlite")
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment of the database and writes nothing."""
        engine = self.engine
        if not self.is_sqlite:
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with _told(), Session(engine, autoflush=False) as session:
            yield session
            session.rollback()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose work is kept whole or not at all."""
        engine = self.engine.execution_options(klankbord_write=True)
        with _told(), Session(engine) as session, session.begin():
            yield session

    @contextmanager
    def reshape(self) -> Iterator[Connection]:
        """A connection that changes tables, kept whole or not at all.

        SQLite changes a table by making it anew; foreign keys rest meanwhile and are checked at
        the end, as its manual has it.
        """
        engine = self.engine.execution_options(klankbord_write=True)
        with (
            _told(),
            engine.connect() as connection,
            _keys_at_rest(connection, self.is_sqlite),
            connection.begin(),
        ):
            yield connection
            if self.is_sqlite:
                _check_keys(connection)

    def dispose(self) -> None:
        self.engine.dispose()


def _checked(url: str) -> str:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ConfigError("KLANKBORD_DATABASE_URL is geen databaseadres.") from error
    if parsed.drivername.startswith("sqlite") and parsed.database in (None, "", ":memory:"):
        raise ConfigError(
            "KLANKBORD_DATABASE_URL noemt geen bestand; een database in het geheugen bewaart niets."
        )
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        raise ConfigError(
            f"KLANKBORD_DATABASE_URL begint met {parsed.drivername!r}; "
            "kies sqlite:///… of postgresql+psycopg://…."
        )
    return url


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and not path.startswith("file:"):  # a URI names its file itself
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StorageError(f"De map van de database is niet te maken: {error}.") from error
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        _use_wal(cursor)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("klankbord_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _use_wal(cursor: sqlite3.Cursor) -> None:
    """SQLite does not wait for its lock here: two processes that start at once must."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


@contextmanager
def _keys_at_rest(connection: Connection, is_sqlite: bool) -> Iterator[None]:
    driver: Any = connection.connection.driver_connection
    if is_sqlite:
        driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        if is_sqlite:
            driver.execute("PRAGMA foreign_keys=ON")


def _check_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise StorageError(f"De migratie laat in {broken[0]} een rij achter die nergens bij hoort.")


def _postgresql(url: str) -> Engine:
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=5,
        connect_args={"connect_timeout": 10},
        isolation_level="READ COMMITTED",
    )


@contextmanager
def _told() -> Iterator[None]:
    """Database faults in our own words: the code above never sees a driver's exception."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(f"De database weigert dit: {_first_line(error.orig)}.") from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in IN_EACH_OTHERS_WAY:
            raise Conflict(
                "Twee schrijvers zaten elkaar in de weg; probeer het opnieuw."
            ) from error
        raise StorageError(
            f"De database antwoordt niet goed: {_first_line(error.orig)}."
        ) from error
    except SQLAlchemyError as error:
        raise StorageError(f"De database antwoordt niet goed: {_first_line(error)}.") from error


def _first_line(error: BaseException | None) -> str:
    text = str(error).strip().splitlines()
    return text[0].rstrip(".") if text else "onbekende fout"
