"""What an operation asks for: the house, the caller, and a dossier it may enter.

Every operation inside a dossier goes through `Entering`, which opens the one session of the request
and passes the choke point (`services.access.enter`). The commit happens before the response is
sent (`scope="function"`), so that a commit that fails answers 5xx and never 200.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from fastapi import Depends, Header, Path, Request, Response

from app.api.problems import Precondition
from app.api.security import COOKIE, CSRF_HEADER, SAFE, equal
from app.errors import NotAllowed, NotSignedIn
from app.services import access
from app.services.access import Permission, Principal, Scope
from app.services.audit import note
from app.services.house import House
from app.storage import Session
from app.storage import audit as audit_rows

Slug = Annotated[str, Path(min_length=1, max_length=80, description="naam van het dossier")]


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


def signed_in(request: Request) -> Principal:
    """The caller, by token or by session cookie; raises `NotSignedIn`.

    A session that changes something must also show the token of its own pages (CSRF); for a form
    the page's route checks the field itself.
    """
    principal = caller(request)
    if (
        principal.csrf_token is not None
        and request.method not in SAFE
        and request.url.path.startswith("/v1")
        and not equal(request.headers.get(CSRF_HEADER), [principal.csrf_token])
    ):
        raise NotAllowed("De kop X-CSRF-Token ontbreekt of klopt niet.")
    return principal


def caller(request: Request) -> Principal:
    """Who sends this request; raises `NotSignedIn`."""
    house = house_of(request)
    header = request.headers.get("authorization")
    with house.database.read() as session:
        if header is not None:
            kind, _, token = header.partition(" ")
            if kind.lower() != "bearer" or not token.strip():
                raise NotSignedIn("Gebruik Authorization: Bearer <token>.")
            return access.from_token(session, house.vault, token.strip(), house.clock.now())
        cookie = request.cookies.get(COOKIE)
        if not cookie:
            raise NotSignedIn("U bent niet aangemeld.")
        return access.from_session(session, house.vault, cookie, house.clock.now())


TheHouse = Annotated[House, Depends(house_of)]
Caller = Annotated[Principal, Depends(signed_in)]


Mode = Literal["read", "audit", "change"]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where an operation works: one session, one dossier, one caller."""

    house: House
    session: Session
    scope: Scope
    mode: Mode
    kept: list[dict[str, Any]] = field(default_factory=list)

    def note(
        self,
        action: str,
        subject: str = "",
        *,
        reason: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """The audit line of this request (trust.md P9): in the transaction of a change, or right
        after a read and before its answer; if it cannot be written, there is no answer."""
        line: dict[str, Any] = {
            "actor": self.scope.principal.actor,
            "action": action,
            "subject": subject,
            "dossier": self.scope.dossier.slug,
            "reason": reason,
            "facts": facts,
        }
        if self.mode == "change":
            note(self.house, self.session, self.scope.dossier.organisation_id, **line)
        else:
            self.kept.append(line)


class Entering:
    """The dependency of every operation inside a dossier; `permission` is what it documents.

    *change* takes the organisation's lock before anything is read, so that of two changes at once
    the second sees the first and its version; *audit* reads without any lock and then writes its
    audit lines in a short transaction of their own.
    """

    def __init__(self, permission: Permission, mode: Mode) -> None:
        self.permission = permission
        self.mode = mode

    def __call__(self, slug: Slug, principal: Caller, house: TheHouse) -> Iterator[Desk]:
        if self.mode == "change":
            with house.database.write() as session:
                audit_rows.lock(session, principal.organisation_id)
                scope = access.enter(session, principal, slug, self.permission)
                yield Desk(house, session, scope, self.mode)
            return
        with house.database.read() as session:
            scope = access.enter(session, principal, slug, self.permission)
            desk = Desk(house, session, scope, self.mode)
            yield desk
        if desk.kept:
            with house.database.write() as session:
                for line in desk.kept:
                    note(house, session, principal.organisation_id, **line)


def reading(permission: Permission) -> Any:
    """Enter a dossier to read what needs no audit line: numbers and settings."""
    return Depends(Entering(permission, "read"), scope="function")


def auditing(permission: Permission) -> Any:
    """Enter a dossier to read what must be audited: the text of posts."""
    return Depends(Entering(permission, "audit"), scope="function")


def writing(permission: Permission) -> Any:
    """Enter a dossier to change something."""
    return Depends(Entering(permission, "change"), scope="function")


def version_to_change(
    _: Caller,
    if_match: Annotated[
        str | None, Header(description='de ETag die u las, bijvoorbeeld "3"')
    ] = None,
) -> int:
    """The version in `If-Match`; missing is 428, malformed is 412."""
    if if_match is None:
        raise Precondition("Zet de ETag die u las in de kop If-Match.", missing=True)
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Precondition("If-Match noemt geen versie van dit onderdeel.")
    return int(text)


IfMatch = Annotated[int, Depends(version_to_change)]


def set_version(response: Response, version: int) -> None:
    """The ETag of what was answered."""
    response.headers["ETag"] = f'"{version}"'


def must_match(current: int, expected: int) -> None:
    """Raises `Precondition` when somebody changed it since it was read."""
    if current != expected:
        raise Precondition("Dit is intussen door een ander gewijzigd. Lees het opnieuw.")
