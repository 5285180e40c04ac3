"""Points to come back to (R11)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.api.dependencies import Desk, IfMatch, must_match, reading, set_version, writing
from app.api.schemas import In, Line, Out, Prose
from app.services import follow_ups
from app.services.access import Permission
from app.storage import talk as rows
from app.storage.models import FollowUp

router = APIRouter(prefix="/dossiers/{slug}/follow-ups", tags=["opvolging"])
FollowUpId = Annotated[int, Path(ge=1, le=2**31 - 1)]


class FollowUpOut(Out):
    id: int
    title: str
    owner_id: int | None
    due: date
    feedback: str
    closed_at: datetime | None
    version: int


class FollowUpIn(In):
    """Without `ownerId` it is the caller's own."""

    title: Line
    due: date
    owner_id: int | None = None


class ChangeIn(In):
    due: date
    owner_id: int


class ClosingIn(In):
    feedback: Prose


@router.get("", summary="De punten om op terug te komen, open eerst")
def list_follow_ups(desk: Annotated[Desk, reading(Permission.REPORTS)]) -> list[FollowUpOut]:
    found = rows.follow_ups(desk.session, desk.scope.dossier.id)
    return [FollowUpOut.model_validate(row) for row in found]


@router.post("", status_code=201, summary="Een punt toevoegen")
def add_follow_up(
    body: FollowUpIn, desk: Annotated[Desk, writing(Permission.STATUS)], response: Response
) -> FollowUpOut:
    owner = body.owner_id or desk.scope.principal.user_id
    row = follow_ups.add(desk.session, desk.scope.dossier, body.title, owner, body.due)
    desk.note("follow-up-added", str(row.id))
    return _out(row, response)


@router.put("/{follow_up_id}", summary="Een andere eigenaar of dag")
def change_follow_up(
    follow_up_id: FollowUpId,
    body: ChangeIn,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.STATUS)],
    response: Response,
) -> FollowUpOut:
    dossier = desk.scope.dossier
    row = follow_ups.of(desk.session, dossier, follow_up_id)
    must_match(row.version, version)
    follow_ups.change(desk.session, dossier, row, body.owner_id, body.due, version)
    desk.note("follow-up-changed", str(row.id))
    return _out(row, response)


@router.post("/{follow_up_id}/closing", summary="Een punt sluiten, met wat is teruggekoppeld")
def close_follow_up(
    follow_up_id: FollowUpId,
    body: ClosingIn,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.STATUS)],
    response: Response,
) -> FollowUpOut:
    row = follow_ups.of(desk.session, desk.scope.dossier, follow_up_id)
    must_match(row.version, version)
    follow_ups.close(desk.house, row, body.feedback, version)
    desk.note("follow-up-closed", str(row.id))
    return _out(row, response)


def _out(row: FollowUp, response: Response) -> FollowUpOut:
    set_version(response, row.version)
    return FollowUpOut.model_validate(row)
