"""Posts, their origins and addresses, hits and the buffer: look up and store, nothing decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.storage.models import (
    Annotation,
    Base,
    BufferRow,
    BufferSample,
    Context,
    Hit,
    HitAct,
    HitOpen,
    PostAddress,
    PostAlias,
    PostOrigin,
    PostRow,
    Prediction,
    Removal,
    SourceRow,
)
from app.storage.proposals import forget_post
from app.storage.questions import forget_question

T = TypeVar("T")
CHUNK = 500
#: Removals that undo a mistake of ours: the post may come back.
REVERSIBLE = ("import-undone",)


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """SQLite takes a bounded number of parameters: ask in pieces."""
    batch: list[T] = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def posts_by_key(session: Session, keys: Iterable[str]) -> dict[str, PostRow]:
    """Posts by their own key."""
    found: dict[str, PostRow] = {}
    for batch in chunks(keys):
        for row in session.scalars(select(PostRow).where(PostRow.post_key.in_(batch))):
            found[row.post_key] = row
    return found


def posts_by_origin(session: Session, keys: Iterable[str]) -> dict[str, PostRow]:
    """Posts by the key under which another source brought them."""
    found: dict[str, PostRow] = {}
    for batch in chunks(keys):
        rows = session.execute(
            select(PostOrigin.origin_key, PostRow)
            .join(PostRow, PostRow.id == PostOrigin.post_id)
            .where(PostOrigin.origin_key.in_(batch))
        )
        for key, row in rows:
            found[key] = row
    return found


def posts_by_alias(session: Session, aliases: Iterable[str]) -> dict[str, PostRow]:
    found: dict[str, PostRow] = {}
    for batch in chunks(aliases):
        rows = session.execute(
            select(PostAlias.alias_key, PostRow)
            .join(PostRow, PostRow.id == PostAlias.post_id)
            .where(PostAlias.alias_key.in_(batch))
        )
        for key, row in rows:
            found[key] = row
    return found


def dossiers_of_posts(session: Session, post_ids: Iterable[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for batch in chunks(post_ids):
        for post_id, dossier_id in session.execute(
            select(Hit.post_id, Hit.dossier_id).where(Hit.post_id.in_(batch))
        ):
            found.setdefault(post_id, set()).add(dossier_id)
    return found


def buffered(session: Session, keys: Iterable[str]) -> dict[str, BufferRow]:
    """Buffer rows by post key."""
    found: dict[str, BufferRow] = {}
    for batch in chunks(keys):
        for row in session.scalars(select(BufferRow).where(BufferRow.post_key.in_(batch))):
            found[row.post_key] = row
    return found


def removed(session: Session, keys: Iterable[str]) -> frozenset[tuple[str, int]]:
    """(post key, dossier id) of hits that were removed and must not come back."""
    found: set[tuple[str, int]] = set()
    for batch in chunks(keys):
        for key, dossier_id in session.execute(
            select(Removal.post_key, Removal.dossier_id).where(
                Removal.post_key.in_(batch), Removal.kind.not_in(REVERSIBLE)
            )
        ):
            if key is not None and dossier_id is not None:
                found.add((key, dossier_id))
    return frozenset(found)


def hits_of(session: Session, post_id: int) -> list[Hit]:
    return list(session.scalars(select(Hit).where(Hit.post_id == post_id).order_by(Hit.id)))


def add_posts(
    session: Session, rows: Sequence[tuple[PostRow, dict[str, Any], Sequence[str]]]
) -> None:
    """Store posts, each with its encrypted address, its aliases and its first origin."""
    session.add_all(post for post, _, _ in rows)
    session.flush()
    insert_all(session, PostAddress, [{"post_id": post.id} | given for post, given, _ in rows])
    insert_all(
        session, PostAlias,
        [{"alias_key": alias, "post_id": post.id} for post, _, named in rows for alias in named],
    )  # fmt: skip
    insert_all(
        session, PostOrigin,
        [
            {"post_id": post.id, "source_id": post.source_id, "origin_key": post.post_key,
             "seen_at": post.first_seen}
            for post, _, _ in rows
        ],
    )  # fmt: skip
    for batch in chunks(post.post_key for post, _, _ in rows):
        session.execute(delete(BufferRow).where(BufferRow.post_key.in_(batch)))


def insert_all(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Rows that nobody asks back, in one statement: a third of the price of objects."""
    if rows:
        session.execute(insert(table), list(rows))


def add_origin(
    session: Session, post_id: int, source_id: int, origin_key: str, seen_at: datetime
) -> bool:
    """Note that another source brought the same post too; false when that was known."""
    if session.get(PostOrigin, (post_id, source_id)) is not None:
        return False
    session.add(
        PostOrigin(post_id=post_id, source_id=source_id, origin_key=origin_key, seen_at=seen_at)
    )
    return True


def origins(session: Session, post_ids: Iterable[int]) -> dict[int, list[str]]:
    """Source slugs per post, in alphabetical order."""
    found: dict[int, list[str]] = {}
    for batch in chunks(post_ids):
        for post_id, slug in session.execute(
            select(PostOrigin.post_id, SourceRow.slug)
            .join(SourceRow, SourceRow.id == PostOrigin.source_id)
            .where(PostOrigin.post_id.in_(batch))
            .order_by(SourceRow.slug)
        ):
            found.setdefault(post_id, []).append(slug)
    return found


def buffer_counts(session: Session, source_id: int) -> tuple[int, int]:
    """(rows kept now, posts offered since the last clearing) of one source's reservoir."""
    kept = session.scalar(
        select(func.count()).select_from(BufferRow).where(BufferRow.source_id == source_id)
    )
    sample = session.get(BufferSample, source_id)
    return int(kept or 0), sample.offered if sample else 0


def note_offered(session: Session, source_id: int, offered: int) -> None:
    sample = session.get(BufferSample, source_id)
    if sample is None:
        session.add(BufferSample(source_id=source_id, offered=offered))
    else:
        sample.offered = offered


def buffer_ids(session: Session, source_id: int) -> list[int]:
    return list(
        session.scalars(
            select(BufferRow.id).where(BufferRow.source_id == source_id).order_by(BufferRow.id)
        )
    )


def drop_buffer(session: Session, ids: Iterable[int]) -> int:
    gone = 0
    for batch in chunks(ids):
        gone += len(batch)
        session.execute(delete(BufferRow).where(BufferRow.id.in_(batch)))
    return gone


def hit_in(session: Session, dossier_id: int, post_key: str) -> Hit | None:
    return session.scalar(select(Hit).where(Hit.dossier_id == dossier_id, Hit.post_key == post_key))


def to_ask_again(
    session: Session, source_id: int, since: datetime, before: datetime, most: int
) -> list[tuple[PostRow, PostAddress]]:
    """Posts of a source, seen since then, of which it was not asked after `before` whether they
    still stand; those asked longest ago first."""
    rows = session.execute(
        select(PostRow, PostAddress)
        .join(PostAddress, PostAddress.post_id == PostRow.id)
        .where(
            PostRow.source_id == source_id,
            PostRow.first_seen >= since,
            func.coalesce(PostRow.checked_at, PostRow.first_seen) <= before,
        )
        .order_by(func.coalesce(PostRow.checked_at, PostRow.first_seen), PostRow.id)
        .limit(most)
    )
    return [(post, address) for post, address in rows]


def without_thread(
    session: Session, source_id: int, since: datetime, most: int
) -> list[tuple[PostRow, PostAddress]]:
    """Posts of a source whose conversation was not asked for, newest first."""
    rows = session.execute(
        select(PostRow, PostAddress)
        .join(PostAddress, PostAddress.post_id == PostRow.id)
        .where(
            PostRow.source_id == source_id,
            PostRow.context_at.is_(None),
            PostRow.first_seen >= since,
        )
        .order_by(PostRow.first_seen.desc(), PostRow.id.desc())
        .limit(most)
    )
    return [(post, address) for post, address in rows]


def add_context(session: Session, hit_id: int, row: Context) -> bool:
    """Keep a post of the conversation beside a hit; false when it stood there already."""
    there = session.scalar(
        select(Context).where(Context.hit_id == hit_id, Context.post_key == row.post_key)
    )
    if there is not None:
        there.text = row.text
        return False
    session.add(row)
    return True


def mark_read_around(session: Session, post_id: int, at: datetime) -> None:
    """Note that the conversation around a post was asked for."""
    session.execute(update(PostRow).where(PostRow.id == post_id).values(context_at=at))


def mark_checked(session: Session, keys: Iterable[str], at: datetime) -> None:
    """Note that the source was asked whether these posts still stand."""
    for batch in chunks(keys):
        session.execute(update(PostRow).where(PostRow.post_key.in_(batch)).values(checked_at=at))


def hits_by_authors(session: Session, dossier_id: int, authors: Iterable[str]) -> list[Hit]:
    """Hits of a dossier by pseudonyms of its own key."""
    found: list[Hit] = []
    for batch in chunks(authors):
        found += session.scalars(
            select(Hit).where(Hit.dossier_id == dossier_id, Hit.author.in_(batch))
        )
    return found


def all_hits(session: Session, dossier_id: int) -> list[tuple[Hit, PostRow]]:
    """Every hit of a dossier with its post, oldest first: (published_at, post_key)."""
    rows = session.execute(
        select(Hit, PostRow)
        .join(PostRow, PostRow.id == Hit.post_id)
        .where(Hit.dossier_id == dossier_id)
        .order_by(Hit.published_at, Hit.post_key)
    )
    return [(hit, post) for hit, post in rows]


def remove_hit(session: Session, hit: Hit, *, kind: str, reason: str, at: datetime) -> None:
    """Take a hit away with everything said of it, its post with its last hit; leave a proof.

    A proof stands under every key by which a source brought the post: a copy that another source
    still shows must not bring it back.
    """
    for model in (Prediction, Annotation, Context, HitAct, HitOpen):
        session.execute(delete(model).where(model.hit_id == hit.id))
    forget_question(session, hit.id)
    post = session.get_one(PostRow, hit.post_id)
    copies = session.scalars(select(PostOrigin.origin_key).where(PostOrigin.post_id == post.id))
    session.add_all(
        Removal(
            organisation_id=post.organisation_id,
            dossier_id=hit.dossier_id,
            post_key=key,
            kind=kind,
            reason=reason,
            at=at,
        )
        for key in sorted({hit.post_key, *copies})
    )
    forget_post(session, hit.dossier_id, [hit.post_key])
    session.delete(hit)
    session.flush()
    if session.scalar(select(Hit.id).where(Hit.post_id == post.id).limit(1)) is None:
        for part in (PostAddress, PostAlias, PostOrigin):
            session.execute(delete(part).where(part.post_id == post.id))
        session.delete(post)
        session.flush()
