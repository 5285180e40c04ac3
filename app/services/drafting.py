"""Make one edition: read the window once, freeze its rows, build the document, store both.

Daily, interim and correction editions come out of the same builder; they differ in the window, in
what is late, and in what a correction says of its predecessor (house.md §5).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from analysis.associations import Pair, Said, pairs
from analysis.blocks import Desk
from analysis.records import Gap, Moment, SourceAccount, Window
from analysis.recount import row_digest
from analysis.report import DayCounts, ReportInputs, build
from app.clock import day_bounds
from app.errors import InvalidInput
from app.records import REASONS
from app.services import questions
from app.services.delivery_words import distribution
from app.services.frozen import freeze, row_json
from app.services.house import House
from app.services.labels import current_run
from app.services.recipients import desks_of
from app.services.statements import statements
from app.storage import Session
from app.storage import dossiers as dossier_rows
from app.storage import labels as label_rows
from app.storage import reports as report_rows
from app.storage import rhythm as rhythm_rows
from app.storage import sources as source_rows
from app.storage import talk as talk_rows
from app.storage.models import Dossier, Report
from app.storage.reports import Counted

#: How far back waves, phases and words are followed, and how late an edition is called late.
LOOK_BACK_DAYS = 400
LATE_AFTER = timedelta(minutes=30)
MOST_PAIRS = 60


def build_edition(
    house: House,
    session: Session,
    dossier: Dossier,
    day: date,
    *,
    kind: str = "daily",
    until: datetime | None = None,
    due: datetime | None = None,
    correction: Mapping[str, Any] | None = None,
) -> Report:
    """Draft and store an edition of a local day; the unique keys decide between two workers.

    `until` ends the window of an interim edition, `due` is when a daily one should have been there.
    """
    version = dossier_rows.active_version(session, dossier)
    if version is None:
        raise InvalidInput(f"Dossier {dossier.slug!r} heeft nog geen zoekopdracht.", field="query")
    now = house.clock.now()
    run = current_run(house, session, dossier.id)
    starts, ends = day_bounds(day)
    ends = until or ends
    questions.place_new(house, session, dossier.id)
    rows = report_rows.rows_of_day(session, dossier.id, day)
    if until is not None:
        rows = [row for row in rows if row.published_at < until]
    frozen = freeze(session, [(row, row, row.source) for row in rows], run.id, late=False)
    if kind == "daily":
        covered = report_rows.daily_dates(session, dossier.id)
        late = report_rows.rows_of_late(session, dossier.id, day, covered)
        frozen += freeze(session, [(row, row, row.source) for row in late], run.id, late=True)
    organisation = dossier_rows.organisation(session, dossier)
    earlier = tuple(earlier_days(session, dossier.id, day))
    inputs = ReportInputs(
        organisation=organisation.name,
        dossier=dossier.slug,
        title=dossier.title,
        reception_kind=dossier.reception_kind,
        phase=dossier.phase,
        date=day,
        kind=kind,
        edition=report_rows.next_edition(session, dossier.id, day),
        window=Window(starts, ends),
        posts=tuple(row for row, _, _ in frozen),
        earlier=earlier,
        moments=tuple(
            Moment(m.at, m.kind, m.title) for m in dossier_rows.moments(session, dossier.id)
        ),
        sources=_sources(session, dossier, starts, ends),
        gaps=_gaps(session, dossier, starts, ends),
        query_version=version.digest,
        query_number=version.number,
        labeller=run.labeller,
        model=run.model,
        guide=run.guide,
        inhabitants=organisation.inhabitants,
        pairs=tuple(_pairs(session, dossier.id, rows)),
        pairs_days=sum("pairs" in one.detail for one in earlier),
        desk=desk_of(session, dossier.id),
        cadence=cadence_text(session, dossier.id),
        correction=correction,
        distribution=distribution(desks_of(house, session, dossier.id)),
        late_since=due if due is not None and now - due > LATE_AFTER else None,
    )
    document = build(inputs).as_json()
    report = Report(
        dossier_id=dossier.id,
        local_date=day,
        kind=kind,
        edition=inputs.edition,
        window_from=starts,
        window_to=ends,
        document=document,
        digest=document["hash"],
        query_version_id=version.id,
        label_run_id=run.id,
        annotation_mark=label_rows.annotation_mark(session),
        drafted_at=now,
        summary={
            "counts": document["counts"],
            "phase": dossier.phase,
            "day": document["blocks"]["day"],
        },
    )
    return report_rows.add(
        session,
        report,
        (
            {
                "post_key": row.post_key,
                "row": row_json(row),
                "digest": row_digest(row),
                "revision": revision,
                "prediction_digest": sealed,
            }
            for row, revision, sealed in frozen
        ),
    )


def earlier_days(
    session: Session, dossier_id: int, before: date, back: int = LOOK_BACK_DAYS
) -> list[DayCounts]:
    """What is kept of earlier days, oldest first: of each day its newest whole edition."""
    return [
        DayCounts(day, kept["counts"], kept.get("phase", ""), kept.get("day", {}))
        for day, kept in report_rows.summaries(session, dossier_id, before, back)
    ]


def desk_of(session: Session, dossier_id: int) -> Desk:
    """Approved answers, paraphrases and rumours, as they stand now."""
    themes = talk_rows.themes(session, dossier_id)
    return Desk(
        answered=questions.answered_themes(session, dossier_id),
        paraphrases={theme.slug: theme.paraphrase for theme in themes if theme.paraphrase},
        titles={theme.slug: theme.title for theme in themes},
        wording=questions.wording(session, dossier_id),
        statements=statements(session, dossier_id),
        rumours=tuple(
            {"claim": rumour.claim, "status": rumour.status, "answer": rumour.answer}
            for rumour in talk_rows.rumours(session, dossier_id)
        ),
    )


def cadence_text(session: Session, dossier_id: int) -> str:
    """The rhythm of the reports in one sentence."""
    step = rhythm_rows.running(session, dossier_id)
    if step is not None:
        return f"Elke {step.every_hours} uur een tussentijds verslag: {step.reason}"
    waiting = [
        row
        for row in rhythm_rows.steps(session, dossier_id)
        if row.confirmed_at is None and row.closed_at is None
    ]
    if waiting:
        return f"Dagelijks. Voorgesteld: vaker. {waiting[0].reason}"
    return "Dagelijks verslag."


def _pairs(session: Session, dossier_id: int, rows: list[Counted]) -> list[Pair]:
    """Associations in the texts of the window; only words and counts leave here (R50)."""
    terms = dossier_rows.terms(session, dossier_id)
    said = [
        Said(f"{row.title}. {row.text}" if row.title else row.text, row.author or row.post_key)
        for row in rows
        if row.status not in ("ruis", "echo") and not row.own
    ]
    known = [value for values in terms.values() for value in values]
    return pairs(said, known)[:MOST_PAIRS]


def _sources(
    session: Session, dossier: Dossier, starts: datetime, ends: datetime
) -> tuple[SourceAccount, ...]:
    counts = report_rows.posts_per_source(session, dossier.id, starts, ends)
    return tuple(
        SourceAccount(
            slug=row.slug,
            kind=row.kind,
            title=row.title,
            reason=row.reason or "not-fetched",
            enabled=row.enabled,
            own=row.own,
            last_ok=row.last_ok,
            complete_until=row.complete_until,
            posts=counts.get(row.slug, 0),
        )
        for row in source_rows.of_dossier(session, dossier.id)
    )


def _gaps(session: Session, dossier: Dossier, starts: datetime, ends: datetime) -> tuple[Gap, ...]:
    rows = {row.id: row.slug for row in source_rows.of_dossier(session, dossier.id)}
    return tuple(
        Gap(rows[gap.source_id], gap.starts, gap.ends, REASONS.get(gap.reason, gap.reason))
        for gap in source_rows.gaps_touching(session, list(rows), starts, ends)
    )
