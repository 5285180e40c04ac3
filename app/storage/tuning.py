"""What a query can be tried on: a dossier's hits and the buffer of its sources; activations, probes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.storage.models import (
    BufferRow,
    BufferSample,
    DossierSource,
    Hit,
    PostRow,
    ProbeItem,
    QueryActivation,
    QueryVersion,
    RecallProbe,
    SourceRow,
)
from app.storage.posts import chunks

HitLine = tuple[Hit, PostRow, str, str]
BufferLine = tuple[BufferRow, str, str]


def fingerprint(session: Session, dossier_id: int) -> tuple[Any, ...]:
    """Changes whenever a hit or a buffered post of the dossier comes, goes or is edited."""
    hits = session.execute(
        select(func.count(), func.max(Hit.id), func.sum(Hit.version)).where(
            Hit.dossier_id == dossier_id
        )
    ).one()
    buffered = session.execute(
        select(func.count(), func.max(BufferRow.id))
        .join(DossierSource, DossierSource.source_id == BufferRow.source_id)
        .where(DossierSource.dossier_id == dossier_id)
    ).one()
    return (*hits, *buffered)


def hits(session: Session, dossier_id: int) -> list[HitLine]:
    """(hit, post, source slug, source address), oldest first."""
    rows = session.execute(
        select(Hit, PostRow, SourceRow.slug, SourceRow.address)
        .join(PostRow, PostRow.id == Hit.post_id)
        .join(SourceRow, SourceRow.id == PostRow.source_id)
        .where(Hit.dossier_id == dossier_id)
        .order_by(Hit.published_at, Hit.post_key)
    )
    return [(hit, post, slug, address) for hit, post, slug, address in rows]


def buffered(session: Session, dossier_id: int) -> list[BufferLine]:
    """(row, source slug, source address) of posts that no dossier matched, oldest first."""
    rows = session.execute(
        select(BufferRow, SourceRow.slug, SourceRow.address)
        .join(SourceRow, SourceRow.id == BufferRow.source_id)
        .join(DossierSource, DossierSource.source_id == SourceRow.id)
        .where(DossierSource.dossier_id == dossier_id)
        .order_by(BufferRow.published_at, BufferRow.post_key)
    )
    return [(row, slug, address) for row, slug, address in rows]


def sampling(session: Session, dossier_id: int) -> dict[str, tuple[int, int]]:
    """Per source (rows kept, posts offered) of its reservoir: the sampling rate of the buffer."""
    rows = session.execute(
        select(SourceRow.slug, func.count())
        .select_from(BufferRow)
        .join(SourceRow, SourceRow.id == BufferRow.source_id)
        .join(DossierSource, DossierSource.source_id == SourceRow.id)
        .where(DossierSource.dossier_id == dossier_id)
        .group_by(SourceRow.slug)
    )
    kept = {str(slug): int(count) for slug, count in rows}
    offered = session.execute(
        select(SourceRow.slug, BufferSample.offered)
        .join(BufferSample, BufferSample.source_id == SourceRow.id)
        .join(DossierSource, DossierSource.source_id == SourceRow.id)
        .where(DossierSource.dossier_id == dossier_id)
    )
    return {slug: (kept.get(slug, 0), max(n, kept.get(slug, 0))) for slug, n in offered}


def buffer_rows(session: Session, keys: Iterable[str]) -> dict[str, BufferRow]:
    found: dict[str, BufferRow] = {}
    for batch in chunks(keys):
        for row in session.scalars(select(BufferRow).where(BufferRow.post_key.in_(batch))):
            found[row.post_key] = row
    return found


def add_activation(session: Session, row: QueryActivation) -> QueryActivation:
    session.add(row)
    session.flush()
    return row


def activations(session: Session, dossier_id: int) -> list[tuple[QueryActivation, int]]:
    """(switch, number of its version), newest first."""
    rows = session.execute(
        select(QueryActivation, QueryVersion.number)
        .join(QueryVersion, QueryVersion.id == QueryActivation.query_version_id)
        .where(QueryActivation.dossier_id == dossier_id)
        .order_by(QueryActivation.id.desc())
    )
    return [(row, number) for row, number in rows]


def waiting(session: Session, dossier_id: int, version_id: int) -> QueryActivation | None:
    """The newest switch to a version that still needs its second person."""
    return session.scalar(
        select(QueryActivation)
        .where(
            QueryActivation.dossier_id == dossier_id,
            QueryActivation.query_version_id == version_id,
            QueryActivation.activated_at.is_(None),
        )
        .order_by(QueryActivation.id.desc())
        .limit(1)
    )


def add_probe(session: Session, probe: RecallProbe, items: Sequence[ProbeItem]) -> RecallProbe:
    session.add(probe)
    session.flush()
    for item in items:
        item.probe_id = probe.id
    session.add_all(items)
    session.flush()
    return probe


def probe(session: Session, dossier_id: int, probe_id: int) -> RecallProbe | None:
    return session.scalar(
        select(RecallProbe).where(RecallProbe.dossier_id == dossier_id, RecallProbe.id == probe_id)
    )


def probes(session: Session, dossier_id: int) -> list[RecallProbe]:
    """Newest first."""
    return list(
        session.scalars(
            select(RecallProbe)
            .where(RecallProbe.dossier_id == dossier_id)
            .order_by(RecallProbe.id.desc())
        )
    )


def probe_items(session: Session, probe_id: int) -> list[ProbeItem]:
    return list(
        session.scalars(
            select(ProbeItem).where(ProbeItem.probe_id == probe_id).order_by(ProbeItem.position)
        )
    )


def judge(item: ProbeItem, verdict: str | None, name: str, now: datetime) -> None:
    """A verdict with whose and when; None takes it back."""
    item.verdict, item.judged_by, item.judged_at = verdict, name, now
