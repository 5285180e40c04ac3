"""Who may do what: the role table, one choke point, and tokens that never reach beyond their user."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn
from app.services import access
from app.services.access import ROLE_TABLE, Permission, Principal
from app.services.house import House
from app.services.users import create_token, sign_in, sign_out
from app.storage import users as user_rows
from app.storage.models import ROLES, ApiToken, User, WebSession
from tests import factories as the
from tests.factories import DOSSIER, NOW, PASSWORD, reaches

P = Permission
#: The table of the promise (trust.md §2), column by column: who may.
PROMISED = {
    P.NUMBERS: {"lezer", "adviseur", "webcare", "analist", "beheerder", "auditor"},
    P.REPORTS: {"adviseur", "webcare", "analist"},
    P.APPROVE: {"adviseur"},
    P.POSTS: {"adviseur", "webcare", "analist"},
    P.OPEN_AT_SOURCE: {"adviseur", "webcare"},
    P.LABEL: {"adviseur", "webcare", "analist"},
    P.STATUS: {"adviseur", "webcare"},
    P.LISTS: {"webcare"},
    P.QUERIES_WRITE: {"analist"},
    P.SOURCES_WRITE: {"analist", "beheerder"},
    P.QUERIES_READ: {"adviseur", "webcare", "analist", "auditor"},
    P.EXPORT: {"analist"},
    P.USERS: {"beheerder"},
    P.RETENTION: {"beheerder"},
    P.AUDIT: {"auditor"},
}


@pytest.fixture
def town(lite_house: House) -> House:
    """Two organisations, of which the first has two dossiers."""
    the.settle(lite_house)
    the.settle(lite_house, the.FORUM, dossier="de-waterkant")
    the.settle(
        lite_house, "https://veldkoog.example/feed/", organisation="veldkoog", dossier="de-hoeve"
    )
    return lite_house


@pytest.mark.parametrize("permission", PROMISED, ids=str)
@pytest.mark.parametrize("role", ROLES)
def test_the_role_table_is_the_promised_one(role: str, permission: Permission) -> None:
    assert (permission in ROLE_TABLE[role]) is (role in PROMISED[permission])


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_it_opens_and_nothing_else(town: House, role: str) -> None:
    who = the.person(town, role=role)
    for permission in Permission:
        if permission in ROLE_TABLE[role]:
            assert reaches(town, who, DOSSIER, permission)
        else:
            with pytest.raises(NotAllowed):
                reaches(town, who, DOSSIER, permission)


def test_several_roles_add_up(town: House) -> None:
    who = the.person(town, role="auditor")
    with town.database.write() as session:
        user = session.get_one(User, who.user_id)
        user_rows.add_membership(session, user, None, "beheerder")
    assert reaches(town, who, DOSSIER, P.AUDIT)
    assert reaches(town, who, DOSSIER, P.USERS)


def answer(house: House, who: Principal, slug: str) -> str:
    with pytest.raises(NotFound) as told:
        reaches(house, who, slug, P.NUMBERS)
    return f"{type(told.value).__name__}: {told.value.message}"


def test_a_foreign_dossier_and_an_absent_one_answer_alike(town: House) -> None:
    who = the.person(town)
    assert answer(town, who, "de-hoeve") == answer(town, who, "bestaat-niet")


def test_a_dossier_without_a_role_in_it_answers_as_if_it_were_absent(town: House) -> None:
    who = the.person(town, organisation=None, dossier="de-waterkant")
    assert reaches(town, who, "de-waterkant", P.POSTS)
    assert answer(town, who, DOSSIER) == answer(town, who, "bestaat-niet")


def visible(house: House, who: Principal) -> list[str]:
    with house.database.read() as session:
        return [scope.dossier.slug for scope in access.visible(session, who)]


def test_only_ones_own_dossiers_are_visible(town: House) -> None:
    assert visible(town, the.person(town)) == ["de-waterkant", DOSSIER]
    one = the.person(town, "s.dewit", organisation=None, dossier="de-waterkant")
    assert visible(town, one) == ["de-waterkant"]
    other = the.person(town, "k.dijk", organisation="veldkoog")
    assert visible(town, other) == ["de-hoeve"]


# Tokens


def token(house: House, role: str = "adviseur", dossier: str = DOSSIER, **more: object) -> str:
    return create_token(
        house, username="n.hofstra", role=role, dossier=dossier,
        expires=more.get("expires"),  # type: ignore[arg-type]
    )  # fmt: skip


def bearer(house: House, secret: str) -> Principal:
    with house.database.read() as session:
        return access.from_token(session, house.vault, secret, house.clock.now())


def test_a_token_opens_its_one_dossier_in_its_one_role(town: House) -> None:
    the.person(town)
    who = bearer(town, token(town))
    assert reaches(town, who, DOSSIER, P.POSTS)
    assert visible(town, who) == [DOSSIER]
    assert answer(town, who, "de-waterkant") == answer(town, who, "bestaat-niet")
    assert who.actor == "token:n.hofstra"


def test_a_token_of_a_small_role_does_not_get_its_users_larger_one(town: House) -> None:
    who = the.person(town, role="adviseur")
    with town.database.write() as session:
        user_rows.add_membership(session, session.get_one(User, who.user_id), None, "lezer")
    machine = bearer(town, token(town, "lezer"))
    assert reaches(town, machine, DOSSIER, P.NUMBERS)
    with pytest.raises(NotAllowed):
        reaches(town, machine, DOSSIER, P.POSTS)


def test_a_token_is_not_made_for_a_role_that_its_user_has_not(town: House) -> None:
    the.person(town, role="lezer")
    with pytest.raises(NotAllowed):
        token(town, "adviseur")
    with town.database.read() as session:
        assert session.query(ApiToken).count() == 0


def test_a_token_for_a_foreign_dossier_answers_as_for_an_absent_one(town: House) -> None:
    the.person(town)
    said = []
    for slug in ("de-hoeve", "bestaat-niet"):
        with pytest.raises(NotFound) as told:
            token(town, dossier=slug)
        said.append(told.value.message.replace(slug, "…"))
    assert said[0] == said[1]


def test_a_token_ends_when_its_user_loses_the_role(town: House) -> None:
    the.person(town, organisation=None, dossier=DOSSIER)
    secret = token(town)
    with town.database.write() as session:
        user = user_rows.by_username(session, "n.hofstra")
        assert user is not None
        session.query(user_rows.Membership).filter_by(user_id=user.id).delete()
    assert answer(town, bearer(town, secret), DOSSIER) == answer(town, bearer(town, secret), "x")


def test_a_token_lives_through_its_last_day_and_no_longer(town: House) -> None:
    the.person(town)
    secret = token(town, expires=date(2026, 11, 30))
    the.at(town, NOW.replace(day=30, hour=22, minute=59))
    assert bearer(town, secret)
    the.at(town, NOW.replace(day=30, hour=23))
    with pytest.raises(NotSignedIn):
        bearer(town, secret)


@pytest.mark.parametrize("expires", [date(2026, 11, 19), date.min, date.max])
def test_a_token_with_an_end_that_cannot_be_is_not_made(town: House, expires: date) -> None:
    the.person(town)
    with pytest.raises(InvalidInput):
        token(town, expires=expires)


def spoil(house: House, what: str) -> None:
    with house.database.write() as session:
        row = session.query(ApiToken).one()
        user = session.get_one(User, row.user_id)
        if what == "revoked":
            row.revoked_at = NOW
        elif what == "disabled":
            user.disabled_at = NOW
        else:
            row.expires_at = NOW


@pytest.mark.parametrize("what", ["revoked", "disabled", "expired"])
def test_a_spoilt_token_answers_as_an_unknown_one(town: House, what: str) -> None:
    the.person(town)
    secret = token(town)
    spoil(town, what)
    said = []
    for one in (secret, "kb_onbekend"):
        with pytest.raises(NotSignedIn) as told:
            bearer(town, one)
        said.append(told.value.message)
    assert said[0] == said[1]


def test_a_token_stands_nowhere_in_clear(town: House) -> None:
    the.person(town)
    secret = token(town)
    with town.database.read() as session:
        assert secret not in str(session.query(ApiToken).one().token_hash)
    assert secret.removeprefix("kb_").encode() not in b"".join(
        path.read_bytes() for path in town.settings.data_dir.glob("klankbord.db*")
    )


# Sessions


def browser(house: House, cookie: str) -> Principal:
    with house.database.read() as session:
        return access.from_session(session, house.vault, cookie, house.clock.now())


def test_a_session_ends_by_time_by_signing_out_and_with_its_user(town: House) -> None:
    the.person(town)
    cookie, until = sign_in(town, "n.hofstra", PASSWORD)
    assert browser(town, cookie).username == "n.hofstra"
    the.at(town, until)
    with pytest.raises(NotSignedIn):
        browser(town, cookie)
    the.at(town, NOW)
    sign_out(town, cookie)
    with pytest.raises(NotSignedIn):
        browser(town, cookie)
    cookie, _ = sign_in(town, "n.hofstra", PASSWORD)
    with town.database.write() as session:
        session.query(User).one().disabled_at = NOW
    with pytest.raises(NotSignedIn):
        browser(town, cookie)


def test_the_database_holds_no_cookie(town: House) -> None:
    the.person(town)
    cookie, _ = sign_in(town, "n.hofstra", PASSWORD)
    with town.database.read() as session:
        row = session.query(WebSession).one()
        assert cookie not in (row.session_hash, row.csrf_token)


def test_old_sessions_are_swept_at_the_next_sign_in(town: House) -> None:
    the.person(town)
    sign_in(town, "n.hofstra", PASSWORD)
    the.at(town, NOW + timedelta(days=2))
    sign_in(town, "n.hofstra", PASSWORD)
    with town.database.read() as session:
        assert session.query(WebSession).count() == 1
