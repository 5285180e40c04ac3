"""The audit chain, for the auditor (P9)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.api.dependencies import Desk, reading
from app.api.schemas import Out
from app.services.access import Permission
from app.services.audit import first_break
from app.storage import audit as audit_rows
from app.storage import dossiers as dossier_rows

router = APIRouter(prefix="/dossiers/{slug}/audit", tags=["logboek"])


class AuditLineOut(Out):
    number: int
    at: datetime
    actor: str
    dossier: str | None
    action: str
    subject: str
    reason: str
    facts: dict[str, Any]
    digest: str


class AuditOut(Out):
    """Newest first; `sound` is false when the chain was changed, `brokenAt` says where."""

    sound: bool
    broken_at: int | None
    lines: list[AuditLineOut]
    next: int | None


@router.get("", summary="Het logboek van de organisatie, nieuwste eerst")
def read_audit(
    desk: Annotated[Desk, reading(Permission.AUDIT)],
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditOut:
    organisation = dossier_rows.organisation(desk.session, desk.scope.dossier)
    rows = audit_rows.lines(desk.session, organisation.id, before, limit + 1)
    broken = first_break(desk.house, desk.session, organisation)
    lines = [AuditLineOut.model_validate(row) for row in rows[:limit]]
    return AuditOut(
        sound=broken is None,
        broken_at=broken,
        lines=lines,
        next=lines[-1].number if len(rows) > limit else None,
    )
