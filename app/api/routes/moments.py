"""The timeline of defining moments (handreiking 7.3, R16)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import AwareDatetime, StringConstraints

from app.api.dependencies import Desk, IfMatch, must_match, reading, set_version, writing
from app.api.schemas import In, Line, Out
from app.errors import NotFound
from app.services.access import Permission
from app.storage import dossiers as dossier_rows
from app.storage.models import MomentRow

router = APIRouter(prefix="/dossiers/{slug}/moments", tags=["momenten"])
MomentId = Annotated[int, Path(ge=1, le=2**31 - 1)]


class MomentIn(In):
    at: AwareDatetime
    kind: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    title: Line


class MomentOut(Out):
    id: int
    at: datetime
    kind: str
    title: str
    version: int


@router.get("", summary="De momenten van een dossier, op volgorde van tijd")
def list_moments(desk: Annotated[Desk, reading(Permission.NUMBERS)]) -> list[MomentOut]:
    rows = dossier_rows.moments(desk.session, desk.scope.dossier.id)
    return [MomentOut.model_validate(row) for row in rows]


@router.post("", status_code=201, summary="Een moment toevoegen")
def add_moment(
    body: MomentIn, desk: Annotated[Desk, writing(Permission.MOMENTS_WRITE)], response: Response
) -> MomentOut:
    row = MomentRow(
        dossier_id=desk.scope.dossier.id, at=body.at, kind=body.kind, title=body.title, version=1
    )
    desk.session.add(row)
    desk.session.flush()
    desk.note("moment-added", body.title, facts={"at": body.at.isoformat()})
    set_version(response, row.version)
    response.headers["Location"] = f"/v1/dossiers/{desk.scope.dossier.slug}/moments/{row.id}"
    return MomentOut.model_validate(row)


@router.get("/{moment_id}", summary="Een moment")
def read_moment(
    moment_id: MomentId, desk: Annotated[Desk, reading(Permission.NUMBERS)], response: Response
) -> MomentOut:
    row = _row(desk, moment_id)
    set_version(response, row.version)
    return MomentOut.model_validate(row)


@router.put("/{moment_id}", summary="Een moment wijzigen")
def change_moment(
    moment_id: MomentId,
    body: MomentIn,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.MOMENTS_WRITE)],
    response: Response,
) -> MomentOut:
    row = _row(desk, moment_id)
    must_match(row.version, version)
    row.at, row.kind, row.title = body.at, body.kind, body.title
    row.version += 1
    desk.session.flush()
    desk.note("moment-changed", body.title, facts={"at": body.at.isoformat()})
    set_version(response, row.version)
    return MomentOut.model_validate(row)


@router.delete("/{moment_id}", status_code=204, summary="Een moment verwijderen")
def remove_moment(
    moment_id: MomentId, version: IfMatch, desk: Annotated[Desk, writing(Permission.MOMENTS_WRITE)]
) -> None:
    row = _row(desk, moment_id)
    must_match(row.version, version)
    desk.note("moment-removed", row.title, facts={"at": row.at.isoformat()})
    desk.session.delete(row)


def _row(desk: Desk, moment_id: int) -> MomentRow:
    row = dossier_rows.moment(desk.session, desk.scope.dossier.id, moment_id)
    if row is None:
        raise NotFound("Dit moment staat niet in dit dossier.")
    return row
