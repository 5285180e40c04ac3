"""Questions heard at the desk, on the phone or at a meeting: they join the others in the inbox (R10)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from app.api.dependencies import Desk, reading
from app.api.schemas import In, Out
from app.clock import is_aware
from app.errors import InvalidInput
from app.services import imports
from app.services.access import Permission

router = APIRouter(prefix="/dossiers/{slug}", tags=["webcare"])


class HeardIn(In):
    """Whoever asked is not noted. Without `heardAt` it was now; `where` is a desk or a meeting."""

    question: Annotated[str, Field(min_length=1, max_length=imports.MOST_QUESTION)]
    where: Annotated[str, Field(max_length=200)] = ""
    heard_at: datetime | None = None


class HeardOut(Out):
    """`import` takes it back on the command line; `matched` is how many dossiers keep it."""

    import_: Annotated[int, Field(alias="import")]
    source: str
    matched: int


@router.post(
    "/heard-questions", status_code=201, summary="Een vraag van balie of bijeenkomst noteren"
)
def add_question(body: HeardIn, desk: Annotated[Desk, reading(Permission.STATUS)]) -> HeardOut:
    if body.heard_at is not None and not is_aware(body.heard_at):
        raise InvalidInput("Schrijf het tijdstip met een tijdzone.", field="heardAt")
    return HeardOut.model_validate(take_in(desk, body.question, body.where, body.heard_at))


def take_in(desk: Desk, question: str, where: str, at: datetime | None) -> dict[str, Any]:
    """Keep it on the caller's name; the service writes it, and the line in the log, by itself."""
    return imports.heard(
        desk.house, desk.scope.dossier.slug, question, at or desk.house.clock.now(), where,
        actor=desk.scope.principal.actor,
    )  # fmt: skip
