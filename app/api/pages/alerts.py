"""The page of signals: decide, set the rhythm, say who hears of what, read what was told."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from fastapi.responses import RedirectResponse, Response

from app import notify
from app.api.dependencies import Desk, reading, writing
from app.api.pages.framing import Csrf, desk_frame, page, prove
from app.api.routes.alerts import alert_of, step_of
from app.errors import Conflict, InvalidInput
from app.services import alerts, cadence, routing
from app.services.access import Permission
from app.storage import outbox, rhythm
from app.storage import signals as rows
from app.storage import users as user_rows
from app.storage.models import Alert, CadenceStep, Notice
from dashboards import paths, report_pages, report_views
from dashboards.pages import THREATS

router = APIRouter(include_in_schema=False)
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Version = Annotated[int, Form(ge=0, le=2**31 - 1)]
SAVED = {
    "besluit": "Uw besluit is opgeslagen.",
    "rust": "Het signaal rust een uur.",
    "ritme": "Het ritme is gewijzigd.",
    "route": "De lijst is opgeslagen.",
}


@router.get("/dossiers/{slug}/alerts")
def alerts_page(
    desk: Annotated[Desk, reading(Permission.REPORTS)],
    saved: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    return page(report_pages.render_signals(_view(desk, SAVED.get(saved, ""))))


@router.post("/dossiers/{slug}/alerts/{alert_id}")
def decide_form(
    alert_id: Number,
    desk: Annotated[Desk, writing(Permission.STATUS)],
    csrf: Csrf,
    version: Version,
    decision: Annotated[str, Form(max_length=10)] = "",
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    prove(desk, csrf)
    row = alert_of(desk, alert_id)
    try:
        if decision == "snooze":
            alerts.snooze(desk.house, row, desk.house.clock.now() + timedelta(hours=1), version)
        else:
            user_id = desk.scope.principal.user_id
            alerts.answer(desk.house, row, user_id, decision, reason, version)
    except (InvalidInput, Conflict) as error:
        return _problem(desk, error.message)
    desk.note("alert-answered", str(row.id), reason=reason, facts={"decision": decision})
    return _back(desk, "rust" if decision == "snooze" else "besluit")


@router.post("/dossiers/{slug}/cadence/{step_id}")
def cadence_form(
    step_id: Number,
    desk: Annotated[Desk, writing(Permission.APPROVE)],
    csrf: Csrf,
    version: Version,
    do: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    prove(desk, csrf)
    row = step_of(desk, step_id)
    try:
        if do == "confirm":
            cadence.confirm(desk.house, desk.session, row, desk.scope.principal.user_id, version)
        else:
            cadence.close(desk.house, desk.session, row, version)
    except Conflict as error:
        return _problem(desk, error.message)
    desk.note("cadence-changed", str(row.id), facts={"do": do})
    return _back(desk, "ritme")


@router.post("/dossiers/{slug}/alert-routes/{kind}")
def route_form(
    kind: Annotated[str, Path(max_length=20)],
    desk: Annotated[Desk, writing(Permission.APPROVE)],
    csrf: Csrf,
    people: Annotated[str, Form(max_length=5_000)] = "",
) -> Response:
    prove(desk, csrf)
    try:
        several = [routing.read_line(line) for line in people.splitlines() if line.strip()]
        routing.set_route(desk.session, desk.scope.dossier, kind, several)
    except InvalidInput as error:
        return _problem(desk, error.message)
    desk.note("alert-route-written", kind, facts={"people": len(several)})
    return _back(desk, "route")


def _view(desk: Desk, notice: str = "", problem: str = "") -> report_views.SignalsView:
    session, dossier = desk.session, desk.scope.dossier
    found = [_signal(desk, row) for row in rows.alerts(session, dossier.id)]
    steps = [(row, _step(row)) for row in rhythm.steps(session, dossier.id)]
    routes = rows.routes(session, dossier.id)
    return report_views.SignalsView(
        frame=desk_frame(desk, "alerts", notice),
        open=tuple(one for one in found if not one.decision),
        answered=tuple(one for one in found if one.decision)[:30],
        steps=tuple(step for row, step in steps if row.closed_at is None),
        past_steps=tuple(step for row, step in steps if row.closed_at is not None)[:20],
        routes=tuple(
            report_views.RouteView(
                kind, title,
                "\n".join(routing.write_line(row) for row in routes if row.kind == kind),
            )
            for kind, title in alerts.ROUTE_KINDS.items()
        ),
        told=tuple(_told(row) for row in outbox.notices(session, dossier.id)),
        notifiers=tuple(notify.names()),
        may_answer=desk.scope.may(Permission.STATUS),
        may_decide=desk.scope.may(Permission.APPROVE),
        problem=problem,
    )  # fmt: skip


def _signal(desk: Desk, row: Alert) -> report_views.SignalView:
    link = ""
    if row.kind == "threat" and desk.scope.may(Permission.THREATS):
        link = paths.posts(desk.scope.dossier.slug, {"label": THREATS})
    elif row.kind == "rumour" and desk.scope.may(Permission.POSTS):
        link = paths.posts(desk.scope.dossier.slug, {"subLabel": "I4"})
    return report_views.SignalView(
        alert_id=row.id, kind=row.kind, text=alerts.words(row), raised_at=row.raised_at,
        version=row.version, told=row.position, link=link, snoozed_until=row.snoozed_until,
        decision=row.decision or "", reason=row.reason or "",
        by=user_rows.name_of(desk.session, row.acknowledged_by) or "",
    )  # fmt: skip


def _step(row: CadenceStep) -> report_views.StepView:
    return report_views.StepView(
        row.id, row.reason, row.every_hours, row.until, row.version,
        row.confirmed_at is not None, row.closed_why, row.proposed_at,
    )  # fmt: skip


def _told(row: Notice) -> report_views.ToldView:
    state = "verteld" if row.sent_at else "wacht"
    if row.sent_at is None and row.handed_at is not None:
        state = "overgedragen, of het aankwam is niet bekend"
    elif row.sent_at is None and row.failures:
        state = f"nog niet gelukt ({row.failures} keer geprobeerd)"
    return report_views.ToldView(row.created_at, row.name, row.subject, state)


def _problem(desk: Desk, problem: str) -> Response:
    return page(report_pages.render_signals(_view(desk, problem=problem)), 400)


def _back(desk: Desk, saved: str) -> Response:
    address = paths.dossier(desk.scope.dossier.slug, "alerts")
    return RedirectResponse(f"{address}?saved={saved}", status_code=303)
