"""The pages of asked questions: which are one, in whose words; merge, split, a theme of their own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from fastapi.responses import RedirectResponse, Response

from app.api.dependencies import Desk, auditing, writing
from app.api.pages.framing import Csrf, desk_frame, page, prove, whole
from app.errors import Conflict, InvalidInput, NotFound
from app.services import posts, question_themes, questions
from app.services.access import Permission
from app.services.posts import ShownPost
from app.services.questions import Line
from dashboards import paths, question_views, report_pages, views

router = APIRouter(include_in_schema=False)
Name = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
Version = Annotated[int, Form(ge=0, le=2**31 - 1)]
Words = Annotated[str, Form(max_length=500)]
ThemeSlug = Annotated[str, Query(pattern=r"^[a-z0-9-]{0,40}$")]
Start = Annotated[int, Query(ge=0, le=10**6)]
PAGE, MOST_POSTS = 30, 200
SAVED = {
    "woorden": "Opgeslagen. Het verslag dat nog wacht, toont deze woorden.",
    "samen": "De groepen zijn samengevoegd. Nieuwe vragen die erop lijken, komen erbij.",
    "apart": "De vragen staan nu apart. Nieuwe vragen die erop lijken, komen daarbij.",
    "onderwerp": "Het onderwerp is gemaakt en de vragen staan eronder.",
}


@router.get("/dossiers/{slug}/questions")
def questions_page(
    desk: Annotated[Desk, auditing(Permission.REPORTS)],
    theme: ThemeSlug = "",
    start: Start = 0,
    saved: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    return page(
        report_pages.render_questions(_list(desk, theme, start, notice=SAVED.get(saved, "")))
    )


@router.post("/dossiers/{slug}/questions")
def merge_form(
    desk: Annotated[Desk, writing(Permission.LABEL)],
    csrf: Csrf,
    cluster: Annotated[list[str], Form(max_length=PAGE)] = [],  # noqa: B006 (a form default)
) -> Response:
    """The chosen clusters, each as name:version, become one: the largest takes the others in."""
    prove(desk, csrf)
    try:
        with whole(desk):
            into = _merge(desk, cluster)
    except (InvalidInput, Conflict, NotFound) as error:
        return page(report_pages.render_questions(_list(desk, "", 0, problem=error.message)), 400)
    return _to(desk, into, "samen")


def _merge(desk: Desk, chosen: list[str]) -> str:
    told = dict(one.partition(":")[::2] for one in chosen)
    there = {line.name: line for line in questions.lines(desk.house, desk.session, _id(desk))}
    if len(told) < 2:
        raise InvalidInput("Kies minstens twee groepen om samen te voegen.", field="cluster")
    for name, version in told.items():
        if name not in there or str(there[name].version) != version:
            raise Conflict("Een van deze groepen is intussen gewijzigd. Kies opnieuw.")
    into, *others = sorted(told, key=lambda name: (-there[name].n, name))
    for step, other in enumerate(others, start=there[into].version):
        questions.merge(desk.house, desk.session, desk.scope, into, other, step)
    desk.note("questions-merged", into, facts={"others": others})
    return into


@router.post("/dossiers/{slug}/questions/themes")
def adopt_form(
    desk: Annotated[Desk, writing(Permission.STATUS)],
    csrf: Csrf,
    word: Annotated[str, Form(max_length=60)] = "",
    title: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    prove(desk, csrf)
    try:
        with whole(desk):
            moved = question_themes.adopt(desk.session, desk.scope, word, title)
    except (InvalidInput, Conflict, NotFound) as error:
        return page(report_pages.render_questions(_list(desk, "", 0, problem=error.message)), 400)
    desk.note("theme-adopted", word, facts={"questions": moved})
    address = paths.dossier(desk.scope.dossier.slug, "questions")
    return RedirectResponse(f"{address}?saved=onderwerp", status_code=303)


@router.get("/dossiers/{slug}/questions/{name}")
def cluster_page(
    name: Name,
    desk: Annotated[Desk, auditing(Permission.POSTS)],
    saved: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    return page(report_pages.render_question(_one(desk, name, notice=SAVED.get(saved, ""))))


@router.post("/dossiers/{slug}/questions/{name}")
def describe_form(
    name: Name,
    desk: Annotated[Desk, writing(Permission.LABEL)],
    csrf: Csrf,
    version: Version,
    paraphrase: Words = "",
    theme: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    prove(desk, csrf)
    try:
        questions.describe(
            desk.session, desk.scope, name, paraphrase=paraphrase, theme=theme, version=version
        )
    except (InvalidInput, Conflict) as error:
        return page(report_pages.render_question(_one(desk, name, problem=error.message)), 400)
    desk.note("question-described", name, facts={"theme": theme})
    return _to(desk, name, "woorden")


@router.post("/dossiers/{slug}/questions/{name}/split")
def split_form(
    name: Name,
    desk: Annotated[Desk, writing(Permission.LABEL)],
    csrf: Csrf,
    version: Version,
    posts: Annotated[list[str], Form(max_length=MOST_POSTS)] = [],  # noqa: B006 (a form default)
) -> Response:
    prove(desk, csrf)
    try:
        fresh = questions.split(desk.house, desk.session, desk.scope, name, posts, version)
    except (InvalidInput, Conflict) as error:
        return page(report_pages.render_question(_one(desk, name, problem=error.message)), 400)
    desk.note("questions-split", name, facts={"posts": len(posts), "to": fresh})
    return _to(desk, fresh, "apart")


def _to(desk: Desk, name: str, saved: str) -> Response:
    address = paths.question(desk.scope.dossier.slug, name)
    return RedirectResponse(f"{address}?saved={saved}", status_code=303)


def _id(desk: Desk) -> int:
    return desk.scope.dossier.id


def _themes(desk: Desk) -> tuple[views.Choice, ...]:
    found = question_themes.themes(desk.session, _id(desk))
    return tuple(views.Choice(slug, title) for slug, title in found.items())


def _list(
    desk: Desk, theme: str, start: int, notice: str = "", problem: str = ""
) -> question_views.QuestionsView:
    scope = desk.scope
    found = questions.lines(desk.house, desk.session, _id(desk), theme)
    shown = found[start : start + PAGE]
    may_read = scope.may(Permission.POSTS)
    examples = _examples(desk, shown) if may_read else {}
    return question_views.QuestionsView(
        frame=desk_frame(desk, "questions", notice),
        clusters=tuple(_cluster(line, examples.get(line.name, "")) for line in shown),
        themes=_themes(desk),
        total=len(found),
        theme=theme,
        start=start,
        next_start=start + PAGE if start + PAGE < len(found) else None,
        suggestions=tuple(
            question_views.SuggestionView(one.word, len(one.names))
            for one in question_themes.suggested(desk.session, _id(desk))[:5]
        ),
        may_write=scope.may(Permission.LABEL),
        may_read=may_read,
        may_add=scope.may(Permission.STATUS),
        problem=problem,
    )


def _examples(desk: Desk, shown: list[Line]) -> dict[str, str]:
    """The newest post of each cluster, masked; that they were read is written down."""
    newest = {
        line.name: questions.keys_in(desk.session, desk.scope, line.name, 1) for line in shown
    }
    keys = [key for some in newest.values() for key in some]
    read = {one.row.post_key: one for one in _read(desk, keys)}
    return {name: read[some[0]].text for name, some in newest.items() if some and some[0] in read}


def _read(desk: Desk, keys: list[str]) -> list[ShownPost]:
    found = posts.read_keys(desk.house, desk.session, desk.scope, keys)
    desk.note("posts-read", facts={"posts": len(found), "filters": ["cluster"]})
    return found


def _one(
    desk: Desk, name: str, notice: str = "", problem: str = ""
) -> question_views.ClusterPageView:
    line = questions.line(desk.house, desk.session, desk.scope, name)
    keys = questions.keys_in(desk.session, desk.scope, name, MOST_POSTS)
    return question_views.ClusterPageView(
        frame=desk_frame(desk, "questions", notice),
        cluster=_cluster(line),
        posts=tuple(
            question_views.AskedView(
                key=post.row.post_key,
                published=post.row.published_at,
                source=post.source_title,
                text=post.text.strip() or post.title,
                hidden=post.hidden,
            )
            for post in _read(desk, keys)
        ),
        themes=_themes(desk),
        may_write=desk.scope.may(Permission.LABEL),
        problem=problem,
    )


def _cluster(line: Line, example: str = "") -> question_views.ClusterView:
    return question_views.ClusterView(
        name=line.name, theme=line.theme, title=line.title, kind=line.kind,
        by_person=line.by_person, paraphrase=line.paraphrase, answered=line.answered,
        n=line.n, lately=line.lately, first=line.first, last=line.last, version=line.version,
        example=example,
    )  # fmt: skip
