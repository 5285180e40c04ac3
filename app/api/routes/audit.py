"""The audit chain, for the auditor (P9)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from app.api.dependencies import Desk, auditing, reading
from app.api.schemas import Out
from app.services import trail
from app.services.access import Permission
from app.services.audit import first_break
from app.services.trail import Asked
from app.storage import dossiers as dossier_rows
from app.storage import trail as rows

router = APIRouter(prefix="/dossiers/{slug}/audit", tags=["logboek"])
NDJSON = "application/x-ndjson"


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


def _asked(
    actor: Annotated[str, Query(max_length=160)] = "",
    action: Annotated[str, Query(max_length=60)] = "",
    dossier: Annotated[str, Query(max_length=80)] = "",
    first: Annotated[date | None, Query(alias="from")] = None,
    last: Annotated[date | None, Query(alias="to")] = None,
) -> Asked:
    return Asked(actor, action, dossier, first, last)


Filter = Annotated[Asked, Depends(_asked)]


@router.get("", summary="Het logboek, nieuwste eerst")
def read_audit(
    desk: Annotated[Desk, reading(Permission.AUDIT)],
    asked: Filter,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditOut:
    organisation = dossier_rows.organisation(desk.session, desk.scope.dossier)
    chosen = trail.wanted(desk.session, desk.scope, asked)
    found = rows.page(desk.session, chosen, before, limit + 1)
    broken = first_break(desk.house, desk.session, organisation)
    lines = [AuditLineOut.model_validate(row) for row in found[:limit]]
    return AuditOut(
        sound=broken is None,
        broken_at=broken,
        lines=lines,
        next=lines[-1].number if len(found) > limit else None,
    )


@router.get(
    "/export",
    summary="Het logboek als NDJSON, oudste eerst",
    response_class=StreamingResponse,
    responses={200: {"content": {NDJSON: {}}}},
)
def export_audit(
    desk: Annotated[Desk, auditing(Permission.AUDIT)], asked: Filter
) -> StreamingResponse:
    chosen = trail.wanted(desk.session, desk.scope, asked)
    desk.note("audit-exported")
    return download(desk, chosen)


def download(desk: Desk, chosen: rows.Wanted) -> StreamingResponse:
    """The lines as a file; it streams after the door of this request closed, in its own session."""
    name = f"logboek-{desk.scope.dossier.slug}.ndjson"
    return StreamingResponse(
        trail.ndjson(desk.house, chosen),
        media_type=NDJSON,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
