"""What would go and what went, with its proofs, and requests of data subjects, for a beheerder."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response

from app.api.dependencies import Desk, auditing, reading, writing
from app.api.pages.framing import Csrf, desk_frame, page, prove
from app.api.routes import retention as acts
from app.errors import InvalidInput
from app.services import retention
from app.services.access import Permission
from app.storage import removals
from dashboards import admin_views, pages, paths

router = APIRouter(include_in_schema=False)
Short = Annotated[str, Form(max_length=2000)]
SAVED = {"gewist": "Wat zijn termijn had gehad, is verwijderd. Het bewijs staat hieronder."}


@router.get("/dossiers/{slug}/retention")
def retention_page(
    desk: Annotated[Desk, reading(Permission.RETENTION)],
    saved: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    return _page(desk, notice=SAVED.get(saved, ""))


@router.post("/dossiers/{slug}/retention")
def retain_form(
    desk: Annotated[Desk, reading(Permission.RETENTION)],
    csrf: Csrf,
    sure: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    prove(desk, csrf)
    if sure != "ja":
        return _page(desk, problem="Vink aan dat u dit nu wilt verwijderen.")
    place = paths.dossier(desk.scope.dossier.slug, "retention")
    acts.retain(desk)
    return RedirectResponse(f"{place}?saved=gewist", 303)


@router.post("/dossiers/{slug}/subject-requests")
def subject_form(
    desk: Annotated[Desk, auditing(Permission.RETENTION)],
    csrf: Csrf,
    handle: Short = "",
    url: Short = "",
    reason: Short = "",
    act: Annotated[str, Form(max_length=10)] = "search",
) -> Response:
    """Search, or download everything; both are told in the log."""
    prove(desk, csrf)
    draft = admin_views.SubjectDraft(handle, url, reason)
    try:
        if act == "export":
            handed = acts.hand_over(desk, handle, url, reason)
            return Response(
                json.dumps(handed, ensure_ascii=False, indent=2),
                media_type="application/json",
                headers={"Content-Disposition": 'attachment; filename="inzage.json"'},
            )
        numbers = acts.look(desk, handle, url, reason).numbers()
    except InvalidInput as error:
        return _page(desk, problem=error.message, draft=draft)
    return _page(desk, draft=draft, found=admin_views.SubjectFound(**numbers))


@router.post("/dossiers/{slug}/subject-requests/erasure")
def erase_form(
    desk: Annotated[Desk, writing(Permission.RETENTION)],
    csrf: Csrf,
    handle: Short = "",
    url: Short = "",
    reason: Short = "",
    sure: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    prove(desk, csrf)
    draft = admin_views.SubjectDraft(handle, url, reason)
    if sure != "ja":
        return _page(desk, problem="Vink aan dat u dit voorgoed wilt wissen.", draft=draft)
    try:
        numbers = acts.erase(desk, handle, url, reason)
    except InvalidInput as error:
        return _page(desk, problem=error.message, draft=draft)
    found = admin_views.SubjectFound(**numbers)
    return _page(desk, notice=f"Gewist: {found.erased}. Wat gewist is, komt niet terug.")


def _page(
    desk: Desk,
    *,
    notice: str = "",
    problem: str = "",
    draft: admin_views.SubjectDraft | None = None,
    found: admin_views.SubjectFound | None = None,
) -> Response:
    dossier = desk.scope.dossier
    going = retention.would_go(desk.house, desk.session, dossier)
    gone = removals.runs(desk.session, dossier.organisation_id, dossier.id)
    view = admin_views.RetentionView(
        frame=desk_frame(desk, "retention", notice),
        keep_text_days=dossier.keep_text_days,
        keep_threat_days=dossier.keep_threat_days,
        ends=dossier.ends,
        cleared_at=dossier.cleared_at,
        going=tuple(going.items()),
        gone=tuple(admin_views.RemovalView(*row) for row in gone),
        draft=draft or admin_views.SubjectDraft(),
        found=found,
        problem=problem,
    )
    return page(pages.render_admin("retention", view), 400 if problem else 200)
