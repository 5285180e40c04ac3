"""One line per act, in the transaction of the act: no line, no act (trust.md P9)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.services.house import House
from app.storage import Session
from app.storage import audit as audit_rows
from app.storage import users as user_rows
from app.storage.models import Organisation


def anchor_folder(house: House) -> Path:
    """Where the heads of the chains stand outside the database."""
    return house.settings.data_dir / "audit"


def note(
    house: House,
    session: Session,
    organisation_id: int,
    *,
    actor: str,
    action: str,
    subject: str = "",
    dossier: str | None = None,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Append a line to the organisation's chain."""
    audit_rows.append(
        session,
        organisation_id,
        at=house.clock.now(),
        actor=actor,
        action=action,
        subject=subject,
        dossier=dossier,
        reason=reason,
        facts=facts,
    )


def anchor(house: House) -> dict[str, int]:
    """Write the head of every organisation's chain outside the database; returns the numbers."""
    written = {}
    with house.database.read() as session:
        for organisation in user_rows.organisations(session):
            head = audit_rows.lines(session, organisation.id, limit=1)
            known = audit_rows.read_anchor(anchor_folder(house), organisation.slug)
            if head and (known is None or known[0] < head[0].number):
                audit_rows.write_anchor(
                    anchor_folder(house), organisation.slug, head[0].number, head[0].digest
                )
                written[organisation.slug] = head[0].number
    return written


def first_break(house: House, session: Session, organisation: Organisation) -> int | None:
    """Number of the first audit line that does not fit, or None."""
    known = audit_rows.read_anchor(anchor_folder(house), organisation.slug)
    return audit_rows.first_break(session, organisation.id, known)
