"""Reading hits: a page of them under filters, by local day for export, by age for retention."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.storage.models import BufferRow, DossierSource, Hit, PostAddress, PostRow, SourceRow
from app.storage.posts import chunks


@dataclass(frozen=True, slots=True)
class HitFilter:
    """What the database itself can narrow; None or "" is no filter. Text is matched in Python.

    `authors` and `source_ids` together are one account list: a hit passes by either of them.
    """

    dossier_id: int
    label: str | None = None
    status: str | None = None
    group: str | None = None
    locality: str | None = None
    source: str | None = None
    first: date | None = None
    last: date | None = None
    authors: frozenset[str] | None = None
    source_ids: frozenset[int] = frozenset()
    post_key: str | None = None


Found = tuple[Hit, PostRow, SourceRow]


def hits_page(
    session: Session, wanted: HitFilter, after: tuple[datetime, str] | None, limit: int
) -> list[Found]:
    """(hit, post, source), newest first by keyset (published_at, post_key)."""
    query = (
        select(Hit, PostRow, SourceRow)
        .join(PostRow, PostRow.id == Hit.post_id)
        .join(SourceRow, SourceRow.id == PostRow.source_id)
        .where(*_conditions(wanted))
        .order_by(Hit.published_at.desc(), Hit.post_key.desc())
        .limit(limit)
    )
    if after is not None:
        at, key = after
        query = query.where(
            or_(Hit.published_at < at, and_(Hit.published_at == at, Hit.post_key < key))
        )
    return [(hit, post, source) for hit, post, source in session.execute(query)]


def hits_by_key(session: Session, dossier_id: int, keys: Iterable[str]) -> list[Found]:
    """These hits of a dossier, in no order."""
    found: list[Found] = []
    for batch in chunks(keys):
        rows = session.execute(
            select(Hit, PostRow, SourceRow)
            .join(PostRow, PostRow.id == Hit.post_id)
            .join(SourceRow, SourceRow.id == PostRow.source_id)
            .where(Hit.dossier_id == dossier_id, Hit.post_key.in_(batch))
        )
        found.extend((hit, post, source) for hit, post, source in rows)
    return found


def count_page(session: Session, wanted: HitFilter) -> int:
    """How many hits the filters leave."""
    query = (
        select(func.count())
        .select_from(Hit)
        .join(PostRow, PostRow.id == Hit.post_id)
        .join(SourceRow, SourceRow.id == PostRow.source_id)
        .where(*_conditions(wanted))
    )
    return int(session.scalar(query) or 0)


def _conditions(wanted: HitFilter) -> list[ColumnElement[bool]]:
    labels = {
        "informatiebehoefte": Hit.is_i,
        "betekenisgeving": Hit.is_b,
        "schadebeperking": Hit.is_s,
    }
    found: list[ColumnElement[bool]] = [Hit.dossier_id == wanted.dossier_id]
    equal: list[tuple[Any, Any]] = [
        (Hit.post_key, wanted.post_key),
        (Hit.status, wanted.status),
        (Hit.locality, wanted.locality),
        (SourceRow.slug, wanted.source),
    ]
    found += [column == value for column, value in equal if value]
    if wanted.group:
        found.append(
            Hit.group_kind.is_(None)
            if wanted.group == "unknown"
            else Hit.group_kind == wanted.group
        )
    if wanted.label:
        found.append(labels[wanted.label].is_(True))
    if wanted.first is not None:
        found.append(PostRow.local_date >= wanted.first)
    if wanted.last is not None:
        found.append(PostRow.local_date <= wanted.last)
    if wanted.authors is not None:
        found.append(
            or_(
                Hit.author.in_(sorted(wanted.authors)),
                PostRow.source_id.in_(sorted(wanted.source_ids)),
            )
        )
    return found


def group_counts(session: Session, dossier_id: int) -> dict[str, int]:
    """Hits per account group; `unknown` for those on no list."""
    rows = session.execute(
        select(Hit.group_kind, func.count())
        .where(Hit.dossier_id == dossier_id)
        .group_by(Hit.group_kind)
    )
    return {kind or "unknown": count for kind, count in rows}


def source_counts(session: Session, dossier_id: int) -> dict[str, int]:
    """Hits per source slug."""
    rows = session.execute(
        select(SourceRow.slug, func.count())
        .select_from(Hit)
        .join(PostRow, PostRow.id == Hit.post_id)
        .join(SourceRow, SourceRow.id == PostRow.source_id)
        .where(Hit.dossier_id == dossier_id)
        .group_by(SourceRow.slug)
    )
    return dict(rows.all())


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
