"""The audit chain: one line per act, no act without its line, and every change to it is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from app.errors import NotSignedIn, StorageError
from app.services import audit
from app.services.doctor import examine
from app.services.export import export_posts
from app.services.house import House
from app.services.users import create_token, sign_in
from app.storage import audit as audit_rows
from app.storage import users as user_rows
from app.storage.models import ApiToken, AuditLine, Organisation, SourceRow, User
from tests import factories as the
from tests.factories import DOSSIER, NOW, PASSWORD


@pytest.fixture
def town(house: House) -> House:
    the.settle(house)
    return house


def export(house: House) -> None:
    list(
        export_posts(
            house, DOSSIER, first=None, last=None, buffer=False, raw_ids=True, reason="onderzoek"
        )
    )


def lines(house: House, organisation: str = "rietmeer") -> list[AuditLine]:
    """Oldest first."""
    with house.database.read() as session:
        row = user_rows.organisation_by_slug(session, organisation)
        assert row is not None
        found = audit_rows.lines(session, row.id, limit=1000)[::-1]
        session.expunge_all()
    return found


def broken_at(house: House, organisation: str = "rietmeer") -> int | None:
    with house.database.read() as session:
        row = user_rows.organisation_by_slug(session, organisation)
        assert row is not None
        return audit.first_break(house, session, row)


def test_acts_leave_lines_that_say_who_when_what_and_why(town: House) -> None:
    the.person(town)
    export(town)
    create_token(town, username="n.hofstra", role="adviseur", dossier=DOSSIER, expires=None)
    sign_in(town, "n.hofstra", PASSWORD)
    with pytest.raises(NotSignedIn):
        sign_in(town, "n.hofstra", "verkeerd wachtwoord")
    found = lines(town)
    assert [(line.number, line.actor, line.action) for line in found] == [
        (1, "cli", "init"),
        (2, "cli", "user-added"),
        (3, "cli", "posts-exported"),
        (4, "cli", "token-created"),
        (5, "user:n.hofstra", "signed-in"),
        (6, "user:n.hofstra", "sign-in-refused"),
    ]
    assert found[2].reason == "onderzoek"
    assert (found[2].dossier, found[2].at) == (DOSSIER, NOW)
    assert PASSWORD not in str([line.facts for line in found])


def test_a_sound_chain_has_no_break(town: House) -> None:
    for _ in range(3):
        export(town)
    assert broken_at(town) is None


def tampered(house: House, change: Callable[[Any], None]) -> None:
    with house.database.write() as session:
        row = session.query(AuditLine).filter_by(number=2).one()
        change(row)


def change_reason(row: AuditLine) -> None:
    row.reason = "niets bijzonders"


def change_actor(row: AuditLine) -> None:
    row.actor = "iemand anders"


def change_time(row: AuditLine) -> None:
    row.at = NOW.replace(year=2025)


def change_facts(row: AuditLine) -> None:
    row.facts = {**row.facts, "raw_ids": False}


def change_and_seal(row: AuditLine) -> None:
    row.reason = "niets bijzonders"
    row.digest = audit_rows.digest_of(row)


@pytest.mark.parametrize(
    ("change", "found"),
    [(change_reason, 2), (change_actor, 2), (change_time, 2), (change_facts, 2),
     (change_and_seal, 3)],
)  # fmt: skip
def test_a_changed_line_is_found(town: House, change: Any, found: int) -> None:
    for _ in range(3):
        export(town)
    tampered(town, change)
    assert broken_at(town) == found


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_line_taken_out_is_found(town: House, number: int) -> None:
    for _ in range(3):
        export(town)
    with town.database.write() as session:
        session.query(AuditLine).filter_by(number=number).delete()
    assert broken_at(town) == number


def test_cutting_off_the_tail_is_found_against_the_anchor_outside(town: House) -> None:
    for _ in range(3):
        export(town)
    assert audit.anchor(town) == {"rietmeer": 4}
    with town.database.write() as session:
        session.query(AuditLine).filter(AuditLine.number > 2).delete()
    assert broken_at(town) == 4


def test_a_whole_new_chain_does_not_fit_the_anchor(town: House) -> None:
    export(town)
    audit.anchor(town)
    with town.database.write() as session:
        session.query(AuditLine).delete()
    export(town)
    export(town)
    assert broken_at(town) == 2


def test_an_anchor_is_written_only_when_the_chain_grew(town: House) -> None:
    export(town)
    assert audit.anchor(town) == {"rietmeer": 2}
    assert audit.anchor(town) == {}
    export(town)
    assert audit.anchor(town) == {"rietmeer": 3}
    assert broken_at(town) is None


def test_doctor_names_the_broken_line(town: House) -> None:
    export(town)
    tampered(town, change_reason)
    (finding,) = [one for one in examine(town) if one.what == "logboek"]
    assert not finding.ok
    assert "regel 2" in finding.detail


def test_each_organisation_has_its_own_chain(town: House) -> None:
    the.settle(town, "https://veldkoog.example/feed/", organisation="veldkoog", dossier="de-hoeve")
    export(town)
    assert [line.number for line in lines(town, "veldkoog")] == [1]
    tampered(town, change_reason)
    assert broken_at(town) == 2
    assert broken_at(town, "veldkoog") is None


# No line, no act


@contextmanager
def log_away(house: House) -> Iterator[None]:
    """The table of the log is not there: no line can be written."""
    with house.database.write() as session:
        session.execute(text("ALTER TABLE audit RENAME TO audit_away"))
    try:
        yield
    finally:
        with house.database.write() as session:
            session.execute(text("ALTER TABLE audit_away RENAME TO audit"))


def add_second_user(house: House) -> None:
    the.person(house, "s.dewit")


def make_token(house: House) -> None:
    create_token(house, username="n.hofstra", role="adviseur", dossier=DOSSIER, expires=None)


def set_up_another(house: House) -> None:
    the.settle(house, the.FORUM, dossier="de-waterkant")


def add_list(house: House) -> None:
    from app.services.account_lists import save_list

    save_list(
        house, DOSSIER,
        {"name": "Pers", "kind": "journalists", "reason": "openbaar", "expires": the.ENDS,
         "accounts": ["@bode"]},
    )  # fmt: skip


def signing_in(house: House) -> None:
    sign_in(house, "n.hofstra", PASSWORD)


@pytest.mark.parametrize(
    "act", [export, add_second_user, make_token, set_up_another, add_list, signing_in]
)
def test_an_act_whose_line_cannot_be_written_does_not_happen(town: House, act: Any) -> None:
    the.person(town)
    before = state(town)
    with log_away(town), pytest.raises(StorageError):
        act(town)
    assert state(town) == before
    act(town)


def state(house: House) -> list[int]:
    from app.storage.models import AccountList, Dossier, WebSession

    with house.database.read() as session:
        return [
            session.query(table).count()
            for table in (
                User,
                ApiToken,
                Organisation,
                Dossier,
                SourceRow,
                AccountList,
                WebSession,
                AuditLine,
            )
        ]
