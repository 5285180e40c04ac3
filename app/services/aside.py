"""Posts that come in beside a fetch (a thread, a re-check): the same decision, no source state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.clock import local_date
from app.errors import Conflict
from app.records import FetchedPost
from app.services import store
from app.services.decide import Item, items_of
from app.services.house import House
from app.services.ingest import Claimed, claimed_of
from app.services.known import plan_for
from app.services.labels import label_items
from app.storage import posts as post_rows
from app.storage import sources as source_rows

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """What was done: items as they were decided, and numbers."""

    items: tuple[Item, ...] = ()
    new: int = 0
    changed: int = 0
    deleted: int = 0


def looked_at(house: House, source_id: int, now: datetime) -> Claimed | None:
    """A source with its dossiers, without taking its lease; None when nobody may follow it now."""
    with house.database.read() as session:
        row = source_rows.by_id(session, source_id)
        if row is None or not row.enabled:
            return None
        followers = source_rows.active_dossiers(session, row.id, local_date(now))
        if not followers:
            return None
        return claimed_of(house, session, row, "", followers, now)


def keep_aside(
    house: House,
    claimed: Claimed,
    posts: Sequence[FetchedPost],
    now: datetime,
    *,
    gone: Iterable[str] = (),
    checked: Iterable[str] = (),
    only_known: bool = False,
) -> Kept:
    """Store what matches among these posts and follow deletions by post key, in one transaction.

    `only_known`: edits of stored posts, nothing new. `checked` are post keys to mark as asked.
    """
    items = items_of(posts, claimed.facts, claimed.dossiers, house.vault, house.standing, now)
    gone, checked = list(gone), list(checked)
    for attempt in range(ATTEMPTS):
        chosen = plan_for(house, items, tuning=False)
        if only_known:
            chosen = replace(chosen, new=(), promoted=(), copies=())
        labelled = label_items(house, chosen)
        try:
            with house.database.write() as session:
                row = source_rows.by_id(session, claimed.source_id)
                if row is None:
                    return Kept()
                stored = store.save_plan(house, session, row, chosen, labelled, now)
                deleted = store.delete_keys(session, gone, now)
                post_rows.mark_checked(session, checked, now)
            return Kept(tuple(items), stored.new, stored.changed, deleted)
        except Conflict:
            if attempt + 1 == ATTEMPTS:
                raise
    return Kept()
