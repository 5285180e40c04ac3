"""People and their roles, for a beheerder; every act is in the log and works at once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.api.dependencies import Desk, reading, writing
from app.api.schemas import In, Line, Out
from app.services import people
from app.services.access import Permission
from app.services.people import Person

router = APIRouter(prefix="/dossiers/{slug}/users", tags=["gebruikers"])
Username = Annotated[str, Path(min_length=1, max_length=120)]
TokenId = Annotated[int, Path(ge=1, le=2**31 - 1)]
Everywhere = Annotated[bool, Query(description="de rol voor de hele organisatie")]


class RoleOut(Out):
    """`dossier` null: in the whole organisation."""

    role: str
    dossier: str | None


class TokenOut(Out):
    """`state`: valid, expired or revoked. The token itself stands nowhere."""

    id: int
    dossier: str
    role: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    state: str


class UserOut(Out):
    """`whole`: you may disable the account, give it a password and revoke its tokens."""

    username: str
    name: str
    disabled: bool
    locked: bool
    created_at: datetime
    roles: list[RoleOut]
    tokens: list[TokenOut]
    whole: bool


class NewUserOut(UserOut):
    """`password` is shown this once."""

    password: str


class UserIn(In):
    """A new account with one role, here or (`everywhere`) in the whole organisation."""

    username: Line
    name: Line
    role: Line
    everywhere: bool = False


class UserPatch(In):
    disabled: bool


class RoleIn(In):
    role: Line
    everywhere: bool = False


class PasswordOut(Out):
    """Shown this once; every session of the user has ended."""

    password: str


@router.get("", summary="De mensen van dit dossier, of van de hele organisatie")
def list_users(desk: Annotated[Desk, reading(Permission.USERS)]) -> list[UserOut]:
    return [_out(one) for one in people.people(desk.house, desk.session, desk.scope)]


@router.post("", status_code=201, summary="Een gebruiker maken; het wachtwoord is eenmalig te zien")
def add_user(
    body: UserIn, desk: Annotated[Desk, writing(Permission.USERS)], response: Response
) -> NewUserOut:
    password = add(desk, body.username, body.name, body.role, body.everywhere)
    response.headers["Location"] = f"/v1/dossiers/{desk.scope.dossier.slug}/users/{body.username}"
    return NewUserOut(**_out(_person(desk, body.username)).model_dump(), password=password)


@router.get("/{username}", summary="Een gebruiker")
def read_user(username: Username, desk: Annotated[Desk, reading(Permission.USERS)]) -> UserOut:
    return _out(_person(desk, username))


@router.patch("/{username}", summary="Een account uitzetten of weer aanzetten")
def switch_user(
    username: Username, body: UserPatch, desk: Annotated[Desk, writing(Permission.USERS)]
) -> UserOut:
    switch(desk, username, body.disabled)
    return _out(_person(desk, username))


@router.post("/{username}/roles", summary="Een rol geven, hier of in de hele organisatie")
def give_role(
    username: Username, body: RoleIn, desk: Annotated[Desk, writing(Permission.USERS)]
) -> UserOut:
    give(desk, username, body.role, body.everywhere)
    return _out(_person(desk, username))


@router.delete("/{username}/roles/{role}", summary="Een rol afnemen; dat werkt meteen")
def take_role(
    username: Username,
    role: Annotated[str, Path(max_length=20)],
    desk: Annotated[Desk, writing(Permission.USERS)],
    everywhere: Everywhere = False,
) -> UserOut:
    user = people.user_of(desk.session, desk.scope, username)
    take(desk, username, role, everywhere)
    return _out(people.person(desk.house, desk.session, desk.scope, user))


@router.post("/{username}/password", summary="Een nieuw wachtwoord, eenmalig te zien")
def reset_password(
    username: Username, desk: Annotated[Desk, writing(Permission.USERS)]
) -> PasswordOut:
    return PasswordOut(password=reset(desk, username))


@router.delete("/{username}/tokens/{token_id}", summary="Een token intrekken")
def revoke_token(
    username: Username, token_id: TokenId, desk: Annotated[Desk, writing(Permission.USERS)]
) -> UserOut:
    revoke(desk, username, token_id)
    return _out(_person(desk, username))


def add(desk: Desk, username: str, name: str, role: str, everywhere: bool) -> str:
    """Make an account and tell it; returns its password."""
    password = people.add(
        desk.house, desk.session, desk.scope,
        username=username, name=name, role=role, everywhere=everywhere,
    )  # fmt: skip
    desk.note("user-added", username, facts={"role": role, "everywhere": everywhere})
    return password


def give(desk: Desk, username: str, role: str, everywhere: bool) -> None:
    user = people.user_of(desk.session, desk.scope, username)
    if people.give(desk.session, desk.scope, user, role, everywhere=everywhere):
        desk.note("role-given", username, facts={"role": role, "everywhere": everywhere})


def take(desk: Desk, username: str, role: str, everywhere: bool) -> None:
    user = people.user_of(desk.session, desk.scope, username)
    people.take(desk.session, desk.scope, user, role, everywhere=everywhere)
    desk.note("role-taken", username, facts={"role": role, "everywhere": everywhere})


def switch(desk: Desk, username: str, disabled: bool) -> None:
    user = people.user_of(desk.session, desk.scope, username)
    people.disable(desk.house, desk.session, desk.scope, user, disabled=disabled)
    desk.note("user-disabled" if disabled else "user-enabled", username)


def reset(desk: Desk, username: str) -> str:
    user = people.user_of(desk.session, desk.scope, username)
    password = people.reset_password(desk.session, desk.scope, user)
    desk.note("password-reset", username)
    return password


def revoke(desk: Desk, username: str, token_id: int) -> None:
    user = people.user_of(desk.session, desk.scope, username)
    row = people.revoke(desk.house, desk.session, desk.scope, user, token_id)
    desk.note("token-revoked", username, facts={"token": row.id, "role": row.role})


def _person(desk: Desk, username: str) -> Person:
    user = people.user_of(desk.session, desk.scope, username)
    return people.person(desk.house, desk.session, desk.scope, user)


def _out(one: Person) -> UserOut:
    return UserOut(
        username=one.username,
        name=one.name,
        disabled=one.disabled,
        locked=one.locked,
        created_at=one.created_at,
        roles=[RoleOut(role=role, dossier=slug) for role, slug in one.roles],
        tokens=[TokenOut.model_validate(token) for token in one.tokens],
        whole=one.whole,
    )
