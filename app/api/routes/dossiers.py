"""Dossiers: what is followed, why, and until when (P1)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from app.api.dependencies import (
    Caller,
    Desk,
    IfMatch,
    TheHouse,
    must_match,
    reading,
    set_version,
    writing,
)
from app.api.schemas import In, Line, Out, PhaseName
from app.errors import InvalidInput
from app.services.access import Permission, Scope, visible

router = APIRouter(prefix="/dossiers", tags=["dossiers"])


class DossierOut(Out):
    """A dossier as its users see it; `permissions` are the caller's own in it."""

    slug: str
    title: str
    reception_kind: str
    stated_duration: str | None
    phase: str
    purpose: str
    legal_ground: str
    cause: str
    necessity: str
    starts: date
    ends: date
    report_at: str
    keep_text_days: int
    cleared_at: datetime | None
    roles: list[str]
    permissions: list[str]


class DossierPatch(In):
    """What a beheerder may change; the purpose itself never changes: that is another dossier."""

    title: Line | None = None
    phase: PhaseName | None = None
    ends: date | None = None
    report_at: Annotated[str | None, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = None
    keep_text_days: Annotated[int | None, Field(ge=1, le=730)] = None


@router.get("", summary="De dossiers die u mag zien")
def list_dossiers(house: TheHouse, principal: Caller) -> list[DossierOut]:
    with house.database.read() as session:
        return [_out(scope) for scope in visible(session, principal)]


@router.get("/{slug}", summary="Een dossier")
def read_dossier(
    desk: Annotated[Desk, reading(Permission.NUMBERS)], response: Response
) -> DossierOut:
    set_version(response, desk.scope.dossier.version)
    return _out(desk.scope)


@router.patch("/{slug}", summary="Fase, einddatum, verslaguur of bewaartermijn wijzigen")
def change_dossier(
    body: DossierPatch,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.RETENTION)],
    response: Response,
) -> DossierOut:
    dossier = desk.scope.dossier
    must_match(dossier.version, version)
    changes: dict[str, Any] = body.model_dump(exclude_none=True)
    if not changes:
        raise InvalidInput("Er staat niets in dit verzoek om te wijzigen.", field="verzoek")
    if body.ends is not None and body.ends < dossier.starts:
        raise InvalidInput("De einddatum ligt voor de begindatum.", field="ends")
    for name, value in changes.items():
        setattr(dossier, name, value)
    dossier.version += 1
    desk.note("dossier-changed", dossier.slug, facts={k: str(v) for k, v in changes.items()})
    set_version(response, dossier.version)
    return _out(desk.scope)


def _out(scope: Scope) -> DossierOut:
    row = scope.dossier
    values = {name: getattr(row, name) for name in DossierOut.model_fields if hasattr(row, name)}
    return DossierOut(
        **values, roles=sorted(scope.roles), permissions=sorted(p.value for p in scope.permissions)
    )
