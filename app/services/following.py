"""The state of following a source: reason, next turn, cursor, gaps and the history of fetches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from app.records import HEALTHY, FetchResult
from app.services.decide import Plan
from app.services.policy import Turn
from app.services.silence import DAY, DAYS, days_of, volume
from app.storage import Session
from app.storage import sources as source_rows
from app.storage.models import FetchRun, SourceGap, SourceRow

AN_HOUR = timedelta(hours=1)


def save_state(
    session: Session,
    row: SourceRow,
    result: FetchResult,
    chosen: Plan,
    now: datetime,
    turn: Turn,
) -> None:
    """The source's own state: reason, next check, validators, cursor, gaps; the lease ends here."""
    gap = source_rows.open_gap(session, row.id)
    if result.reason in HEALTHY:
        _heal(session, row, gap, result, chosen, now)
        row.last_ok = now
        row.complete_until = _complete(row, result, now)
        if result.reason != "not-modified" or row.failures == 0:
            row.failures = 0
    else:
        row.failures += 1
        row.last_error_at = now
        if gap is None:
            starts = row.complete_until or row.created_at
            session.add(SourceGap(source_id=row.id, starts=starts, reason=result.reason))
    row.reason = result.reason
    row.detail = result.detail[:1000]
    row.next_check_at = now + turn.wait
    row.interval_s = int(turn.interval.total_seconds())
    if result.disable:
        row.enabled = False
    if result.moved_to and source_rows.by_address(
        session, row.organisation_id, result.moved_to
    ) in (None, row):
        row.address = result.moved_to
    if result.state is not None:
        row.cursor = result.state.cursor
        row.identity = result.state.identity or None
        source_rows.save_validators(session, row.id, result.state.validators)
    if result.missed is not None:
        session.add(SourceGap(source_id=row.id, **asdict(result.missed)))
    row.lease_owner = row.lease_until = None


def _complete(row: SourceRow, result: FetchResult, now: datetime) -> datetime | None:
    """Until when nothing is missing; an answer with more behind it moves nothing by itself."""
    if result.until is not None:
        reached = min(result.until, now)
        return max(reached, row.complete_until) if row.complete_until else reached
    return row.complete_until if result.more else now


def _listen(session: Session, row: SourceRow, now: datetime) -> None:
    """Once an hour: is the source as loud as usual?"""
    if row.volume_at is not None and now - row.volume_at < AN_HOUR:
        return
    arrivals = source_rows.arrivals(session, row.id, now - (DAYS + 1) * DAY)
    row.volume = volume(*days_of(arrivals, row.created_at, now))
    row.volume_at = now


def _heal(
    session: Session,
    row: SourceRow,
    gap: SourceGap | None,
    result: FetchResult,
    chosen: Plan,
    now: datetime,
) -> None:
    """A gap closes when the source answers; it vanishes when the answer reaches back far enough,
    when the posts follow on a cursor, or when nothing changed since the last good answer.

    Without an open gap a full window of unknown items newer than the last good fetch means that
    the source said more than it still shows: that stretch is a gap too.
    """
    if result.reason == "not-modified" or result.continuous:
        if gap is not None:
            session.delete(gap)
        return
    starts = gap.starts if gap is not None else row.complete_until
    if starts is None or not chosen.items or chosen.oldest is None:
        if gap is not None:
            gap.ends = now
        return
    reaches_back = chosen.met_known or chosen.oldest <= starts
    if gap is not None and reaches_back:
        session.delete(gap)
    elif gap is not None:
        gap.ends = chosen.oldest
    elif not reaches_back and chosen.items >= 10:
        session.add(
            SourceGap(source_id=row.id, starts=starts, ends=chosen.oldest, reason="cursor-too-old")
        )


def save_run(session: Session, row: SourceRow, outcome: Mapping[str, Any], now: datetime) -> None:
    """One line of history per fetch; everything in it can be recounted from the tables."""
    source_rows.add_run(
        session,
        FetchRun(
            source_id=row.id,
            started_at=now,
            reason=outcome["reason"],
            items=outcome["items"],
            new=outcome["new"],
            changed=outcome["changed"],
            deleted=outcome["deleted"],
            matched=outcome["matched"],
            wait_s=outcome["wait_s"],
        ),
    )
    _listen(session, row, now)
