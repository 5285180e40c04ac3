"""Questions with their answers, rumours, follow-ups; and what anybody may read of them."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Header, Path, Query
from fastapi.responses import JSONResponse, RedirectResponse, Response

from app.api.dependencies import Desk, TheHouse, reading, writing
from app.api.pages.framing import Csrf, desk_frame, outside_frame, page, prove
from app.clock import local_date
from app.errors import Conflict, InvalidInput
from app.services import answers, feeds, follow_ups
from app.services.access import Permission
from app.storage import talk as rows
from app.storage.models import Answer, FollowUp, QuestionTheme
from dashboards import atom, paths, report_pages, report_views, views

router = APIRouter(include_in_schema=False)
Theme = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,80}$")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Version = Annotated[int, Form(ge=0, le=2**31 - 1)]
Short = Annotated[str, Form(max_length=300)]
Remark = Annotated[str, Form(max_length=500)]
PublicSlug = Annotated[str, Path(min_length=1, max_length=80)]
IfNoneMatch = Annotated[str | None, Header()]
SAVED = {
    "concept": "Het antwoord is als concept opgeslagen. Na goedkeuring is het openbaar.",
    "openbaar": "Het antwoord is goedgekeurd en staat op de openbare pagina.",
    "onderwerp": "Het onderwerp is opgeslagen.",
    "gerucht": "Het gerucht is opgeslagen.",
    "punt": "Het punt is opgeslagen.",
}


@router.get("/dossiers/{slug}/answers")
def answers_page(
    desk: Annotated[Desk, reading(Permission.REPORTS)],
    saved: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    return page(report_pages.render_answers(_view(desk, SAVED.get(saved, ""))))


@router.post("/dossiers/{slug}/answers")
def add_theme_form(
    desk: Annotated[Desk, writing(Permission.STATUS)],
    csrf: Csrf,
    title: Short = "",
    kind: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    prove(desk, csrf)
    try:
        slug = answers.slug_of(title)
        answers.save_theme(desk.session, desk.scope.dossier, slug, title=title, kind=kind)
    except (InvalidInput, Conflict) as error:
        return _problem(desk, error.message)
    desk.note("theme-written", slug)
    return _back(desk, "onderwerp")


@router.post("/dossiers/{slug}/answers/{theme}")
def answer_form(
    theme: Theme,
    desk: Annotated[Desk, writing(Permission.STATUS)],
    csrf: Csrf,
    version: Version,
    title: Short = "",
    kind: Annotated[str, Form(max_length=20)] = "",
    answered_by: Annotated[str, Form(max_length=120)] = "",
    paraphrase: Remark = "",
    text: Annotated[str, Form(max_length=10_000)] = "",
    state: Annotated[str, Form(max_length=20)] = "",
    review_on: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    prove(desk, csrf)
    try:
        review = date.fromisoformat(review_on) if review_on else None
        with desk.session.begin_nested():  # the theme and its answer, or neither
            row = answers.save_theme(
                desk.session, desk.scope.dossier, theme, title=title, kind=kind,
                answered_by=answered_by, paraphrase=paraphrase, version=version,
            )  # fmt: skip
            if text.strip():
                clean = text.replace("\r\n", "\n")
                answers.write(desk.house, desk.session, row, clean, state, review)
    except ValueError:
        return _problem(desk, "De dag om opnieuw te kijken is geen datum.")
    except (InvalidInput, Conflict) as error:
        return _problem(desk, error.message)
    desk.note("answer-written", theme, facts={"state": state})
    return _back(desk, "concept" if text.strip() else "onderwerp")


@router.post("/dossiers/{slug}/answers/{theme}/approval")
def approve_form(
    theme: Theme, desk: Annotated[Desk, writing(Permission.APPROVE)], csrf: Csrf, version: Version
) -> Response:
    prove(desk, csrf)
    row = answers.theme_of(desk.session, desk.scope.dossier, theme)
    try:
        user_id = desk.scope.principal.user_id
        answers.approve(desk.house, desk.session, row, user_id, version)
    except Conflict as error:
        return _problem(desk, error.message)
    desk.note("answer-approved", theme)
    return _back(desk, "openbaar")


@router.post("/dossiers/{slug}/rumours")
def add_rumour_form(
    desk: Annotated[Desk, writing(Permission.STATUS)], csrf: Csrf, claim: Remark = ""
) -> Response:
    return _rumour(desk, csrf, None, claim, "onbevestigd", "", 0)


@router.post("/dossiers/{slug}/rumours/{rumour_id}")
def rumour_form(
    rumour_id: Number,
    desk: Annotated[Desk, writing(Permission.STATUS)],
    csrf: Csrf,
    version: Version,
    claim: Remark = "",
    status: Annotated[str, Form(max_length=30)] = "",
    answer: Remark = "",
) -> Response:
    return _rumour(desk, csrf, rumour_id, claim, status, answer, version)


def _rumour(
    desk: Desk, csrf: str, rumour_id: int | None, claim: str, status: str, answer: str, version: int
) -> Response:
    prove(desk, csrf)
    try:
        row = answers.save_rumour(
            desk.house, desk.session, desk.scope.dossier, rumour_id,
            claim=claim, status=status, answer=answer, version=version,
        )  # fmt: skip
    except (InvalidInput, Conflict) as error:
        return _problem(desk, error.message)
    desk.note("rumour-written", str(row.id), facts={"status": row.status})
    return _back(desk, "gerucht")


@router.post("/dossiers/{slug}/follow-ups")
def add_point_form(
    desk: Annotated[Desk, writing(Permission.STATUS)],
    csrf: Csrf,
    due: Annotated[date, Form()],
    owner: Annotated[int, Form(ge=0, le=2**31 - 1)],
    title: Short = "",
) -> Response:
    prove(desk, csrf)
    try:
        row = follow_ups.add(desk.session, desk.scope.dossier, title, owner, due)
    except InvalidInput as error:
        return _problem(desk, error.message)
    desk.note("follow-up-added", str(row.id))
    return _back(desk, "punt")


@router.post("/dossiers/{slug}/follow-ups/{follow_up_id}/closing")
def close_point_form(
    follow_up_id: Number,
    desk: Annotated[Desk, writing(Permission.STATUS)],
    csrf: Csrf,
    version: Version,
    feedback: Annotated[str, Form(max_length=2_000)] = "",
) -> Response:
    prove(desk, csrf)
    row = follow_ups.of(desk.session, desk.scope.dossier, follow_up_id)
    try:
        follow_ups.close(desk.house, row, feedback, version)
    except (InvalidInput, Conflict) as error:
        return _problem(desk, error.message)
    desk.note("follow-up-closed", str(row.id))
    return _back(desk, "punt")


@router.get("/public/{slug}/answers")
def public_page(slug: PublicSlug, house: TheHouse) -> Response:
    """Approved answers, for anybody."""
    with house.database.read() as session:
        dossier, organisation, found = feeds.public_answers(session, slug)
        outside = outside_frame(house, "answers")
        frame = views.Frame(
            organisation=organisation, csrf="", active="answers", version=outside.version,
            demo=house.demo,
        )  # fmt: skip
        shown = {
            kind: tuple(_public(theme, said) for theme, said in found if theme.kind == kind)
            for kind in answers.KINDS
        }
        view = report_views.PublicAnswersView(
            frame, dossier.title, dossier.slug, shown["feitelijk"], shown["bestuurlijk"]
        )
        return page(report_pages.render_public_answers(view))


@router.get("/public/{slug}/answers.json")
def public_json(slug: PublicSlug, house: TheHouse) -> Response:
    with house.database.read() as session:
        dossier, organisation, found = feeds.public_answers(session, slug)
        body = {
            "organisation": organisation,
            "title": dossier.title,
            "answers": [
                {
                    "theme": theme.slug, "title": theme.title, "kind": theme.kind,
                    "text": said.text, "state": said.state,
                    "reviewOn": said.review_on.isoformat() if said.review_on else None,
                    "since": said.approved_at.isoformat() if said.approved_at else None,
                }
                for theme, said in found
            ],
        }  # fmt: skip
        return JSONResponse(body)


@router.get("/public/{slug}/answers.atom")
def public_feed(slug: PublicSlug, house: TheHouse, if_none_match: IfNoneMatch = None) -> Response:
    with house.database.read() as session:
        return feed_answer(feeds.answer_feed(house, session, slug), if_none_match)


@router.get("/feeds/{secret}/reports.atom")
def report_feed(
    secret: Annotated[str, Path(min_length=20, max_length=100)],
    house: TheHouse,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Approved reports, for who knows the address."""
    with house.database.read() as session:
        return feed_answer(feeds.report_feed(house, session, secret), if_none_match)


def feed_answer(content: str, seen: str | None) -> Response:
    """A feed with its ETag; 304 when the reader has it already."""
    etag = f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if seen is not None and etag in {part.strip().removeprefix("W/") for part in seen.split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=atom.MEDIA_TYPE, headers=headers)


def _public(theme: QuestionTheme, said: Answer) -> report_views.PublicAnswer:
    unknown = said.state == answers.UNKNOWN
    return report_views.PublicAnswer(
        theme.slug, theme.title, said.text, unknown, said.review_on, said.approved_at
    )


def _view(desk: Desk, notice: str = "", problem: str = "") -> report_views.AnswersView:
    dossier, today = desk.scope.dossier, local_date(desk.house.clock.now())
    lines = answers.lines(desk.house, desk.session, dossier)
    people = {user.id: user.name for user in follow_ups.people(desk.session, dossier)}
    public = any(line.approved is not None for line in lines)
    return report_views.AnswersView(
        frame=desk_frame(desk, "answers", notice),
        themes=tuple(_theme(line) for line in lines),
        rumours=tuple(
            report_views.RumourView(
                row.id, row.claim, row.status, row.answer, row.first_seen, row.version
            )
            for row in rows.rumours(desk.session, dossier.id)
        ),
        follow_ups=tuple(
            _point(row, people, today) for row in rows.follow_ups(desk.session, dossier.id)
        ),
        colleagues=tuple(views.Choice(str(key), name) for key, name in people.items()),
        rumour_states=answers.RUMOUR_STATES,
        today=today.isoformat(),
        may_write=desk.scope.may(Permission.STATUS),
        may_approve=desk.scope.may(Permission.APPROVE),
        public_path=paths.public_answers(dossier.slug) if public else "",
        problem=problem,
    )


def _point(row: FollowUp, people: dict[int, str], today: date) -> report_views.FollowUpView:
    return report_views.FollowUpView(
        row.id, row.title, people.get(row.owner_id or 0, ""), row.owner_id or 0, row.due,
        row.version, row.closed_at is None and row.due < today, row.feedback, row.closed_at,
    )  # fmt: skip


def _theme(line: answers.Line) -> report_views.ThemeView:
    row, said, public = line.row, line.answer, line.approved
    return report_views.ThemeView(
        slug=line.slug, title=line.title, kind=line.kind, asked=line.asked,
        answered_by=row.answered_by if row else answers.ANSWERED_BY[line.kind],
        paraphrase=row.paraphrase if row else "", version=row.version if row else 0,
        text=said.text if said else "", state=said.state if said else "",
        review_on=said.review_on.isoformat() if said and said.review_on else "",
        answer_version=said.version if said else 0,
        waits=said is not None and said.approved_at is None,
        public_text=public.text if public else "",
        public_since=public.approved_at if public else None,
        overdue=line.overdue, hours=line.hours_to_answer, used=line.used,
    )  # fmt: skip


def _problem(desk: Desk, problem: str) -> Response:
    return page(report_pages.render_answers(_view(desk, problem=problem)), 400)


def _back(desk: Desk, saved: str) -> Response:
    address = paths.dossier(desk.scope.dossier.slug, "answers")
    return RedirectResponse(f"{address}?saved={saved}", status_code=303)
