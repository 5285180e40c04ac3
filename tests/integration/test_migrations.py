"""The line of migrations: up from nothing, down and up again, the same shape as the models."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from app.errors import Conflict, StorageError
from app.services.verify import verify
from app.storage import Database, Session
from app.storage.migrate import _config, current, downgrade, head, migrate, require_current
from app.storage.models import (
    AuditLine,
    Base,
    BufferRow,
    Dossier,
    Hit,
    Membership,
    Organisation,
    PostRow,
    Prediction,
    Report,
    SourceRow,
)
from tests import factories as the
from tests.factories import NOW
from tests.fakes import World


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    made = Database(empty_database_url)
    yield made
    made.dispose()


def tables(database: Database) -> set[str]:
    engine = create_engine(database.url)
    found = set(inspect(engine).get_table_names())
    engine.dispose()
    return found - {"alembic_version"}


def wanted() -> set[str]:
    return set(Base.metadata.tables)


def test_an_empty_database_gets_every_table(database: Database) -> None:
    assert current(database) is None
    assert migrate(database) is True
    assert current(database) == head()
    assert tables(database) == wanted()


def test_migrating_again_changes_nothing(database: Database) -> None:
    migrate(database)
    assert migrate(database) is False


def test_the_models_are_what_the_migrations_make(database: Database) -> None:
    migrate(database)
    with database.read() as session:
        context = MigrationContext.configure(
            session.connection(), opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def constraints(database: Database) -> dict[str, set[Any]]:
    """Names of checks, uniques, foreign keys and indexes per table: alembic compares no checks."""
    engine = create_engine(database.url)
    look = inspect(engine)
    found = {
        name: {
            row["name"]
            for rows in (
                look.get_check_constraints(name),
                look.get_unique_constraints(name),
                look.get_foreign_keys(name),
                look.get_indexes(name),
            )
            for row in rows
        }
        for name in Base.metadata.tables
    }
    engine.dispose()
    return found


def test_constraints_carry_the_names_of_the_models(
    database: Database, empty_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    migrate(database)
    by_migration = constraints(database)
    downgrade(database, "base")
    with database.write() as session:
        Base.metadata.create_all(session.connection())
    assert constraints(database) == by_migration
    assert all(None not in names for names in by_migration.values())


def test_down_to_nothing_and_up_again(database: Database) -> None:
    migrate(database)
    with database.write() as session:
        session.add(Organisation(slug="rietmeer", name="Rietmeer", created_at=NOW))
    downgrade(database, "base")
    assert tables(database) == set()
    assert current(database) is None
    assert migrate(database) is True
    assert tables(database) == wanted()


CORE = (Organisation, Dossier, SourceRow, PostRow, Hit, Prediction, BufferRow, Report, AuditLine)


def lived_in(url: str, folder: Path, world: World) -> None:
    """A database as it is after a day of work."""
    house = the.house_at(url, folder)
    the.settle(house)
    world.shows(the.FEED, the.post("1"), the.post("2", the.OTHER_WORDS))
    the.fetch(house)
    the.person_labels(house, "1", "I1")
    the.at(house, NOW + timedelta(days=1))
    the.drafted(house)
    house.close()


def rows(database: Database) -> dict[str, int]:
    with database.read() as session:
        return {table.__tablename__: session.query(table).count() for table in CORE}


def revisions() -> list[str]:
    """Oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][
        ::-1
    ]


def test_every_step_down_and_up_keeps_the_work(
    database: Database, tmp_path: Path, world: World
) -> None:
    migrate(database)
    lived_in(database.url, tmp_path, world)
    before = rows(database)
    assert min(before.values()) > 0
    for revision in revisions()[-2::-1]:
        downgrade(database, revision)
        assert current(database) == revision
    for revision in revisions():
        migrate(database, revision)
    assert rows(database) == before
    house = the.house_at(database.url, tmp_path)
    assert verify(house)["different"] == []
    house.close()


def test_nothing_is_left_of_a_database_that_was_lived_in(
    database: Database, tmp_path: Path, world: World
) -> None:
    migrate(database)
    lived_in(database.url, tmp_path, world)
    downgrade(database, "base")
    assert tables(database) == set()


def test_foreign_keys_are_watched_again_after_a_migration(database: Database) -> None:
    migrate(database)
    with pytest.raises(Conflict), database.write() as session:
        session.add(Membership(user_id=1, organisation_id=1, role="lezer"))


def test_an_interrupted_migration_leaves_nothing_half_made(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import op

    made = []
    create_table = op.create_table

    def until_the_tenth(name: str, *columns: Any, **more: Any) -> Any:
        if len(made) == 10:
            raise KeyboardInterrupt
        made.append(name)
        return create_table(name, *columns, **more)

    with monkeypatch.context() as killed:
        killed.setattr(op, "create_table", until_the_tenth)
        with pytest.raises(KeyboardInterrupt):
            migrate(database)
    assert len(made) == 10
    assert tables(database) == set()
    assert migrate(database) is True
    assert tables(database) == wanted()


def test_two_who_migrate_at_once_do_no_harm(database: Database) -> None:
    start, changed, trouble = threading.Barrier(2), [], []

    def work() -> None:
        mine = Database(database.url)
        start.wait()
        try:
            changed.append(migrate(mine))
        except Exception as error:
            trouble.append(error)
        mine.dispose()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    assert sorted(changed) == [False, True]


def test_an_empty_database_is_not_served(database: Database) -> None:
    with pytest.raises(StorageError, match="klankbord migrate"):
        require_current(database)


def test_a_database_of_a_later_release_is_left_alone(database: Database) -> None:
    migrate(database)
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for act in (require_current, migrate):
        with pytest.raises(StorageError, match="9999"):
            act(database)
    assert tables(database) == wanted()


# What both databases must mean alike


def test_an_instant_without_an_offset_is_refused(database: Database) -> None:
    migrate(database)
    with pytest.raises(StorageError), database.write() as session:
        session.add(Organisation(slug="a", name="A", created_at=NOW.replace(tzinfo=None)))


def test_an_instant_comes_back_in_utc(database: Database) -> None:
    from app.clock import AMSTERDAM

    migrate(database)
    with database.write() as session:
        session.add(Organisation(slug="a", name="A", created_at=NOW.astimezone(AMSTERDAM)))
    with database.read() as session:
        found = session.query(Organisation).one().created_at
    assert (found, found.utcoffset()) == (NOW, NOW.utcoffset())


def test_a_reader_sees_one_moment(database: Database) -> None:
    migrate(database)
    with database.read() as session:
        assert count(session) == 0
        with database.write() as other:
            other.add(Organisation(slug="a", name="A", created_at=NOW))
        assert count(session) == 0
    with database.read() as session:
        assert count(session) == 1


def count(session: Session) -> int:
    return session.query(Organisation).count()


def half_a_work(session: Session) -> None:
    session.add(Organisation(slug="a", name="A", created_at=NOW))
    session.flush()
    raise ZeroDivisionError


def test_work_that_fails_is_not_kept_in_part(database: Database) -> None:
    migrate(database)
    with pytest.raises(ZeroDivisionError), database.write() as session:
        half_a_work(session)
    with database.read() as session:
        assert count(session) == 0
