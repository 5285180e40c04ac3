"""The rhythm of a dossier: propose more editions, let a person decide, fall back to daily (R44).

Every question is asked of the database, so that a restart or a second worker proposes and drafts
nothing twice: a step has a key, an interim edition an end, and both are unique.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog

from analysis.cadence import (
    HOUR,
    STEP_LASTS,
    HourCount,
    Proposal,
    Upcoming,
    fresh,
    hours_from,
    is_calm,
    proposals,
    slots,
)
from app.clock import day_bounds, local_date
from app.errors import Conflict, StorageError
from app.services.drafting import build_edition
from app.services.house import House
from app.services.reports import Edition, shown
from app.storage import Session
from app.storage import dossiers as dossier_rows
from app.storage import reports as report_rows
from app.storage import rhythm as rows
from app.storage.models import CadenceStep, Dossier

log = structlog.get_logger("klankbord.cadence")
GRAVE_WITHIN = timedelta(hours=24)
#: A step that began with a surge may fall back when it has lasted this long.
LEAST_RUN = timedelta(hours=6)


def active(session: Session, now: datetime) -> list[Dossier]:
    """Dossiers that are being followed now."""
    today = local_date(now)
    return [
        dossier
        for dossier in dossier_rows.everything(session)
        if dossier.query_version_id is not None and dossier.starts <= today <= dossier.ends
    ]


def watch(house: House) -> int:
    """Close what is over and propose what is new, for every dossier; how many were proposed."""
    now = house.clock.now()
    with house.database.read() as session:
        work = [dossier.id for dossier in active(session, now)]
    proposed = 0
    for dossier_id in work:
        try:
            with house.database.write() as session:
                _close_over(session, dossier_id, now)
                proposed += _propose(session, dossier_id, now)
        except Conflict:  # another worker proposed the same: the key decided
            continue
    return proposed


def hours(session: Session, dossier_id: int, now: datetime) -> list[HourCount]:
    """The last whole hours with their base."""
    return hours_from(
        lambda start: rows.count_between(session, dossier_id, start, start + HOUR), now
    )


def _propose(session: Session, dossier_id: int, now: datetime) -> int:
    past = [(step.kind, step.key, step.closed_at) for step in rows.steps(session, dossier_id)]
    found = fresh(_found(session, dossier_id, now), past, now)
    if found is None:
        return 0
    session.add(
        CadenceStep(
            dossier_id=dossier_id, kind=found.kind, key=found.key, reason=found.text,
            facts=dict(found.facts), every_hours=found.every_hours, until=found.until,
            proposed_at=now, closed_why="",
        )
    )  # fmt: skip
    session.flush()
    log.info("cadence-proposed", dossier_id=dossier_id, kind=found.kind)
    return 1


def _found(session: Session, dossier_id: int, now: datetime) -> list[Proposal]:
    confirmed = rows.confirmed_since(session, dossier_id, now - GRAVE_WITHIN)
    keys = rows.keys_of_hits(session, [annotation.hit_id for annotation in confirmed])
    moments = [
        Upcoming(str(moment.id), moment.at, moment.title)
        for moment in dossier_rows.moments(session, dossier_id)
    ]
    return proposals(hours(session, dossier_id, now), list(keys.values()), moments, now)


def _close_over(session: Session, dossier_id: int, now: datetime) -> None:
    for step in rows.steps(session, dossier_id):
        if step.closed_at is not None:
            continue
        if now >= step.until:
            why = "voorbij" if step.confirmed_at else "niemand bevestigde het voorstel"
            _close(step, now, why)
        elif (
            step.kind == "surge"
            and step.confirmed_at is not None
            and now >= step.confirmed_at + LEAST_RUN
            and is_calm(hours(session, dossier_id, now))
        ):
            _close(step, now, "het is weer rustig")


def _close(step: CadenceStep, now: datetime, why: str) -> None:
    step.closed_at, step.closed_why = now, why
    step.version += 1


def confirm(house: House, session: Session, step: CadenceStep, user_id: int, version: int) -> None:
    """A person steps the rhythm up. Raises `Conflict` when it is no longer a proposal."""
    _must_be_open(step, version)
    if step.confirmed_at is not None:
        raise Conflict("Dit voorstel is al bevestigd.")
    now = house.clock.now()
    step.confirmed_by, step.confirmed_at = user_id, now
    if step.kind != "moment":
        step.until = now + STEP_LASTS
    step.version += 1


def close(house: House, session: Session, step: CadenceStep, version: int) -> None:
    """A person declines a proposal, or ends a step that runs."""
    _must_be_open(step, version)
    why = "beëindigd" if step.confirmed_at else "afgewezen"
    _close(step, house.clock.now(), why)


def _must_be_open(step: CadenceStep, version: int) -> None:
    if step.version != version:
        raise Conflict(
            "Dit voorstel is intussen gewijzigd. Laad de pagina opnieuw.", version=step.version
        )
    if step.closed_at is not None:
        raise Conflict("Dit voorstel is al gesloten.")


def draft_interims(house: House) -> Iterator[Edition]:
    """Draft the interim edition that is due: the newest slot of every running step."""
    now = house.clock.now()
    with house.database.read() as session:
        work = []
        for dossier in active(session, now):
            step = rows.running(session, dossier.id)
            slot = _due_slot(session, dossier, step, now) if step is not None else None
            if slot is not None:
                work.append((dossier.slug, slot))
    for slug, slot in work:
        try:
            edition = _draft(house, slug, slot)
        except StorageError:
            raise
        except Conflict:  # another worker was first: the edition number decided
            continue
        except Exception as error:
            log.error("interim-failed", dossier=slug, exc_info=error)
            continue
        if edition is not None:
            yield edition


def _due_slot(
    session: Session, dossier: Dossier, step: CadenceStep, now: datetime
) -> datetime | None:
    """The newest slot that has no edition; a slot at midnight is the daily edition's."""
    if step.confirmed_at is None:
        return None
    due = slots(step.confirmed_at, step.every_hours, step.until, now)
    if not due or due[-1] == day_bounds(local_date(due[-1]))[0]:
        return None
    return None if report_rows.has_interim(session, dossier.id, due[-1]) else due[-1]


def _draft(house: House, slug: str, slot: datetime) -> Edition | None:
    with house.database.write() as session:
        dossier = dossier_rows.by_slug(session, slug)
        if dossier is None or report_rows.has_interim(session, dossier.id, slot):
            return None
        row = build_edition(house, session, dossier, local_date(slot), kind="interim", until=slot)
        return shown(session, slug, row)
