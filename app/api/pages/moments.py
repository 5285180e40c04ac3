"""The timeline page: moments, the annotated conversation, causes of peaks, evaluations."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from fastapi.responses import RedirectResponse, Response

from analysis.peaks import CAUSES
from app.api.dependencies import Desk, must_match, reading, writing
from app.api.pages.framing import Csrf, desk_frame, page, prove
from app.clock import AMSTERDAM, local_date
from app.errors import Conflict, InvalidInput, NotFound
from app.services import moments
from app.services.access import Permission
from app.storage import dossiers as dossier_rows
from app.storage.models import MomentRow
from dashboards import paths, report_pages, report_views, timeline, wording

router = APIRouter(include_in_schema=False)
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Version = Annotated[int, Form(ge=0, le=2**31 - 1)]
Words = Annotated[str, Form(max_length=2_000)]
Short = Annotated[str, Form(max_length=200)]
SAVED = {
    "moment": "Het moment is opgeslagen.",
    "weg": "Het moment is verwijderd.",
    "oorzaak": "De oorzaak is opgeslagen.",
    "evaluatie": "De evaluatie is opgeslagen.",
}
NUMBERS = (
    ("posts", "Berichten"), ("questions", "Vragen"), ("informatiebehoefte", "Informatiebehoefte"),
    ("betekenisgeving", "Betekenisgeving"), ("schadebeperking", "Schadebeperking"),
)  # fmt: skip


@router.get("/dossiers/{slug}/moments")
def moments_page(
    desk: Annotated[Desk, reading(Permission.NUMBERS)],
    saved: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    return page(report_pages.render_timeline(_view(desk, SAVED.get(saved, ""))))


@router.post("/dossiers/{slug}/moments")
def add_form(
    desk: Annotated[Desk, writing(Permission.MOMENTS_WRITE)],
    csrf: Csrf,
    day: Short = "",
    clock: Short = "",
    kind: Annotated[str, Form(max_length=60)] = "",
    title: Short = "",
) -> Response:
    prove(desk, csrf)
    try:
        row = MomentRow(
            dossier_id=desk.scope.dossier.id, at=moments.local_instant(day, clock),
            kind=_filled(kind, "kind"), title=_filled(title, "title"), version=1,
        )  # fmt: skip
        if _taken(desk, row, None):
            raise InvalidInput("Dit moment staat er al.", field="title")
    except InvalidInput as error:
        return _problem(desk, error.message)
    desk.session.add(row)
    desk.session.flush()
    desk.note("moment-added", row.title, facts={"at": row.at.isoformat()})
    return _back(desk, "moment")


@router.post("/dossiers/{slug}/moments/{moment_id}")
def change_form(
    moment_id: Number,
    desk: Annotated[Desk, writing(Permission.MOMENTS_WRITE)],
    csrf: Csrf,
    version: Version,
    day: Short = "",
    clock: Short = "",
    kind: Annotated[str, Form(max_length=60)] = "",
    title: Short = "",
    do: Annotated[str, Form(max_length=10)] = "change",
) -> Response:
    prove(desk, csrf)
    row = _moment(desk, moment_id)
    must_match(row.version, version)
    if do == "remove":
        desk.note("moment-removed", row.title, facts={"at": row.at.isoformat()})
        desk.session.delete(row)
        return _back(desk, "weg")
    try:
        at = moments.local_instant(day, clock)
        wanted = MomentRow(at=at, kind=_filled(kind, "kind"), title=_filled(title, "title"))
        if _taken(desk, wanted, row.id):
            raise InvalidInput("Dit moment staat er al.", field="title")
    except InvalidInput as error:
        return _problem(desk, error.message)
    row.at, row.kind, row.title = wanted.at, wanted.kind, wanted.title
    row.version += 1
    desk.session.flush()
    desk.note("moment-changed", row.title, facts={"at": row.at.isoformat()})
    return _back(desk, "moment")


@router.post("/dossiers/{slug}/moments/{moment_id}/evaluation")
def evaluation_form(
    moment_id: Number,
    desk: Annotated[Desk, writing(Permission.MOMENTS_WRITE)],
    csrf: Csrf,
    version: Version,
    went_well: Words = "",
    surprised: Words = "",
    adjust: Words = "",
) -> Response:
    prove(desk, csrf)
    row = _moment(desk, moment_id)
    author = desk.scope.principal.name
    try:
        moments.evaluate(
            desk.house, desk.session, row, author, version, went_well, surprised, adjust
        )
    except (InvalidInput, Conflict) as error:
        return _problem(desk, error.message)
    desk.note("moment-evaluated", row.title)
    return _back(desk, "evaluatie")


@router.post("/dossiers/{slug}/peaks/{day}")
def cause_form(
    day: date,
    desk: Annotated[Desk, writing(Permission.MOMENTS_WRITE)],
    csrf: Csrf,
    cause: Annotated[str, Form(max_length=30)] = "",
    note: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    prove(desk, csrf)
    author = desk.scope.principal.name
    try:
        moments.set_cause(desk.house, desk.session, desk.scope.dossier, day, cause, note, author)
    except InvalidInput as error:
        return _problem(desk, error.message)
    desk.note("peak-cause", day.isoformat(), facts={"cause": cause})
    return _back(desk, "oorzaak")


def _view(desk: Desk, notice: str = "", problem: str = "") -> report_views.TimelineView:
    found = moments.timeline(desk.house, desk.session, desk.scope.dossier)
    now = desk.house.clock.now()
    causes = tuple(CAUSES.items())
    by_day: dict[date, list[str]] = {}
    for row in found.moments:
        by_day.setdefault(local_date(row.at), []).append(row.title)
    peaks = {peak.date: CAUSES.get(peak.cause, "Piek zonder oorzaak") for peak in found.peaks}
    days = [
        (one.date, int(one.counts.get("posts", 0)), int(one.detail.get("own", 0)))
        for one in found.days
    ]
    return report_views.TimelineView(
        frame=desk_frame(desk, "moments", notice),
        moments=tuple(_shown(row, found, desk) for row in found.moments),
        peaks=tuple(
            report_views.PeakView(one.date, one.posts, one.mean, one.cause, one.note)
            for one in reversed(found.peaks)
        ),
        chart=timeline.chart(days, by_day, peaks) if len(days) > 1 else None,
        phase=max(
            moments.phase_then(found.moments, now), desk.scope.dossier.phase,
            key=("before", "during", "after").index,
        ),
        causes=causes,
        kinds=tuple(wording.options("moment_kind")),
        may_write=desk.scope.may(Permission.MOMENTS_WRITE),
        problem=problem,
    )  # fmt: skip


def _shown(row: MomentRow, found: moments.Timeline, desk: Desk) -> report_views.TimelineMoment:
    now = desk.house.clock.now()
    local = row.at.astimezone(AMSTERDAM)
    evaluation = None
    if moments.may_be_evaluated(row, now):
        said = found.evaluations.get(moments.key_of(row))
        beside = moments.beside(row, found.days)
        whole = bool(beside.before_days and beside.after_days)
        evaluation = report_views.EvaluationView(
            went_well=said.went_well if said else "",
            surprised=said.surprised if said else "",
            adjust=said.adjust if said else "",
            author=said.author if said else "",
            version=said.version if said else 0,
            before_days=beside.before_days,
            after_days=beside.after_days,
            numbers=tuple(
                (words, beside.before[name], beside.after[name]) for name, words in NUMBERS
            )
            if whole
            else (),
        )
    return report_views.TimelineMoment(
        moment_id=row.id, at=row.at, day=local.date().isoformat(), clock=f"{local:%H:%M}",
        kind=row.kind, title=row.title, version=row.version, past=row.at < now,
        phase=moments.phase_then(found.moments, row.at), evaluation=evaluation,
    )  # fmt: skip


def _filled(text: str, field: str) -> str:
    clean = " ".join(text.split())
    if not clean:
        raise InvalidInput("Vul in wat het moment is.", field=field)
    return clean


def _taken(desk: Desk, wanted: MomentRow, but: int | None) -> bool:
    return any(
        (row.at, row.title) == (wanted.at, wanted.title) and row.id != but
        for row in dossier_rows.moments(desk.session, desk.scope.dossier.id)
    )


def _moment(desk: Desk, moment_id: int) -> MomentRow:
    row = dossier_rows.moment(desk.session, desk.scope.dossier.id, moment_id)
    if row is None:
        raise NotFound("Dit moment staat niet in dit dossier.")
    return row


def _problem(desk: Desk, problem: str) -> Response:
    return page(report_pages.render_timeline(_view(desk, problem=problem)), 400)


def _back(desk: Desk, saved: str) -> Response:
    address = paths.dossier(desk.scope.dossier.slug, "moments")
    return RedirectResponse(f"{address}?saved={saved}", status_code=303)
