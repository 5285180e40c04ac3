"""What the tables already know of fetched items: read at one moment, handed to the pure decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.services.decide import Item, Known, Plan, plan
from app.services.house import House
from app.storage import Session
from app.storage import posts as post_rows


def plan_for(house: House, items: Sequence[Item], *, tuning: bool) -> Plan:
    """Look up what is known of the items and sort them; without `tuning` nobody's stay nobody's."""
    if not items:
        return Plan()
    with house.database.read() as session:
        known = _known(session, items)
        copies = _copies(session, items)
        gone = post_rows.removed(session, (item.post_key for item in items))
    chosen = plan(items, known, copies, gone)
    return chosen if tuning else replace(chosen, unmatched=())


def _known(session: Session, items: Sequence[Item]) -> dict[str, Known]:
    keys = [item.post_key for item in items]
    own = post_rows.posts_by_key(session, keys)
    brought = {
        key: row for key, row in post_rows.posts_by_origin(session, keys).items() if key not in own
    }
    hits = post_rows.dossiers_of_posts(
        session, (row.id for row in (*own.values(), *brought.values()))
    )
    known = {
        key: Known(row.content_hash, first_seen=row.first_seen)
        for key, row in post_rows.buffered(session, keys).items()
    }
    for by_copy, rows in ((False, own), (True, brought)):
        for key, row in rows.items():
            known[key] = Known(
                row.content_hash, frozenset(hits.get(row.id, ())), row.id, by_copy, row.first_seen
            )
    return known


def _copies(session: Session, items: Sequence[Item]) -> dict[str, Known]:
    rows = post_rows.posts_by_alias(session, (name for item in items for name in item.aliases))
    hits = post_rows.dossiers_of_posts(session, (row.id for row in rows.values()))
    return {
        name: Known(row.content_hash, frozenset(hits.get(row.id, ())), row.id, True, row.first_seen)
        for name, row in rows.items()
    }
