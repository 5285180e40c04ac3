"""Secrets of feeds, and what a feed shows."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.storage.models import FeedToken, Report


def by_hash(session: Session, token_hash: str) -> FeedToken | None:
    return session.scalar(select(FeedToken).where(FeedToken.token_hash == token_hash))


def token(session: Session, dossier_id: int, token_id: int) -> FeedToken | None:
    return session.scalar(
        select(FeedToken).where(FeedToken.dossier_id == dossier_id, FeedToken.id == token_id)
    )


def tokens(session: Session, dossier_id: int) -> list[FeedToken]:
    return list(
        session.scalars(
            select(FeedToken).where(FeedToken.dossier_id == dossier_id).order_by(FeedToken.id)
        )
    )


def approved(session: Session, dossier_id: int, limit: int) -> list[Report]:
    """Approved editions, newest first."""
    return list(
        session.scalars(
            select(Report)
            .where(Report.dossier_id == dossier_id, Report.status == "approved")
            .order_by(Report.approved_at.desc(), Report.id.desc())
            .limit(limit)
        )
    )
