"""Which version finds a dossier's posts, who switched it on, and why (R46, trust.md P2).

A version that seems to name a private person or handle is switched on only with a written reason and
by a second person: an analyst asks, an adviser agrees.
"""

from __future__ import annotations

from typing import Any

from app.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.services.access import Scope
from app.services.backfill import backfill
from app.services.house import House
from app.storage import Session
from app.storage import dossiers as dossier_rows
from app.storage import tuning as rows
from app.storage.models import QueryActivation, QueryVersion
from query import compile_query
from query.advice import lint

PERSONS = frozenset({"private-person", "private-handle"})


def persons_in(session: Session, scope: Scope, version: QueryVersion) -> list[dict[str, Any]]:
    """The terms of a version that look like a private person or handle, as advice."""
    public = {
        member.handle
        for row in dossier_rows.account_lists(session, scope.dossier.id)
        for member in dossier_rows.members(session, row.id)
        if member.handle
    }
    found = lint(compile_query(version.text, version.terms), (), public)
    return [one.as_json() for one in found if one.code in PERSONS]


def activate(
    house: House, session: Session, scope: Scope, version: QueryVersion, reason: str
) -> QueryActivation:
    """Switch to a version, or ask for it when it names a person; then nothing changes yet.

    Raises `InvalidInput` when a reason is needed and missing, `Conflict` when it is active already.
    """
    if scope.dossier.query_version_id == version.id:
        raise Conflict(f"Versie {version.number} is al in gebruik.")
    persons = persons_in(session, scope, version)
    if persons and not reason.strip():
        named = ", ".join(dict.fromkeys(one["message"] for one in persons))
        raise InvalidInput(
            f"{named} Schrijf op waarom dit nodig is; daarna moet een tweede persoon instemmen.",
            field="reason",
        )
    row = rows.add_activation(
        session,
        QueryActivation(
            dossier_id=scope.dossier.id,
            query_version_id=version.id,
            asked_by=scope.principal.user_id,
            asked_at=house.clock.now(),
            reason=reason.strip(),
            persons=persons,
        ),
    )
    if not persons:
        _switch(house, session, scope, version, row)
    return row


def agree(house: House, session: Session, scope: Scope, version: QueryVersion) -> QueryActivation:
    """The second person agrees. Raises `NotFound` when nobody asked, `NotAllowed` for the asker."""
    row = rows.waiting(session, scope.dossier.id, version.id)
    if row is None:
        raise NotFound(f"Niemand vroeg om versie {version.number} in gebruik te nemen.")
    if row.asked_by == scope.principal.user_id:
        raise NotAllowed("Wie het vroeg, kan niet zelf instemmen: dat doet een tweede persoon.")
    row.approved_by = scope.principal.user_id
    _switch(house, session, scope, version, row)
    return row


def deactivate(session: Session, scope: Scope) -> None:
    """Find nothing new from now on; what was found stays. Raises `Conflict` when nothing is on."""
    if scope.dossier.query_version_id is None:
        raise Conflict("Er is geen zoekopdracht in gebruik.")
    scope.dossier.query_version_id = None
    scope.dossier.version += 1
    session.flush()


def _switch(
    house: House, session: Session, scope: Scope, version: QueryVersion, row: QueryActivation
) -> None:
    now = house.clock.now()
    row.activated_at = now
    version.activated_at = now
    scope.dossier.query_version_id = version.id
    scope.dossier.version += 1
    session.flush()
    row.backfilled = backfill(house, session, scope, version)
    session.flush()
