"""How often a theme and a cluster of questions were asked about, and which posts stand in a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.storage.models import Hit, PostRow, QuestionCluster, QuestionPair, QuestionPlace

CHUNK = 500


class Asked(NamedTuple):
    """A question: its hit, key, title and text, theme, and the cluster in which it stands ("": none)."""

    hit_id: int
    post_key: str
    title: str
    text: str
    theme: str
    cluster: str


class Heard(NamedTuple):
    """Questions of one theme in one cluster: how many, how many lately, the first and the last."""

    cluster_id: int
    theme: str
    n: int
    lately: int
    first: datetime
    last: datetime


def _is_question(dossier_id: int) -> list[ColumnElement[bool]]:
    return [
        Hit.dossier_id == dossier_id,
        Hit.is_question.is_(True),
        Hit.own.is_(False),
        Hit.status == "gelabeld",
    ]


def per_theme(session: Session, dossier_id: int) -> dict[str, tuple[int, datetime]]:
    """(questions, first one) per theme of all hits that are kept."""
    rows = session.execute(
        select(Hit.theme, func.count(), func.min(Hit.published_at))
        .where(*_is_question(dossier_id), Hit.theme != "")
        .group_by(Hit.theme)
    )
    return {theme: (count, first) for theme, count, first in rows}


def unplaced(session: Session, dossier_id: int, limit: int) -> list[Asked]:
    """Questions that stand in no cluster yet, oldest first."""
    rows = session.execute(
        select(Hit.id, Hit.post_key, PostRow.title, PostRow.text, Hit.theme)
        .join(PostRow, PostRow.id == Hit.post_id)
        .outerjoin(QuestionPlace, QuestionPlace.hit_id == Hit.id)
        .where(*_is_question(dossier_id), QuestionPlace.hit_id.is_(None))
        .order_by(Hit.published_at, Hit.post_key)
        .limit(limit)
    )
    return [Asked(*row, "") for row in rows]


def placed(
    session: Session, dossier_id: int, limit: int, cluster_id: int | None = None
) -> list[Asked]:
    """The newest questions that stand in a cluster (or in this one), oldest first."""
    chosen = [QuestionPlace.cluster_id == cluster_id] if cluster_id is not None else []
    rows = session.execute(
        select(Hit.id, Hit.post_key, PostRow.title, PostRow.text, Hit.theme, QuestionCluster.name)
        .join(PostRow, PostRow.id == Hit.post_id)
        .join(QuestionPlace, QuestionPlace.hit_id == Hit.id)
        .join(QuestionCluster, QuestionCluster.id == QuestionPlace.cluster_id)
        .where(*_is_question(dossier_id), *chosen)
        .order_by(Hit.published_at.desc(), Hit.post_key.desc())
        .limit(limit)
    )
    return [Asked(*row) for row in rows][::-1]


def heard(session: Session, dossier_id: int, since: datetime) -> list[Heard]:
    """Counts per cluster and theme; `lately` counts what was asked at `since` or later."""
    lately = func.count().filter(Hit.published_at >= since)
    rows = session.execute(
        select(
            QuestionPlace.cluster_id, Hit.theme, func.count(), lately,
            func.min(Hit.published_at), func.max(Hit.published_at),
        )
        .join(Hit, Hit.id == QuestionPlace.hit_id)
        .where(*_is_question(dossier_id))
        .group_by(QuestionPlace.cluster_id, Hit.theme)
    )  # fmt: skip
    return [Heard(*row) for row in rows]


def clusters(session: Session, dossier_id: int) -> dict[int, QuestionCluster]:
    rows = session.scalars(
        select(QuestionCluster)
        .where(QuestionCluster.dossier_id == dossier_id)
        .order_by(QuestionCluster.id)
    )
    return {row.id: row for row in rows}


def cluster(session: Session, dossier_id: int, name: str) -> QuestionCluster | None:
    return session.scalar(
        select(QuestionCluster).where(
            QuestionCluster.dossier_id == dossier_id, QuestionCluster.name == name
        )
    )


def place_of(session: Session, hit_ids: Iterable[int]) -> dict[int, tuple[str, str | None]]:
    """(name of the cluster, a person's theme of it) of the hits that stand in one."""
    found: dict[int, tuple[str, str | None]] = {}
    ids = list(hit_ids)
    for start in range(0, len(ids), CHUNK):
        rows = session.execute(
            select(QuestionPlace.hit_id, QuestionCluster.name, QuestionCluster.theme)
            .join(QuestionCluster, QuestionCluster.id == QuestionPlace.cluster_id)
            .where(QuestionPlace.hit_id.in_(ids[start : start + CHUNK]))
        )
        found.update((hit_id, (name, theme)) for hit_id, name, theme in rows)
    return found


def move(
    session: Session, hit_ids: Sequence[int], cluster_id: int, by: int | None, at: datetime
) -> None:
    """Let these hits stand in this cluster from now on."""
    for start in range(0, len(hit_ids), CHUNK):
        session.execute(
            update(QuestionPlace)
            .where(QuestionPlace.hit_id.in_(hit_ids[start : start + CHUNK]))
            .values(cluster_id=cluster_id, placed_by=by, placed_at=at)
        )


def show_theme(session: Session, dossier_id: int) -> None:
    """Copy the theme that a person gave a cluster onto its questions, where filters find it."""
    rows = session.execute(
        select(QuestionCluster.id, QuestionCluster.theme).where(
            QuestionCluster.dossier_id == dossier_id, QuestionCluster.theme.is_not(None)
        )
    )
    for cluster_id, theme in rows.all():
        inside = select(QuestionPlace.hit_id).where(QuestionPlace.cluster_id == cluster_id)
        session.execute(
            update(Hit)
            .where(Hit.id.in_(inside), Hit.is_question.is_(True), Hit.theme != theme)
            .values(theme=theme)
            .execution_options(synchronize_session=False)
        )


def hits_in(session: Session, cluster_id: int) -> list[int]:
    """Every hit in a cluster, oldest first; also those that are no question any more."""
    return list(
        session.scalars(
            select(Hit.id)
            .join(QuestionPlace, QuestionPlace.hit_id == Hit.id)
            .where(QuestionPlace.cluster_id == cluster_id)
            .order_by(Hit.published_at, Hit.post_key)
        )
    )


def pairs(session: Session, dossier_id: int) -> list[tuple[str, str, bool, datetime]]:
    """(post key, other key, same, when) of what people said of two questions, oldest first."""
    other = aliased(Hit)
    rows = session.execute(
        select(Hit.post_key, other.post_key, QuestionPair.same, QuestionPair.said_at)
        .join(QuestionPair, QuestionPair.hit_id == Hit.id)
        .join(other, other.id == QuestionPair.other_id)
        .where(Hit.dossier_id == dossier_id)
        .order_by(QuestionPair.id)
    )
    return [(one, two, same, at) for one, two, same, at in rows]


def forget_question(session: Session, hit_id: int) -> None:
    """A hit that goes takes its place and its examples with it, and a cluster that is then empty."""
    place = session.get(QuestionPlace, hit_id)
    session.execute(
        delete(QuestionPair).where(
            or_(QuestionPair.hit_id == hit_id, QuestionPair.other_id == hit_id)
        )
    )
    if place is None:
        return
    session.delete(place)
    session.flush()
    drop_if_empty(session, place.cluster_id)


def drop_if_empty(session: Session, cluster_id: int) -> None:
    left = session.scalar(
        select(QuestionPlace.hit_id).where(QuestionPlace.cluster_id == cluster_id).limit(1)
    )
    if left is None:
        session.execute(delete(QuestionCluster).where(QuestionCluster.id == cluster_id))
