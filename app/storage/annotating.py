"""Hits that wait for a person's label, and readings of the same hit by two people.

The order of `post_key` is as good as a throw of dice: it is a SHA-256, and it is the same on both
databases and for everybody who asks.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.storage.models import Annotation, Hit

SKIPPED = ("echo", "niet-beoordeeld")
"""Bare shares are no opinion, and another language is not for a Dutch reader (guide D11)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one person said of one hit, in the order in which it was said."""

    hit_id: int
    post_key: str
    user_id: int | None
    labels: tuple[str, ...]
    status: str
    blind: bool


def unread(
    session: Session, dossier_id: int, limit: int, *, serious: bool, with_candidates: bool
) -> list[Hit]:
    """Hits nobody labelled, in the order of their key; `serious`: only S and threat candidates."""
    query = select(Hit).where(*_unread(dossier_id, with_candidates))
    if serious:
        query = query.where(or_(Hit.is_s, Hit.is_candidate))
    return list(session.scalars(query.order_by(Hit.post_key).limit(limit)))


def unread_count(session: Session, dossier_id: int, *, with_candidates: bool) -> int:
    query = select(func.count()).select_from(Hit).where(*_unread(dossier_id, with_candidates))
    return int(session.scalar(query) or 0)


def _unread(dossier_id: int, with_candidates: bool) -> list[ColumnElement[bool]]:
    conditions = [
        Hit.dossier_id == dossier_id,
        Hit.own.is_(False),
        Hit.status.not_in(SKIPPED),
        ~select(Annotation.id)
        .where(Annotation.hit_id == Hit.id, Annotation.withdraws.is_(None), _stands())
        .exists(),
    ]
    if not with_candidates:
        conditions.append(Hit.is_candidate.is_(False))
    return conditions


def _stands() -> ColumnElement[bool]:
    """An annotation that nobody took back."""
    later = aliased(Annotation)
    return ~select(later.id).where(later.withdraws == Annotation.id).exists()


def readings(session: Session, dossier_id: int) -> list[Reading]:
    """What people said in a dossier and did not take back, oldest first."""
    rows = session.execute(
        select(Hit.id, Hit.post_key, Annotation)
        .join(Annotation, Annotation.hit_id == Hit.id)
        .where(Hit.dossier_id == dossier_id, Annotation.withdraws.is_(None), _stands())
        .order_by(Annotation.id)
    )
    return [
        Reading(
            hit_id,
            post_key,
            row.user_id,
            tuple(row.labels),
            row.status,
            bool(row.output.get("blind", False)),
        )
        for hit_id, post_key, row in rows
    ]
