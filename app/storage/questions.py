"""How often each theme was asked about, and since when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.storage.models import Hit


def per_theme(session: Session, dossier_id: int) -> dict[str, tuple[int, datetime]]:
    """(questions, first one) per theme of all hits that are kept."""
    rows = session.execute(
        select(Hit.theme, func.count(), func.min(Hit.published_at))
        .where(
            Hit.dossier_id == dossier_id,
            Hit.is_question.is_(True),
            Hit.own.is_(False),
            Hit.status == "gelabeld",
            Hit.theme != "",
        )
        .group_by(Hit.theme)
    )
    return {theme: (count, first) for theme, count, first in rows}
