"""Sources: look at an address before it is saved, save it, say how it is doing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from app import sources as source_kinds
from app.clock import local_date
from app.errors import AddressRefused, FetchFailed, InvalidInput, NotAllowed, NotFound
from app.records import HEALTHY, IDENTITIES, REASONS, Discovery, FeedCandidate
from app.services.active import list_entries
from app.services.audit import note
from app.services.house import House
from app.services.silence import VOLUMES
from app.services.source_settings import checked, sealed
from app.sources.protocol import NOTHING, FollowsAccounts
from app.storage import Session
from app.storage import dossiers as dossier_rows
from app.storage import sources as source_rows
from app.storage.models import Dossier, SourceRow

#: As long as the columns are; a host name is never longer.
MOST_ADDRESS, MOST_TITLE, MOST_HOST = 2000, 300, 253


def look(house: House, kind: str, address: str, settings: Mapping[str, str] = NOTHING) -> Discovery:
    """Autodiscovery and a test fetch; nothing is saved. Raises `InvalidInput` on an odd kind."""
    _known_kind(kind)
    source, now = source_kinds.get(kind), house.clock.now()
    if not source.settings:
        return source.discover(address, house.outbound, now)
    return source.discover(address, house.outbound, now, checked(source.settings, settings))


def choose(found: Discovery, address: str, *, force: bool, kind: str = "feed") -> FeedCandidate:
    """The one feed to save. Raises `InvalidInput` when there are several, naming them, and
    `FetchFailed` when the test fetch failed and nobody forces it."""
    if len(found.candidates) > 1:
        raise InvalidInput(
            f"Op {address} staan {len(found.candidates)} feeds; kies een van deze adressen: "
            + ", ".join(candidate.address for candidate in found.candidates),
            field="address",
        )
    if found.candidates and found.reason in HEALTHY:
        return found.candidates[0]
    if force:
        return found.candidates[0] if found.candidates else FeedCandidate(address, "", kind)
    detail = f" ({found.detail})" if found.detail else ""
    raise FetchFailed(
        f"De proef met {address} mislukt: {REASONS.get(found.reason, found.reason)}{detail}. "
        "Er is niets opgeslagen.",
        reason=found.reason,
    )


def add_source(
    house: House,
    *,
    dossier: str,
    chosen: FeedCandidate,
    own: bool,
    reason: str,
    actor: str = "cli",
    settings: Mapping[str, str] = NOTHING,
    on: bool | None = None,
) -> SourceRow:
    """Save a source after its test fetch and let the dossier follow it."""
    with house.database.write() as session:
        found = dossier_rows.by_slug(session, dossier)
        if found is None:
            raise NotFound(f"Er is geen dossier {dossier!r}.", dossier=dossier)
        row, fresh = add_source_row(
            house, session, found,
            kind=chosen.kind, address=chosen.address, title=chosen.title, own=own,
            settings=settings, on=on,
        )  # fmt: skip
        note(house, session, found.organisation_id, actor=actor, action="source-added",
             subject=row.slug, dossier=dossier, facts={"fresh": fresh, "test": reason})  # fmt: skip
        session.expunge(row)
    return row


def add_source_row(
    house: House,
    session: Session,
    dossier: Dossier,
    *,
    kind: str,
    address: str,
    title: str,
    own: bool,
    settings: Mapping[str, str] = NOTHING,
    on: bool | None = None,
) -> tuple[SourceRow, bool]:
    """The source with this address, made when it is not there; true when the link is new.

    `on` None leaves it to the kind: what was never tried against the real platform starts off.
    """
    _known_kind(kind)
    check_address(address)
    source = source_kinds.get(kind)
    wanted = sealed(source.settings, checked(source.settings, settings), house.vault)
    if not own:
        _check_account(session, dossier, kind, address, local_date(house.clock.now()))
    row = source_rows.by_address(session, dossier.organisation_id, address)
    if row is None:
        row = SourceRow(
            organisation_id=dossier.organisation_id,
            slug=_free_slug(session, address),
            kind=kind,
            title=(title or urlsplit(address).hostname or address)[:MOST_TITLE],
            address=address,
            settings=wanted,
            own=own,
            enabled=source.on if on is None else on,
            interval_s=house.settings.fetch_interval_s,
            created_at=house.clock.now(),
        )
        session.add(row)
        session.flush()
    fresh = source_rows.link(session, dossier.id, row.id)
    session.flush()
    return row, fresh


def _check_account(
    session: Session, dossier: Dossier, kind: str, address: str, today: date
) -> None:
    """One account is followed only when it is on a list of public functions, with a reason (P2)."""
    source = source_kinds.get(kind)
    account = source.account_of(address) if isinstance(source, FollowsAccounts) else None
    if account is None:
        return
    host, handle = account
    for entry in list_entries(session, dossier.id, today):
        if {(host, handle), ("", handle)} & entry.accounts:
            return
    raise NotAllowed(
        f"@{handle}@{host} staat op geen lijst van openbare functies. Personen worden niet gevolgd; "
        "zet een openbare functie eerst met reden en einddatum op een lijst (klankbord list add)."
    )


def switch(house: House, slug: str, on: bool, actor: str = "cli") -> None:
    """Switch a source on or off; what is switched on is due at once."""
    with house.database.write() as session:
        row = source_rows.by_slug(session, slug)
        if row is None:
            raise NotFound(f"Er is geen bron {slug!r}.", source=slug)
        row.enabled = on
        if on:
            row.next_check_at = None
        note(house, session, row.organisation_id, actor=actor, action="source-switched",
             subject=slug, facts={"enabled": on})  # fmt: skip


def check_address(address: str) -> None:
    """Refuse what is no web address, or a place that only members may read (P3)."""
    if not _is_web_address(address):
        shown = address if len(address) <= 100 else address[:100] + "…"
        raise InvalidInput(f"{shown!r} is geen webadres (http of https).", field="address")
    parts = urlsplit(address)
    if parts.username or parts.password:
        raise InvalidInput("Zet geen naam of wachtwoord in het adres.", field="address")
    refusal = source_kinds.refusal(address)
    if refusal is not None:
        raise AddressRefused(refusal, reason="private-refused", address=address)


def host_of(address: str) -> str:
    """The host of an address without `www.`; empty for what is no web address (an import)."""
    try:
        return (urlsplit(address).hostname or "").casefold().removeprefix("www.")
    except ValueError:
        return ""


def _is_web_address(address: str) -> bool:
    if len(address) > MOST_ADDRESS or not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
        return (
            parts.scheme in ("http", "https")
            and 0 < len(parts.hostname or "") <= MOST_HOST
            and parts.port != 0
        )
    except ValueError:  # brackets without end, a port of letters
        return False


def _known_kind(kind: str) -> None:
    kinds = source_kinds.kinds()
    if kind not in kinds:
        raise InvalidInput(
            f"Onbekende soort bron {kind!r}; kies uit {', '.join(sorted(kinds))}.", field="kind"
        )


def _free_slug(session: Session, address: str) -> str:
    parts = urlsplit(address)
    host = (parts.hostname or "bron").removeprefix("www.")
    port = f"-{parts.port}" if parts.port else ""
    words = re.sub(r"[^a-z0-9]+", "-", f"{host}{port}{parts.path}".casefold()).strip("-")
    slug = words[:100].strip("-") or "bron"
    number = 2
    candidate = slug
    while source_rows.by_slug(session, candidate) is not None:
        candidate = f"{slug}-{number}"
        number += 1
    return candidate


def source_list(house: House, dossier: str | None = None) -> list[dict[str, Any]]:
    """`klankbord source list --json`: every source with its state (seam S5)."""
    with house.database.read() as session:
        if dossier is None:
            rows = source_rows.all_of(session)
        else:
            found = dossier_rows.by_slug(session, dossier)
            if found is None:
                raise NotFound(f"Er is geen dossier {dossier!r}.", dossier=dossier)
            rows = source_rows.of_dossier(session, found.id)
        return source_states(session, rows)


def source_states(session: Session, rows: list[SourceRow]) -> list[dict[str, Any]]:
    """The public state of sources: contracts.md `source list`."""
    ids = [row.id for row in rows]
    slugs = source_rows.dossier_slugs(session, ids)
    gaps: dict[int, list[dict[str, Any]]] = {}
    for gap in source_rows.gaps(session, ids):
        gaps.setdefault(gap.source_id, []).append(
            {"from": _iso(gap.starts), "to": _iso(gap.ends), "reason": gap.reason}
        )
    return [
        {
            "id": row.slug,
            "kind": row.kind,
            "title": row.title,
            "address": row.address,
            "dossiers": slugs.get(row.id, []),
            "enabled": row.enabled,
            "own": row.own,
            "reason": row.reason,
            "reason_text": REASONS.get(row.reason or "", "Nog niet opgehaald"),
            "detail": row.detail,
            "healthy": row.reason in HEALTHY,
            "last_ok": _iso(row.last_ok),
            "last_error_at": _iso(row.last_error_at),
            "failures": row.failures,
            "next_check_at": _iso(row.next_check_at),
            "cursor": row.cursor,
            "complete_until": _iso(row.complete_until),
            "gaps": gaps.get(row.id, []),
            "identity": row.identity or "own",
            "identity_text": IDENTITIES.get(row.identity or "", ""),
            "volume": row.volume,
            "volume_text": VOLUMES.get(row.volume or "", "Nog te kort gevolgd om te zeggen"),
        }
        for row in rows
    ]


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def chosen_sources(house: House, *, everything: bool, slug: str | None) -> list[int]:
    """Ids for `fetch`: the due ones, all enabled ones, or the one that was named."""
    with house.database.read() as session:
        if slug is not None:
            row = source_rows.by_slug(session, slug)
            if row is None:
                raise NotFound(f"Er is geen bron {slug!r}.", source=slug)
            _known_kind(row.kind)  # an import is read from a file, not fetched
            return [row.id]
        if everything:
            return source_rows.enabled(session)
        return source_rows.due(session, house.clock.now())


def oldest_lag(house: House) -> float:
    """Seconds that the longest-waiting due source has been waiting."""
    with house.database.read() as session:
        waiting = source_rows.longest_waiting(session)
    return max(0.0, (house.clock.now() - waiting).total_seconds()) if waiting else 0.0


def require_dossier(house: House, slug: str) -> None:
    """Raises `NotFound`: better before a test fetch than after it."""
    with house.database.read() as session:
        if dossier_rows.by_slug(session, slug) is None:
            raise NotFound(f"Er is geen dossier {slug!r}.", dossier=slug)
