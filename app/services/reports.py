"""Editions: which are due and missing, draft one from frozen rows, interpret and approve it.

The daily edition of local day D covers the posts of D and is drafted at the first existing instant
at or after the report hour of D+1. Posts of D that are seen later stand as *nagekomen* in the next
edition (house.md §5). "Due and missing" is a question to the database, never a timer's side effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import structlog

from analysis.diagnosis import without_statements
from app.clock import day_bounds, first_instant_at, local_date
from app.errors import Conflict, InvalidInput, NotFound, StorageError
from app.services.drafting import build_edition
from app.services.house import House
from app.services.recipients import desks_of
from app.services.shares import refuse_shares
from app.storage import Session
from app.storage import deliveries as delivery_rows
from app.storage import dossiers as dossier_rows
from app.storage import reports as report_rows
from app.storage.models import Dossier, Report

log = structlog.get_logger("klankbord.reports")
CORE_LINES, LONGEST_LINE = 5, 400


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition as the edges show it; `document` is the JSON of contracts.md."""

    dossier: str
    document: dict[str, Any]
    interpretation: str
    interpretation_by: str | None
    approved_by: str | None
    approved_at: datetime | None
    version: int
    drafted_at: datetime
    core_by: str | None = None


def due_at(dossier: Dossier, day: date) -> datetime:
    """When the daily edition of `day` is to be drafted."""
    hour, minute = (int(part) for part in dossier.report_at.split(":"))
    return first_instant_at(day + timedelta(days=1), hour, minute)


def yesterday(house: House) -> date:
    """The local day that a report is about when nobody names one."""
    return local_date(house.clock.now()) - timedelta(days=1)


def missing_days(session: Session, dossier: Dossier, now: datetime) -> list[date]:
    """Local days whose daily edition is due and not there, oldest first; also after downtime."""
    there = report_rows.daily_dates(session, dossier.id)
    first = max(dossier.starts, local_date(dossier.created_at))
    last = min(dossier.ends, local_date(now))
    days = (first + timedelta(days=n) for n in range(max(0, (last - first).days + 1)))
    return [day for day in days if day not in there and due_at(dossier, day) <= now]


def draft_due(house: House) -> Iterator[Edition]:
    """Draft every daily edition that is due and missing, for all dossiers.

    A dossier that cannot be drafted is told in the log and holds no other dossier up.
    """
    now = house.clock.now()
    with house.database.read() as session:
        work = [
            (dossier.slug, day)
            for dossier in dossier_rows.everything(session)
            if dossier.query_version_id is not None
            for day in missing_days(session, dossier, now)
        ]
    stuck: set[str] = set()
    for slug, day in work:
        if slug in stuck:
            continue
        try:
            edition = draft(house, slug, day)
        except StorageError:
            raise
        except Exception as error:
            log.error("draft-failed", dossier=slug, date=day.isoformat(), exc_info=error)
            stuck.add(slug)
        else:
            yield edition


def newest_edition(
    house: House, slug: str, day: date | None = None, edition: int | None = None
) -> Edition:
    """The newest edition of a day (default: yesterday), drafted first when due and missing.

    Raises `NotFound` for an unknown dossier or edition, `InvalidInput` for a day that is not due.
    """
    now = house.clock.now()
    day = day or yesterday(house)
    with house.database.read() as session:
        dossier = _dossier(session, slug)
        row = report_rows.newest(session, dossier.id, day, edition)
        waits = day in missing_days(session, dossier, now)
        if row is not None and (edition is not None or not waits):
            return shown(session, dossier.slug, row)
        if edition is not None:
            raise NotFound(f"Er is geen editie {edition} van {day.isoformat()}.", edition=edition)
        if not dossier.starts <= day <= dossier.ends:
            raise InvalidInput(
                f"{day.isoformat()} valt buiten het dossier "
                f"({dossier.starts.isoformat()} tot en met {dossier.ends.isoformat()}).",
                field="date",
            )
        at = due_at(dossier, day)
        if at > now:
            raise InvalidInput(
                f"Het verslag van {day.isoformat()} is er vanaf "
                f"{at.astimezone(day_bounds(day)[0].tzinfo).isoformat(timespec='minutes')}.",
                field="date",
            )
    return draft(house, slug, day)


def draft(house: House, slug: str, day: date) -> Edition:
    """Read the window once, build, store the snapshot with its input rows."""
    try:
        with house.database.write() as session:
            dossier = _dossier(session, slug)
            there = report_rows.newest_whole(session, dossier.id, day)
            if there is not None:
                return shown(session, dossier.slug, there)
            row = _build(house, session, dossier, day, house.clock.now())
            return shown(session, dossier.slug, row)
    except Conflict:  # another worker was first: the unique (dossier, date) key decided
        with house.database.read() as session:
            dossier = _dossier(session, slug)
            there = report_rows.newest_whole(session, dossier.id, day)
            if there is None:
                raise
            return shown(session, dossier.slug, there)


def _build(house: House, session: Session, dossier: Dossier, day: date, now: datetime) -> Report:
    return build_edition(house, session, dossier, day, due=due_at(dossier, day))


def interpret(
    house: House,
    session: Session,
    report: Report,
    text: str,
    author: str,
    version: int,
    core: str | None = None,
) -> None:
    """Save a person's interpretation on a draft, and the core as they edited it (a line each).

    An approved edition is sealed. The drafted lines stay in the document; an empty core brings
    them back. Raises `InvalidInput` on more than five lines, or one that is too long.
    """
    _must_be(report, version)
    refuse_shares(text, "text")
    refuse_shares(core or "", "core")
    report.interpretation = text.strip()
    report.interpretation_by = author
    if core is not None:
        lines = [" ".join(line.split()) for line in core.splitlines() if line.strip()]
        if len(lines) > CORE_LINES or any(len(line) > LONGEST_LINE for line in lines):
            raise InvalidInput(
                f"De kern heeft hooguit {CORE_LINES} regels van hooguit {LONGEST_LINE} tekens.",
                field="core",
            )
        drafted = report.document["blocks"]["core"]
        report.core = None if not lines or lines == drafted else lines
        report.core_by = author if report.core else None
    report.version += 1


def approve(house: House, session: Session, report: Report, user_id: int, version: int) -> None:
    """A named person approves a draft (R43, P11); the numbers were frozen when it was drafted."""
    _must_be(report, version)
    report.status = "approved"
    report.approved_by = user_id
    report.approved_at = house.clock.now()
    report.version += 1
    delivery_rows.add(session, report.id, desks_of(house, session, report.dossier_id))


def numbers_only(document: Mapping[str, Any]) -> dict[str, Any]:
    """What the roles that see numbers alone may see: no keys, advice or statements (trust.md §2)."""
    blocks = {name: part for name, part in document["blocks"].items() if name != "advice"}
    blocks = without_statements(blocks)
    return {**{k: v for k, v in document.items() if k != "posts"}, "blocks": blocks}


def _must_be(report: Report, version: int) -> None:
    if report.status == "approved":
        raise Conflict("Dit verslag is al goedgekeurd en verandert niet meer.")
    if report.version != version:
        raise Conflict(
            "Dit verslag is intussen door een ander bijgewerkt. Laad het opnieuw.",
            version=report.version,
        )


def _dossier(session: Session, slug: str) -> Dossier:
    dossier = dossier_rows.by_slug(session, slug)
    if dossier is None:
        raise NotFound(f"Er is geen dossier {slug!r}.", dossier=slug)
    return dossier


def shown(session: Session, slug: str, row: Report) -> Edition:
    """A stored edition as the edges show it, with its present status."""
    from app.storage.users import name_of

    document = {**row.document, "status": row.status}
    if row.core:
        document["blocks"] = {**document["blocks"], "core": list(row.core)}
    return Edition(
        dossier=slug,
        document=document,
        core_by=row.core_by,
        interpretation=row.interpretation,
        interpretation_by=row.interpretation_by,
        approved_by=name_of(session, row.approved_by),
        approved_at=row.approved_at,
        version=row.version,
        drafted_at=row.drafted_at,
    )
