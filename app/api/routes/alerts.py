"""Signals, who is told of them, and the rhythm of the reports (R18, R41, R44)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import AwareDatetime, Field

from app.api.dependencies import Desk, IfMatch, must_match, reading, set_version, writing
from app.api.schemas import In, Line, Out, Remark
from app.errors import NotFound
from app.services import alerts, cadence, routing
from app.services.access import Permission
from app.storage import rhythm
from app.storage import signals as rows
from app.storage.models import Alert, CadenceStep

router = APIRouter(prefix="/dossiers/{slug}", tags=["signalen"])
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
RouteKind = Literal["surge", "threat", "rumour", "silence", "approval", "all"]


class AlertOut(Out):
    """A signal. `postKey` is only for those who may judge threats."""

    id: int
    kind: str
    text: str
    raised_at: datetime
    told: int
    post_key: str | None
    snoozed_until: datetime | None
    decision: str | None
    reason: str | None
    version: int


class DecisionIn(In):
    decision: Literal["act", "watch", "ignore"]
    reason: Remark


class SnoozeIn(In):
    until: AwareDatetime


class PersonIn(In):
    name: Line
    notifier: Annotated[str, Field(max_length=40)]
    recipient: Annotated[str, Field(max_length=300)]
    quiet_from: Annotated[str, Field(max_length=5)] = ""
    quiet_to: Annotated[str, Field(max_length=5)] = ""


class PersonOut(Out):
    kind: str
    position: int
    name: str
    notifier: str
    recipient: str
    quiet_from: str | None
    quiet_to: str | None


class RouteIn(In):
    people: Annotated[list[PersonIn], Field(max_length=10)]


class StepOut(Out):
    id: int
    kind: str
    reason: str
    facts: dict[str, Any]
    every_hours: int
    until: datetime
    proposed_at: datetime
    confirmed_at: datetime | None
    closed_at: datetime | None
    closed_why: str
    version: int


@router.get("/alerts", summary="De signalen, onbeantwoord eerst")
def list_alerts(desk: Annotated[Desk, reading(Permission.REPORTS)]) -> list[AlertOut]:
    return [_out(desk, row) for row in rows.alerts(desk.session, desk.scope.dossier.id)]


@router.post("/alerts/{alert_id}/decision", summary="Handelen, volgen of niets doen, met reden")
def decide(
    alert_id: Number,
    body: DecisionIn,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.STATUS)],
    response: Response,
) -> AlertOut:
    row = alert_of(desk, alert_id)
    must_match(row.version, version)
    user_id = desk.scope.principal.user_id
    alerts.answer(desk.house, row, user_id, body.decision, body.reason, version)
    desk.note("alert-answered", str(row.id), reason=body.reason, facts={"decision": body.decision})
    set_version(response, row.version)
    return _out(desk, row)


@router.post("/alerts/{alert_id}/snooze", summary="Een signaal even laten rusten")
def snooze(
    alert_id: Number,
    body: SnoozeIn,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.STATUS)],
    response: Response,
) -> AlertOut:
    row = alert_of(desk, alert_id)
    must_match(row.version, version)
    alerts.snooze(desk.house, row, body.until, version)
    desk.note("alert-snoozed", str(row.id), facts={"until": body.until.isoformat()})
    set_version(response, row.version)
    return _out(desk, row)


@router.get("/alert-routes", summary="Wie er van wat hoort, op volgorde")
def list_routes(desk: Annotated[Desk, reading(Permission.REPORTS)]) -> list[PersonOut]:
    found = rows.routes(desk.session, desk.scope.dossier.id)
    return [PersonOut.model_validate(row) for row in found]


@router.put("/alert-routes/{kind}", summary="De route van een soort signaal vervangen")
def write_route(
    kind: RouteKind, body: RouteIn, desk: Annotated[Desk, writing(Permission.APPROVE)]
) -> list[PersonOut]:
    people = [routing.Person(**person.model_dump()) for person in body.people]
    found = routing.set_route(desk.session, desk.scope.dossier, kind, people)
    desk.note("alert-route-written", kind, facts={"people": len(people)})
    return [PersonOut.model_validate(row) for row in found]


@router.get("/cadence", summary="Het ritme van de verslagen: voorstellen en wat loopt")
def list_steps(desk: Annotated[Desk, reading(Permission.REPORTS)]) -> list[StepOut]:
    found = rhythm.steps(desk.session, desk.scope.dossier.id)
    return [StepOut.model_validate(row) for row in found]


@router.post("/cadence/{step_id}/confirmation", summary="Vaker verslag doen")
def confirm_step(
    step_id: Number, version: IfMatch, desk: Annotated[Desk, writing(Permission.APPROVE)]
) -> StepOut:
    row = step_of(desk, step_id)
    cadence.confirm(desk.house, desk.session, row, desk.scope.principal.user_id, version)
    desk.note("cadence-confirmed", str(row.id), facts={"kind": row.kind})
    return StepOut.model_validate(row)


@router.post("/cadence/{step_id}/closing", summary="Een voorstel afwijzen of een reeks beëindigen")
def close_step(
    step_id: Number, version: IfMatch, desk: Annotated[Desk, writing(Permission.APPROVE)]
) -> StepOut:
    row = step_of(desk, step_id)
    cadence.close(desk.house, desk.session, row, version)
    desk.note("cadence-closed", str(row.id), facts={"kind": row.kind})
    return StepOut.model_validate(row)


def alert_of(desk: Desk, alert_id: int) -> Alert:
    """A signal of this dossier; raises `NotFound`."""
    row = rows.alert(desk.session, desk.scope.dossier.id, alert_id)
    if row is None:
        raise NotFound("Dit signaal staat niet in dit dossier.")
    return row


def step_of(desk: Desk, step_id: int) -> CadenceStep:
    """A step of this dossier; raises `NotFound`."""
    row = rhythm.step(desk.session, desk.scope.dossier.id, step_id)
    if row is None:
        raise NotFound("Dit voorstel staat niet in dit dossier.")
    return row


def _out(desk: Desk, row: Alert) -> AlertOut:
    key = row.facts.get("post_key") if desk.scope.may(Permission.THREATS) else None
    return AlertOut(
        id=row.id, kind=row.kind, text=alerts.words(row), raised_at=row.raised_at,
        told=row.position, post_key=key, snoozed_until=row.snoozed_until,
        decision=row.decision, reason=row.reason, version=row.version,
    )  # fmt: skip
