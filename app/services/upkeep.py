"""Work that recurs by itself: retention and the audit anchors, each when its column says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from app.clock import first_instant_at, local_date
from app.errors import Conflict
from app.services.audit import anchor
from app.services.contexts import read_around
from app.services.house import House
from app.services.proposals import look_around
from app.services.questions import arrange
from app.services.rechecking import recheck
from app.services.regrouping import settle
from app.services.retention import retain
from app.services.uploads import sweep
from app.storage import inbox, jobs
from app.storage.sources import lease_owner

log = structlog.get_logger("klankbord.upkeep")
LEASE = timedelta(minutes=10)


def _tomorrow_at_three(now: datetime) -> datetime:
    return first_instant_at(local_date(now) + timedelta(days=1), 3, 15)


def _after_midnight(now: datetime) -> datetime:
    return first_instant_at(local_date(now) + timedelta(days=1), 0, 5)


def _in_an_hour(now: datetime) -> datetime:
    return now + timedelta(hours=1)


def _in_a_quarter(now: datetime) -> datetime:
    return now + timedelta(minutes=15)


def _retain(house: House) -> Any:
    return retain(house, dry_run=False)


def _name_sources(house: House) -> int:
    """What a previous release stored beside this one gets what lists are counted by."""
    with house.database.write() as session:
        return inbox.name_sources(session)


JOBS: dict[str, tuple[Callable[[House], Any], Callable[[datetime], datetime]]] = {
    "retain": (_retain, _tomorrow_at_three),
    "audit-anchor": (anchor, _in_an_hour),
    "account-lists": (settle, _after_midnight),
    "hit-sources": (_name_sources, _in_an_hour),
    "uploads": (sweep, _in_a_quarter),
    "recheck": (recheck, _in_an_hour),
    "contexts": (read_around, _in_a_quarter),
    "proposals": (look_around, _in_an_hour),
    "questions": (arrange, _in_a_quarter),
}


def run_due_jobs(house: House) -> list[str]:
    """Run what is due and nobody else is at; returns the names of what was done.

    A job that fails is told in the log, holds no other up and stays due.
    """
    finished = []
    for name, (work, next_due) in JOBS.items():
        now = house.clock.now()
        if not _claim(house, name, now):
            continue
        try:
            result = work(house)
        except Exception as error:
            log.error("job-failed", job=name, exc_info=error)
            continue
        with house.database.write() as session:
            jobs.done(session, name, now, next_due(now))
        log.info("job-done", job=name, result=result)
        finished.append(name)
    return finished


def _claim(house: House, name: str, now: datetime) -> bool:
    try:
        with house.database.write() as session:
            return jobs.claim(session, name, lease_owner(), now, LEASE)
    except Conflict:  # another worker made the row in the same moment
        return False
