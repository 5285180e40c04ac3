"""Who gets the approved reports of a dossier, beside the desks of the installation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import Field

from app.api.dependencies import Desk, reading, writing
from app.api.schemas import In, Out, Remark
from app.services import recipients
from app.services.access import Permission
from app.storage import deliveries
from app.storage.models import Recipient

router = APIRouter(prefix="/dossiers/{slug}/recipients", tags=["verslagen"])
RecipientId = Annotated[int, Path(ge=1, le=2**31 - 1)]


class RecipientIn(In):
    notifier: Literal["mail", "webhook", "folder"]
    address: Annotated[str, Field(min_length=1, max_length=300)]
    note: Remark = ""


class RecipientOut(Out):
    id: int
    notifier: str
    address: str
    note: str
    created_at: datetime
    ended_at: datetime | None


@router.get("", summary="De ontvangers van goedgekeurde verslagen")
def list_recipients(desk: Annotated[Desk, reading(Permission.DELIVERY)]) -> list[RecipientOut]:
    rows = deliveries.recipients(desk.session, desk.scope.dossier.id)
    return [RecipientOut.model_validate(row) for row in rows]


@router.post("", status_code=201, summary="Een ontvanger toevoegen")
def add_recipient(
    body: RecipientIn, desk: Annotated[Desk, writing(Permission.DELIVERY)]
) -> RecipientOut:
    row = add(desk, body.notifier, body.address, body.note)
    return RecipientOut.model_validate(row)


@router.delete("/{recipient_id}", status_code=204, summary="Een ontvanger beëindigen")
def end_recipient(
    recipient_id: RecipientId, desk: Annotated[Desk, writing(Permission.DELIVERY)]
) -> None:
    end(desk, recipient_id)


def add(desk: Desk, notifier: str, address: str, note: str) -> Recipient:
    """Add and tell in the log; the address itself stands in no log line."""
    row = recipients.add(
        desk.house, desk.session, desk.scope.dossier, notifier, address, note,
        desk.scope.principal.user_id,
    )  # fmt: skip
    desk.note("recipient-added", str(row.id), facts={"notifier": notifier})
    return row


def end(desk: Desk, recipient_id: int) -> None:
    row = recipients.end(desk.house, desk.session, desk.scope.dossier, recipient_id)
    desk.note("recipient-ended", str(row.id), facts={"notifier": row.notifier})
