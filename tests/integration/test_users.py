"""Accounts: made once, strong enough, locked after failures, and refused alike for every cause."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.errors import Conflict, InvalidInput, NotFound, NotSignedIn
from app.services.house import House
from app.services.users import LOCKED_FOR, MOST_FAILURES, add_user, sign_in
from app.storage.models import Membership, User, WebSession
from tests import factories as the
from tests.factories import NOW, PASSWORD

WRONG = "een verkeerd wachtwoord"


@pytest.fixture
def town(lite_house: House) -> House:
    the.settle(lite_house)
    the.person(lite_house)
    return lite_house


def refused(house: House, username: str = "n.hofstra", password: str = WRONG) -> str:
    with pytest.raises(NotSignedIn) as told:
        sign_in(house, username, password)
    return f"{told.value.code}: {told.value.message} {told.value.facts}"


def disable(house: House) -> None:
    with house.database.write() as session:
        session.query(User).one().disabled_at = NOW


def without_password(house: House) -> None:
    with house.database.write() as session:
        session.query(User).one().password_hash = None


def locked(house: House) -> None:
    for _ in range(MOST_FAILURES):
        refused(house)


def test_the_right_password_signs_in(town: House) -> None:
    cookie, until = sign_in(town, "  N.Hofstra ", PASSWORD)
    assert len(cookie) > 30
    assert until == NOW + timedelta(hours=town.settings.session_hours)


@pytest.mark.parametrize("cause", [disable, without_password, locked])
def test_every_cause_is_refused_alike(town: House, cause: object) -> None:
    plain = refused(town)
    assert refused(town, "bestaat-niet") == plain
    assert refused(town, "") == plain
    cause(town)  # type: ignore[operator]
    assert refused(town, password=PASSWORD) == plain
    assert refused(town, password=WRONG) == plain


@pytest.mark.parametrize("password", ["", "\ud800" * 20, "\x00" * 20, "a" * 100_000])
def test_a_hostile_password_is_just_wrong(town: House, password: str) -> None:
    assert refused(town, password=password) == refused(town)


@pytest.mark.parametrize("username", ["a\ud800b", "a\x00b", "a" * 100_000, "' OR 1=1 --"])
def test_a_hostile_name_is_just_unknown(town: House, username: str) -> None:
    assert refused(town, username) == refused(town)


def test_five_failures_lock_for_a_quarter_of_an_hour(town: House) -> None:
    locked(town)
    refused(town, password=PASSWORD)
    the.at(town, NOW + LOCKED_FOR - timedelta(seconds=1))
    refused(town, password=PASSWORD)
    the.at(town, NOW + LOCKED_FOR)
    assert sign_in(town, "n.hofstra", PASSWORD)


def test_four_failures_do_not_lock_and_a_success_starts_the_count_again(town: House) -> None:
    for _ in range(3):
        for _ in range(MOST_FAILURES - 1):
            refused(town)
        assert sign_in(town, "n.hofstra", PASSWORD)


def test_failures_are_counted_though_they_raise(town: House) -> None:
    refused(town)
    with town.database.read() as session:
        assert session.query(User).one().failed_logins == 1
        assert session.query(WebSession).count() == 0


def test_the_hash_is_argon2_and_holds_no_password(town: House) -> None:
    with town.database.read() as session:
        hashed = session.query(User).one().password_hash
    assert hashed is not None
    assert hashed.startswith("$argon2id$")
    assert PASSWORD not in hashed


GOOD = {"username": "s.dewit", "name": "S. de Wit", "password": PASSWORD, "role": "lezer"}


@pytest.mark.parametrize(
    "changes",
    [
        {"username": "x"}, {"username": ""}, {"username": "Hoofd"}, {"username": "a b"},
        {"username": "a\ud800b"}, {"username": "a" * 121}, {"username": "-ab"},
        {"name": "  "}, {"name": "a\ud800b"}, {"name": "a\x00b"}, {"name": "n" * 201},
        {"password": "kort"}, {"password": "aaaaaaaaaaaaaaa"}, {"password": "abababababab"},
        {"password": "een lang \ud800 wachtwoord"},
        {"role": "baas"}, {"role": ""},
    ],
)  # fmt: skip
def test_an_account_that_cannot_be_is_refused_and_not_made(
    town: House, changes: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput):
        add_user(town, **GOOD | changes, organisation=None, dossier=None)
    with town.database.read() as session:
        assert session.query(User).count() == 1


def test_a_name_in_use_is_a_conflict(town: House) -> None:
    with pytest.raises(Conflict, match="al een gebruiker"):
        the.person(town)


def test_an_unknown_place_is_not_found(town: House) -> None:
    for place in ({"organisation": "weg", "dossier": None}, {"organisation": None, "dossier": "w"}):
        with pytest.raises(NotFound):
            add_user(town, **GOOD, **place)


def test_with_two_organisations_one_must_be_named(town: House) -> None:
    the.settle(town, "https://veldkoog.example/feed/", organisation="veldkoog", dossier="de-hoeve")
    with pytest.raises(NotFound, match="Noem"):
        add_user(town, **GOOD, organisation=None, dossier=None)


def test_a_role_in_one_dossier_is_no_role_everywhere(town: House) -> None:
    add_user(town, **GOOD, organisation=None, dossier=the.DOSSIER)
    with town.database.read() as session:
        rows = session.query(Membership).order_by(Membership.id).all()
        assert [row.dossier_id is None for row in rows] == [True, False]
