"""When an account list changes, the stored hits of its members get or lose their group at once.

A hit knows its sender only as a pseudonym, so the members' pseudonyms are computed on the spot. Each
change is kept with the hit, so that `verify` can tell it from tampering; the hit's version goes up,
and what the labeller said is said again, because an own channel is labelled otherwise (D1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from analysis.records import ReportPost
from app.clock import local_date
from app.services.active import list_entries
from app.services.audit import note
from app.services.decide import ListEntry
from app.services.house import House
from app.services.labels import label_again
from app.services.placing import BY_LIST, Place, place_of
from app.storage import Session
from app.storage import account_lists as list_rows
from app.storage import dossiers as dossier_rows
from app.storage import sources as source_rows
from app.storage.account_lists import Grouped
from app.storage.models import AccountListMember, Dossier, Hit, Regrouping, SourceRow


class Sender(NamedTuple):
    """Whom a member of a list names: an account, or a whole source."""

    platform: str
    handle: str
    source_id: int | None


def senders(members: Iterable[AccountListMember]) -> list[Sender]:
    """What must be known of members before they are taken off a list."""
    return [Sender(one.platform, one.handle, one.source_id) for one in members]


@dataclass(frozen=True, slots=True)
class _Known:
    """One valid list as this dossier knows its members."""

    entry: ListEntry
    authors: frozenset[str]

    def holds(self, hit: Hit, source: SourceRow) -> bool:
        return hit.author in self.authors or source.slug in self.entry.sources


def regroup(house: House, session: Session, dossier: Dossier, changed: Sequence[Sender]) -> int:
    """Let the hits of these senders show the lists as they are today; returns how many changed."""
    if dossier.cleared_at is not None or not changed:
        return 0
    if not list_rows.any_hit(session, dossier.id):
        return 0
    hosts = _hosts(session, dossier, changed)
    authors = _pseudonyms(house, dossier, ((one.platform, one.handle) for one in changed), hosts)
    sources = {one.source_id for one in changed if one.source_id is not None}
    rows = list_rows.hits_of(session, dossier.id, sorted(authors), sorted(sources))
    known = _known(house, session, dossier, hosts, local_date(house.clock.now()))
    moved = [row for row in rows if _moved(house, session, row, known)]
    if moved:
        session.flush()
        label_again(house, session, dossier.id, [(hit, post) for hit, post, _ in moved])
    return len(moved)


def settle(house: House) -> dict[str, int]:
    """Once a day: lists and members that began or ended. Hits changed, by dossier."""
    with house.database.read() as session:
        slugs = [row.slug for row in dossier_rows.everything(session) if row.cleared_at is None]
    done = {}
    for slug in slugs:
        with house.database.write() as session:
            dossier = dossier_rows.by_slug(session, slug)
            if dossier is None:
                continue
            members = list_rows.members_of_dossier(session, dossier.id)
            changed = regroup(house, session, dossier, senders(members))
            if changed:
                note(house, session, dossier.organisation_id, actor="system",
                     action="hits-regrouped", subject=slug, dossier=slug,
                     facts={"hits": changed})  # fmt: skip
                done[slug] = changed
    return done


def explains(session: Session, hit: Hit, counted: ReportPost) -> bool:
    """True when the hit had the group that an edition counted, and changed it step by step since."""
    steps = list_rows.regroupings(session, hit.id)
    was = {"group": counted.group, "own": counted.own, "locality": counted.locality}
    for number, step in enumerate(steps):
        if _core(step.before) == was:
            chain = steps[number:]
            links = pairwise(chain)
            whole = all(_core(one.after) == _core(two.before) for one, two in links)
            return whole and _core(chain[-1].after) == _core(_shown(hit))
    return False


def _core(place: dict[str, Any]) -> dict[str, Any]:
    return {name: place[name] for name in ("group", "own", "locality")}


def _shown(hit: Hit) -> dict[str, Any]:
    return {
        "group": hit.group_kind,
        "own": hit.own,
        "locality": hit.locality,
        "locality_reason": hit.locality_reason,
    }


def _moved(house: House, session: Session, row: Grouped, known: Sequence[_Known]) -> bool:
    hit, _, source = row
    kinds = [one.entry.kind for one in known if one.holds(hit, source)]
    place, before = place_of(source.own, kinds), _shown(hit)
    _take(hit, place)
    after = _shown(hit)
    if after == before:
        return False
    hit.version += 1
    session.add(Regrouping(hit_id=hit.id, before=before, after=after, at=house.clock.now()))
    return True


def _take(hit: Hit, place: Place) -> None:
    """Group and own follow the lists; a place that was known by other means than a list stays."""
    hit.group_kind, hit.own = place.group, place.own
    if place.locality_reason in BY_LIST or hit.locality_reason in BY_LIST:
        hit.locality, hit.locality_reason = place.locality, place.locality_reason


def _known(
    house: House, session: Session, dossier: Dossier, hosts: Sequence[str], today: date
) -> list[_Known]:
    return [
        _Known(entry, _pseudonyms(house, dossier, entry.accounts, hosts))
        for entry in list_entries(session, dossier.id, today)
    ]


def _hosts(session: Session, dossier: Dossier, changed: Iterable[Sender]) -> Sequence[str]:
    """Where an account without a platform may be: at any source, or beside the changed ones."""
    sources = source_rows.of_dossier(session, dossier.id)
    found = {urlsplit(row.address).hostname or "" for row in sources}
    return sorted({"", *found, *(one.platform for one in changed if one.platform)})


def _pseudonyms(
    house: House, dossier: Dossier, accounts: Iterable[tuple[str, str]], hosts: Sequence[str]
) -> frozenset[str]:
    return frozenset(
        house.vault.pseudonym(dossier.pseudonym_key, handle, host)
        for platform, handle in accounts
        if handle
        for host in ([platform] if platform else hosts)
    )
