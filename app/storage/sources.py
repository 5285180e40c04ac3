"""Sources and the state of following them: claim, read, save (house.md §5, step 1 and 4)."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from app.clock import wall_time
from app.records import FetchState, Validators
from app.storage.models import (
    Dossier,
    DossierSource,
    FetchRun,
    Organisation,
    SourceGap,
    SourceRow,
    SourceValidator,
)

LEASE = timedelta(seconds=60)


def lease_owner() -> str:
    """Who holds a lease: host, process, and when the process began (numbers are reused)."""
    return f"{socket.gethostname()}:{os.getpid()}:{_born(os.getpid())}"


def _born(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return "?"


def lease_is_dead(owner: str | None, until: datetime | None) -> bool:
    """A lease ends by time, or at once when its process on this host is no more."""
    if owner is None or until is None or until <= wall_time():
        return True
    host, _, rest = owner.partition(":")
    pid, _, born = rest.partition(":")
    return host == socket.gethostname() and pid.isdigit() and _born(int(pid)) != born


def due(session: Session, now: datetime) -> list[int]:
    """Ids of the sources that are due, longest waiting first."""
    return list(
        session.scalars(
            select(SourceRow.id)
            .where(
                SourceRow.enabled.is_(True),
                or_(SourceRow.next_check_at.is_(None), SourceRow.next_check_at <= now),
            )
            .order_by(
                SourceRow.next_check_at.is_(None).desc(), SourceRow.next_check_at, SourceRow.id
            )
        )
    )


def enabled(session: Session) -> list[int]:
    return list(
        session.scalars(
            select(SourceRow.id).where(SourceRow.enabled.is_(True)).order_by(SourceRow.id)
        )
    )


def by_slug(session: Session, slug: str) -> SourceRow | None:
    return session.scalar(select(SourceRow).where(SourceRow.slug == slug))


def by_id(session: Session, source_id: int) -> SourceRow | None:
    return session.get(SourceRow, source_id)


def by_address(session: Session, organisation_id: int, address: str) -> SourceRow | None:
    return session.scalar(
        select(SourceRow).where(
            SourceRow.organisation_id == organisation_id, SourceRow.address == address
        )
    )


def claim(session: Session, source_id: int, owner: str) -> SourceRow | None:
    """Take the lease of a source; None when another living process holds it."""
    row = session.scalar(
        select(SourceRow).where(SourceRow.id == source_id).with_for_update(skip_locked=True)
    )
    if row is None or not (
        row.lease_owner == owner or lease_is_dead(row.lease_owner, row.lease_until)
    ):
        return None
    row.lease_owner = owner
    row.lease_until = wall_time() + LEASE
    return row


def state_of(session: Session, row: SourceRow) -> FetchState:
    validators = session.scalars(
        select(SourceValidator).where(SourceValidator.source_id == row.id)
    ).all()
    return FetchState(
        address=row.address,
        settings={str(key): str(value) for key, value in row.settings.items()},
        validators={v.url: Validators(v.etag, v.last_modified) for v in validators},
        cursor=row.cursor,
        failures=row.failures,
        identity=row.identity or "",
    )


def save_validators(session: Session, source_id: int, validators: Mapping[str, Validators]) -> None:
    session.execute(delete(SourceValidator).where(SourceValidator.source_id == source_id))
    session.flush()
    for url, value in validators.items():
        session.add(
            SourceValidator(
                source_id=source_id,
                url=url,
                etag=value.etag,
                last_modified=value.last_modified,
            )
        )


def organisation_of(session: Session, row: SourceRow) -> Organisation:
    return session.get_one(Organisation, row.organisation_id)


def active_dossiers(session: Session, source_id: int, today: date) -> list[Dossier]:
    """Dossiers that follow this source and whose purpose runs today (P1)."""
    return list(
        session.scalars(
            select(Dossier)
            .join(DossierSource, DossierSource.dossier_id == Dossier.id)
            .where(
                DossierSource.source_id == source_id,
                Dossier.starts <= today,
                Dossier.ends >= today,
                Dossier.cleared_at.is_(None),
            )
            .order_by(Dossier.id)
        )
    )


def link(session: Session, dossier_id: int, source_id: int) -> bool:
    """Let a dossier follow a source; false when it did already."""
    if session.get(DossierSource, (dossier_id, source_id)) is not None:
        return False
    session.add(DossierSource(dossier_id=dossier_id, source_id=source_id))
    return True


def of_dossier(session: Session, dossier_id: int) -> list[SourceRow]:
    return list(
        session.scalars(
            select(SourceRow)
            .join(DossierSource, DossierSource.source_id == SourceRow.id)
            .where(DossierSource.dossier_id == dossier_id)
            .order_by(SourceRow.slug)
        )
    )


def all_of(session: Session) -> list[SourceRow]:
    return list(session.scalars(select(SourceRow).order_by(SourceRow.slug)))


def dossier_slugs(session: Session, source_ids: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(DossierSource.source_id, Dossier.slug)
        .join(Dossier, Dossier.id == DossierSource.dossier_id)
        .where(DossierSource.source_id.in_(list(source_ids)))
        .order_by(Dossier.slug)
    )
    for source_id, slug in rows:
        found.setdefault(source_id, []).append(slug)
    return found


def gaps(session: Session, source_ids: Sequence[int]) -> list[SourceGap]:
    return list(
        session.scalars(
            select(SourceGap)
            .where(SourceGap.source_id.in_(list(source_ids)))
            .order_by(SourceGap.starts, SourceGap.id)
        )
    )


def gaps_touching(
    session: Session, source_ids: Sequence[int], starts: datetime, ends: datetime
) -> list[SourceGap]:
    return list(
        session.scalars(
            select(SourceGap)
            .where(
                SourceGap.source_id.in_(list(source_ids)),
                SourceGap.starts < ends,
                or_(SourceGap.ends.is_(None), SourceGap.ends > starts),
            )
            .order_by(SourceGap.starts, SourceGap.id)
        )
    )


def open_gap(session: Session, source_id: int) -> SourceGap | None:
    return session.scalar(
        select(SourceGap).where(and_(SourceGap.source_id == source_id, SourceGap.ends.is_(None)))
    )


def arrivals(session: Session, source_id: int, since: datetime) -> list[tuple[datetime, int]]:
    """(moment, new posts) of every fetch since then, oldest first."""
    rows = session.execute(
        select(FetchRun.started_at, FetchRun.new)
        .where(FetchRun.source_id == source_id, FetchRun.started_at >= since)
        .order_by(FetchRun.started_at)
    )
    return [(at, new) for at, new in rows]


def add_run(session: Session, run: FetchRun) -> None:
    session.add(run)


def longest_waiting(session: Session) -> datetime | None:
    """The earliest `next_check_at` among enabled sources."""
    return session.scalar(
        select(SourceRow.next_check_at)
        .where(SourceRow.enabled.is_(True), SourceRow.next_check_at.is_not(None))
        .order_by(SourceRow.next_check_at)
        .limit(1)
    )
