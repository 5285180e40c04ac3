"""Alerts, the routes they take, and the posts and sources they are about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.storage.models import Alert, AlertRoute, DossierSource, Hit, Report, SourceRow


def alerts(session: Session, dossier_id: int, limit: int = 100) -> list[Alert]:
    """Unanswered ones first, newest first."""
    return list(
        session.scalars(
            select(Alert)
            .where(Alert.dossier_id == dossier_id)
            .order_by(Alert.decision.is_not(None), Alert.raised_at.desc(), Alert.id.desc())
            .limit(limit)
        )
    )


def alert(session: Session, dossier_id: int, alert_id: int) -> Alert | None:
    return session.scalar(select(Alert).where(Alert.dossier_id == dossier_id, Alert.id == alert_id))


def known_keys(session: Session, dossier_id: int) -> set[str]:
    found = session.scalars(select(Alert.key).where(Alert.dossier_id == dossier_id))
    return {key for key in found if key is not None}


def last_of_kind(session: Session, dossier_id: int, kind: str) -> datetime | None:
    return session.scalar(
        select(Alert.raised_at)
        .where(Alert.dossier_id == dossier_id, Alert.kind == kind)
        .order_by(Alert.raised_at.desc())
        .limit(1)
    )


def unanswered(session: Session, dossier_id: int) -> list[Alert]:
    return list(
        session.scalars(
            select(Alert)
            .where(Alert.dossier_id == dossier_id, Alert.decision.is_(None))
            .order_by(Alert.id)
        )
    )


def candidates_since(session: Session, dossier_id: int, since: datetime) -> list[Hit]:
    """Threat candidates that nobody judged, stored since then."""
    return list(
        session.scalars(
            select(Hit).where(
                Hit.dossier_id == dossier_id,
                Hit.is_candidate.is_(True),
                Hit.own.is_(False),
                Hit.stored_at >= since,
            )
        )
    )


def rumours_with_call_since(session: Session, dossier_id: int, since: datetime) -> list[Hit]:
    """Posts that pass on an unverified claim and urge something (D8, D16)."""
    return list(
        session.scalars(
            select(Hit).where(
                Hit.dossier_id == dossier_id,
                Hit.is_s.is_(True),
                Hit.codes.contains(" I4 "),
                Hit.own.is_(False),
                Hit.stored_at >= since,
            )
        )
    )


def quiet_sources(session: Session, dossier_id: int) -> list[SourceRow]:
    """Sources that are on and gave no good answer, or are silent against their own history."""
    return list(
        session.scalars(
            select(SourceRow)
            .join(DossierSource, DossierSource.source_id == SourceRow.id)
            .where(DossierSource.dossier_id == dossier_id, SourceRow.enabled.is_(True))
            .order_by(SourceRow.slug)
        )
    )


def routes(session: Session, dossier_id: int, kind: str | None = None) -> list[AlertRoute]:
    """The people who are told, in order; with `kind` only those of that kind."""
    query = select(AlertRoute).where(AlertRoute.dossier_id == dossier_id)
    if kind is not None:
        query = query.where(AlertRoute.kind == kind)
    return list(session.scalars(query.order_by(AlertRoute.kind, AlertRoute.position)))


def drafts_since(session: Session, dossier_id: int, since: datetime) -> list[Report]:
    """Editions that nobody approved yet, drafted since then."""
    return list(
        session.scalars(
            select(Report).where(
                Report.dossier_id == dossier_id,
                Report.status == "draft",
                Report.drafted_at >= since,
            )
        )
    )
