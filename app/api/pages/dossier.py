"""The quieter pages of a dossier: sources, account lists, moments."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from analysis.blocks import UNSEEN
from app.api.dependencies import Desk, reading
from app.api.pages.framing import desk_frame, page
from app.records import HEALTHY, REASONS
from app.services.access import Permission
from app.storage import dossiers as dossier_rows
from app.storage import inbox
from app.storage import sources as source_rows
from app.storage.models import SourceGap, SourceRow
from dashboards import pages, views

router = APIRouter(include_in_schema=False)


@router.get("/dossiers/{slug}/sources")
def sources_page(desk: Annotated[Desk, reading(Permission.SOURCES_READ)]) -> Response:
    rows = source_rows.of_dossier(desk.session, desk.scope.dossier.id)
    gaps: dict[int, list[SourceGap]] = {}
    for gap in source_rows.gaps(desk.session, [row.id for row in rows]):
        gaps.setdefault(gap.source_id, []).append(gap)
    counts = inbox.source_counts(desk.session, desk.scope.dossier.id)
    view = views.SourcesView(
        frame=desk_frame(desk, "sources"),
        sources=tuple(_source(row, gaps.get(row.id, []), counts) for row in rows),
        not_seen=UNSEEN,
    )
    return page(pages.render_sources(view))


def _source(row: SourceRow, gaps: list[SourceGap], counts: dict[str, int]) -> views.SourceView:
    return views.SourceView(
        slug=row.slug,
        title=row.title,
        kind=row.kind,
        address=row.address,
        reason=row.reason or "",
        reason_text=REASONS.get(row.reason or "", "Nog niet opgehaald"),
        enabled=row.enabled,
        own=row.own,
        healthy=row.reason is None or row.reason in HEALTHY,
        last_ok=row.last_ok,
        last_error_at=row.last_error_at,
        next_check=row.next_check_at,
        complete_until=row.complete_until,
        failures=row.failures,
        posts=counts.get(row.slug, 0),
        gaps=tuple(
            views.GapView(gap.starts, gap.ends, REASONS.get(gap.reason, gap.reason)) for gap in gaps
        ),
    )


@router.get("/dossiers/{slug}/moments")
def moments_page(desk: Annotated[Desk, reading(Permission.NUMBERS)]) -> Response:
    now = desk.house.clock.now()
    rows = dossier_rows.moments(desk.session, desk.scope.dossier.id)
    view = views.MomentsView(
        frame=desk_frame(desk, "moments"),
        moments=tuple(views.MomentView(row.at, row.kind, row.title, row.at < now) for row in rows),
    )
    return page(pages.render_moments(view))
