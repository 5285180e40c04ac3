"""The ingest decision, pure: items in, what to store out. Nothing here knows a table or a clock.

Order: a removed post stays removed; a known post is changed or left alone; a copy from another
source becomes an origin of the post it copies; anything else is new. Every item is matched against
all dossiers at once, known ones too, so that a query changed since heals itself while the source
still shows the item.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from app.clock import local_date
from app.records import Author, FetchedPost
from app.services.placing import place_of
from query import CompiledQuery, Document, Verdict


class Keys(Protocol):
    """The keyed names that the decision needs; `app.storage.Vault` gives them."""

    def post_key(self, source: str, canonical_id: str) -> str: ...

    def url_key(self, organisation: str, url: str) -> str: ...

    def thread_key(self, organisation: str, thread: str) -> str: ...

    def pseudonym(self, key_name: str, handle: str, host: str) -> str: ...


class Matcher(Protocol):
    """Holds many queries against a batch at once; `app.services.standing.Standing` does."""

    def match(
        self, queries: Mapping[int, CompiledQuery], documents: Sequence[Document]
    ) -> list[dict[int, Verdict]]: ...


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One active account list as the decision sees it: members by account or by source."""

    name: str
    kind: str
    accounts: frozenset[tuple[str, str]]
    sources: frozenset[str]

    def holds(self, author: Author | None, source: str) -> bool:
        if source in self.sources:
            return True
        if author is None:
            return False
        host, handle = author.account
        return (host, handle) in self.accounts or ("", handle) in self.accounts


@dataclass(frozen=True, slots=True)
class ActiveDossier:
    """A dossier that follows this source now, with its compiled query and its lists.

    `by_group`: the query asks for `group:`, so its verdict depends on the dossier's own lists.
    """

    id: int
    slug: str
    query_version_id: int
    query_digest: str
    query: CompiledQuery
    by_group: bool
    pseudonym_key: str
    lists: tuple[ListEntry, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is already stored under a key: a post with hits, or a row of the buffer."""

    content_hash: str
    dossiers: frozenset[int] = frozenset()
    post_id: int | None = None
    by_copy: bool = False
    first_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One dossier's claim on a post: the future hit."""

    dossier: ActiveDossier
    spans: tuple[tuple[int, int, str, bool], ...]
    author: str | None
    group: str | None
    own: bool
    locality: str
    locality_reason: str

    def spans_json(self) -> list[dict[str, object]]:
        """Spans as stored: code points, `end` exclusive, `in_title` says which text."""
        return [
            {"start": start, "end": end, "leaf": leaf, "in_title": in_title}
            for start, end, leaf, in_title in self.spans
        ]


@dataclass(frozen=True, slots=True)
class Item:
    """One fetched item with its keys, and every dossier that wants it."""

    post: FetchedPost
    post_key: str
    aliases: tuple[str, ...]
    thread_key: str | None
    content_hash: str
    published_at: datetime
    date_rule: str
    local_date: date
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to store, in the order of the source."""

    new: tuple[Item, ...] = ()
    promoted: tuple[tuple[Item, Known], ...] = ()
    changed: tuple[tuple[Item, Known], ...] = ()
    copies: tuple[tuple[Item, Known], ...] = ()
    unmatched: tuple[Item, ...] = ()
    items: int = 0
    matched: int = 0
    oldest: datetime | None = None
    met_known: bool = False


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the decision must know of the source itself."""

    slug: str
    organisation: str
    own: bool
    site: str


def content_hash(title: str, text: str) -> str:
    """SHA-256 over title and text: another value means that the post was edited."""
    return hashlib.sha256(f"{title}\x00{text}".encode("utf-8", "surrogatepass")).hexdigest()


def aliases(post: FetchedPost, organisation: str, keys: Keys) -> tuple[str, ...]:
    """Keyed names under which a copy in another source is recognised.

    A globally unique id alone is enough; a shared URL only together with the same text, because
    every reply in a forum thread may carry the URL of the thread.
    """
    names = []
    if post.canonical_id.startswith(("http://", "https://", "tag:", "at://", "urn:")):
        names.append(keys.url_key(organisation, "id:" + post.canonical_id))
    if post.url and post.text.strip():
        words = " ".join(post.text.split()).casefold()
        names.append(keys.url_key(organisation, f"copy:{post.url}\n{words}"))
    return tuple(names)


def items_of(
    posts: Sequence[FetchedPost],
    source: SourceFacts,
    dossiers: Sequence[ActiveDossier],
    keys: Keys,
    matcher: Matcher,
    now: datetime,
) -> list[Item]:
    """Key and match every item once; an item listed twice in one answer counts once."""
    by_key: dict[str, FetchedPost] = {}
    for post in posts:
        by_key.setdefault(keys.post_key(source.slug, post.canonical_id), post)
    verdicts = _verdicts(list(by_key.values()), source, dossiers, matcher)
    items = []
    for (key, post), found in zip(by_key.items(), verdicts, strict=True):
        published, rule = post.published_at, post.date_rule
        if published is None or published > now:
            published, rule = now, "first-seen"
        items.append(
            Item(
                post=post,
                post_key=key,
                aliases=aliases(post, source.organisation, keys),
                thread_key=keys.thread_key(source.organisation, post.thread)
                if post.thread
                else None,
                content_hash=content_hash(post.title, post.text),
                published_at=published,
                date_rule=rule,
                local_date=local_date(published),
                found=_found(post, source, dossiers, found, keys),
            )
        )
    return items


def plan(
    items: Sequence[Item],
    known: Mapping[str, Known],
    copies: Mapping[str, Known],
    removed: frozenset[tuple[str, int]],
) -> Plan:
    """Sort the items into what is new, changed, a copy or nobody's.

    `known` is by post key, `copies` by alias, `removed` holds (post key, dossier id) of hits that
    were deleted on purpose and must not come back.
    """
    new: list[Item] = []
    promoted: list[tuple[Item, Known]] = []
    changed: list[tuple[Item, Known]] = []
    linked: list[tuple[Item, Known]] = []
    unmatched: list[Item] = []
    taken: dict[str, str] = {}
    gone = {key for key, _ in removed}
    for original in items:
        item = _without_removed(original, removed)
        there = known.get(item.post_key)
        if there is not None and there.post_id is not None:
            wanted = {found.dossier.id for found in item.found}
            edited = there.content_hash != item.content_hash and not there.by_copy
            if edited or not wanted <= there.dossiers:
                changed.append((item, there))
            continue
        copied = next((copies[name] for name in item.aliases if name in copies), None)
        if copied is not None:
            linked.append((item, copied))
        elif item.found:
            if any(name in taken for name in item.aliases):
                continue
            taken.update(dict.fromkeys(item.aliases, item.post_key))
            (promoted.append((item, there)) if there else new.append(item))
        elif original.found or item.post_key in gone:
            continue
        elif there is None or there.content_hash != item.content_hash:
            unmatched.append(item)
    return Plan(
        new=tuple(new),
        promoted=tuple(promoted),
        changed=tuple(changed),
        copies=tuple(linked),
        unmatched=tuple(unmatched),
        items=len(items),
        matched=sum(1 for item in items if item.found),
        oldest=min((item.published_at for item in items), default=None),
        met_known=any(item.post_key in known for item in items),
    )


def _without_removed(item: Item, removed: frozenset[tuple[str, int]]) -> Item:
    kept = tuple(f for f in item.found if (item.post_key, f.dossier.id) not in removed)
    if len(kept) == len(item.found):
        return item
    return replace(item, found=kept)


def _verdicts(
    posts: Sequence[FetchedPost],
    source: SourceFacts,
    dossiers: Sequence[ActiveDossier],
    matcher: Matcher,
) -> list[dict[int, Verdict]]:
    """Per post the verdicts of the dossiers whose query matches, by query version."""
    shared = {d.query_version_id: d.query for d in dossiers if not d.by_group}
    apart = [d for d in dossiers if d.by_group]
    found = matcher.match(shared, [_document(post, source, ()) for post in posts])
    for post, verdicts in zip(posts, found, strict=True):
        for dossier in apart:
            verdict = dossier.query.match(_document(post, source, _groups(post, source, dossier)))
            if verdict.matched:
                verdicts[dossier.query_version_id] = verdict
    return found


def _groups(post: FetchedPost, source: SourceFacts, dossier: ActiveDossier) -> tuple[str, ...]:
    listed = _listed(post, source, dossier)
    return tuple(sorted({name for entry in listed for name in (entry.name, entry.kind)}))


def _listed(post: FetchedPost, source: SourceFacts, dossier: ActiveDossier) -> list[ListEntry]:
    return [entry for entry in dossier.lists if entry.holds(post.author, source.slug)]


def _found(
    post: FetchedPost,
    source: SourceFacts,
    dossiers: Sequence[ActiveDossier],
    verdicts: Mapping[int, Verdict],
    keys: Keys,
) -> tuple[Found, ...]:
    found = []
    for dossier in dossiers:
        verdict = verdicts.get(dossier.query_version_id)
        if verdict is not None:
            spans = tuple((s.start, s.end, s.leaf, s.in_title) for s in verdict.spans)
            listed = _listed(post, source, dossier)
            found.append(_claim(post, source, dossier, listed, spans, keys))
    return tuple(found)


def wanted_by_all(
    items: Sequence[Item], source: SourceFacts, dossiers: Sequence[ActiveDossier], keys: Keys
) -> list[Item]:
    """Items that belong to their dossiers whatever the query says: a person brought them there."""
    kept = []
    for item in items:
        there = {found.dossier.id for found in item.found}
        more = tuple(
            _claim(item.post, source, dossier, _listed(item.post, source, dossier), (), keys)
            for dossier in dossiers
            if dossier.id not in there
        )
        kept.append(replace(item, found=(*item.found, *more)))
    return kept


def _document(post: FetchedPost, source: SourceFacts, groups: tuple[str, ...]) -> Document:
    fields = {"site": (source.site,), "source": (source.slug,), "group": groups}
    if post.lang:
        fields["lang"] = (post.lang,)
    if post.url:
        fields["url"] = (post.url,)
    return Document(text=post.text, title=post.title, fields=fields)


def _claim(
    post: FetchedPost,
    source: SourceFacts,
    dossier: ActiveDossier,
    listed: Sequence[ListEntry],
    spans: tuple[tuple[int, int, str, bool], ...],
    keys: Keys,
) -> Found:
    place = place_of(source.own, [entry.kind for entry in listed])
    author = None
    if post.author is not None:
        host, handle = post.author.account
        author = keys.pseudonym(dossier.pseudonym_key, handle, host)
    return Found(
        dossier=dossier,
        spans=spans,
        author=author,
        group=place.group,
        own=place.own,
        locality=place.locality,
        locality_reason=place.locality_reason,
    )
