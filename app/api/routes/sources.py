"""Sources with their state: what is followed, and how complete the picture is (seam S5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import Field

from app import sources as source_kinds
from app.api.dependencies import Desk, reading, writing
from app.api.schemas import In, Line, Out
from app.errors import NotFound
from app.records import REASONS
from app.services import sourcing
from app.services.access import Permission
from app.storage import sources as source_rows
from app.storage.models import SourceRow

router = APIRouter(prefix="/dossiers/{slug}/sources", tags=["bronnen"])
Settings = Annotated[
    dict[Annotated[str, Field(max_length=60)], Annotated[str, Field(max_length=2000)]],
    Field(max_length=20),
]
SourceSlug = Annotated[str, Path(min_length=1, max_length=120)]


class GapOut(Out):
    from_: Annotated[datetime | None, Field(alias="from")]
    to: datetime | None
    reason: str


class SourceOut(Out):
    """The public state of a source; `reason` is from the closed list of trust.md §5."""

    id: str
    kind: str
    title: str
    address: str
    dossiers: list[str]
    enabled: bool
    own: bool
    reason: str | None
    reason_text: str
    healthy: bool
    last_ok: datetime | None
    last_error_at: datetime | None
    failures: int
    next_check_at: datetime | None
    cursor: str | None
    complete_until: datetime | None
    gaps: list[GapOut]


class SourceIn(In):
    """`force` saves a source whose test fetch fails."""

    address: Annotated[str, Field(min_length=1, max_length=2000)]
    kind: Annotated[str, Field(min_length=1, max_length=30)] = "feed"
    title: Line | None = None
    own: bool = False
    force: bool = False
    settings: Settings = {}


class SourcePatch(In):
    enabled: bool


class CandidateOut(Out):
    address: str
    title: str
    kind: str
    items: int | None


class LookOut(Out):
    """What a test fetch showed; nothing was saved."""

    reason: str
    reason_text: str
    detail: str
    candidates: list[CandidateOut]


class LookIn(In):
    address: Annotated[str, Field(min_length=1, max_length=2000)]
    kind: Annotated[str, Field(min_length=1, max_length=30)] = "feed"
    settings: Settings = {}


class SettingOut(Out):
    """One thing that a kind wants to know; a secret is stored encrypted and never shown."""

    name: str
    title: str
    kind: str
    default: str
    required: bool
    secret: bool
    choices: list[str]


class KindOut(Out):
    """What a kind reads, on what basis (`terms`), and what it was tried against."""

    kind: str
    title: str
    terms: str
    tried: str
    on: bool
    settings: list[SettingOut]


@router.get("", summary="De bronnen van een dossier met hun stand")
def list_sources(desk: Annotated[Desk, reading(Permission.SOURCES_READ)]) -> list[SourceOut]:
    rows = source_rows.of_dossier(desk.session, desk.scope.dossier.id)
    return [_out(desk, row) for row in rows]


@router.post("/try", summary="Een adres bekijken zonder iets op te slaan")
def try_source(body: LookIn, desk: Annotated[Desk, reading(Permission.SOURCES_WRITE)]) -> LookOut:
    sourcing.check_address(body.address)
    desk.session.rollback()  # no transaction may stay open while the network is asked
    found = sourcing.look(desk.house, body.kind, body.address, body.settings)
    return LookOut(
        reason=found.reason,
        reason_text=REASONS.get(found.reason, found.reason),
        detail=found.detail,
        candidates=[CandidateOut.model_validate(one) for one in found.candidates],
    )


@router.get("/kinds", summary="De soorten bronnen met hun instellingen en grondslag")
def list_kinds(desk: Annotated[Desk, reading(Permission.SOURCES_READ)]) -> list[KindOut]:
    found = (source_kinds.describe(kind) for kind in sorted(source_kinds.kinds()))
    return [KindOut.model_validate(one) for one in found]


@router.get("/{source_slug}", summary="Een bron met haar stand")
def read_source(
    source_slug: SourceSlug, desk: Annotated[Desk, reading(Permission.SOURCES_READ)]
) -> SourceOut:
    return _out(desk, _row(desk, source_slug))


@router.post("", status_code=201, summary="Een bron toevoegen na een geslaagde proef")
def add_source(
    body: SourceIn, desk: Annotated[Desk, reading(Permission.SOURCES_WRITE)], response: Response
) -> SourceOut:
    sourcing.check_address(body.address)
    slug, actor = desk.scope.dossier.slug, desk.scope.principal.actor
    desk.session.rollback()  # no transaction may stay open while the network is asked
    found = sourcing.look(desk.house, body.kind, body.address, body.settings)
    chosen = sourcing.choose(found, body.address, force=body.force, kind=body.kind)
    if body.title:
        chosen = replace(chosen, title=body.title)
    row = sourcing.add_source(
        desk.house, dossier=slug, chosen=chosen, own=body.own, reason=found.reason, actor=actor,
        settings=body.settings,
    )  # fmt: skip
    response.headers["Location"] = f"/v1/dossiers/{slug}/sources/{row.slug}"
    return _out(desk, row)


@router.patch("/{source_slug}", summary="Een bron aan- of uitzetten")
def switch_source(
    source_slug: SourceSlug,
    body: SourcePatch,
    desk: Annotated[Desk, writing(Permission.SOURCES_WRITE)],
) -> SourceOut:
    return _out(desk, switch(desk, source_slug, body.enabled))


def switch(desk: Desk, slug: str, enabled: bool) -> SourceRow:
    """Switch a source of this dossier and tell it; what is switched on is due at once."""
    row = _row(desk, slug)
    row.enabled = enabled
    if enabled:
        row.next_check_at = None
    desk.session.flush()
    desk.note("source-switched", row.slug, facts={"enabled": enabled})
    return row


def _row(desk: Desk, slug: str) -> SourceRow:
    rows = source_rows.of_dossier(desk.session, desk.scope.dossier.id)
    row = next((row for row in rows if row.slug == slug), None)
    if row is None:
        raise NotFound("Deze bron hoort niet bij dit dossier.")
    return row


def _out(desk: Desk, row: SourceRow) -> SourceOut:
    state: dict[str, Any] = sourcing.source_states(desk.session, [row])[0]
    state["dossiers"] = [slug for slug in state["dossiers"] if slug == desk.scope.dossier.slug]
    return SourceOut.model_validate(state, by_name=True, by_alias=True)
