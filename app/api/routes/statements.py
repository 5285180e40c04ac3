"""What police, COA or colleagues know beside the posts: read, write down, take back (R15, R5)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path

from app.api.dependencies import Desk, reading, writing
from app.api.schemas import In, Out, Remark
from app.services import statements
from app.services.access import Permission
from app.storage import talk
from app.storage.models import DossierNote

router = APIRouter(prefix="/dossiers/{slug}/statements", tags=["verslagen"])
StatementId = Annotated[int, Path(ge=1, le=2**31 - 1)]
Subject = Literal["vraagstuk", "betrokkenen", "context", "initiatief-voor", "initiatief-tegen"]
Origin = Literal[
    "politie", "COA", "gemeente", "veiligheidsregio", "inwoners aan tafel", "een ander"
]


class StatementIn(In):
    """`text` in the words of who writes it down; nobody is quoted."""

    subject: Subject
    origin: Origin
    text: Remark


class StatementOut(Out):
    """`origin` said it, `by` wrote it down at `at`; statements are never counted."""

    id: int
    subject: str
    origin: str
    text: str
    by: str
    at: datetime


@router.get("", summary="Wat politie, COA of collega's weten, nieuwste eerst")
def list_statements(desk: Annotated[Desk, reading(Permission.REPORTS)]) -> list[StatementOut]:
    rows = talk.notes(desk.session, desk.scope.dossier.id)
    return [_out(row) for row in sorted(rows, key=lambda row: row.id, reverse=True)]


@router.post("", status_code=201, summary="Een opmerking voor diagnose of initiatieven noteren")
def add_statement(
    body: StatementIn, desk: Annotated[Desk, writing(Permission.STATUS)]
) -> StatementOut:
    row = statements.add(
        desk.house, desk.session, desk.scope.dossier, body.subject, body.origin, body.text,
        desk.scope.principal.name,
    )  # fmt: skip
    desk.note("statement-added", str(row.id), facts={"subject": row.kind, "origin": row.origin})
    return _out(row)


@router.delete("/{statement_id}", status_code=204, summary="Een opmerking terugnemen")
def withdraw_statement(
    statement_id: StatementId, desk: Annotated[Desk, writing(Permission.STATUS)]
) -> None:
    row = statements.withdraw(desk.session, desk.scope.dossier, statement_id)
    desk.note(
        "statement-withdrawn", str(statement_id), facts={"subject": row.kind, "origin": row.origin}
    )


def _out(row: DossierNote) -> StatementOut:
    return StatementOut(
        id=row.id, subject=row.kind, origin=row.origin, text=row.text, by=row.author,
        at=row.created_at,
    )  # fmt: skip
