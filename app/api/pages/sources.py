"""The sources of a dossier: how they are doing, a new one after a test fetch, on and off, proposals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query
from fastapi.responses import RedirectResponse, Response

from analysis.blocks import UNSEEN
from app import sources as source_kinds
from app.api.dependencies import Desk, reading, writing
from app.api.pages.framing import Csrf, desk_frame, page, prove
from app.api.pages.query import form_fields
from app.api.routes import sources as acts
from app.api.routes.sources import SourceSlug
from app.errors import AppError, ConfigError, InvalidInput, StorageError
from app.records import HEALTHY, REASONS, Discovery
from app.services import proposals, sourcing
from app.services.access import Permission
from app.services.silence import VOLUMES
from app.storage import inbox
from app.storage import sources as source_rows
from app.storage.models import SourceGap, SourceRow
from dashboards import pages, paths, source_views, views

router = APIRouter(include_in_schema=False)
SETTING = "set:"
FIRST = "feed"
SAVED = {
    "bron": "De bron is toegevoegd.",
    "uit": "De bron is toegevoegd en staat uit: deze soort is niet tegen het echte platform beproefd.",
    "schakel": "De bron is omgezet.",
    "besluit": "Over het voorstel is besloten.",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """The form as it was filled in."""

    kind: str = FIRST
    address: str = ""
    title: str = ""
    own: bool = False
    settings: Mapping[str, str] | None = None


@router.get("/dossiers/{slug}/sources")
def sources_page(
    desk: Annotated[Desk, reading(Permission.SOURCES_READ)],
    kind: Annotated[str, Query(max_length=30)] = FIRST,
    saved: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    known = kind if kind in source_kinds.kinds() else FIRST
    return _page(desk, Draft(known), notice=SAVED.get(saved, ""))


@router.post("/dossiers/{slug}/sources")
def add_form(
    desk: Annotated[Desk, reading(Permission.SOURCES_WRITE)],
    csrf: Csrf,
    given: Annotated[dict[str, list[str]], Depends(form_fields)],
    address: Annotated[str, Form(max_length=2000)] = "",
    kind: Annotated[str, Form(max_length=30)] = FIRST,
    title: Annotated[str, Form(max_length=300)] = "",
    own: Annotated[str, Form(max_length=5)] = "",
    force: Annotated[str, Form(max_length=5)] = "",
    do: Annotated[str, Form(max_length=10)] = "try",
) -> Response:
    """One form, two buttons: look at it, or save it after looking."""
    prove(desk, csrf)
    settings = {
        name.removeprefix(SETTING): values[-1]
        for name, values in given.items()
        if name.startswith(SETTING)
    }
    draft = Draft(kind, address.strip(), title.strip(), own == "ja", settings)
    slug, actor = desk.scope.dossier.slug, desk.scope.principal.actor
    try:
        sourcing.check_address(draft.address)
        desk.session.rollback()  # no transaction may stay open while the network is asked
        found = sourcing.look(desk.house, kind, draft.address, settings)
    except AppError as error:
        if isinstance(error, StorageError | ConfigError):
            raise
        return _page(desk, draft, problem=error.message)
    if do != "save":
        return _page(desk, draft, found=found)
    try:
        chosen = sourcing.choose(found, draft.address, force=force == "ja", kind=kind)
        row = sourcing.add_source(
            desk.house, dossier=slug, chosen=replace(chosen, title=draft.title or chosen.title),
            own=draft.own, reason=found.reason, actor=actor, settings=settings,
        )  # fmt: skip
    except AppError as error:
        if isinstance(error, StorageError | ConfigError):
            raise
        return _page(desk, draft, found=found, problem=error.message)
    return _back(slug, "bron" if row.enabled else "uit")


@router.post("/dossiers/{slug}/sources/{source_slug}/switch")
def switch_form(
    source_slug: SourceSlug,
    desk: Annotated[Desk, writing(Permission.SOURCES_WRITE)],
    csrf: Csrf,
    enabled: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    prove(desk, csrf)
    acts.switch(desk, source_slug, enabled == "ja")
    return _back(desk.scope.dossier.slug, "schakel")


@router.post("/dossiers/{slug}/proposals/{name}")
def proposal_form(
    name: Annotated[str, Path(max_length=40)],
    desk: Annotated[Desk, reading(Permission.SOURCES_WRITE)],
    csrf: Csrf,
    reason: Annotated[str, Form(max_length=500)] = "",
    act: Annotated[str, Form(max_length=10)] = "reject",
) -> Response:
    """Follow a place that was proposed, or say no to it; only places, no doubled posts."""
    prove(desk, csrf)
    slug, actor = desk.scope.dossier.slug, desk.scope.principal.actor
    desk.session.rollback()  # no transaction may stay open while the network is asked
    try:
        if not name.startswith(f"{proposals.PLACE}-"):
            raise InvalidInput("Dit is geen voorstel voor een bron.", field="name")
        proposals.decide(
            desk.house, slug, name, approve=act == "approve", reason=reason, actor=actor
        )
    except AppError as error:
        if isinstance(error, StorageError | ConfigError):
            raise
        return _page(desk, Draft(), problem=error.message)
    return _back(slug, "besluit")


def _page(
    desk: Desk,
    draft: Draft,
    *,
    notice: str = "",
    problem: str = "",
    found: Discovery | None = None,
) -> Response:
    rows = source_rows.of_dossier(desk.session, desk.scope.dossier.id)
    gaps: dict[int, list[SourceGap]] = {}
    for gap in source_rows.gaps(desk.session, [row.id for row in rows]):
        gaps.setdefault(gap.source_id, []).append(gap)
    counts = inbox.source_counts(desk.session, desk.scope.dossier.id)
    may_write = desk.scope.may(Permission.SOURCES_WRITE)
    view = views.SourcesView(
        frame=desk_frame(desk, "sources", notice),
        sources=tuple(_source(row, gaps.get(row.id, []), counts) for row in rows),
        not_seen=UNSEEN,
        form=_form(draft, problem, found) if may_write else None,
        proposals=_proposals(desk) if may_write else (),
    )
    return page(pages.render_sources(view), 400 if problem else 200)


def _form(draft: Draft, problem: str, found: Discovery | None) -> source_views.SourceForm:
    known = source_kinds.kinds()
    kind = draft.kind if draft.kind in known else FIRST
    source = source_kinds.get(kind)
    failed = found is not None and found.reason not in HEALTHY
    shown = ""
    if found is not None:
        detail = f" ({found.detail})" if found.detail else ""
        shown = f"{REASONS.get(found.reason, found.reason)}{detail}"
    given = draft.settings or {}
    return source_views.SourceForm(
        kind=kind,
        kinds=tuple(sorted((name, source_kinds.get(name).title) for name in known)),
        terms=source.terms,
        tried=source.tried,
        starts_off=not source.on,
        settings=tuple(
            source_views.SettingView(
                one.name, one.title, one.kind,
                "" if one.secret else given.get(one.name, one.default),
                one.required, one.secret, one.choices,
            )
            for one in source.settings
        ),
        address=draft.address,
        title=draft.title,
        own=draft.own,
        problem=problem,
        shown=shown,
        candidates=tuple((one.address, one.title, one.items) for one in found.candidates)
        if found is not None
        else (),
        may_force=failed,
    )  # fmt: skip


def _proposals(desk: Desk) -> tuple[source_views.ProposalView, ...]:
    found = proposals.proposal_list(desk.house, desk.scope.dossier.slug)
    return tuple(
        source_views.ProposalView(one["id"], one["kind"], one["address"], one["seen"])
        for one in found
        if one["kind"] != proposals.COPY
    )


def _source(
    row: SourceRow, gaps: list[SourceGap], counts: dict[str, int]
) -> source_views.SourceView:
    return source_views.SourceView(
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
            source_views.GapView(gap.starts, gap.ends, REASONS.get(gap.reason, gap.reason))
            for gap in gaps
        ),
        volume=VOLUMES.get(row.volume or "", ""),
        detail=row.detail,
    )


def _back(slug: str, saved: str) -> Response:
    return RedirectResponse(f"{paths.dossier(slug, 'sources')}?saved={saved}", 303)
