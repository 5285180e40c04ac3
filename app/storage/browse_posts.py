"""Reading hits by local day for export and by age for retention; posts' addresses."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.storage.models import BufferRow, DossierSource, Hit, PostAddress, PostRow, SourceRow


def rows_between(
    session: Session, dossier_id: int, first: date | None, last: date | None
) -> list[tuple[Hit, PostRow, str]]:
    """(hit, post, source slug) by (published_at, post_key); local dates, both included."""
    query = (
        select(Hit, PostRow, SourceRow.slug)
        .join(PostRow, PostRow.id == Hit.post_id)
        .join(SourceRow, SourceRow.id == PostRow.source_id)
        .where(Hit.dossier_id == dossier_id)
        .order_by(Hit.published_at, Hit.post_key)
    )
    if first is not None:
        query = query.where(PostRow.local_date >= first)
    if last is not None:
        query = query.where(PostRow.local_date <= last)
    return [(hit, post, slug) for hit, post, slug in session.execute(query)]


def buffer_between(
    session: Session, dossier_id: int, first: date | None, last: date | None
) -> list[tuple[BufferRow, str]]:
    query = (
        select(BufferRow, SourceRow.slug)
        .join(SourceRow, SourceRow.id == BufferRow.source_id)
        .join(DossierSource, DossierSource.source_id == SourceRow.id)
        .where(DossierSource.dossier_id == dossier_id)
        .order_by(BufferRow.published_at, BufferRow.post_key)
    )
    if first is not None:
        query = query.where(BufferRow.local_date >= first)
    if last is not None:
        query = query.where(BufferRow.local_date <= last)
    return [(row, slug) for row, slug in session.execute(query)]


def address_of(session: Session, post_id: int) -> PostAddress | None:
    return session.get(PostAddress, post_id)


def hits_seen_before(session: Session, dossier_id: int, instant: datetime) -> list[Hit]:
    return list(
        session.scalars(
            select(Hit)
            .join(PostRow, PostRow.id == Hit.post_id)
            .where(Hit.dossier_id == dossier_id, PostRow.first_seen < instant)
            .order_by(Hit.id)
        )
    )


def count_hits(session: Session, dossier_id: int) -> int:
    return int(
        session.scalar(select(func.count()).select_from(Hit).where(Hit.dossier_id == dossier_id))
        or 0
    )


def old_buffer_ids(session: Session, instant: datetime) -> dict[int, list[int]]:
    """Ids of rows of the buffer that were first seen before `instant`, by organisation."""
    found: dict[int, list[int]] = {}
    for row_id, organisation_id in session.execute(
        select(BufferRow.id, SourceRow.organisation_id)
        .join(SourceRow, SourceRow.id == BufferRow.source_id)
        .where(BufferRow.first_seen < instant)
        .order_by(BufferRow.id)
    ):
        found.setdefault(organisation_id, []).append(row_id)
    return found
