"""The log for the auditor: newest first, filters in the address, is the chain whole, download."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.api.dependencies import Desk, auditing, reading
from app.api.pages.framing import desk_frame, page
from app.api.routes.audit import download
from app.errors import InvalidInput
from app.services import trail
from app.services.access import Permission
from app.services.audit import first_break
from app.services.trail import Asked
from app.storage import dossiers as dossier_rows
from app.storage import trail as rows
from app.storage.models import AuditLine
from dashboards import admin_views, pages, views

router = APIRouter(include_in_schema=False)
PAGE = 100
FIELDS = ("actor", "action", "dossier", "from", "to")
Before = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


@router.get("/dossiers/{slug}/audit")
def audit_page(
    request: Request, desk: Annotated[Desk, reading(Permission.AUDIT)], before: Before = None
) -> Response:
    given = _given(request)
    problem = ""
    try:
        chosen = trail.wanted(desk.session, desk.scope, _asked(given))
        found = rows.page(desk.session, chosen, before, PAGE + 1)
    except InvalidInput as error:
        problem, found = error.message, []
        chosen = trail.wanted(desk.session, desk.scope, Asked())
    actors, actions, dossiers = rows.choices(desk.session, chosen)
    organisation = dossier_rows.organisation(desk.session, desk.scope.dossier)
    more = found[PAGE - 1].number if len(found) > PAGE else None
    view = admin_views.AuditView(
        frame=desk_frame(desk, "audit"),
        lines=tuple(_line(line) for line in found[:PAGE]),
        broken_at=first_break(desk.house, desk.session, organisation),
        wide=chosen.only is None,
        actors=_listed(actors),
        actions=_listed(actions),
        dossiers=_listed(dossiers),
        given=admin_views.AuditGiven(
            given["actor"], given["action"], given["dossier"], given["from"], given["to"]
        ),
        problem=problem,
        paged=before is not None,
        next_before=more,
    )
    return page(pages.render_admin("audit", view), 400 if problem else 200)


@router.get("/dossiers/{slug}/audit/export")
def audit_export(request: Request, desk: Annotated[Desk, auditing(Permission.AUDIT)]) -> Response:
    chosen = trail.wanted(desk.session, desk.scope, _asked(_given(request)))
    desk.note("audit-exported")
    return download(desk, chosen)


def _given(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "")[:160].strip() for name in FIELDS}


def _asked(given: dict[str, str]) -> Asked:
    days = []
    for name in ("from", "to"):
        try:
            days.append(date.fromisoformat(given[name]) if given[name] else None)
        except ValueError as error:
            raise InvalidInput(
                f"{given[name]!r} is geen datum (jjjj-mm-dd).", field=name
            ) from error
    return Asked(given["actor"], given["action"], given["dossier"], *days)


def _line(line: AuditLine) -> admin_views.AuditLineView:
    facts = tuple(f"{name}: {_plain(value)}" for name, value in sorted(line.facts.items()))
    return admin_views.AuditLineView(
        line.number, line.at, line.actor, line.action, line.subject, line.dossier or "",
        line.reason, facts,
    )  # fmt: skip


def _plain(value: object) -> str:
    """A fact as people read it."""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)


def _listed(values: list[str]) -> tuple[views.Choice, ...]:
    return tuple(views.Choice(value, value) for value in values)
