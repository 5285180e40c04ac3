"""What must leave the house once: leases, the point of no return, and the tick-off on arrival.

Deliveries of editions and notices to people follow the same rules. A row that was handed over and
never ticked off stands in doubt: it goes again only where a second copy does no harm.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import wall_time
from app.storage.deliveries import MOST_FAILURES, paused
from app.storage.models import Delivery, Dossier, Notice
from app.storage.sources import lease_is_dead

LEASE = timedelta(minutes=3)
Row = Delivery | Notice
Kind = type[Delivery] | type[Notice]


def claim(session: Session, kind: Kind, row_id: int, owner: str, *, repeats: bool) -> Row | None:
    """Take a row that is still to go and that nobody alive holds; None when it is not ours."""
    row = cast(
        "Row | None",
        session.scalar(select(kind).where(kind.id == row_id).with_for_update(skip_locked=True)),
    )
    if row is None or arrived_at(row) is not None:
        return None
    if row.lease_owner != owner and not lease_is_dead(row.lease_owner, row.lease_until):
        return None
    if row.handed_at is not None and not repeats:
        return None
    row.lease_owner, row.lease_until = owner, wall_time() + LEASE
    return row


def _row(session: Session, kind: Kind, row_id: int) -> Row:
    return cast("Row", session.get_one(kind, row_id))


def arrived_at(row: Row) -> datetime | None:
    return row.delivered_at if isinstance(row, Delivery) else row.sent_at


def handed(session: Session, kind: Kind, row_id: int, now: datetime) -> None:
    """The point of no return was passed."""
    _row(session, kind, row_id).handed_at = now


def arrived(session: Session, kind: Kind, row_id: int, now: datetime) -> None:
    row = _row(session, kind, row_id)
    if isinstance(row, Delivery):
        row.delivered_at = now
    else:
        row.sent_at = now
    row.lease_owner = row.lease_until = None


def failed(session: Session, kind: Kind, row_id: int, *, unsure: bool) -> int:
    """Count a failure and let go; only a failure that is sure takes the hand-over back."""
    row = _row(session, kind, row_id)
    row.failures += 1
    row.lease_owner = row.lease_until = None
    if not unsure:
        row.handed_at = None
    return row.failures


def add_notice(session: Session, notice: Notice) -> bool:
    """Write a notice unless one with its key is there; returns whether it is new."""
    there = session.scalar(
        select(Notice.id).where(Notice.dossier_id == notice.dossier_id, Notice.key == notice.key)
    )
    if there is not None:
        return False
    session.add(notice)
    session.flush()
    return True


def newest_notice(session: Session, dossier_id: int, prefix: str) -> Notice | None:
    """The last notice whose key begins like this."""
    return session.scalar(
        select(Notice)
        .where(Notice.dossier_id == dossier_id, Notice.key.startswith(prefix, autoescape=True))
        .order_by(Notice.id.desc())
        .limit(1)
    )


def forget_notice(session: Session, notice: Notice) -> bool:
    """Take back a notice that nobody is carrying yet; returns whether that was so."""
    if notice.sent_at is not None or notice.handed_at is not None or notice.lease_owner is not None:
        return False
    session.delete(notice)
    return True


def open_notices(session: Session, now: datetime) -> list[tuple[Notice, Dossier]]:
    """What may be told now, oldest first."""
    rows = session.execute(
        select(Notice, Dossier)
        .join(Dossier, Dossier.id == Notice.dossier_id)
        .where(
            Notice.sent_at.is_(None),
            Notice.not_before <= now,
            Notice.failures < MOST_FAILURES,
        )
        .order_by(Notice.id)
    )
    return [(row, dossier) for row, dossier in rows if row.not_before + paused(row.failures) <= now]


def notices(session: Session, dossier_id: int, limit: int = 50) -> list[Notice]:
    """The log: what was told to whom, newest first."""
    return list(
        session.scalars(
            select(Notice)
            .where(Notice.dossier_id == dossier_id)
            .order_by(Notice.id.desc())
            .limit(limit)
        )
    )
