"""Hits under filters: a page by keyset, their number, and how many there are per choice (facets).

Everything here is narrowed by the database, on plain columns of the hit that mean the same on both
databases; text is matched above, in Python (house.md §4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.storage.models import Hit, HitAct, PostRow, SourceRow
from app.storage.posts import chunks

LABELS = {
    "informatiebehoefte": Hit.is_i,
    "betekenisgeving": Hit.is_b,
    "schadebeperking": Hit.is_s,
}
UNKNOWN, NOBODY = "unknown", 0
#: h before m before l, for the order by urgency.
RANK: Any = case({"h": 0, "m": 1}, value=Hit.urgency, else_=2)


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


def hits_page(
    session: Session,
    wanted: HitFilter,
    after: Place | None,
    limit: int,
    *,
    by_urgency: bool = False,
) -> list[Found]:
    """(hit, post, source), newest first, or the most urgent first; keyset (rank, instant, key)."""
    order: list[Any] = [Hit.published_at.desc(), Hit.post_key.desc()]
    query = _joined(select(Hit, PostRow, SourceRow)).where(*_conditions(wanted)).limit(limit)
    query = query.order_by(*([RANK, *order] if by_urgency else order))
    if after is not None:
        rank, at, key = after
        later = or_(Hit.published_at < at, and_(Hit.published_at == at, Hit.post_key < key))
        query = query.where(or_(rank < RANK, and_(rank == RANK, later)) if by_urgency else later)
    return [(hit, post, source) for hit, post, source in session.execute(query)]


def hits_by_key(session: Session, dossier_id: int, keys: Iterable[str]) -> list[Found]:
    """These hits of a dossier, in no order."""
    found: list[Found] = []
    for batch in chunks(keys):
        rows = session.execute(
            _joined(select(Hit, PostRow, SourceRow)).where(
                Hit.dossier_id == dossier_id, Hit.post_key.in_(batch)
            )
        )
        found.extend((hit, post, source) for hit, post, source in rows)
    return found


def hits_in_thread(session: Session, dossier_id: int, thread_key: str, limit: int) -> list[Found]:
    """Hits of one conversation, oldest first."""
    rows = session.execute(
        _joined(select(Hit, PostRow, SourceRow))
        .where(Hit.dossier_id == dossier_id, PostRow.thread_key == thread_key)
        .order_by(Hit.published_at, Hit.id)
        .limit(limit)
    )
    return [(hit, post, source) for hit, post, source in rows]


def count_page(session: Session, wanted: HitFilter) -> int:
    """How many hits the filters leave."""
    query = _joined(select(func.count()), wanted).select_from(Hit).where(*_conditions(wanted))
    return int(session.scalar(query) or 0)


#: Facet → (column, the field of `HitFilter` that is lifted while it is counted).
FACETS: Mapping[str, tuple[Any, str]] = {
    "group": (Hit.group_kind, "group"),
    "status": (Hit.status, "status"),
    "workState": (Hit.work_state, "work_state"),
    "owner": (Hit.owner_id, "owner"),
    "urgency": (Hit.urgency, "urgency"),
    "sentiment": (Hit.sentiment, "sentiment"),
    "locality": (Hit.locality, "locality"),
    "theme": (Hit.theme, "theme"),
    "source": (SourceRow.slug, "source"),
}


def facets(session: Session, wanted: HitFilter) -> dict[str, dict[str, int]]:
    """Per facet the number of hits per choice, the other filters kept, its own lifted.

    One pass counts every facet on which nothing is filtered; each other one asks for its own.
    """
    free = [name for name, (_, field) in FACETS.items() if getattr(wanted, field) is None]
    found: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    found["label"] = dict.fromkeys(LABELS, 0)
    _tally(session, wanted, free, found, labels=wanted.label is None)
    for name, (_, field) in FACETS.items():
        if name not in free:
            lift: dict[str, Any] = {field: None}
            _tally(session, replace(wanted, **lift), [name], found, labels=False)
    if wanted.label is not None:
        _tally(session, replace(wanted, label=None), [], found, labels=True)
    return found


def _tally(
    session: Session,
    wanted: HitFilter,
    names: Iterable[str],
    found: dict[str, dict[str, int]],
    *,
    labels: bool,
) -> None:
    """Count these facets (and the labels) in one grouped pass over the hits under a filter."""
    chosen = list(names)
    columns = [FACETS[name][0] for name in chosen]
    columns += list(LABELS.values()) if labels else []
    if not columns:
        return
    rows = session.execute(
        _joined(select(*columns, func.count()), wanted, needs_source="source" in chosen)
        .select_from(Hit)
        .where(*_conditions(wanted))
        .group_by(*columns)
    )
    for row in rows:
        count = int(row[-1])
        for name, value in zip(chosen, row, strict=False):
            empty = UNKNOWN if name == "group" else str(NOBODY) if name == "owner" else ""
            choice = empty if value is None else str(value)
            found[name][choice] = found[name].get(choice, 0) + count
        for label, flag in zip(LABELS, row[len(chosen) : -1], strict=False):
            found["label"][label] += count if flag else 0


def group_counts(session: Session, dossier_id: int) -> dict[str, int]:
    """Hits per account group; `unknown` for those on no list."""
    return facets(session, HitFilter(dossier_id))["group"]


def source_counts(session: Session, dossier_id: int) -> dict[str, int]:
    """Hits per source slug."""
    return facets(session, HitFilter(dossier_id))["source"]


def _joined(query: Any, wanted: HitFilter | None = None, *, needs_source: bool = False) -> Any:
    """Join post and source only where a filter asks for them: counting is done often."""
    asks_source = wanted is None or needs_source or bool(wanted.source)
    asks_post = (
        asks_source
        or wanted is None
        or bool(wanted.first or wanted.last or wanted.authors is not None)
    )
    if asks_post:
        query = query.join(PostRow, PostRow.id == Hit.post_id)
    if asks_source:
        query = query.join(SourceRow, SourceRow.id == PostRow.source_id)
    return query


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
        (SourceRow.slug, wanted.source),
    ]
    found += [column == value for column, value in equal if value]
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
    if wanted.first is not None:
        found.append(PostRow.local_date >= wanted.first)
    if wanted.last is not None:
        found.append(PostRow.local_date <= wanted.last)
    if wanted.authors is not None:
        of_source = PostRow.source_id.in_(sorted(wanted.source_ids))
        found.append(or_(Hit.author.in_(sorted(wanted.authors)), of_source))
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
