"""What people write beside the posts: themes with answers, rumours, follow-ups, notes."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.storage.models import Answer, DossierNote, FollowUp, QuestionTheme, Rumour


def themes(session: Session, dossier_id: int) -> list[QuestionTheme]:
    return list(
        session.scalars(
            select(QuestionTheme)
            .where(QuestionTheme.dossier_id == dossier_id)
            .order_by(QuestionTheme.kind.desc(), QuestionTheme.title, QuestionTheme.id)
        )
    )


def theme(session: Session, dossier_id: int, slug: str) -> QuestionTheme | None:
    return session.scalar(
        select(QuestionTheme).where(
            QuestionTheme.dossier_id == dossier_id, QuestionTheme.slug == slug
        )
    )


def answers(session: Session, dossier_id: int) -> dict[int, Answer]:
    """The newest answer of every theme, by theme id."""
    rows = session.scalars(
        select(Answer)
        .join(QuestionTheme, QuestionTheme.id == Answer.theme_id)
        .where(QuestionTheme.dossier_id == dossier_id)
        .order_by(Answer.id)
    )
    return {row.theme_id: row for row in rows}


def approved_answers(session: Session, dossier_id: int) -> list[tuple[QuestionTheme, Answer]]:
    """The newest approved answer of every theme: all that the public ever sees (R14)."""
    rows = session.execute(
        select(QuestionTheme, Answer)
        .join(Answer, Answer.theme_id == QuestionTheme.id)
        .where(QuestionTheme.dossier_id == dossier_id, Answer.approved_at.is_not(None))
        .order_by(Answer.id)
    )
    newest = {theme.id: (theme, answer) for theme, answer in rows}
    return sorted(newest.values(), key=lambda pair: (pair[0].kind != "feitelijk", pair[0].title))


def answer_by_id(session: Session, dossier_id: int, answer_id: int) -> Answer | None:
    """Any answer of the dossier, approved or not, replaced or not."""
    return session.scalar(
        select(Answer)
        .join(QuestionTheme, QuestionTheme.id == Answer.theme_id)
        .where(QuestionTheme.dossier_id == dossier_id, Answer.id == answer_id)
    )


def answer_of(session: Session, theme_id: int) -> Answer | None:
    """The newest answer of a theme, approved or not."""
    return session.scalar(
        select(Answer).where(Answer.theme_id == theme_id).order_by(Answer.id.desc()).limit(1)
    )


def rumours(session: Session, dossier_id: int) -> list[Rumour]:
    return list(
        session.scalars(
            select(Rumour)
            .where(Rumour.dossier_id == dossier_id)
            .order_by(Rumour.first_seen.desc(), Rumour.id.desc())
        )
    )


def rumour(session: Session, dossier_id: int, rumour_id: int) -> Rumour | None:
    return session.scalar(
        select(Rumour).where(Rumour.dossier_id == dossier_id, Rumour.id == rumour_id)
    )


def follow_ups(session: Session, dossier_id: int) -> list[FollowUp]:
    """Open ones first, by their due date."""
    return list(
        session.scalars(
            select(FollowUp)
            .where(FollowUp.dossier_id == dossier_id)
            .order_by(FollowUp.closed_at.is_not(None), FollowUp.due, FollowUp.id)
        )
    )


def follow_up(session: Session, dossier_id: int, follow_up_id: int) -> FollowUp | None:
    return session.scalar(
        select(FollowUp).where(FollowUp.dossier_id == dossier_id, FollowUp.id == follow_up_id)
    )


def notes(session: Session, dossier_id: int) -> list[DossierNote]:
    return list(
        session.scalars(
            select(DossierNote)
            .where(DossierNote.dossier_id == dossier_id)
            .order_by(DossierNote.kind, DossierNote.id)
        )
    )


def note(session: Session, dossier_id: int, note_id: int) -> DossierNote | None:
    return session.scalar(
        select(DossierNote).where(DossierNote.dossier_id == dossier_id, DossierNote.id == note_id)
    )


def overdue_reviews(session: Session, dossier_id: int, today: date) -> list[QuestionTheme]:
    """Themes whose answer "nog niet bekend" had to be looked at again by now (R7)."""
    newest = answers(session, dossier_id)
    return [
        row
        for row in themes(session, dossier_id)
        if (said := newest.get(row.id)) is not None
        and said.review_on is not None
        and said.review_on <= today
    ]
