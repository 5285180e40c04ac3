"""The log as an auditor reads it: filtered, page by page, and whole as NDJSON.

An auditor of the organisation reads all of it; one of a single dossier, or a machine, reads the
lines of that dossier.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.clock import FIRST_YEAR, LAST_YEAR, day_bounds
from app.errors import InvalidInput
from app.services.access import Scope
from app.services.house import House
from app.storage import Session
from app.storage import trail as rows
from app.storage import users as user_rows
from app.storage.models import AuditLine, User
from app.storage.trail import Wanted

AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter as it stands in the address bar; dates are local, both included."""

    actor: str = ""
    action: str = ""
    dossier: str = ""
    first: date | None = None
    last: date | None = None


def wanted(session: Session, scope: Scope, asked: Asked) -> Wanted:
    """What may be read of what is asked; raises `InvalidInput` on days that cannot be."""
    for day in (asked.first, asked.last):
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise InvalidInput("Deze datum ligt te ver weg.", field="from")
    if asked.first and asked.last and asked.last < asked.first:
        raise InvalidInput("De einddatum ligt voor de begindatum.", field="to")
    found = Wanted(
        organisation_id=scope.dossier.organisation_id,
        actor=asked.actor,
        action=asked.action,
        dossier=asked.dossier,
        since=day_bounds(asked.first)[0] if asked.first else None,
        until=day_bounds(asked.last)[1] if asked.last else None,
    )
    return found if is_wide(session, scope) else replace(found, only=scope.dossier.slug)


def is_wide(session: Session, scope: Scope) -> bool:
    """The caller is a person who audits the whole organisation."""
    if scope.principal.token_role is not None:
        return False
    user = session.get_one(User, scope.principal.user_id)
    return AUDITOR in user_rows.roles_of(session, user)


def ndjson(house: House, chosen: Wanted) -> Iterator[str]:
    """Every line that is wanted, oldest first, in a session of its own while it streams."""
    with house.database.read() as session:
        for line in rows.stream(session, chosen):
            yield json.dumps(_json(line), ensure_ascii=True) + "\n"


def _json(line: AuditLine) -> dict[str, object]:
    return {
        "number": line.number,
        "at": _iso(line.at),
        "actor": line.actor,
        "dossier": line.dossier,
        "action": line.action,
        "subject": line.subject,
        "reason": line.reason,
        "facts": line.facts,
        "previous": line.previous,
        "digest": line.digest,
    }


def _iso(instant: datetime) -> str:
    return instant.isoformat()
