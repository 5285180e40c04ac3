"""Questions and answers per theme, and the register of rumours (R7, R9, R14)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response

from app.api.dependencies import Desk, IfMatch, reading, set_version, writing
from app.api.schemas import In, Line, Out, Prose, Remark
from app.services import answers
from app.services.access import Permission
from app.storage import talk as rows
from app.storage.models import Answer, QuestionTheme, Rumour

router = APIRouter(prefix="/dossiers/{slug}", tags=["vragen"])
ThemeSlug = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,80}$")]
RumourId = Annotated[int, Path(ge=1, le=2**31 - 1)]
Kind = Literal["feitelijk", "bestuurlijk"]
State = Literal["beantwoord", "nog niet bekend"]
RumourState = Literal["onbevestigd", "wordt nagezocht", "onjuist", "juist"]


class AnswerOut(Out):
    text: str
    state: str
    review_on: date | None
    approved_at: datetime | None
    version: int


class ThemeOut(Out):
    """A theme; `asked` counts questions, `used` posts that stand answered with one of its
    answers, `public` is what the public page says now."""

    slug: str
    title: str
    kind: str
    answered_by: str
    paraphrase: str
    asked: int
    overdue: bool
    hours_to_answer: int | None
    used: int
    version: int
    answer: AnswerOut | None
    public: AnswerOut | None


class ThemeIn(In):
    title: Line
    kind: Kind
    answered_by: Remark = ""
    paraphrase: Remark = ""


class AnswerIn(In):
    text: Prose
    state: State
    review_on: date | None = None


class RumourIn(In):
    claim: Remark
    status: RumourState = "onbevestigd"
    answer: Remark = ""


class RumourOut(Out):
    id: int
    claim: str
    status: str
    answer: str
    first_seen: datetime
    version: int


@router.get("/themes", summary="De onderwerpen van vragen, met hun antwoorden")
def list_themes(desk: Annotated[Desk, reading(Permission.REPORTS)]) -> list[ThemeOut]:
    found = answers.lines(desk.house, desk.session, desk.scope.dossier)
    return [_line(line) for line in found]


@router.put("/themes/{theme}", summary='Een onderwerp maken of wijzigen (If-Match "0": nieuw)')
def write_theme(
    theme: ThemeSlug,
    body: ThemeIn,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.STATUS)],
    response: Response,
) -> ThemeOut:
    row = answers.save_theme(
        desk.session, desk.scope.dossier, theme, title=body.title, kind=body.kind,
        answered_by=body.answered_by, paraphrase=body.paraphrase, version=version,
    )  # fmt: skip
    desk.note("theme-written", theme)
    set_version(response, row.version)
    return _theme(desk, row)


@router.put("/themes/{theme}/answer", summary="Het antwoord schrijven, als concept")
def write_answer(
    theme: ThemeSlug, body: AnswerIn, desk: Annotated[Desk, writing(Permission.STATUS)]
) -> AnswerOut:
    row = answers.theme_of(desk.session, desk.scope.dossier, theme)
    said = answers.write(desk.house, desk.session, row, body.text, body.state, body.review_on)
    desk.note("answer-written", theme, facts={"state": body.state})
    return AnswerOut.model_validate(said)


@router.post("/themes/{theme}/approval", summary="Het antwoord op eigen naam openbaar maken")
def approve_answer(
    theme: ThemeSlug, version: IfMatch, desk: Annotated[Desk, writing(Permission.APPROVE)]
) -> AnswerOut:
    row = answers.theme_of(desk.session, desk.scope.dossier, theme)
    said = answers.approve(desk.house, desk.session, row, desk.scope.principal.user_id, version)
    desk.note("answer-approved", theme)
    return AnswerOut.model_validate(said)


@router.get("/rumours", summary="Het register van geruchten")
def list_rumours(desk: Annotated[Desk, reading(Permission.REPORTS)]) -> list[RumourOut]:
    found = rows.rumours(desk.session, desk.scope.dossier.id)
    return [RumourOut.model_validate(row) for row in found]


@router.post("/rumours", status_code=201, summary="Een gerucht noteren")
def add_rumour(
    body: RumourIn, desk: Annotated[Desk, writing(Permission.STATUS)], response: Response
) -> RumourOut:
    return _rumour(desk, None, body, 0, response)


@router.put("/rumours/{rumour_id}", summary="De stand van een gerucht wijzigen")
def change_rumour(
    rumour_id: RumourId,
    body: RumourIn,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.STATUS)],
    response: Response,
) -> RumourOut:
    return _rumour(desk, rumour_id, body, version, response)


def _rumour(
    desk: Desk, rumour_id: int | None, body: RumourIn, version: int, response: Response
) -> RumourOut:
    row: Rumour = answers.save_rumour(
        desk.house, desk.session, desk.scope.dossier, rumour_id,
        claim=body.claim, status=body.status, answer=body.answer, version=version,
    )  # fmt: skip
    desk.note("rumour-written", str(row.id), facts={"status": row.status})
    set_version(response, row.version)
    return RumourOut.model_validate(row)


def _theme(desk: Desk, row: QuestionTheme) -> ThemeOut:
    lines = answers.lines(desk.house, desk.session, desk.scope.dossier)
    return next(_line(line) for line in lines if line.slug == row.slug)


def _line(line: answers.Line) -> ThemeOut:
    row = line.row
    return ThemeOut(
        slug=line.slug, title=line.title, kind=line.kind,
        answered_by=row.answered_by if row else answers.ANSWERED_BY[line.kind],
        paraphrase=row.paraphrase if row else "", asked=line.asked, overdue=line.overdue,
        hours_to_answer=line.hours_to_answer, used=line.used, version=row.version if row else 0,
        answer=_answer(line.answer), public=_answer(line.approved),
    )  # fmt: skip


def _answer(row: Answer | None) -> AnswerOut | None:
    return AnswerOut.model_validate(row) if row is not None else None
