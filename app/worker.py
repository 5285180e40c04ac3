"""The worker: APScheduler only ticks; what is due stands in the database (house.md §7).

Nothing is remembered between two ticks, so a restart, a second worker or a change of the clocks
loses and doubles nothing.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from app.errors import AppError
from app.services import alerts, cadence, reminding
from app.services.delivery import deliver_open
from app.services.house import House
from app.services.ingest import fetch_sources
from app.services.reports import draft_due
from app.services.sourcing import chosen_sources
from app.services.upkeep import run_due_jobs

log = structlog.get_logger("klankbord.worker")
FETCH_S, REPORT_S, SIGNALS_S, UPKEEP_S = 10, 30, 60, 60


def tick_fetch(house: House) -> int:
    """Fetch what is due; returns how many sources were asked."""
    count = 0
    due = chosen_sources(house, everything=False, slug=None)
    for outcome in fetch_sources(house, due, only_due=True):
        log.info("fetched", **outcome.as_json())
        count += 1
    return count


def tick_reports(house: House) -> int:
    """Draft every edition that is due and missing, deliver what was approved."""
    count = 0
    for edition in draft_due(house):
        log.info("drafted", dossier=edition.dossier, date=edition.document["date"])
        count += 1
    for edition in cadence.draft_interims(house):
        log.info("drafted-interim", dossier=edition.dossier, date=edition.document["date"])
        count += 1
    deliver_open(house)
    return count


def tick_signals(house: House) -> int:
    """Propose another rhythm, raise signals, remind who must approve, and tell them all."""
    count = cadence.watch(house) + alerts.watch(house) + reminding.remind(house)
    return count + alerts.send_notices(house)


def tick_upkeep(house: House) -> int:
    return len(run_due_jobs(house))


TICKS: tuple[tuple[str, Callable[[House], int], int], ...] = (
    ("fetch", tick_fetch, FETCH_S),
    ("reports", tick_reports, REPORT_S),
    ("signals", tick_signals, SIGNALS_S),
    ("upkeep", tick_upkeep, UPKEEP_S),
)


@contextmanager
def working(house: House) -> Iterator[None]:
    """Tick in the background for as long as the `with` lasts."""
    scheduler = BackgroundScheduler(timezone="UTC")
    for name, tick, seconds in TICKS:
        scheduler.add_job(
            _safely, "interval", args=[name, tick, house], id=name, seconds=seconds,
            max_instances=1, coalesce=True, misfire_grace_time=None, next_run_time=house.clock.now(),
        )  # fmt: skip
    scheduler.start()
    log.info("worker-started")
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)
        log.info("worker-stopped")


def work_until_stopped(house: House) -> None:
    """Run until SIGTERM or SIGINT; a source that is being fetched is finished first."""
    stop = threading.Event()

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)
    with working(house):
        stop.wait()


def _safely(name: str, tick: Callable[[House], int], house: House) -> None:
    """A tick that fails is told and tried again at the next tick; it never stops the worker."""
    try:
        tick(house)
    except AppError as error:
        log.error("tick-failed", tick=name, code=error.code, why=error.message)
    except Exception:
        log.exception("tick-failed", tick=name)
