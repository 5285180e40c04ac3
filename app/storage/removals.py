"""Proofs of deletion as they are read back, and what a data-subject request finds besides hits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from app.storage.models import (
    BufferRow,
    Context,
    DossierNote,
    Hit,
    HitAct,
    PostAddress,
    PostRow,
    Recipient,
    Removal,
    SourceRow,
)
from app.storage.posts import chunks


def runs(
    session: Session, organisation_id: int, dossier_id: int, limit: int = 100
) -> list[tuple[datetime, str, str, int]]:
    """(moment, class, reason, how many) of the removals of a dossier and of the buffer, newest first."""
    rows = session.execute(
        select(Removal.at, Removal.kind, Removal.reason, func.sum(Removal.count))
        .where(*_of(organisation_id, dossier_id))
        .group_by(Removal.at, Removal.kind, Removal.reason)
        .order_by(Removal.at.desc(), Removal.kind)
        .limit(limit)
    )
    return [(at, kind, reason, int(count)) for at, kind, reason, count in rows]


def proofs(
    session: Session, organisation_id: int, dossier_id: int, before: int | None, limit: int
) -> list[Removal]:
    """Every proof by itself, newest first, below id `before`."""
    query = select(Removal).where(*_of(organisation_id, dossier_id))
    if before is not None:
        query = query.where(Removal.id < before)
    return list(session.scalars(query.order_by(Removal.id.desc()).limit(limit)))


def forget_people(session: Session, dossier_id: int) -> None:
    """A dossier that is over keeps no addresses of recipients, and no words of police or COA; what
    an approved report quoted of them stays in that report."""
    session.execute(delete(Recipient).where(Recipient.dossier_id == dossier_id))
    session.execute(delete(DossierNote).where(DossierNote.dossier_id == dossier_id))


def _of(organisation_id: int, dossier_id: int) -> list[ColumnElement[bool]]:
    return [
        Removal.organisation_id == organisation_id,
        or_(Removal.dossier_id == dossier_id, Removal.dossier_id.is_(None)),
    ]


def addresses(session: Session, dossier_id: int) -> Iterator[tuple[int, str | None, str]]:
    """(post id, encrypted URL, encrypted id) of every post of a dossier."""
    rows = session.execute(
        select(PostAddress.post_id, PostAddress.url, PostAddress.canonical_id)
        .join(Hit, Hit.post_id == PostAddress.post_id)
        .where(Hit.dossier_id == dossier_id)
        .execution_options(yield_per=500)
    )
    yield from ((post_id, url, canonical_id) for post_id, url, canonical_id in rows)


def hits_of_posts(session: Session, dossier_id: int, post_ids: Iterable[int]) -> list[int]:
    """Ids of the dossier's hits on these posts."""
    found: list[int] = []
    for batch in chunks(sorted(set(post_ids))):
        found += session.scalars(
            select(Hit.id).where(Hit.dossier_id == dossier_id, Hit.post_id.in_(batch))
        )
    return found


def hits_by_id(session: Session, dossier_id: int, ids: Iterable[int]) -> list[Hit]:
    found: list[Hit] = []
    for batch in chunks(sorted(set(ids))):
        found += session.scalars(
            select(Hit).where(Hit.dossier_id == dossier_id, Hit.id.in_(batch)).order_by(Hit.id)
        )
    return found


def lines(
    session: Session, dossier_id: int, ids: Iterable[int]
) -> list[tuple[Hit, PostRow, SourceRow]]:
    """(hit, post, source) of these hits of a dossier, oldest first."""
    found: list[tuple[Hit, PostRow, SourceRow]] = []
    for batch in chunks(sorted(set(ids))):
        rows = session.execute(
            select(Hit, PostRow, SourceRow)
            .join(PostRow, PostRow.id == Hit.post_id)
            .join(SourceRow, SourceRow.id == PostRow.source_id)
            .where(Hit.dossier_id == dossier_id, Hit.id.in_(batch))
        )
        found.extend((hit, post, source) for hit, post, source in rows)
    return sorted(found, key=lambda line: (line[0].published_at, line[0].post_key))


def contexts(session: Session, dossier_id: int, keys: Iterable[str]) -> list[Context]:
    """Thread context in a dossier by the keys of its posts."""
    found: list[Context] = []
    for batch in chunks(sorted(set(keys))):
        found += session.scalars(
            select(Context)
            .join(Hit, Hit.id == Context.hit_id)
            .where(Hit.dossier_id == dossier_id, Context.post_key.in_(batch))
        )
    return found


def drop_contexts(session: Session, rows: Iterable[Context]) -> None:
    for batch in chunks(row.id for row in rows):
        session.execute(delete(Context).where(Context.id.in_(batch)))


def buffered(session: Session, organisation_id: int, keys: Iterable[str]) -> list[BufferRow]:
    """Rows of the organisation's tuning buffer by post key."""
    found: list[BufferRow] = []
    for batch in chunks(sorted(set(keys))):
        found += session.scalars(
            select(BufferRow)
            .join(SourceRow, SourceRow.id == BufferRow.source_id)
            .where(SourceRow.organisation_id == organisation_id, BufferRow.post_key.in_(batch))
        )
    return found


def acts(session: Session, hit_ids: Iterable[int]) -> dict[int, list[HitAct]]:
    """What people did with these hits, oldest first, by hit id."""
    found: dict[int, list[HitAct]] = {}
    for batch in chunks(hit_ids):
        for row in session.scalars(
            select(HitAct).where(HitAct.hit_id.in_(batch)).order_by(HitAct.id)
        ):
            found.setdefault(row.hit_id, []).append(row)
    return found
