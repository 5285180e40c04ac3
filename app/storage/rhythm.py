"""Cadence steps, causes of peaks, evaluations, and the counts per hour that they rest on."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.storage.models import (
    Annotation,
    CadenceStep,
    Hit,
    MomentEvaluation,
    PeakCause,
)


def steps(session: Session, dossier_id: int) -> list[CadenceStep]:
    """Every step, newest first."""
    return list(
        session.scalars(
            select(CadenceStep)
            .where(CadenceStep.dossier_id == dossier_id)
            .order_by(CadenceStep.id.desc())
        )
    )


def step(session: Session, dossier_id: int, step_id: int) -> CadenceStep | None:
    return session.scalar(
        select(CadenceStep).where(CadenceStep.dossier_id == dossier_id, CadenceStep.id == step_id)
    )


def running(session: Session, dossier_id: int) -> CadenceStep | None:
    """The step that a person confirmed and that has not ended."""
    return session.scalar(
        select(CadenceStep)
        .where(
            CadenceStep.dossier_id == dossier_id,
            CadenceStep.confirmed_at.is_not(None),
            CadenceStep.closed_at.is_(None),
        )
        .order_by(CadenceStep.id.desc())
        .limit(1)
    )


def count_between(session: Session, dossier_id: int, starts: datetime, ends: datetime) -> int:
    """Posts published in [starts, ends): no noise, none of our own."""
    return int(
        session.scalar(
            select(func.count())
            .select_from(Hit)
            .where(
                Hit.dossier_id == dossier_id,
                Hit.published_at >= starts,
                Hit.published_at < ends,
                Hit.status != "ruis",
                Hit.own.is_(False),
            )
        )
        or 0
    )


def confirmed_since(session: Session, dossier_id: int, since: datetime) -> list[Annotation]:
    """Annotations that confirmed S2, S3 or S6 since then, each the newest word on its hit."""
    rows = session.execute(
        select(Hit.post_key, Annotation)
        .join(Annotation, Annotation.hit_id == Hit.id)
        .where(Hit.dossier_id == dossier_id, Annotation.created_at >= since)
        .order_by(Annotation.id)
    )
    newest: dict[str, Annotation] = {
        key: annotation for key, annotation in rows if not annotation.output.get("blind", False)
    }
    return [one for one in newest.values() if one.confirmed and one.withdraws is None]


def keys_of_hits(session: Session, hit_ids: list[int]) -> dict[int, str]:
    """Post keys by hit id."""
    rows = session.execute(select(Hit.id, Hit.post_key).where(Hit.id.in_(hit_ids)))
    return dict(rows.all())


def causes(session: Session, dossier_id: int) -> dict[date, PeakCause]:
    rows = session.scalars(select(PeakCause).where(PeakCause.dossier_id == dossier_id))
    return {row.local_date: row for row in rows}


def evaluations(session: Session, dossier_id: int) -> dict[str, MomentEvaluation]:
    """Evaluations by the key of their moment."""
    rows = session.scalars(
        select(MomentEvaluation).where(MomentEvaluation.dossier_id == dossier_id)
    )
    return {row.moment_key: row for row in rows}
