"""The journey of posts from a source to the tables: claim, fetch, decide, store (house.md §5).

No network call happens inside a transaction. Posts, hits, predictions, the source's state and the
fetch run are committed together, so a death at any moment loses nothing and doubles nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog

from app import sources as source_kinds
from app.clock import local_date
from app.errors import AppError, Conflict, StorageError
from app.records import Author, FetchResult, FetchState
from app.services import following, store
from app.services.active import compiled_dossiers
from app.services.decide import ActiveDossier, Plan, SourceFacts, items_of
from app.services.house import House
from app.services.known import plan_for
from app.services.labels import Labels, label_items
from app.services.policy import Bounds, Turn, next_turn
from app.services.source_settings import unsealed
from app.sources.protocol import FollowsAccounts
from app.storage import Session
from app.storage import sources as source_rows
from app.storage.models import Dossier, SourceRow

log = structlog.get_logger("klankbord.ingest")

#: Copies of one post may arrive through several sources at once; each loser looks again.
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class FetchOutcome:
    """One source's line of `klankbord fetch --json`."""

    source: str
    address: str
    reason: str
    items: int = 0
    new: int = 0
    changed: int = 0
    deleted: int = 0
    matched: int = 0
    wait_s: int = 0

    def as_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Claimed:
    """Everything a fetch needs to know, read once under the lease."""

    source_id: int
    owner: str
    kind: str
    address: str
    state: FetchState
    facts: SourceFacts
    dossiers: tuple[ActiveDossier, ...]
    tuning: bool
    interval: timedelta


def fetch_sources(
    house: House, source_ids: Sequence[int], *, only_due: bool = False
) -> Iterator[FetchOutcome]:
    """Fetch sources side by side; each stands or falls alone. Skips what another process holds,
    and with `only_due` what another process has fetched since the ids were read.

    What breaks outside a source's own story (a database that is gone) is raised after the last one.
    """
    if not source_ids:
        return
    _ = house.outbound  # a wrong setting is told here, and blamed on no source
    if len(source_ids) > 1:
        _ = house.labeller  # build shared things once, before the threads
    broken: Exception | None = None
    with ThreadPoolExecutor(house.settings.fetch_parallel, "fetch") as pool:
        jobs = [
            pool.submit(fetch_source, house, source_id, only_due=only_due)
            for source_id in source_ids
        ]
        for job in as_completed(jobs):
            try:
                outcome = job.result()
            except Exception as error:
                broken = broken or error
                continue
            if outcome is not None:
                yield outcome
    if broken is not None:
        raise broken


def fetch_source(house: House, source_id: int, *, only_due: bool = False) -> FetchOutcome | None:
    """One source once; None when it is held elsewhere or no dossier may follow it now (P1)."""
    now = house.clock.now()
    claimed = claim(house, source_id, now, only_due)
    if claimed is None:
        return None
    result = _ask(house, claimed, now)
    try:
        return keep(house, claimed, result, now)
    except Exception as error:
        failed = _not_kept(claimed, error)
        try:  # nothing of this answer was kept: say so with the source, and ask again later
            outcome = _store(house, claimed, failed, Plan(), {}, now)
        except AppError:
            raise error from None
        if isinstance(error, StorageError):
            raise
        return outcome


def keep(
    house: House, claimed: Claimed, result: FetchResult, now: datetime, *, record: bool = True
) -> FetchOutcome | None:
    """Decide, label and store one answer; None when the lease was lost.

    Without `record` an answer that changed nothing leaves no line in the history.
    """
    items = items_of(
        result.posts, claimed.facts, claimed.dossiers, house.vault, house.standing, now
    )
    for attempt in range(ATTEMPTS):
        chosen = plan_for(house, items, tuning=claimed.tuning)
        labelled = label_items(house, chosen)
        try:
            return _store(house, claimed, result, chosen, labelled, now, record)
        except Conflict:  # another source stored a copy of the same post in between
            if attempt + 1 == ATTEMPTS:
                raise
    return None


def _not_kept(claimed: Claimed, error: Exception) -> FetchResult:
    if isinstance(error, AppError):
        log.error("storing-failed", source=claimed.facts.slug, why=error.message)
        return FetchResult("storage", detail=error.message)
    log.error("storing-failed", source=claimed.facts.slug, exc_info=error)
    return FetchResult("storage", detail=f"onverwachte fout: {type(error).__name__}")


def claim(house: House, source_id: int, now: datetime, only_due: bool = False) -> Claimed | None:
    """Take the lease of a source and read all that its fetch needs; None when it is not ours now:
    held elsewhere, not due, or followed by no dossier that runs today (P1)."""
    owner = source_rows.lease_owner()
    with house.database.write() as session:
        row = source_rows.claim(session, source_id, owner)
        if row is None:
            return None
        if only_due and row.next_check_at is not None and row.next_check_at > now:
            row.lease_owner = row.lease_until = None
            return None
        followers = source_rows.active_dossiers(session, row.id, local_date(now))
        if not followers:
            row.lease_owner = row.lease_until = None
            row.next_check_at = now + timedelta(seconds=house.settings.fetch_interval_max_s)
            return None
        return claimed_of(house, session, row, owner, followers, now)


def claimed_of(
    house: House,
    session: Session,
    row: SourceRow,
    owner: str,
    followers: Sequence[Dossier],
    now: datetime,
) -> Claimed:
    """What a source and its dossiers are now, to work with after the session."""
    return Claimed(
        source_id=row.id,
        owner=owner,
        kind=row.kind,
        address=row.address,
        state=_state(house, session, row),
        facts=SourceFacts(
            slug=row.slug,
            organisation=source_rows.organisation_of(session, row).slug,
            own=row.own,
            site=urlsplit(row.address).hostname or "",
        ),
        dossiers=tuple(compiled_dossiers(session, followers, local_date(now))),
        tuning=any(dossier.buffer_enabled for dossier in followers),
        interval=timedelta(seconds=row.interval_s),
    )


def _state(house: House, session: Session, row: SourceRow) -> FetchState:
    state = source_rows.state_of(session, row)
    return replace(state, settings=unsealed(state.settings, house.vault))


def refusal_of(source: object, claimed: Claimed) -> FetchResult | None:
    """An account is followed for as long as it is on a list of public functions (P2)."""
    if claimed.facts.own or not isinstance(source, FollowsAccounts):
        return None
    account = source.account_of(claimed.address)
    if account is None:
        return None
    author = Author(account[1], account[0])
    if any(one.holds(author, "") for dossier in claimed.dossiers for one in dossier.lists):
        return None
    return FetchResult(
        "private-refused", detail="Dit account staat op geen geldige lijst van openbare functies."
    )


def _ask(house: House, claimed: Claimed, now: datetime) -> FetchResult:
    try:
        source = source_kinds.get(claimed.kind)
        refused = refusal_of(source, claimed)
        return refused or source.fetch(claimed.state, house.outbound, now)
    except AppError as error:
        reason = str(error.facts.get("reason", "unreadable"))
        return FetchResult(reason=reason, detail=error.message)
    except Exception as error:
        log.exception("source-failed", source=claimed.facts.slug)
        return FetchResult(reason="unreadable", detail=f"onverwachte fout: {type(error).__name__}")


def _store(
    house: House,
    claimed: Claimed,
    result: FetchResult,
    chosen: Plan,
    labelled: Labels,
    now: datetime,
    record: bool = True,
) -> FetchOutcome | None:
    with house.database.write() as session:
        row = source_rows.claim(session, claimed.source_id, claimed.owner)
        if row is None:
            return None  # the lease was lost and taken over: the other one stores it
        stored = store.save_plan(house, session, row, chosen, labelled, now)
        turn = _turn(house, claimed, result, stored.new)
        deleted = store.delete_posts(house, session, row, result.deleted_ids, now)
        deleted += store.delete_accounts(
            house, session, claimed.dossiers, result.deleted_accounts, now
        )
        following.save_state(session, row, result, chosen, now, turn)
        outcome = FetchOutcome(
            source=row.slug,
            address=row.address,
            reason=result.reason,
            items=chosen.items,
            new=stored.new,
            changed=stored.changed,
            deleted=deleted,
            matched=chosen.matched,
            wait_s=int(turn.wait.total_seconds()),
        )
        if record or stored.new or stored.changed or deleted:
            following.save_run(session, row, outcome.as_json(), now)
    return outcome


def _turn(house: House, claimed: Claimed, result: FetchResult, new: int) -> Turn:
    bounds = Bounds(
        timedelta(seconds=house.settings.fetch_interval_s),
        timedelta(seconds=house.settings.fetch_interval_max_s),
    )
    failures = claimed.state.failures
    return next_turn(bounds, claimed.interval, failures, claimed.facts.slug, result, new)
