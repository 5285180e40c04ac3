"""Sources that go on telling, in a process of their own: listen, match, commit with the cursor.

Each batch is committed with its cursor in one transaction, so that a death at any moment makes the
stream start again where it was; what then comes twice counts once. A broken line is dialled again,
later each time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime

import structlog

from app import sources as source_kinds
from app.errors import AppError, SourceError
from app.records import FetchResult
from app.services.house import House
from app.services.ingest import Claimed, FetchOutcome, claim, keep
from app.services.policy import jitter
from app.sources.protocol import Stream
from app.storage import sources as source_rows

log = structlog.get_logger("klankbord.stream")

#: Back-off after a broken line, per failure in a row, and its cap.
STEP_S, CAP_S = 5.0, 300.0
#: A quiet stream commits its cursor no more often than this, and leaves a line of history as often.
QUIET_S, RECORD_S = 15.0, 60.0
IDLE_S = 30.0
TOO_OLD = "cursor-too-old"


def stream_sources(house: House) -> list[int]:
    """Ids of the enabled sources that are listened to."""
    kinds = source_kinds.kinds()
    with house.database.read() as session:
        rows = [row for row in source_rows.all_of(session) if row.enabled and row.kind in kinds]
        found = [(row.id, row.kind, source_rows.state_of(session, row)) for row in rows]
    return [
        number
        for number, kind, state in found
        if isinstance(source := source_kinds.get(kind), Stream) and source.listens(state)
    ]


def follow(
    house: House, source_id: int, stop: threading.Event, *, until_now: bool = False
) -> Iterator[FetchOutcome]:
    """Follow one source until told to stop (or, `until_now`, until it has caught up).

    Nothing is raised for what the source does; a database that is gone is raised.
    """
    failures = 0
    while not stop.is_set():
        claimed = claim(house, source_id, house.clock.now())
        if claimed is None:
            if until_now:
                return
            stop.wait(IDLE_S)  # held elsewhere, or no dossier wants it today
            continue
        source = source_kinds.get(claimed.kind)
        if not isinstance(source, Stream) or not source.listens(claimed.state):
            if until_now:
                return
            stop.wait(IDLE_S)  # somebody took its listening away: it is asked like any other
            continue
        try:
            for outcome in _listen(house, claimed, stop, until_now):
                failures = 0
                yield outcome
            if until_now:
                return
        except SourceError as error:
            failures += 1
            yield from _told(house, source_id, error)
        if stop.is_set() or (until_now and failures >= 3):
            return
        if failures:
            stop.wait(wait_after(failures, claimed.facts.slug))


def wait_after(failures: int, name: str) -> float:
    """Seconds before the line is dialled again: linear, with a cap and the source's own jitter."""
    return min(STEP_S * failures, CAP_S) + jitter(name) / 20


def _listen(
    house: House, claimed: Claimed, stop: threading.Event, until_now: bool
) -> Iterator[FetchOutcome]:
    """Batches of one line; with `until_now` it ends at the first batch without a single event."""
    source = source_kinds.get(claimed.kind)
    if not isinstance(source, Stream):
        return
    began = house.clock.now()
    kept = recorded = -RECORD_S
    cursor = claimed.state.cursor
    holding: FetchResult | None = None
    try:
        with closing(source.stream(claimed.state, house.outbound, began)) as results:
            for result in results:
                clock = time.monotonic()
                is_quiet = result.reason == "not-modified" and result.missed is None
                reached = result.state.cursor if result.state else None
                if until_now and is_quiet and reached == cursor:
                    holding = result
                    return
                cursor = reached
                if is_quiet and clock - kept < QUIET_S and not stop.is_set():
                    holding = result
                    continue
                outcome = _keep(house, claimed, result, record=clock - recorded >= RECORD_S)
                if outcome is None:
                    return
                kept, holding = clock, None
                recorded = clock if clock - recorded >= RECORD_S else recorded
                yield outcome
                again = None if stop.is_set() else claim(house, claimed.source_id, _now(house))
                if again is None:
                    return
                claimed = again  # queries, lists and dossiers may have changed in between
    finally:
        if holding is not None:
            _keep(house, claimed, holding, record=False)


def _now(house: House) -> datetime:
    return house.clock.now()


def _keep(
    house: House, claimed: Claimed, result: FetchResult, *, record: bool
) -> FetchOutcome | None:
    now = house.clock.now()
    if claimed.tuning:  # a whole network passes by: nobody's posts are not kept for tuning
        claimed = replace(claimed, tuning=False)
    return keep(house, claimed, result, now, record=record)


def _told(house: House, source_id: int, error: SourceError) -> Iterator[FetchOutcome]:
    """Store what went wrong with the source, as for a fetch."""
    now = house.clock.now()
    claimed = claim(house, source_id, now)
    if claimed is None:
        return
    log.warning("stream-broke", source=claimed.facts.slug, reason=error.reason, why=error.message)
    source = source_kinds.get(claimed.kind)
    result = FetchResult(error.reason, detail=error.message)
    described = getattr(source, "lost", None)
    if described is not None:
        result = described(claimed.state, error, now) or result
    outcome = keep(house, claimed, result, now)
    if outcome is not None:
        yield outcome


def run(
    house: House,
    stop: threading.Event,
    tell: Callable[[FetchOutcome], None],
    *,
    until_now: bool = False,
) -> int:
    """Follow every stream side by side until told to stop, also those that are switched on in the
    meantime; returns how many there were."""
    broken: list[Exception] = []
    threads: dict[int, threading.Thread] = {}

    def work(source_id: int) -> None:
        try:
            for outcome in follow(house, source_id, stop, until_now=until_now):
                tell(outcome)
        except AppError as error:
            broken.append(error)
            stop.set()
        except Exception as error:
            log.exception("stream-failed")
            broken.append(error)
            stop.set()

    while True:
        for number in stream_sources(house):
            if number in threads:
                continue
            if not threads:
                _ = house.outbound, house.labeller  # build shared things once, before the threads
            threads[number] = threading.Thread(target=work, args=(number,), daemon=True)
            threads[number].start()
        if until_now or stop.wait(IDLE_S):
            break
    for thread in threads.values():
        thread.join()
    if broken:
        raise broken[0]
    return len(threads)
