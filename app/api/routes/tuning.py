"""Tuning a query through the API: try, compare, count terms, switch, export (handreiking 8.2, R45-R47)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from app.api.dependencies import Desk, auditing, reading, writing
from app.api.routes.queries import Number, QueryText, Terms, version_of
from app.api.schemas import In, Out, Remark
from app.services import activation, tuning
from app.services.access import Permission
from app.storage import dossiers as dossier_rows
from app.storage import tuning as rows
from app.storage import users as user_rows
from app.storage.models import QueryActivation
from query import compile_query
from query.targets import exports

router = APIRouter(prefix="/dossiers/{slug}/queries", tags=["zoekopdrachten afstellen"])
PostKeyName = Annotated[str, Query(pattern=r"^[0-9a-f]{64}$")]


class TrialIn(In):
    """A query to try; `terms` are put over the dossier's own values."""

    query: QueryText
    terms: Terms | None = None
    newest: Annotated[int, Field(ge=0, le=200)] = tuning.NEWEST


class SpanOut(Out):
    start: int
    end: int
    leaf: str
    in_title: bool


class TrialPostOut(Out):
    """`status` null: a post of the tuning buffer, which no query of the dossier matched."""

    post_key: str
    source: str
    published_at: datetime
    title: str
    text: str
    spans: list[SpanOut]
    status: str | None
    hidden: bool


class SourceCountOut(Out):
    """`kept` of `offered` unmatched posts are in the buffer: its sampling rate."""

    source: str
    count: int
    kept: int
    offered: int


class DayCountOut(Out):
    date: date
    count: int


class TermCountOut(Out):
    """`alone`: matches that go without this term; `noise`: its matches labelled as noise."""

    leaf: str
    posts: int
    matched: int
    alone: int
    noise: int


class RemovedOut(Out):
    leaf: str
    posts: int
    alone: int


class AdviceOut(Out):
    code: str
    offset: int
    length: int
    message: str
    hint: str
    fix: str | None
    count: int | None


class TrialOut(Out):
    canonical: str
    count: int
    posts: int
    from_buffer: int
    newest: list[TrialPostOut]
    per_source: list[SourceCountOut]
    per_day: list[DayCountOut]
    terms: list[TermCountOut]
    removed: list[RemovedOut]
    advice: list[AdviceOut]


class Side(In):
    """One side of a comparison: a version by number, or a text."""

    number: Annotated[int | None, Field(ge=1)] = None
    query: QueryText | None = None
    terms: Terms | None = None


class DiffIn(In):
    old: Side
    new: Side


class ResponsibleOut(Out):
    """`why`: added, dropped, lifted (a NOT that went) or taken (a NOT that came)."""

    leaf: str
    why: Literal["added", "dropped", "lifted", "taken"]
    posts: int


class DiffOut(Out):
    before: int
    after: int
    gained: int
    lost: int
    gained_posts: list[TrialPostOut]
    lost_posts: list[TrialPostOut]
    gained_by: list[ResponsibleOut]
    lost_by: list[ResponsibleOut]


class ActivationIn(In):
    """`reason` is needed when the version names what looks like a private person."""

    reason: Remark = ""


class ActivationOut(Out):
    """A switch; without `activatedAt` it waits for a second person."""

    number: int
    asked_by: str | None
    asked_at: datetime
    reason: str
    persons: list[AdviceOut]
    approved_by: str | None
    activated_at: datetime | None
    backfilled: int


class LossOut(Out):
    kind: str
    leaf: str
    message: str


class SourceQueryOut(Out):
    text: str
    tags: list[str]
    params: dict[str, str]


class ExportOut(Out):
    """What a platform's own search could run of a version; `losses` say what it could not."""

    target: str
    title: str
    queries: list[SourceQueryOut]
    losses: list[LossOut]


class NoticeOut(Out):
    """The shipped template has a newer version than the active one was made from."""

    template: str
    version: int
    changes: list[dict[str, Any]]


@router.post("/preview", summary="Een zoekopdracht proberen op wat bewaard is")
def preview(body: TrialIn, desk: Annotated[Desk, auditing(Permission.QUERIES_WRITE)]) -> TrialOut:
    query = tuning.compiled(desk.session, desk.scope, body.query, body.terms)
    trial = tuning.preview(desk.house, desk.session, desk.scope, query, newest=body.newest)
    desk.note("query-previewed", facts={"count": trial.count})
    return _trial(trial)


@router.post("/diff", summary="Twee zoekopdrachten vergelijken")
def diff(body: DiffIn, desk: Annotated[Desk, auditing(Permission.QUERIES_WRITE)]) -> DiffOut:
    old, new = (_side(desk, side) for side in (body.old, body.new))
    found = tuning.compare(desk.house, desk.session, desk.scope, old, new)
    desk.note("queries-compared", facts={"gained": found.gained, "lost": found.lost})
    return DiffOut(
        **{
            name: getattr(found, name)
            for name in ("before", "after", "gained", "lost", "gained_by", "lost_by")
        },
        gained_posts=[_line(line) for line in found.gained_posts],
        lost_posts=[_line(line) for line in found.lost_posts],
    )


@router.get("/notice", summary="Is er een nieuwere versie van het sjabloon?")
def notice(desk: Annotated[Desk, reading(Permission.QUERIES_READ)]) -> NoticeOut | None:
    found = tuning.template_notice(dossier_rows.active_version(desk.session, desk.scope.dossier))
    return NoticeOut.model_validate(found) if found else None


@router.get("/activations", summary="Wie welke versie wanneer en waarom in gebruik nam")
def list_activations(
    desk: Annotated[Desk, reading(Permission.QUERIES_READ)],
) -> list[ActivationOut]:
    found = rows.activations(desk.session, desk.scope.dossier.id)
    return [_activation(desk, row, number) for row, number in found]


@router.delete("/active", status_code=204, summary="De zoekopdracht stilzetten")
def deactivate(desk: Annotated[Desk, writing(Permission.QUERIES_WRITE)]) -> None:
    activation.deactivate(desk.session, desk.scope)
    desk.note("query-deactivated", desk.scope.dossier.slug)


@router.get("/{number}/counts", summary="Een versie opnieuw draaien, met haar bevroren waarden")
def recount(number: Number, desk: Annotated[Desk, auditing(Permission.QUERIES_WRITE)]) -> TrialOut:
    version = version_of(desk, number)
    trial = tuning.recount(desk.house, desk.session, desk.scope, version)
    desk.note("query-recounted", str(number), facts={"count": trial.count})
    return _trial(trial)


@router.get("/{number}/why", summary="Waarom een bericht wel of niet gevonden wordt")
def why(
    number: Number,
    post_key: Annotated[str, Query(alias="postKey", pattern=r"^[0-9a-f]{64}$")],
    desk: Annotated[Desk, auditing(Permission.QUERIES_WRITE)],
) -> dict[str, Any]:
    version = version_of(desk, number)
    query = compile_query(version.text, version.terms)
    desk.note("match-explained", post_key)
    return tuning.why(desk.house, desk.session, desk.scope, query, post_key)


@router.get("/{number}/export", summary="Wat Mastodon, Bluesky en X ervan kunnen zoeken")
def export(
    number: Number, desk: Annotated[Desk, reading(Permission.QUERIES_READ)]
) -> list[ExportOut]:
    version = version_of(desk, number)
    found = exports(compile_query(version.text, version.terms))
    return [ExportOut.model_validate(one.as_json()) for one in found]


@router.post("/{number}/activation", summary="Een versie in gebruik nemen (ook een oude)")
def activate(
    number: Number,
    body: ActivationIn,
    desk: Annotated[Desk, writing(Permission.QUERIES_WRITE)],
    response: Response,
) -> ActivationOut:
    row = activation.activate(
        desk.house, desk.session, desk.scope, version_of(desk, number), body.reason
    )
    waits = row.activated_at is None
    response.status_code = 202 if waits else 200
    desk.note(
        "query-activation-asked" if waits else "query-activated", str(number),
        reason=body.reason, facts={"persons": len(row.persons), "backfilled": row.backfilled},
    )  # fmt: skip
    return _activation(desk, row, number)


@router.post("/{number}/approval", summary="Als tweede persoon instemmen met een versie")
def approve(number: Number, desk: Annotated[Desk, writing(Permission.APPROVE)]) -> ActivationOut:
    row = activation.agree(desk.house, desk.session, desk.scope, version_of(desk, number))
    desk.note("query-activated", str(number), reason=row.reason,
              facts={"second_person": True, "backfilled": row.backfilled})  # fmt: skip
    return _activation(desk, row, number)


def _side(desk: Desk, side: Side) -> Any:
    if side.number is not None:
        version = version_of(desk, side.number)
        return compile_query(version.text, version.terms)
    return tuning.compiled(desk.session, desk.scope, side.query or "", side.terms)


def _trial(trial: tuning.Trial) -> TrialOut:
    return TrialOut(
        canonical=trial.canonical,
        count=trial.count,
        posts=trial.posts,
        from_buffer=trial.from_buffer,
        newest=[_line(line) for line in trial.newest],
        per_source=[SourceCountOut.model_validate(one) for one in trial.per_source],
        per_day=[DayCountOut(date=day, count=n) for day, n in trial.per_day],
        terms=[TermCountOut.model_validate(one) for one in trial.terms],
        removed=[RemovedOut.model_validate(one) for one in trial.removed],
        advice=[AdviceOut.model_validate(one) for one in trial.advice],
    )


def _line(line: tuning.TrialLine) -> TrialPostOut:
    return TrialPostOut(
        post_key=line.post_key,
        source=line.source,
        published_at=line.published_at,
        title=line.title,
        text=line.text,
        spans=[SpanOut(start=a, end=b, leaf=leaf, in_title=t) for a, b, leaf, t in line.spans],
        status=line.status,
        hidden=line.hidden,
    )


def _activation(desk: Desk, row: QueryActivation, number: int) -> ActivationOut:
    return ActivationOut(
        number=number,
        asked_by=user_rows.name_of(desk.session, row.asked_by),
        asked_at=row.asked_at,
        reason=row.reason,
        persons=[AdviceOut.model_validate(one) for one in row.persons],
        approved_by=user_rows.name_of(desk.session, row.approved_by),
        activated_at=row.activated_at,
        backfilled=row.backfilled,
    )
