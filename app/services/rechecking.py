"""Deletion follows the source (P7), also where it gives no events: the posts of the last days are
asked for again. Gone (404, 410) is deleted here, edited is edited; at most a day passes.

A source that is in trouble itself is not asked: its silence would look like deletion.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from app import sources as source_kinds
from app.errors import AppError
from app.records import HEALTHY
from app.services.aside import keep_aside, looked_at
from app.services.house import House
from app.services.ingest import Claimed, refusal_of
from app.sources.protocol import Asked, Rechecks
from app.storage import posts as post_rows
from app.storage import sources as source_rows
from app.storage.models import PostAddress, PostRow

log = structlog.get_logger("klankbord.recheck")

#: How long a post is asked for, how often, and how many at a time.
DAYS = timedelta(days=7)
EVERY = timedelta(hours=6)
MOST = 200
#: The job has ten minutes under its lease.
BUDGET_S = 240.0


@dataclass(frozen=True, slots=True)
class Looked:
    """What asking again brought, over all sources."""

    asked: int = 0
    gone: int = 0
    edited: int = 0


def recheck(house: House) -> dict[str, int]:
    """The recurring job; each source stands or falls alone."""
    ends = time.monotonic() + BUDGET_S
    with house.database.read() as session:
        ids = [
            (row.id, row.kind)
            for row in source_rows.all_of(session)
            if row.enabled and row.reason in HEALTHY
        ]
    done = {"asked": 0, "gone": 0, "edited": 0}
    for source_id, kind in ids:
        if time.monotonic() > ends:
            break
        if kind not in source_kinds.kinds():
            continue
        try:
            looked = recheck_source(house, source_id)
        except AppError as error:
            log.error("recheck-failed", source=source_id, why=error.message)
            continue
        done["asked"] += looked.asked
        done["gone"] += looked.gone
        done["edited"] += looked.edited
    return done


def recheck_source(house: House, source_id: int) -> Looked:
    """Ask one source for its posts that were not asked for lately."""
    now = house.clock.now()
    claimed = looked_at(house, source_id, now)
    if claimed is None:
        return Looked()
    source = source_kinds.get(claimed.kind)
    if not isinstance(source, Rechecks) or refusal_of(source, claimed) is not None:
        return Looked()
    posts = _posts(house, claimed, now)
    if not posts:
        return Looked()
    found = source.recheck(claimed.state, posts, house.outbound, now)
    kept = keep_aside(
        house, claimed, found.edited, now,
        gone=found.gone, checked=found.answered, only_known=True,
    )  # fmt: skip
    log.info(
        "rechecked", source=claimed.facts.slug, reason=found.reason,
        asked=len(found.answered), gone=kept.deleted, edited=kept.changed,
    )  # fmt: skip
    return Looked(len(found.answered), kept.deleted, kept.changed)


def _posts(house: House, claimed: Claimed, now: datetime) -> Sequence[Asked]:
    with house.database.read() as session:
        rows = post_rows.to_ask_again(session, claimed.source_id, now - DAYS, now - EVERY, MOST)
        return [asked_of(house, post, address) for post, address in rows]


def asked_of(house: House, post: PostRow, address: PostAddress) -> Asked:
    """A stored post as its source may be asked for it: decrypted here, and nowhere kept."""
    vault = house.vault
    return Asked(
        post_key=post.post_key,
        canonical_id=vault.decrypt(address.canonical_id),
        url=vault.decrypt(address.url) if address.url else None,
        reference=vault.decrypt(address.reference) if address.reference else None,
    )
