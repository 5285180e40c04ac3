"""Editions of the omgevingsanalyse: read, interpret, approve (R43, P11)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from app.api.dependencies import Desk, IfMatch, must_match, reading, set_version, writing
from app.api.schemas import In, Out, Prose, Remark, camel
from app.errors import InvalidInput, NotFound
from app.services import correcting_reports, reports
from app.services.access import Permission
from app.storage import reports as report_rows
from app.storage.models import Report

router = APIRouter(prefix="/dossiers/{slug}/reports", tags=["verslagen"])
EditionNumber = Annotated[int | None, Query(ge=1, le=10_000, description="anders de nieuwste")]


class ReportLine(Out):
    """One edition in the list."""

    date: date
    edition: int
    kind: str
    status: str
    hash: str
    drafted_at: datetime
    approved_at: datetime | None


class ReportList(Out):
    """Newest first; `next` is the `cursor` of the following page, "" on the last."""

    reports: list[ReportLine]
    next: str


class EditionOut(Out):
    """`document` is the report of contracts.md in camelCase; a lezer gets its numbers only."""

    date: date
    edition: int
    status: str
    interpretation: str | None
    interpretation_by: str | None
    approved_by: str | None
    approved_at: datetime | None
    drafted_at: datetime
    version: int
    document: dict[str, Any]


class InterpretationIn(In):
    """`core` holds at most five lines; absent leaves the core, [] brings the drafted lines back."""

    text: Prose
    core: Annotated[list[Remark], Field(max_length=5)] | None = None


class CorrectionIn(In):
    reason: Remark


@router.get("", summary="De verslagen van een dossier, nieuwste eerst")
def list_reports(
    desk: Annotated[Desk, reading(Permission.NUMBERS)],
    cursor: Annotated[str, Query(max_length=40)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ReportList:
    rows = report_rows.page(desk.session, desk.scope.dossier.id, _after(cursor), limit + 1)
    lines = [
        ReportLine(
            date=row.local_date,
            edition=row.edition,
            kind=row.kind,
            status=row.status,
            hash=row.digest,
            drafted_at=row.drafted_at,
            approved_at=row.approved_at,
        )
        for row in rows[:limit]
    ]
    more = f"{lines[-1].date.isoformat()}.{lines[-1].edition}" if len(rows) > limit else ""
    return ReportList(reports=lines, next=more)


@router.get("/latest", summary="Het nieuwste verslag")
def read_latest(
    desk: Annotated[Desk, reading(Permission.NUMBERS)], response: Response
) -> EditionOut:
    row = report_rows.latest(desk.session, desk.scope.dossier.id)
    if row is None:
        raise NotFound("Dit dossier heeft nog geen verslag.")
    return _out(desk, row, response)


@router.get("/{day}", summary="Het verslag van een dag")
def read_report(
    day: date,
    desk: Annotated[Desk, reading(Permission.NUMBERS)],
    response: Response,
    edition: EditionNumber = None,
) -> EditionOut:
    return _out(desk, _row(desk, day, edition), response)


@router.put("/{day}/interpretation", summary="De duiding schrijven")
def write_interpretation(
    day: date,
    body: InterpretationIn,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.APPROVE)],
    response: Response,
    edition: EditionNumber = None,
) -> EditionOut:
    row = _row(desk, day, edition)
    must_match(row.version, version)
    core = None if body.core is None else "\n".join(body.core)
    reports.interpret(
        desk.house, desk.session, row, body.text, desk.scope.principal.name, version, core
    )
    desk.note("report-interpreted", day.isoformat(), facts={"edition": row.edition})
    return _out(desk, row, response)


@router.post("/{day}/approval", summary="Het verslag op eigen naam goedkeuren")
def approve_report(
    day: date,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.APPROVE)],
    response: Response,
    edition: EditionNumber = None,
) -> EditionOut:
    row = _row(desk, day, edition)
    must_match(row.version, version)
    reports.approve(desk.house, desk.session, row, desk.scope.principal.user_id, version)
    desk.note("report-approved", day.isoformat(), facts={"edition": row.edition})
    return _out(desk, row, response)


@router.post("/{day}/correction", status_code=201, summary="Een goedgekeurd verslag corrigeren")
def correct_report(
    day: date,
    body: CorrectionIn,
    desk: Annotated[Desk, writing(Permission.APPROVE)],
    response: Response,
) -> EditionOut:
    row = correcting_reports.correct(desk.house, desk.session, desk.scope.dossier, day, body.reason)
    desk.note(
        "report-corrected", day.isoformat(), reason=body.reason, facts={"edition": row.edition}
    )
    return _out(desk, row, response)


def _after(cursor: str) -> tuple[date, int] | None:
    if not cursor:
        return None
    day, _, edition = cursor.partition(".")
    try:
        return date.fromisoformat(day), int(edition)
    except ValueError as error:
        raise InvalidInput("Deze cursor is onbekend; begin vooraan.", field="cursor") from error


def _row(desk: Desk, day: date, edition: int | None) -> Report:
    row = report_rows.newest(desk.session, desk.scope.dossier.id, day, edition)
    if row is None:
        raise NotFound(f"Er is geen verslag van {day.isoformat()}.")
    return row


def _out(desk: Desk, row: Report, response: Response) -> EditionOut:
    shown = reports.shown(desk.session, desk.scope.dossier.slug, row)
    whole = desk.scope.may(Permission.REPORTS)
    document = shown.document if whole else reports.numbers_only(shown.document)
    set_version(response, row.version)
    return EditionOut(
        date=row.local_date,
        edition=row.edition,
        status=row.status,
        interpretation=shown.interpretation if whole else None,
        interpretation_by=shown.interpretation_by if whole else None,
        approved_by=shown.approved_by,
        approved_at=shown.approved_at,
        drafted_at=shown.drafted_at,
        version=shown.version,
        document=camel(document),
    )
