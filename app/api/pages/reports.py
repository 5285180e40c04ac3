"""The overview of dossiers, and the report of the day with its two forms."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from fastapi.responses import RedirectResponse, Response

from app.api.dependencies import Caller, Desk, TheHouse, reading, writing
from app.api.pages.framing import Csrf, desk_frame, page, person_frame, prove
from app.api.routes.report_feeds import pdf_answer
from app.errors import NotFound
from app.records import HEALTHY
from app.services import approval, correcting_reports, handing_out, reports, statements
from app.services.access import Permission, Scope, visible
from app.services.house import House
from app.services.report_pages import Beside, report_view
from app.storage import Session
from app.storage import deliveries as delivery_rows
from app.storage import dossiers as dossier_rows
from app.storage import reports as report_rows
from app.storage import sources as source_rows
from app.storage import talk as talk_rows
from app.storage.models import Report
from dashboards import pages, paths, views

router = APIRouter(include_in_schema=False)
Version = Annotated[int, Form(ge=0, le=2**31 - 1)]
Edition = Annotated[int, Form(ge=1, le=10_000)]
SAVED = {
    "duiding": "De duiding is opgeslagen.",
    "goedgekeurd": "Het verslag is goedgekeurd.",
    "genoteerd": "De opmerking is genoteerd en staat in de verslagen die nog niet zijn goedgekeurd.",
    "teruggenomen": "De opmerking is teruggenomen. In goedgekeurde verslagen blijft zij staan.",
    "correctie": "De correctie is gemaakt. Zij gaat uit zodra u haar goedkeurt.",
}


@router.get(paths.OVERVIEW)
def overview(house: TheHouse, principal: Caller) -> Response:
    with house.database.read() as session:
        cards = tuple(_card(house, session, scope) for scope in visible(session, principal))
        frame = person_frame(house, session, principal, "overview")
        return page(pages.render_overview(views.OverviewView(frame, cards)))


def _card(house: House, session: Session, scope: Scope) -> views.DossierCard:
    dossier = scope.dossier
    latest = report_rows.latest(session, dossier.id)
    now = house.clock.now()
    ahead = [row for row in dossier_rows.moments(session, dossier.id) if row.at >= now]
    sources = source_rows.of_dossier(session, dossier.id)
    return views.DossierCard(
        slug=dossier.slug,
        title=dossier.title,
        phase=dossier.phase,
        reception_kind=dossier.reception_kind,
        latest_date=latest.local_date if latest else None,
        latest_status=latest.status if latest else None,
        latest_edition=latest.edition if latest else None,
        latest_posts=latest.document["counts"]["posts"] if latest else None,
        next_moment=(
            views.MomentView(ahead[0].at, ahead[0].kind, ahead[0].title) if ahead else None
        ),
        sources=len(sources),
        sources_failing=sum(
            row.enabled and row.reason is not None and row.reason not in HEALTHY for row in sources
        ),
        may_see_posts=scope.may(Permission.POSTS),
        given=handing_out.waiting(session, scope),
    )


@router.get("/dossiers/{slug}")
@router.get("/dossiers/{slug}/reports")
def newest_report(desk: Annotated[Desk, reading(Permission.NUMBERS)]) -> Response:
    slug = desk.scope.dossier.slug
    row = report_rows.latest(desk.session, desk.scope.dossier.id)
    if row is None:
        return page(
            pages.render_report(
                report_view(
                    desk_frame(desk, "report"), desk.scope,
                    reports.yesterday(desk.house), None, Beside(),
                )
            )
        )  # fmt: skip
    return RedirectResponse(paths.report(slug, row.local_date), status_code=303)


@router.get("/dossiers/{slug}/reports/{day}")
def report_page(
    day: date,
    desk: Annotated[Desk, reading(Permission.NUMBERS)],
    edition: Annotated[int | None, Query(ge=1, le=10_000)] = None,
    saved: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    dossier = desk.scope.dossier
    row = report_rows.newest(desk.session, dossier.id, day, edition)
    shown = reports.shown(desk.session, dossier.slug, row) if row is not None else None
    frame = desk_frame(desk, "report", SAVED.get(saved, ""))
    view = report_view(frame, desk.scope, day, shown, _beside(desk, day, row))
    return page(pages.render_report(view), 200 if row is not None else 404)


def _beside(desk: Desk, day: date, row: Report | None) -> Beside:
    session, dossier = desk.session, desk.scope.dossier
    previous, following = report_rows.neighbours(session, dossier.id, day)
    if row is None:
        return Beside(previous, following)
    deadline = approval.approve_before(dossier, row)
    return Beside(
        previous=previous,
        following=following,
        editions=tuple(
            (one.edition, one.kind, one.status)
            for one in report_rows.of_day(session, dossier.id, day)
        ),
        deadline=deadline,
        overdue=desk.house.clock.now() >= deadline,
        statements=tuple(
            views.StatementLine(one.id, one.origin, one.text)
            for one in talk_rows.notes(session, dossier.id)
        )
        if desk.scope.may(Permission.STATUS)
        else (),
        deliveries=tuple(
            (f"{one.notifier}: {one.recipient}", delivery_rows.state_of(one))
            for one in delivery_rows.of_report(session, row.id)
        ),
    )


@router.get("/dossiers/{slug}/reports/{day}/pdf")
def report_pdf(
    day: date,
    desk: Annotated[Desk, reading(Permission.REPORTS)],
    edition: Annotated[int | None, Query(ge=1, le=10_000)] = None,
) -> Response:
    return pdf_answer(desk, day, edition)


@router.post("/dossiers/{slug}/reports/{day}/interpretation")
def interpret_form(
    day: date,
    desk: Annotated[Desk, writing(Permission.APPROVE)],
    csrf: Csrf,
    version: Version,
    edition: Edition,
    text: Annotated[str, Form(max_length=10_000)] = "",
    core: Annotated[str | None, Form(max_length=2_500)] = None,
) -> Response:
    prove(desk, csrf)
    row = _row(desk, day, edition)
    author = desk.scope.principal.name
    reports.interpret(
        desk.house, desk.session, row, text.replace("\r\n", "\n"), author, version, core
    )
    desk.note("report-interpreted", day.isoformat(), facts={"edition": edition})
    return _saved(desk, day, "duiding")


@router.post("/dossiers/{slug}/reports/{day}/statements")
def state_form(
    day: date,
    desk: Annotated[Desk, writing(Permission.STATUS)],
    csrf: Csrf,
    subject: Annotated[str, Form(max_length=20)] = "",
    origin: Annotated[str, Form(max_length=40)] = "",
    text: Annotated[str, Form(max_length=2_000)] = "",
) -> Response:
    """What police, COA or a colleague knows, for the diagnosis or the initiatives."""
    prove(desk, csrf)
    name = desk.scope.principal.name
    row = statements.add(desk.house, desk.session, desk.scope.dossier, subject, origin, text, name)
    desk.note("statement-added", str(row.id), facts={"subject": subject, "origin": origin})
    return _saved(desk, day, "genoteerd")


@router.post("/dossiers/{slug}/reports/{day}/statements/{statement_id}/withdrawal")
def withdraw_form(
    day: date,
    statement_id: Annotated[int, Path(ge=1, le=2**31 - 1)],
    desk: Annotated[Desk, writing(Permission.STATUS)],
    csrf: Csrf,
) -> Response:
    prove(desk, csrf)
    row = statements.withdraw(desk.session, desk.scope.dossier, statement_id)
    desk.note(
        "statement-withdrawn", str(statement_id), facts={"subject": row.kind, "origin": row.origin}
    )
    return _saved(desk, day, "teruggenomen")


@router.post("/dossiers/{slug}/reports/{day}/correction")
def correction_form(
    day: date,
    desk: Annotated[Desk, writing(Permission.APPROVE)],
    csrf: Csrf,
    reason: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    prove(desk, csrf)
    row = correcting_reports.correct(desk.house, desk.session, desk.scope.dossier, day, reason)
    desk.note("report-corrected", day.isoformat(), reason=reason, facts={"edition": row.edition})
    return _saved(desk, day, "correctie")


@router.post("/dossiers/{slug}/reports/{day}/approval")
def approve_form(
    day: date,
    desk: Annotated[Desk, writing(Permission.APPROVE)],
    csrf: Csrf,
    version: Version,
    edition: Edition,
) -> Response:
    prove(desk, csrf)
    row = _row(desk, day, edition)
    reports.approve(desk.house, desk.session, row, desk.scope.principal.user_id, version)
    desk.note("report-approved", day.isoformat(), facts={"edition": edition})
    return _saved(desk, day, "goedgekeurd")


def _row(desk: Desk, day: date, edition: int) -> Report:
    row = report_rows.newest(desk.session, desk.scope.dossier.id, day, edition)
    if row is None:
        raise NotFound(f"Er is geen verslag van {day.isoformat()}.")
    return row


def _saved(desk: Desk, day: date, what: str) -> Response:
    address = f"{paths.report(desk.scope.dossier.slug, day)}?saved={what}"
    return RedirectResponse(address, status_code=303)
