"""Recurring work: "due" is a column, and a lease says who is at it (house.md §7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import wall_time
from app.storage.models import Job
from app.storage.sources import lease_is_dead


def claim(session: Session, name: str, owner: str, now: datetime, lease: timedelta) -> bool:
    """Take a job that is due and that nobody alive holds; a job unknown so far is due at once."""
    row = session.scalar(select(Job).where(Job.name == name).with_for_update(skip_locked=True))
    if row is None:
        row = Job(name=name)
        session.add(row)
        session.flush()  # two first claims at once: the primary key lets one through
    elif (row.next_due_at is not None and row.next_due_at > now) or (
        row.lease_owner != owner and not lease_is_dead(row.lease_owner, row.lease_until)
    ):
        return False
    row.lease_owner, row.lease_until = owner, wall_time() + lease
    return True


def done(session: Session, name: str, now: datetime, next_due_at: datetime) -> None:
    row = session.get_one(Job, name)
    row.last_done_at, row.next_due_at = now, next_due_at
    row.lease_owner = row.lease_until = None


def states(session: Session) -> Mapping[str, tuple[datetime | None, datetime | None]]:
    """(last done, next due) by job name."""
    return {row.name: (row.last_done_at, row.next_due_at) for row in session.scalars(select(Job))}
