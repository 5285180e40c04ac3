"""Bring the database to the newest shape: one line of migrations for SQLite and PostgreSQL.

The whole line runs in one transaction on both databases, so that a kill leaves the old shape whole.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import text

from app.errors import StorageError
from app.storage.engine import Database

ADVISORY_LOCK = 7_263_254


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(str(files("migrations")))))
    config.set_main_option("path_separator", "os")
    return config


def head() -> str:
    """The newest revision that this release knows."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise StorageError("De migraties ontbreken in deze installatie.")
    return found


def current(database: Database) -> str | None:
    """The revision the database is at; None for an empty database."""
    with database.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def migrate(database: Database, revision: str = "head") -> bool:
    """Upgrade to `revision`; true when anything changed. Two callers at once do no harm."""
    with database.reshape() as connection:
        if not database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
        before = MigrationContext.configure(connection).get_current_revision()
        config = _config()
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, revision)
        except CommandError as error:
            raise StorageError(
                f"De database staat op {before} en deze versie kent die vorm niet. "
                "Gebruik een nieuwere versie van Klankbord."
            ) from error
        after = MigrationContext.configure(connection).get_current_revision()
    return before != after


def downgrade(database: Database, revision: str) -> None:
    """Go back to an older shape; what only the newer shape holds is lost."""
    with database.reshape() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def require_current(database: Database) -> None:
    """Raises `StorageError` when the database is of another age than this release."""
    at = current(database)
    if at is None:
        raise StorageError("De database is leeg. Draai eerst: klankbord init of klankbord migrate.")
    if at != head():
        raise StorageError(
            f"De database staat op {at} en deze versie verwacht {head()}. Draai: klankbord migrate."
        )
