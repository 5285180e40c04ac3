"""The audit chain: append one line, walk it, check it (trust.md P9).

Each line seals the one before it. The head is also written to a file outside the database, so that
cutting off the tail of the chain is seen too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import StorageError
from app.storage.models import AuditLine, Organisation

START = "0" * 64


def lock(session: Session, organisation_id: int) -> None:
    """One change of an organisation at a time: its chain has one end."""
    session.scalar(
        select(Organisation.id).where(Organisation.id == organisation_id).with_for_update()
    )


def append(
    session: Session,
    organisation_id: int,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str = "",
    dossier: str | None = None,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
) -> AuditLine:
    """Add a line to the organisation's chain, in the transaction of what it tells about."""
    lock(session, organisation_id)
    last = session.scalar(
        select(AuditLine)
        .where(AuditLine.organisation_id == organisation_id)
        .order_by(AuditLine.number.desc())
        .limit(1)
    )
    line = AuditLine(
        organisation_id=organisation_id,
        number=(last.number if last else 0) + 1,
        at=at.astimezone(UTC),
        actor=actor,
        dossier=dossier,
        action=action,
        subject=subject[:300],
        reason=reason,
        facts=dict(facts or {}),
        previous=last.digest if last else START,
    )
    line.digest = digest_of(line)
    session.add(line)
    session.flush()
    return line


def digest_of(line: AuditLine) -> str:
    body = json.dumps(
        [
            line.organisation_id,
            line.number,
            line.at.astimezone(UTC).isoformat(),
            line.actor,
            line.dossier,
            line.action,
            line.subject,
            line.reason,
            line.facts,
            line.previous,
        ],
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(body.encode()).hexdigest()


def lines(
    session: Session, organisation_id: int, before: int | None = None, limit: int = 100
) -> list[AuditLine]:
    """Newest first, below line `before`."""
    query = select(AuditLine).where(AuditLine.organisation_id == organisation_id)
    if before is not None:
        query = query.where(AuditLine.number < before)
    return list(session.scalars(query.order_by(AuditLine.number.desc()).limit(limit)))


def first_break(
    session: Session, organisation_id: int, anchor: tuple[int, str] | None
) -> int | None:
    """The number of the first line that does not fit the chain or its anchor; None when sound."""
    previous, at_anchor = START, None
    query = (
        select(AuditLine)
        .where(AuditLine.organisation_id == organisation_id)
        .order_by(AuditLine.number)
        .execution_options(yield_per=1000)
    )
    with closing(session.scalars(query)) as lines:
        for number, line in enumerate(lines, start=1):
            if line.number != number or line.previous != previous or digest_of(line) != line.digest:
                return number
            previous = line.digest
            if anchor is not None and number == anchor[0]:
                at_anchor = line.digest
    if anchor is not None and at_anchor != anchor[1]:
        return anchor[0]
    return None


def read_anchor(folder: Path, organisation: str) -> tuple[int, str] | None:
    """(number, digest) of the newest head that was written outside the database."""
    path = folder / f"{organisation}.txt"
    if not path.exists():
        return None
    last = path.read_text("ascii").splitlines()[-1:]
    if not last:
        return None
    number, _, digest = last[0].partition(" ")
    return int(number), digest


def write_anchor(folder: Path, organisation: str, number: int, digest: str) -> None:
    """Append the head of the chain to the organisation's anchor file."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(folder / f"{organisation}.txt", "a", encoding="ascii") as file:
            file.write(f"{number} {digest}\n")
    except OSError as error:
        raise StorageError(f"Het anker van het logboek is niet te schrijven: {error}.") from error
