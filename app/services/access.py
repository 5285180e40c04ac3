"""Who may do what: the role table of trust.md §2, and the one choke point every use passes.

A foreign dossier and an absent one answer alike: `NotFound`. A dossier that may be seen but not for
this purpose answers `NotAllowed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.errors import NotAllowed, NotFound, NotSignedIn
from app.storage import Session, Vault
from app.storage import dossiers as dossier_rows
from app.storage import users as user_rows
from app.storage.models import Dossier, User


class Permission(StrEnum):
    """What a role reaches; the value is the scope that the API documents."""

    NUMBERS = "reports:numbers"
    REPORTS = "reports:read"
    APPROVE = "reports:approve"
    POSTS = "posts:read"
    OPEN_AT_SOURCE = "posts:open-at-source"
    LABEL = "posts:label"
    STATUS = "posts:status"
    THREATS = "posts:threats"
    LISTS = "lists:write"
    LISTS_READ = "lists:read"
    QUERIES_READ = "queries:read"
    QUERIES_WRITE = "queries:write"
    SOURCES_READ = "sources:read"
    SOURCES_WRITE = "sources:write"
    MOMENTS_WRITE = "moments:write"
    DELIVERY = "delivery:write"
    EXPORT = "posts:export"
    USERS = "users:write"
    RETENTION = "retention:write"
    AUDIT = "audit:read"


P = Permission
ROLE_TABLE: Mapping[str, frozenset[Permission]] = {
    "lezer": frozenset({P.NUMBERS}),
    "adviseur": frozenset(
        {
            P.NUMBERS, P.REPORTS, P.APPROVE, P.POSTS, P.OPEN_AT_SOURCE, P.LABEL, P.STATUS,
            P.THREATS, P.LISTS_READ, P.QUERIES_READ, P.SOURCES_READ, P.MOMENTS_WRITE, P.DELIVERY,
        }
    ),
    "webcare": frozenset(
        {
            P.NUMBERS, P.REPORTS, P.POSTS, P.OPEN_AT_SOURCE, P.LABEL, P.STATUS, P.THREATS,
            P.LISTS, P.LISTS_READ, P.QUERIES_READ, P.SOURCES_READ,
        }
    ),
    "analist": frozenset(
        {
            P.NUMBERS, P.REPORTS, P.POSTS, P.LABEL, P.LISTS_READ, P.QUERIES_READ,
            P.QUERIES_WRITE, P.SOURCES_READ, P.SOURCES_WRITE, P.EXPORT,
        }
    ),
    "beheerder": frozenset(
        {
            P.NUMBERS, P.LISTS_READ, P.SOURCES_READ, P.SOURCES_WRITE, P.USERS, P.RETENTION, P.DELIVERY,
        }
    ),
    "auditor": frozenset({P.NUMBERS, P.QUERIES_READ, P.SOURCES_READ, P.AUDIT}),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking: a person with a session, or a machine with a token bound to one dossier."""

    user_id: int
    username: str
    name: str
    organisation_id: int
    token_dossier_id: int | None = None
    token_role: str | None = None
    csrf_token: str | None = None

    @property
    def actor(self) -> str:
        return f"token:{self.username}" if self.token_role else f"user:{self.username}"


@dataclass(frozen=True, slots=True)
class Scope:
    """A dossier the caller may see, with what may be done there. Only `enter` makes one."""

    principal: Principal
    dossier: Dossier
    roles: frozenset[str]
    permissions: frozenset[Permission]

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


def permissions_of(roles: frozenset[str]) -> frozenset[Permission]:
    return frozenset().union(*(ROLE_TABLE[role] for role in roles))


def enter(session: Session, principal: Principal, slug: str, needed: Permission) -> Scope:
    """The choke point: a dossier, for one purpose, or an error."""
    dossier = dossier_rows.by_slug(session, slug)
    roles = _roles(session, principal, dossier) if dossier is not None else frozenset()
    if dossier is None or not roles:
        raise NotFound("Dit dossier bestaat niet, of u hebt er geen toegang toe.", dossier=slug)
    scope = Scope(principal, dossier, roles, permissions_of(roles))
    if not scope.may(needed):
        raise NotAllowed("Uw rol geeft hier geen recht op.", needed=needed.value)
    return scope


def at_the_console(session: Session, slug: str) -> Scope:
    """The administrator at the command line: every permission in one dossier, under the name `cli`.

    Raises `NotFound`. Nothing that comes over the network may call this.
    """
    dossier = dossier_rows.by_slug(session, slug)
    if dossier is None:
        raise NotFound(f"Er is geen dossier {slug!r}.", dossier=slug)
    principal = Principal(0, "cli", "cli", dossier.organisation_id)
    return Scope(principal, dossier, frozenset(), frozenset(Permission))


def visible(session: Session, principal: Principal) -> list[Scope]:
    """Every dossier the caller may see, by slug."""
    user = session.get_one(User, principal.user_id)
    scopes = []
    for dossier in user_rows.dossiers_of(session, user):
        roles = _roles(session, principal, dossier)
        if roles:
            scopes.append(Scope(principal, dossier, roles, permissions_of(roles)))
    return scopes


def _roles(session: Session, principal: Principal, dossier: Dossier) -> frozenset[str]:
    if dossier.organisation_id != principal.organisation_id:
        return frozenset()
    user = session.get_one(User, principal.user_id)
    roles = user_rows.roles_in(session, user, dossier)
    if principal.token_role is None:
        return roles
    if principal.token_dossier_id != dossier.id:
        return frozenset()
    return roles & {principal.token_role}


def from_session(session: Session, vault: Vault, cookie: str, now: datetime) -> Principal:
    """The person behind a session cookie; raises `NotSignedIn`."""
    row = user_rows.session_by_hash(session, vault.token_hash(cookie))
    user = session.get(User, row.user_id) if row is not None else None
    if row is None or user is None or row.expires_at <= now or user.disabled_at is not None:
        raise NotSignedIn("U bent niet (meer) aangemeld.")
    return Principal(
        user.id, user.username, user.name, user.organisation_id, csrf_token=row.csrf_token
    )


def from_token(session: Session, vault: Vault, token: str, now: datetime) -> Principal:
    """The machine behind an API token; raises `NotSignedIn`."""
    row = user_rows.token_by_hash(session, vault.token_hash(token))
    user = session.get(User, row.user_id) if row is not None else None
    if (
        row is None
        or user is None
        or row.revoked_at is not None
        or row.expires_at <= now
        or user.disabled_at is not None
    ):
        raise NotSignedIn("Dit token is onbekend, verlopen of ingetrokken.")
    return Principal(
        user.id,
        user.username,
        user.name,
        user.organisation_id,
        token_dossier_id=row.dossier_id,
        token_role=row.role,
    )
