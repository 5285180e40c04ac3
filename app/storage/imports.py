"""Imports and what they brought: store, look up, take back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.storage.models import (
    BufferRow,
    Dossier,
    ImportPost,
    ImportRun,
    PostOrigin,
    PostRow,
    SourceRow,
)
from app.storage.posts import chunks, hits_of, posts_by_key, remove_hit


def add_run(session: Session, run: ImportRun, post_keys: Iterable[str]) -> None:
    session.add(run)
    session.flush()
    session.add_all(ImportPost(import_id=run.id, post_key=key) for key in post_keys)


def run_of(session: Session, dossier_id: int, import_id: int) -> ImportRun | None:
    return session.scalar(
        select(ImportRun).where(ImportRun.id == import_id, ImportRun.dossier_id == dossier_id)
    )


def runs_of(session: Session, dossier_id: int) -> list[ImportRun]:
    """Imports of a dossier, newest first."""
    return list(
        session.scalars(
            select(ImportRun)
            .where(ImportRun.dossier_id == dossier_id)
            .order_by(ImportRun.created_at.desc(), ImportRun.id.desc())
        )
    )


def same_file(session: Session, dossier_id: int, file_hash: str) -> ImportRun | None:
    """An import of the very same file that was not undone."""
    return session.scalar(
        select(ImportRun).where(
            ImportRun.dossier_id == dossier_id,
            ImportRun.file_hash == file_hash,
            ImportRun.undone_at.is_(None),
        )
    )


def last_import(session: Session, dossier_id: int) -> list[tuple[str, datetime]]:
    """(profile, newest moment) of imports that still stand, by profile."""
    newest: dict[str, datetime] = {}
    for run in runs_of(session, dossier_id):
        if run.undone_at is None:
            newest.setdefault(run.profile, run.created_at)
    return sorted(newest.items())


def source_at(
    session: Session,
    dossier: Dossier,
    address: str,
    kind: str,
    title: str,
    slug: str,
    now: datetime,
) -> SourceRow:
    """The source that stands for an import profile or a desk: never fetched, so never enabled."""
    row = session.scalar(
        select(SourceRow).where(
            SourceRow.organisation_id == dossier.organisation_id, SourceRow.address == address
        )
    )
    if row is None:
        row = SourceRow(
            organisation_id=dossier.organisation_id, slug=slug, kind=kind, title=title,
            address=address, settings={}, own=False, enabled=False, created_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
    return row


def take_back(session: Session, run: ImportRun, now: datetime) -> int:
    """Remove what an import brought and nobody else did; returns how many posts went.

    A post that another source brought too stays, without the import among its origins.
    """
    keys = list(session.scalars(select(ImportPost.post_key).where(ImportPost.import_id == run.id)))
    later = _still_carried(session, run, keys)
    keys = [key for key in keys if key not in later]
    gone = 0
    for post in posts_by_key(session, keys).values():
        others = session.scalar(
            select(PostOrigin.source_id).where(
                PostOrigin.post_id == post.id, PostOrigin.source_id != run.source_id
            )
        )
        gone += others is None
        for hit in hits_of(session, post.id) if others is None else ():
            if hit.dossier_id == run.dossier_id:
                remove_hit(
                    session, hit, kind="import-undone", reason="import teruggedraaid", at=now
                )
    for batch in chunks(keys):
        own = select(PostRow.id).where(PostRow.source_id == run.source_id)
        session.execute(
            delete(PostOrigin).where(
                PostOrigin.origin_key.in_(batch),
                PostOrigin.source_id == run.source_id,
                PostOrigin.post_id.not_in(own),
            )
        )
        session.execute(delete(BufferRow).where(BufferRow.post_key.in_(batch)))
    run.undone_at = now
    return gone


def _still_carried(session: Session, run: ImportRun, keys: list[str]) -> set[str]:
    """Keys that another import, not undone, brought as well."""
    found: set[str] = set()
    for batch in chunks(keys):
        found.update(
            session.scalars(
                select(ImportPost.post_key)
                .join(ImportRun, ImportRun.id == ImportPost.import_id)
                .where(
                    ImportPost.post_key.in_(batch),
                    ImportRun.id != run.id,
                    ImportRun.undone_at.is_(None),
                    ImportRun.source_id == run.source_id,
                    ImportRun.dossier_id == run.dossier_id,
                )
            )
        )
    return found
