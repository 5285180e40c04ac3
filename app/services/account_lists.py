"""Account lists of public functions: shown, made, added to (R4, R40, trust.md P2)."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from app.clock import local_date
from app.errors import Conflict, InvalidInput, NotFound
from app.services.audit import note
from app.services.house import House
from app.services.setup import add_list, add_member, members_of
from app.services.setup_file import AccountListPart, in_dutch
from app.storage import Session
from app.storage import dossiers as dossier_rows
from app.storage.models import AccountList, Dossier


def account_lists(house: House, slug: str) -> list[dict[str, Any]]:
    """Every list of a dossier with its members as `@naam@server` or `bron:naam`."""
    with house.database.read() as session:
        return [
            list_json(session, row)
            for row in dossier_rows.account_lists(session, _dossier(session, slug).id)
        ]


def list_json(session: Session, row: AccountList) -> dict[str, Any]:
    """One list as the edges show it."""
    accounts = [
        f"@{member.handle}" + (f"@{member.platform}" if member.platform else "")
        for member in dossier_rows.members(session, row.id)
        if member.handle
    ]
    sources = [f"bron:{slug}" for slug in sorted(dossier_rows.member_sources(session, row.id))]
    return {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "reason": row.reason,
        "expires": row.expires.isoformat(),
        "accounts": [*accounts, *sources],
    }


def save_list(house: House, slug: str, values: dict[str, Any]) -> int:
    """Make a list or add to it, from the command line; returns how many accounts are new."""
    with house.database.write() as session:
        return put_list(house, session, _dossier(session, slug), values, actor="cli")


def put_list(
    house: House, session: Session, dossier: Dossier, values: dict[str, Any], *, actor: str
) -> int:
    """Raises `InvalidInput` on a wrong value, `Conflict` when a list is of another kind."""
    part = _checked(values)
    now = house.clock.now()
    if part.expires < local_date(now):
        raise InvalidInput("De einddatum ligt in het verleden.", field="expires")
    there = dossier_rows.account_list(session, dossier.id, part.name)
    if there is None:
        add_list(session, dossier, part, now)
        added = len(members_of(part))
    else:
        if there.kind != part.kind:
            raise Conflict(f"De lijst {part.name!r} bestaat al en is van het soort {there.kind}.")
        there.reason, there.expires = part.reason, part.expires
        known = set(list_json(session, there)["accounts"])
        fresh = [text for text in members_of(part) if text not in known]
        for text in fresh:
            add_member(session, dossier, there, text, now)
        there.version += 1
        added = len(fresh)
    note(house, session, dossier.organisation_id, actor=actor, action="list-changed",
         subject=part.name, dossier=dossier.slug, reason=part.reason, facts={"added": added})  # fmt: skip
    return added


def _checked(values: dict[str, Any]) -> AccountListPart:
    try:
        return AccountListPart.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(f"{place} {in_dutch(first)}.", field=place) from error


def _dossier(session: Session, slug: str) -> Dossier:
    found = dossier_rows.by_slug(session, slug)
    if found is None:
        raise NotFound(f"Er is geen dossier {slug!r}.", dossier=slug)
    return found
