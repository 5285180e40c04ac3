"""A beheerder looks after the people: who they are, which roles they have where, and their tokens.

A beheerder of the whole organisation reaches everybody in it; one of a single dossier, or a machine,
reaches the people of that dossier and the roles they have in it, and an account as a whole only when
it has no role elsewhere. Nobody locks the last beheerder out.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from app.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.services import users
from app.services.access import Principal, Scope
from app.services.house import House
from app.storage import Session
from app.storage import people as rows
from app.storage import users as user_rows
from app.storage.models import ROLES, ApiToken, User

#: Letters and figures that nobody mistakes for each other on paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A machine's way in, without the token itself, which stands nowhere."""

    id: int
    dossier: str
    role: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class Person:
    """A user as a beheerder sees one; roles are (role, dossier or None for the organisation)."""

    username: str
    name: str
    disabled: bool
    locked: bool
    created_at: datetime
    roles: tuple[tuple[str, str | None], ...]
    tokens: tuple[TokenLine, ...]
    #: The caller may disable this account, give it a password and revoke its tokens.
    whole: bool


def people(house: House, session: Session, scope: Scope) -> list[Person]:
    """Everybody the caller may look after, by user name."""
    dossier = scope.dossier
    found = (
        rows.of_organisation(session, dossier.organisation_id)
        if is_wide(session, scope)
        else rows.in_dossier(session, dossier)
    )
    return [person(house, session, scope, user) for user in found]


def person(house: House, session: Session, scope: Scope, user: User) -> Person:
    now = house.clock.now()
    wide = is_wide(session, scope)
    roles = rows.memberships(session, user.organisation_id, [user.id]).get(user.id, [])
    tokens = [
        TokenLine(
            row.id, slug, row.role, row.created_at, row.expires_at, row.last_used_at,
            "revoked" if row.revoked_at else "expired" if row.expires_at <= now else "valid",
        )
        for row, slug in rows.tokens(session, user.id)
        if wide or slug == scope.dossier.slug
    ]  # fmt: skip
    seen = [(role, slug) for role, slug in roles if wide or slug in (None, scope.dossier.slug)]
    return Person(
        username=user.username,
        name=user.name,
        disabled=user.disabled_at is not None,
        locked=user.locked_until is not None and user.locked_until > now,
        created_at=user.created_at,
        roles=tuple(seen),
        tokens=tuple(tokens),
        whole=wide or all(slug == scope.dossier.slug for _, slug in roles),
    )


def is_wide(session: Session, scope: Scope) -> bool:
    """The caller is a person who administers the whole organisation."""
    if scope.principal.token_role is not None:
        return False
    if scope.principal.user_id == 0:  # at the console
        return True
    user = session.get_one(User, scope.principal.user_id)
    return rows.ADMINISTRATOR in user_rows.roles_of(session, user)


def user_of(session: Session, scope: Scope, username: str) -> User:
    """A user whom the caller may look after; a foreign and an absent one answer alike."""
    user = user_rows.by_username(session, username)
    if user is not None and user.organisation_id == scope.dossier.organisation_id:
        wide = is_wide(session, scope)
        if wide or user.id in {one.id for one in rows.in_dossier(session, scope.dossier)}:
            return user
    raise NotFound(f"Er is geen gebruiker {username!r}.", username=username)


def add(
    house: House,
    session: Session,
    scope: Scope,
    *,
    username: str,
    name: str,
    role: str,
    everywhere: bool,
) -> str:
    """Make an account with one role; returns its password, which is shown this once."""
    password = new_password()
    users.check_account(username, name, password, role)
    if everywhere:
        _must_be_wide(session, scope)
    if user_rows.by_username(session, username) is not None:
        raise Conflict(f"De gebruikersnaam {username!r} is niet vrij.", username=username)
    user = User(
        organisation_id=scope.dossier.organisation_id,
        username=username,
        name=name,
        password_hash=users.hash_of(password),
        created_at=house.clock.now(),
    )
    session.add(user)
    session.flush()
    user_rows.add_membership(session, user, None if everywhere else scope.dossier.id, role)
    session.flush()
    return password


def give(session: Session, scope: Scope, user: User, role: str, *, everywhere: bool) -> bool:
    """Give a role in this dossier, or in the whole organisation; false when it was there already."""
    _known(role)
    if everywhere:
        _must_be_wide(session, scope)
    given = user_rows.add_membership(session, user, None if everywhere else scope.dossier.id, role)
    session.flush()
    return given


def take(session: Session, scope: Scope, user: User, role: str, *, everywhere: bool) -> None:
    """Take a role away, at once; raises `Conflict` when nobody would be left to administer."""
    _known(role)
    if everywhere:
        _must_be_wide(session, scope)
    before = rows.administrators(session, scope.dossier.organisation_id)
    if not rows.take_membership(session, user, None if everywhere else scope.dossier.id, role):
        raise NotFound(f"{user.username} heeft deze rol hier niet.", role=role)
    _must_stay_administered(session, scope, before)


def disable(house: House, session: Session, scope: Scope, user: User, *, disabled: bool) -> None:
    """Shut an account or open it again; a shut one is signed out everywhere, its tokens are dead."""
    _must_be_whole(session, scope, user)
    before = rows.administrators(session, scope.dossier.organisation_id)
    user.disabled_at = house.clock.now() if disabled else None
    session.flush()
    if disabled:
        rows.end_sessions(session, user.id)
        _must_stay_administered(session, scope, before)


def reset_password(session: Session, scope: Scope, user: User) -> str:
    """A new password, shown this once; every session of the user ends."""
    _must_be_whole(session, scope, user)
    password = new_password()
    user.password_hash = users.hash_of(password)
    user.failed_logins, user.locked_until = 0, None
    rows.end_sessions(session, user.id)
    return password


def revoke(house: House, session: Session, scope: Scope, user: User, token_id: int) -> ApiToken:
    """End a token; one that ended already stays as it is. Raises `NotFound`."""
    row = rows.token(session, user.id, token_id)
    if row is None or not (is_wide(session, scope) or row.dossier_id == scope.dossier.id):
        raise NotFound("Dit token hoort niet bij deze gebruiker.")
    row.revoked_at = row.revoked_at or house.clock.now()
    return row


def change_own(
    house: House, session: Session, principal: Principal, current: str, new: str, cookie: str
) -> None:
    """One's own password; the other sessions end. Raises `InvalidInput`, `NotAllowed` for a machine."""
    if principal.token_role is not None:
        raise NotAllowed("Een token kan geen wachtwoord wijzigen.")
    user = session.get_one(User, principal.user_id)
    if not users.is_password_of(user, current):
        raise InvalidInput("Het huidige wachtwoord klopt niet.", field="current")
    users.check_password(new)
    if new == current:
        raise InvalidInput("Kies een ander wachtwoord dan het huidige.", field="password")
    user.password_hash = users.hash_of(new)
    rows.end_sessions(session, user.id, house.vault.token_hash(cookie))


def new_password() -> str:
    """Twenty letters and figures in fives: 99 bits, and still typed over without a slip."""
    parts = ("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))
    return "-".join(parts)


def _known(role: str) -> None:
    if role not in ROLES:
        raise InvalidInput(f"Onbekende rol {role!r}; kies uit {', '.join(ROLES)}.", field="role")


def _must_be_wide(session: Session, scope: Scope) -> None:
    if not is_wide(session, scope):
        raise Conflict("Rollen voor de hele organisatie geeft een beheerder van de organisatie.")


def _must_be_whole(session: Session, scope: Scope, user: User) -> None:
    if is_wide(session, scope):
        return
    roles = rows.memberships(session, user.organisation_id, [user.id]).get(user.id, [])
    if any(slug != scope.dossier.slug for _, slug in roles):
        raise Conflict(
            "Dit account heeft ook rollen buiten dit dossier. "
            "Dit doet een beheerder van de organisatie."
        )


def _must_stay_administered(
    session: Session, scope: Scope, before: set[tuple[int, int | None]]
) -> None:
    """Every place that had a beheerder still has one: the organisation, and each dossier."""
    after = rows.administrators(session, scope.dossier.organisation_id)
    places = {place for _, place in after}
    for _, place in before:
        if place not in places and (place is None or None not in places):
            raise Conflict("Dit is de laatste beheerder. Geef eerst iemand anders die rol.")
