"""Reading the audit chain under filters; writing and checking it is in `storage.audit`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.storage.models import AuditLine


@dataclass(frozen=True, slots=True)
class Wanted:
    """Lines of one organisation; "" and None are no filter. `only`: nothing of another dossier."""

    organisation_id: int
    actor: str = ""
    action: str = ""
    dossier: str = ""
    since: datetime | None = None
    until: datetime | None = None
    only: str | None = None


def page(session: Session, wanted: Wanted, before: int | None, limit: int) -> list[AuditLine]:
    """Newest first, below line `before`."""
    query = select(AuditLine).where(*_conditions(wanted))
    if before is not None:
        query = query.where(AuditLine.number < before)
    return list(session.scalars(query.order_by(AuditLine.number.desc()).limit(limit)))


def stream(session: Session, wanted: Wanted) -> Iterator[AuditLine]:
    """Every line that is wanted, oldest first."""
    query = select(AuditLine).where(*_conditions(wanted)).order_by(AuditLine.number)
    yield from session.scalars(query.execution_options(yield_per=500))


def choices(session: Session, wanted: Wanted) -> tuple[list[str], list[str], list[str]]:
    """(actors, actions, dossiers) that the readable lines name, for the filter form."""
    readable = _conditions(Wanted(wanted.organisation_id, only=wanted.only))
    found: list[list[str]] = []
    columns: tuple[Any, ...] = (AuditLine.actor, AuditLine.action, AuditLine.dossier)
    for column in columns:
        query = select(column).where(*readable, column.is_not(None)).distinct().order_by(column)
        found.append([str(value) for value in session.scalars(query.limit(500))])
    return found[0], found[1], found[2]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [AuditLine.organisation_id == wanted.organisation_id]
    for column, value in (
        (AuditLine.actor, wanted.actor),
        (AuditLine.action, wanted.action),
        (AuditLine.dossier, wanted.dossier),
        (AuditLine.dossier, wanted.only),
    ):
        if value:
            found.append(column == value)
    if wanted.since is not None:
        found.append(AuditLine.at >= wanted.since)
    if wanted.until is not None:
        found.append(AuditLine.at < wanted.until)
    return found
