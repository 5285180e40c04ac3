"""What a query is tried on: the dossier's stored posts and the tuning buffer, as one archive.

Kept per dossier as long as nothing changed in the tables. A version with frozen account lists is
tried with those lists, so that running an old version again gives the old counts (R46).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from app.clock import local_date
from app.services.access import Scope
from app.services.active import list_entries
from app.services.house import House
from app.services.setup_file import account_of
from app.storage import Session
from app.storage import sources as source_rows
from app.storage import tuning as rows
from query import Document
from query.archive import SEGMENT, Archive
from query.segment import Segment

#: Archives kept in memory, one per dossier; the least used goes first.
MOST_KEPT = 4


@dataclass(frozen=True, slots=True)
class TrialPost:
    """One post a query can be tried on; `status` is None for a post of the buffer."""

    post_key: str
    source: str
    published_at: datetime
    local_date: date
    title: str
    text: str
    status: str | None

    @property
    def buffered(self) -> bool:
        return self.status is None


@dataclass(frozen=True)
class Corpus:
    """Posts by number, oldest first, with their archive; `rates` = kept and offered per source."""

    posts: tuple[TrialPost, ...]
    archive: Archive
    rates: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Group:
    """A list as this dossier knows its members: by pseudonym, or as a whole source."""

    names: tuple[str, ...]
    authors: frozenset[str]
    sources: frozenset[str]


def corpus_of(
    house: House, session: Session, scope: Scope, lists: Mapping[str, Any] | None = None
) -> Corpus:
    """The dossier's corpus; with `lists` under those frozen lists instead of today's."""
    if lists:
        return _built(session, scope, _frozen_groups(house, session, scope, lists))
    key = (scope.dossier.id, rows.fingerprint(session, scope.dossier.id))
    kept: dict[int, tuple[Any, Corpus]] = house.archives
    there = kept.pop(scope.dossier.id, None)
    if there is None or there[0] != key:
        there = key, _built(session, scope, _todays_groups(house, session, scope))
    kept[scope.dossier.id] = there
    while len(kept) > MOST_KEPT:
        kept.pop(next(iter(kept)))
    return there[1]


def _built(session: Session, scope: Scope, groups: tuple[_Group, ...]) -> Corpus:
    lines: list[tuple[TrialPost, Document]] = []
    for hit, post, slug, address in rows.hits(session, scope.dossier.id):
        trial = TrialPost(
            hit.post_key, slug, post.published_at, post.local_date, post.title, post.text,
            hit.status,
        )  # fmt: skip
        lines.append((trial, _document(trial, address, post.lang, hit.author, groups)))
    known = {trial.post_key for trial, _ in lines}
    for row, slug, address in rows.buffered(session, scope.dossier.id):
        if row.post_key not in known:
            trial = TrialPost(
                row.post_key, slug, row.published_at, row.local_date, row.title, row.text, None
            )
            lines.append((trial, _document(trial, address, row.lang, None, groups)))
    lines.sort(key=lambda line: (line[0].published_at, line[0].post_key))
    return Corpus(
        tuple(trial for trial, _ in lines),
        _archive([document for _, document in lines]),
        rows.sampling(session, scope.dossier.id),
    )


def _archive(documents: list[Document]) -> Archive:
    """All of it indexed: many questions are asked of it, so no tail is left to be scanned."""
    starts = range(0, len(documents), SEGMENT)
    return Archive(tuple(Segment.build(documents[start : start + SEGMENT]) for start in starts))


def _document(
    trial: TrialPost,
    address: str,
    lang: str | None,
    author: str | None,
    groups: Iterable[_Group],
) -> Document:
    fields: dict[str, tuple[str, ...]] = {
        "site": (urlsplit(address).hostname or "",),
        "source": (trial.source,),
    }
    if lang:
        fields["lang"] = (lang,)
    named = {
        name
        for group in groups
        if trial.source in group.sources or (author is not None and author in group.authors)
        for name in group.names
    }
    if named:
        fields["group"] = tuple(sorted(named))
    return Document(trial.text, trial.title, fields)


def _todays_groups(house: House, session: Session, scope: Scope) -> tuple[_Group, ...]:
    return tuple(
        _Group(
            (entry.name, entry.kind),
            pseudonyms_of(house, session, scope, entry.accounts),
            entry.sources,
        )
        for entry in list_entries(session, scope.dossier.id, local_date(house.clock.now()))
    )


def _frozen_groups(
    house: House, session: Session, scope: Scope, lists: Mapping[str, Any]
) -> tuple[_Group, ...]:
    return tuple(
        _Group(
            (name, part["kind"]),
            pseudonyms_of(house, session, scope, map(account_of, part["accounts"])),
            frozenset(part["sources"]),
        )
        for name, part in lists.items()
    )


def pseudonyms_of(
    house: House, session: Session, scope: Scope, accounts: Iterable[tuple[str, str]]
) -> frozenset[str]:
    """(platform, handle) as this dossier knows them; without a platform on any of its sources."""
    hosts = sorted(
        {
            urlsplit(row.address).hostname or ""
            for row in source_rows.of_dossier(session, scope.dossier.id)
        }
    )
    return frozenset(
        house.vault.pseudonym(scope.dossier.pseudonym_key, handle, host)
        for platform, handle in accounts
        for host in ([platform] if platform else ["", *hosts])
    )
