"""The answer bank: approved answers, offered with a question of their theme (R9, R14).

Only what a person approved and what no newer answer replaced is ever offered. A colleague copies the
text into a channel of the municipality; Klankbord itself posts nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.errors import Conflict, NotFound
from app.services.access import Scope
from app.storage import Session
from app.storage import talk as rows
from app.storage.models import Answer, QuestionTheme


@dataclass(frozen=True, slots=True)
class Offer:
    """An approved answer; `matches` when it is of the theme that was asked about."""

    id: int
    theme: str
    title: str
    kind: str
    answered_by: str
    text: str
    state: str
    review_on: date | None
    approved_at: datetime | None
    matches: bool


def offers(session: Session, scope: Scope, theme: str | None) -> list[Offer]:
    """Everything approved in the dossier, the answers of this theme first."""
    found = [
        _offer(row, said, theme) for row, said in rows.approved_answers(session, scope.dossier.id)
    ]
    return sorted(found, key=lambda offer: not offer.matches)


def by_theme(session: Session, scope: Scope) -> dict[str, Offer]:
    """The approved answer of each theme, by the theme's own name."""
    return {
        row.slug: _offer(row, said, row.slug)
        for row, said in rows.approved_answers(session, scope.dossier.id)
    }


def chosen(session: Session, scope: Scope, answer_id: int) -> Answer:
    """An answer that may be given now. Raises `NotFound`, and `Conflict` when a newer one stands."""
    for _, said in rows.approved_answers(session, scope.dossier.id):
        if said.id == answer_id:
            return said
    there = rows.answer_by_id(session, scope.dossier.id, answer_id)
    if there is None or there.approved_at is None:
        raise NotFound("Dit antwoord is er niet, of het is niet goedgekeurd.", field="answer")
    raise Conflict(
        "Dit antwoord is intussen vervangen door een nieuwer. Laad de pagina opnieuw.",
        field="answer",
    )


def _offer(row: QuestionTheme, said: Answer, theme: str | None) -> Offer:
    return Offer(
        id=said.id, theme=row.slug, title=row.title, kind=row.kind, answered_by=row.answered_by,
        text=said.text, state=said.state, review_on=said.review_on, approved_at=said.approved_at,
        matches=theme is not None and row.slug == theme,
    )  # fmt: skip
