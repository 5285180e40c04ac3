"""The conversation around a hit (R49): parents and replies, kept beside it, outside every count.

What matches a query by itself becomes a hit like any other; the rest dies with the hit it belongs to.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog

from app import sources as source_kinds
from app.errors import AppError, SourceError
from app.services.aside import keep_aside, looked_at
from app.services.house import House
from app.services.ingest import Claimed, refusal_of
from app.services.rechecking import asked_of
from app.sources.protocol import Around, Asked, HasThreads
from app.storage import posts as post_rows
from app.storage import sources as source_rows
from app.storage.models import Context

log = structlog.get_logger("klankbord.contexts")

SINCE = timedelta(days=2)
MOST_POSTS, MOST_AROUND = 60, 60
MOST_TEXT = 5000
BUDGET_S = 180.0


def read_around(house: House) -> dict[str, int]:
    """The recurring job: conversations of recent hits, once per post."""
    ends = time.monotonic() + BUDGET_S
    with house.database.read() as session:
        ids = [(row.id, row.kind) for row in source_rows.all_of(session) if row.enabled]
    done = {"posts": 0, "context": 0, "hits": 0}
    for source_id, kind in ids:
        if kind not in source_kinds.kinds() or time.monotonic() > ends:
            continue
        try:
            posts, context, hits = around_source(house, source_id, ends)
        except AppError as error:
            log.error("context-failed", source=source_id, why=error.message)
            continue
        done["posts"] += posts
        done["context"] += context
        done["hits"] += hits
    return done


def around_source(house: House, source_id: int, ends: float) -> tuple[int, int, int]:
    """(posts asked, pieces of context kept, new hits) of one source."""
    now = house.clock.now()
    claimed = looked_at(house, source_id, now)
    if claimed is None:
        return 0, 0, 0
    source = source_kinds.get(claimed.kind)
    if not isinstance(source, HasThreads) or refusal_of(source, claimed) is not None:
        return 0, 0, 0
    with house.database.read() as session:
        rows = post_rows.without_thread(session, claimed.source_id, now - SINCE, MOST_POSTS)
        posts = [(post.id, asked_of(house, post, address)) for post, address in rows]
    asked = context = hits = 0
    for post_id, post in posts:
        if time.monotonic() > ends:
            break
        try:
            around = source.thread(claimed.state, post, house.outbound, now)
        except SourceError as error:
            log.warning("context-stopped", source=claimed.facts.slug, reason=error.reason)
            break  # the source asks for peace, or is gone: the rest comes the next time
        kept, new = _keep(house, claimed, post_id, post, around[:MOST_AROUND], now)
        asked, context, hits = asked + 1, context + kept, hits + new
    return asked, context, hits


def _keep(
    house: House,
    claimed: Claimed,
    post_id: int,
    asked: Asked,
    around: tuple[Around, ...],
    now: datetime,
) -> tuple[int, int]:
    found = keep_aside(house, claimed, [one.post for one in around], now)
    by_id = {item.post.canonical_id: item for item in found.items}
    count = 0
    with house.database.write() as session:
        hits = post_rows.hits_of(session, post_id)
        for one in around:
            item = by_id.get(one.post.canonical_id)
            if item is None or item.post_key == asked.post_key:
                continue
            matched = {claim.dossier.id for claim in item.found}
            for hit in hits:
                if hit.dossier_id in matched:
                    continue  # it counts by itself there
                row = Context(
                    hit_id=hit.id, post_key=item.post_key, relation=one.relation,
                    text=one.post.text[:MOST_TEXT], published_at=item.published_at,
                )  # fmt: skip
                count += post_rows.add_context(session, hit.id, row)
        post_rows.mark_read_around(session, post_id, now)
    return count, found.new
