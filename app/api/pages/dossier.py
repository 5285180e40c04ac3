"""The quietest page of a dossier: its moments."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from app.api.dependencies import Desk, reading
from app.api.pages.framing import desk_frame, page
from app.services.access import Permission
from app.storage import dossiers as dossier_rows
from dashboards import pages, views

router = APIRouter(include_in_schema=False)


@router.get("/dossiers/{slug}/moments")
def moments_page(desk: Annotated[Desk, reading(Permission.NUMBERS)]) -> Response:
    now = desk.house.clock.now()
    rows = dossier_rows.moments(desk.session, desk.scope.dossier.id)
    view = views.MomentsView(
        frame=desk_frame(desk, "moments"),
        moments=tuple(views.MomentView(row.at, row.kind, row.title, row.at < now) for row in rows),
    )
    return page(pages.render_moments(view))
