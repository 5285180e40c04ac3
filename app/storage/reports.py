"""Editions and their frozen input rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, func, insert, or_, select
from sqlalchemy.orm import Session

from app.storage.models import Hit, PostRow, Removal, Report, ReportInput, SourceRow
from app.storage.posts import chunks

#: Kinds of editions that are about a whole local day.
WHOLE = ("daily", "correction")


def newest(
    session: Session, dossier_id: int, day: date, edition: int | None = None
) -> Report | None:
    """The newest edition of a local day, or the numbered one."""
    query = select(Report).where(Report.dossier_id == dossier_id, Report.local_date == day)
    if edition is not None:
        query = query.where(Report.edition == edition)
    return session.scalar(query.order_by(Report.edition.desc()).limit(1))


def latest(session: Session, dossier_id: int) -> Report | None:
    return session.scalar(
        select(Report)
        .where(Report.dossier_id == dossier_id)
        .order_by(Report.local_date.desc(), Report.edition.desc())
        .limit(1)
    )


def drafts(session: Session, dossier_id: int) -> list[Report]:
    """Editions that nobody approved yet."""
    return list(
        session.scalars(
            select(Report).where(Report.dossier_id == dossier_id, Report.status == "draft")
        )
    )


def editions(session: Session, dossier_id: int) -> list[Report]:
    return list(
        session.scalars(
            select(Report)
            .where(Report.dossier_id == dossier_id)
            .order_by(Report.local_date, Report.edition)
        )
    )


def page(
    session: Session, dossier_id: int, after: tuple[date, int] | None, limit: int
) -> list[Report]:
    """Editions newest first by keyset (local date, edition)."""
    query = select(Report).where(Report.dossier_id == dossier_id)
    if after is not None:
        day, edition = after
        query = query.where(
            or_(
                Report.local_date < day,
                and_(Report.local_date == day, Report.edition < edition),
            )
        )
    return list(
        session.scalars(
            query.order_by(Report.local_date.desc(), Report.edition.desc()).limit(limit)
        )
    )


def neighbours(session: Session, dossier_id: int, day: date) -> tuple[date | None, date | None]:
    """The local days before and after `day` that have a report."""
    mine = select(Report.local_date).where(Report.dossier_id == dossier_id)
    earlier = mine.where(Report.local_date < day).order_by(Report.local_date.desc()).limit(1)
    later = mine.where(Report.local_date > day).order_by(Report.local_date).limit(1)
    return session.scalar(earlier), session.scalar(later)


def daily_dates(session: Session, dossier_id: int) -> set[date]:
    return set(
        session.scalars(
            select(Report.local_date).where(Report.dossier_id == dossier_id, Report.kind == "daily")
        )
    )


def newest_whole(session: Session, dossier_id: int, day: date) -> Report | None:
    """The newest edition of a whole day: its daily one, or the last correction of it."""
    return session.scalar(
        select(Report)
        .where(
            Report.dossier_id == dossier_id,
            Report.local_date == day,
            Report.kind.in_(WHOLE),
        )
        .order_by(Report.edition.desc())
        .limit(1)
    )


def of_day(session: Session, dossier_id: int, day: date) -> list[Report]:
    """Every edition of a local day, oldest first."""
    return list(
        session.scalars(
            select(Report)
            .where(Report.dossier_id == dossier_id, Report.local_date == day)
            .order_by(Report.edition)
        )
    )


def has_interim(session: Session, dossier_id: int, until: datetime) -> bool:
    """Whether the interim edition that ends at this instant is there."""
    found = session.scalar(
        select(Report.id).where(
            Report.dossier_id == dossier_id,
            Report.kind == "interim",
            Report.window_to == until,
        )
    )
    return found is not None


def summaries(
    session: Session, dossier_id: int, before: date, back: int
) -> list[tuple[date, dict[str, Any]]]:
    """(day, small counts) of the newest whole edition of each earlier day, oldest first."""
    rows = session.execute(
        select(Report.local_date, Report.id, Report.summary)
        .where(
            Report.dossier_id == dossier_id,
            Report.local_date < before,
            Report.local_date >= before - timedelta(days=min(back, (before - date.min).days)),
            Report.kind.in_(WHOLE),
        )
        .order_by(Report.local_date, Report.edition)
    )
    newest = {day: (report_id, summary) for day, report_id, summary in rows}
    return [
        (day, dict(summary) if summary else _of_older_release(session, report_id))
        for day, (report_id, summary) in sorted(newest.items())
    ]


def _of_older_release(session: Session, report_id: int) -> dict[str, Any]:
    document = session.get_one(Report, report_id).document
    return {"counts": dict(document["counts"]), "phase": document.get("phase", "")}


class Counted(NamedTuple):
    """A hit with its post, as far as an edition needs them: plain columns, a hundred thousand at once."""

    id: int
    post_key: str
    author: str | None
    group_kind: str | None
    locality: str
    own: bool
    status: str
    published_at: datetime
    first_seen: datetime
    local_date: date
    text: str
    title: str
    thread_key: str | None
    revision: int
    source: str


_COLUMNS = (
    Hit.id,
    Hit.post_key,
    Hit.author,
    Hit.group_kind,
    Hit.locality,
    Hit.own,
    Hit.status,
    PostRow.published_at,
    PostRow.first_seen,
    PostRow.local_date,
    PostRow.text,
    PostRow.title,
    PostRow.thread_key,
    PostRow.revision,
    SourceRow.slug,
)
_COUNTED = (
    select(*_COLUMNS)
    .join(PostRow, PostRow.id == Hit.post_id)
    .join(SourceRow, SourceRow.id == PostRow.source_id)
    .order_by(Hit.published_at, Hit.post_key)
)


def rows_of_day(session: Session, dossier_id: int, day: date) -> list[Counted]:
    """The hits of one local day."""
    rows = session.execute(_COUNTED.where(Hit.dossier_id == dossier_id, PostRow.local_date == day))
    return [Counted._make(row) for row in rows]


def rows_of_late(
    session: Session, dossier_id: int, before: date, covered: Iterable[date]
) -> list[Counted]:
    """Hits of earlier days whose edition was drafted already without them: *nagekomen*."""
    days = sorted(day for day in covered if day < before)
    found: list[Counted] = []
    frozen = (
        select(ReportInput.post_key)
        .join(Report, Report.id == ReportInput.report_id)
        .where(Report.dossier_id == dossier_id, Report.kind.in_(WHOLE))
    )
    for batch in chunks(days):
        rows = session.execute(
            _COUNTED.where(
                Hit.dossier_id == dossier_id,
                PostRow.local_date.in_(batch),
                Hit.post_key.not_in(frozen),
            )
        )
        found.extend(Counted._make(row) for row in rows)
    return found


def add(session: Session, report: Report, inputs: Iterable[dict[str, Any]]) -> Report:
    """Store an edition with its input rows; the unique keys decide between two workers."""
    session.add(report)
    session.flush()
    for batch in chunks({"report_id": report.id, **row} for row in inputs):
        session.execute(insert(ReportInput), batch)
    return report


def next_edition(session: Session, dossier_id: int, day: date) -> int:
    last = session.scalar(
        select(func.max(Report.edition)).where(
            Report.dossier_id == dossier_id, Report.local_date == day
        )
    )
    return (last or 0) + 1


def inputs(session: Session, report_id: int) -> list[ReportInput]:
    return list(
        session.scalars(
            select(ReportInput)
            .where(ReportInput.report_id == report_id)
            .order_by(ReportInput.post_key)
        )
    )


def frozen_rows(session: Session, report_id: int) -> list[dict[str, Any]]:
    """The frozen rows alone, as they were stored."""
    return list(
        session.scalars(
            select(ReportInput.row)
            .where(ReportInput.report_id == report_id)
            .order_by(ReportInput.post_key)
        )
    )


def live_rows(
    session: Session, dossier_id: int, keys: Iterable[str]
) -> dict[str, tuple[Hit, PostRow, str]]:
    """Hits that stand behind frozen rows now, by post key."""
    found: dict[str, tuple[Hit, PostRow, str]] = {}
    for batch in chunks(keys):
        for hit, post, slug in session.execute(
            select(Hit, PostRow, SourceRow.slug)
            .join(PostRow, PostRow.id == Hit.post_id)
            .join(SourceRow, SourceRow.id == PostRow.source_id)
            .where(Hit.dossier_id == dossier_id, Hit.post_key.in_(batch))
        ):
            found[hit.post_key] = (hit, post, slug)
    return found


def proofs(session: Session, dossier_id: int, keys: Iterable[str]) -> set[str]:
    """Keys of posts of which a proof of deletion stands."""
    found: set[str] = set()
    for batch in chunks(keys):
        found.update(
            key
            for key in session.scalars(
                select(Removal.post_key).where(
                    or_(Removal.dossier_id == dossier_id, Removal.dossier_id.is_(None)),
                    Removal.post_key.in_(batch),
                )
            )
            if key is not None
        )
    return found


def posts_per_source(
    session: Session, dossier_id: int, starts: datetime, ends: datetime
) -> dict[str, int]:
    rows = session.execute(
        select(SourceRow.slug, func.count())
        .select_from(Hit)
        .join(PostRow, PostRow.id == Hit.post_id)
        .join(SourceRow, SourceRow.id == PostRow.source_id)
        .where(Hit.dossier_id == dossier_id, Hit.published_at >= starts, Hit.published_at < ends)
        .group_by(SourceRow.slug)
    )
    return dict(rows.all())
