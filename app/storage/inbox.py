"""Hits under filters: a page by keyset, their number, and how many there are per choice (facets).

Everything here is narrowed by the database, on plain columns of the hit that mean the same on both
databases; text is matched above, in Python (house.md §4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from app.clock import day_bounds
from app.storage.models import Hit, HitAct, PostRow, SourceRow
from app.storage.posts import chunks

LABELS = {
    "informatiebehoefte": Hit.is_i,
    "betekenisgeving": Hit.is_b,
    "schadebeperking": Hit.is_s,
}
UNKNOWN, NOBODY = "unknown", 0
#: The order by urgency, most urgent first; what is neither counts as the last.
URGENCIES = ("h", "m", "l")


@dataclass(frozen=True, slots=True)
class HitFilter:
    """What the database narrows; None or "" is no filter.

    `authors` and `source_ids` together are one account list: a hit passes by either of them.
    `group` "unknown": on no list; `owner` 0: nobody's; `given_to`: what a colleague gave to this
    person, who did nothing with it since.
    """

    dossier_id: int
    label: str | None = None
    sub_label: str | None = None
    status: str | None = None
    group: str | None = None
    without_own: bool = False
    locality: str | None = None
    source: str | None = None
    work_state: str | None = None
    owner: int | None = None
    urgency: str | None = None
    sentiment: str | None = None
    theme: str | None = None
    question: bool = False
    threat_candidate: bool = False
    given_to: int | None = None
    first: date | None = None
    last: date | None = None
    authors: frozenset[str] | None = None
    source_ids: frozenset[int] = frozenset()
    post_key: str | None = None


Found = tuple[Hit, PostRow, SourceRow]
Place = tuple[int, datetime, str]


@dataclass(frozen=True, slots=True)
class Words:
    """What a search in text needs of a hit, and where the hit stands in the list."""

    hit_id: int
    place: Place
    candidate: bool
    title: str
    text: str


def hits_page(
    session: Session,
    wanted: HitFilter,
    after: Place | None,
    limit: int,
    *,
    by_urgency: bool = False,
) -> list[Found]:
    """(hit, post, source), newest first, or the most urgent first; keyset (rank, instant, key).

    First which hits, from an index alone, and only then the hits themselves.
    """
    return loaded(session, ids_page(session, wanted, after, limit, by_urgency=by_urgency))


def words_page(
    session: Session, wanted: HitFilter, after: Place | None, limit: int, *, by_urgency: bool
) -> list[Words]:
    """The same page with no more of each hit than its words."""
    ids = ids_page(session, wanted, after, limit, by_urgency=by_urgency)
    found: dict[int, Words] = {}
    for batch in chunks(ids):
        rows = session.execute(
            select(
                Hit.id, Hit.urgency, Hit.published_at, Hit.post_key, Hit.is_candidate,
                PostRow.title, PostRow.text,
            )
            .join(PostRow, PostRow.id == Hit.post_id)
            .where(Hit.id.in_(batch))
        )  # fmt: skip
        for hit_id, urgency, at, key, candidate, title, text in rows:
            place = rank_of(urgency), at, key
            found[hit_id] = Words(hit_id, place, candidate, title, text)
    return [found[hit_id] for hit_id in ids]


def rank_of(urgency: str) -> int:
    """The place of an urgency in the order by urgency."""
    return URGENCIES.index(urgency) if urgency in URGENCIES else len(URGENCIES) - 1


def ids_page(
    session: Session, wanted: HitFilter, after: Place | None, limit: int, *, by_urgency: bool
) -> list[int]:
    """The ids of a page of hits, in their order."""
    if not by_urgency:
        return _ids(session, _conditions(wanted), after, limit)
    ids: list[int] = []
    for rank, code in enumerate(URGENCIES):
        if len(ids) == limit or (after is not None and rank < after[0]):
            continue
        last = rank == len(URGENCIES) - 1
        of_rank = Hit.urgency.not_in(URGENCIES[:-1]) if last else Hit.urgency == code
        place = after if after is not None and rank == after[0] else None
        ids += _ids(session, [*_conditions(wanted), of_rank], place, limit - len(ids))
    return ids


def _ids(
    session: Session, conditions: list[ColumnElement[bool]], after: Place | None, limit: int
) -> list[int]:
    query = select(Hit.id).where(*conditions)
    if after is not None:
        _, at, key = after
        query = query.where(Hit.published_at <= at, or_(Hit.published_at < at, Hit.post_key < key))
    query = query.order_by(Hit.published_at.desc(), Hit.post_key.desc()).limit(limit)
    return list(session.scalars(query))


def loaded(session: Session, ids: list[int]) -> list[Found]:
    """The hits with these ids, in that order."""
    found: dict[int, Found] = {}
    for batch in chunks(ids):
        rows = session.execute(_joined().where(Hit.id.in_(batch)))
        found |= {hit.id: (hit, post, source) for hit, post, source in rows}
    return [found[hit_id] for hit_id in ids]


def hits_by_key(session: Session, dossier_id: int, keys: Iterable[str]) -> list[Found]:
    """These hits of a dossier, in no order."""
    found: list[Found] = []
    for batch in chunks(keys):
        rows = session.execute(
            _joined().where(Hit.dossier_id == dossier_id, Hit.post_key.in_(batch))
        )
        found.extend((hit, post, source) for hit, post, source in rows)
    return found


def hits_in_thread(session: Session, dossier_id: int, thread_key: str, limit: int) -> list[Found]:
    """Hits of one conversation, oldest first."""
    rows = session.execute(
        _joined()
        .where(Hit.dossier_id == dossier_id, PostRow.thread_key == thread_key)
        .order_by(Hit.published_at, Hit.id)
        .limit(limit)
    )
    return [(hit, post, source) for hit, post, source in rows]


def count_page(session: Session, wanted: HitFilter) -> int:
    """How many hits the filters leave."""
    query = select(func.count()).select_from(Hit).where(*_conditions(wanted))
    return int(session.scalar(query) or 0)


#: Facet → (column, the field of `HitFilter` that is lifted while it is counted), in the order of
#: `ix_hit_facets`: counted in that order, the index is read once from end to end.
FACETS: Mapping[str, tuple[Any, str]] = {
    "group": (Hit.group_kind, "group"),
    "status": (Hit.status, "status"),
    "workState": (Hit.work_state, "work_state"),
    "owner": (Hit.owner_id, "owner"),
    "urgency": (Hit.urgency, "urgency"),
    "sentiment": (Hit.sentiment, "sentiment"),
    "locality": (Hit.locality, "locality"),
    "theme": (Hit.theme, "theme"),
    "source": (Hit.source_id, "source"),
    "label": (None, "label"),
    "subLabel": (Hit.codes, "sub_label"),
}
#: Facets counted together: the first eight as the index has them; what has many values by itself,
#: because the number of groups is what a pass costs.
PASSES = (tuple(FACETS)[:8], ("source",), ("label", "subLabel"))


def facets(session: Session, wanted: HitFilter) -> dict[str, dict[str, int]]:
    """Per facet the number of hits per choice, the other filters kept, its own lifted.

    A few passes count the facets on which nothing is filtered; each other one asks for its own.
    """
    free = [name for name, (_, field) in FACETS.items() if getattr(wanted, field) is None]
    found: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    found["label"] = dict.fromkeys(LABELS, 0)
    for names in PASSES:
        _tally(session, wanted, [name for name in names if name in free], found)
    for name, (_, field) in FACETS.items():
        if name not in free:
            lift: dict[str, Any] = {field: None}
            _tally(session, replace(wanted, **lift), [name], found)
    slugs = _slugs(session, found["source"])
    found["source"] = {slugs[key]: count for key, count in found["source"].items() if key in slugs}
    candidates = replace(wanted, label=None, threat_candidate=True)
    found["threatCandidate"] = {"true": count_page(session, candidates)}
    return found


def _tally(
    session: Session, wanted: HitFilter, names: list[str], found: dict[str, dict[str, int]]
) -> None:
    """Count these facets in one grouped pass over the hits under a filter."""
    columns = [
        column
        for name in names
        for column in (LABELS.values() if name == "label" else [FACETS[name][0]])
    ]
    if not columns:
        return
    rows = session.execute(
        select(*columns, func.count())
        .select_from(Hit)
        .where(*_conditions(wanted))
        .group_by(*columns)
    ).all()
    place = 0
    for name in names:
        if name == "label":
            for label in LABELS:
                found[name][label] += sum(row[-1] for row in rows if row[place])
                place += 1
            continue
        counts: dict[Any, int] = {}
        for row in rows:
            counts[row[place]] = counts.get(row[place], 0) + row[-1]
        place += 1
        _write(name, counts, found[name])


def _write(name: str, counts: Mapping[Any, int], found: dict[str, int]) -> None:
    """Choices under the values that the address bar has for them."""
    empty = {"group": UNKNOWN, "owner": str(NOBODY)}.get(name, "")
    for value, count in counts.items():
        choice = empty if value is None else str(value)
        for one in choice.split() if name == "subLabel" else [choice]:
            found[one] = found.get(one, 0) + count


def _slugs(session: Session, ids: Iterable[str]) -> dict[str, str]:
    known = [int(one) for one in ids if one]
    rows = session.execute(select(SourceRow.id, SourceRow.slug).where(SourceRow.id.in_(known)))
    return {str(source_id): slug for source_id, slug in rows}


def group_counts(session: Session, dossier_id: int) -> dict[str, int]:
    """Hits per account group; `unknown` for those on no list."""
    found: dict[str, dict[str, int]] = {"group": {}}
    _tally(session, HitFilter(dossier_id), ["group"], found)
    return found["group"]


def source_counts(session: Session, dossier_id: int) -> dict[str, int]:
    """Hits per source slug."""
    found: dict[str, dict[str, int]] = {"source": {}}
    _tally(session, HitFilter(dossier_id), ["source"], found)
    slugs = _slugs(session, found["source"])
    return {slugs[key]: count for key, count in found["source"].items() if key in slugs}


def name_sources(session: Session) -> int:
    """Write the source on hits that an older release stored without it; how many there were."""
    own = select(PostRow.source_id).where(PostRow.id == Hit.post_id).scalar_subquery()
    done = session.execute(update(Hit).where(Hit.source_id.is_(None)).values(source_id=own))
    return int(getattr(done, "rowcount", 0))


def _joined() -> Any:
    """Hits with their posts and sources."""
    return (
        select(Hit, PostRow, SourceRow)
        .join(PostRow, PostRow.id == Hit.post_id)
        .join(SourceRow, SourceRow.id == PostRow.source_id)
    )


def _conditions(wanted: HitFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Hit.dossier_id == wanted.dossier_id]
    equal: list[tuple[Any, Any]] = [
        (Hit.post_key, wanted.post_key),
        (Hit.status, wanted.status),
        (Hit.locality, wanted.locality),
        (Hit.work_state, wanted.work_state),
        (Hit.urgency, wanted.urgency),
        (Hit.sentiment, wanted.sentiment),
        (Hit.theme, wanted.theme),
    ]
    found += [column == value for column, value in equal if value]
    if wanted.source:
        of_slug = select(SourceRow.id).where(SourceRow.slug == wanted.source)
        found.append(Hit.source_id == of_slug.scalar_subquery())
    if wanted.group:
        of_group = Hit.group_kind == wanted.group
        found.append(Hit.group_kind.is_(None) if wanted.group == UNKNOWN else of_group)
    if wanted.owner is not None:
        of_owner = Hit.owner_id == wanted.owner
        found.append(Hit.owner_id.is_(None) if wanted.owner == NOBODY else of_owner)
    if wanted.without_own:
        found.append(Hit.own.is_(False))
    if wanted.label:
        found.append(LABELS[wanted.label].is_(True))
    if wanted.sub_label:
        found.append(Hit.codes.contains(f" {wanted.sub_label} ", autoescape=True))
    if wanted.question:
        found.append(Hit.is_question.is_(True))
    if wanted.threat_candidate:
        found.append(Hit.is_candidate.is_(True))
    if wanted.given_to is not None:
        found.append(_given(wanted.given_to))
    found += _between(wanted.first, wanted.last)
    if wanted.authors is not None:
        of_author = Hit.author.in_(sorted(wanted.authors))
        of_source = Hit.source_id.in_(sorted(wanted.source_ids))
        found.append(or_(of_author, of_source) if wanted.source_ids else of_author)
    return found


def _between(first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    """Local days, both included; the ends of the calendar are no bound."""
    found: list[ColumnElement[bool]] = []
    if first is not None and first.year > 1:
        found.append(Hit.published_at >= day_bounds(first)[0])
    if last is not None and last.year < 9999:
        found.append(Hit.published_at < day_bounds(last)[1])
    return found


def _given(user_id: int) -> ColumnElement[bool]:
    """Open work of this person of which the last word on who does it was a colleague's gift.

    Whatever the person did with it since is a later act, and so is an undo.
    """
    last = (
        select(func.max(HitAct.id))
        .where(
            HitAct.hit_id == Hit.id,
            or_(HitAct.act.in_(("assign", "undo")), HitAct.user_id == user_id),
        )
        .correlate(Hit)
        .scalar_subquery()
    )
    gift = select(HitAct.id).where(
        HitAct.id == last, HitAct.act == "assign", HitAct.user_id != user_id
    )
    return and_(
        Hit.owner_id == user_id,
        Hit.work_state.in_(("nieuw", "in behandeling")),
        gift.correlate(Hit).exists(),
    )


def stamp(session: Session, dossier_id: int) -> str:
    """Another value whenever a hit of the dossier came, went or was changed."""
    row = session.execute(
        select(func.count(), func.max(Hit.id), func.sum(Hit.version)).where(
            Hit.dossier_id == dossier_id
        )
    ).one()
    return ".".join(str(part or 0) for part in row)
