"""The posts of a dossier with their filters, the label form, and the step to the source."""

from __future__ import annotations

from datetime import date
from typing import Annotated, get_args

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from app.api.dependencies import Desk, auditing, writing
from app.api.pages.framing import Csrf, back, desk_frame, page, prove
from app.api.schemas import GroupName, LabelName, LocalityName, StatusName
from app.errors import InvalidInput
from app.services import correcting, posts
from app.services.access import Permission, Scope
from app.services.labels import CODES
from app.services.posts import PostFilter, PostPage, ShownPost
from dashboards import pages, paths, views, wording

router = APIRouter(include_in_schema=False)
KNOWN = {
    "label": frozenset({*get_args(LabelName), pages.THREATS}),
    "sub_label": CODES,
    "group": frozenset({*get_args(GroupName), "unknown"}),
    "locality": frozenset(get_args(LocalityName)),
    "status": frozenset(get_args(StatusName)),
}


@router.get("/dossiers/{slug}/posts")
def posts_page(request: Request, desk: Annotated[Desk, auditing(Permission.POSTS)]) -> Response:
    asked = request.query_params
    filters = views.PostFilter(
        **{field: asked.get(name, "")[:300] for name, field in pages.FILTER_NAMES.items()}
    )
    cursor = asked.get("cursor", "")[:300]
    try:
        wanted = _filter(filters)
        found = posts.read_page(desk.house, desk.session, desk.scope, wanted, cursor, posts.PAGE)
        problem, status = "", 200
    except InvalidInput as error:
        found, problem, status = PostPage((), "", 0), error.message, 400
    names = sorted(pages.filter_query(filters))
    desk.note("posts-read", facts={"posts": len(found.posts), "filters": names})
    return page(pages.render_posts(_view(desk, filters, found, cursor, problem)), status)


def _filter(filters: views.PostFilter) -> PostFilter:
    """The address bar as a filter; raises `InvalidInput` naming the value that cannot be."""
    for field, known in KNOWN.items():
        value = getattr(filters, field)
        if value and value not in known:
            raise InvalidInput(f"Het filter kent de keuze {value!r} niet.", field=field)
    threats = filters.label == pages.THREATS
    return PostFilter(
        label=None if threats else filters.label or None,
        sub_label=filters.sub_label or None,
        source=filters.source or None,
        group=filters.group or None,
        account_list=filters.account_list or None,
        locality=filters.locality or None,
        status=filters.status or None,
        text=filters.text or None,
        first=_day(filters.from_date, "from"),
        last=_day(filters.to_date, "to"),
        threat_candidate=threats,
    )


def _day(text: str, field: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"{text!r} is geen datum (jjjj-mm-dd).", field=field) from error


def _view(
    desk: Desk, filters: views.PostFilter, found: PostPage, cursor: str, problem: str
) -> views.PostsView:
    sources, groups, lists = posts.choices(desk.session, desk.scope)
    values = {field: getattr(filters, field) for field in pages.FILTER_NAMES.values()}
    return views.PostsView(
        frame=desk_frame(desk, "posts"),
        posts=tuple(post_view(post, desk.scope) for post in found.posts),
        filters=views.PostFilter(**values, problem=problem),
        sources=tuple(views.Choice(*one) for one in sources),
        account_lists=tuple(views.Choice(name, name) for name in lists),
        groups=tuple(views.Choice(kind, wording.title("group", kind), n) for kind, n in groups),
        total=found.total,
        next_cursor=found.cursor,
        cursor=cursor,
    )


def post_view(post: ShownPost, scope: Scope) -> views.PostView:
    """A hit as its card shows it."""
    row = post.row
    judged = not post.threat_candidate or scope.may(Permission.THREATS)
    return views.PostView(
        post_key=row.post_key,
        published=row.published_at,
        source_title=post.source_title,
        text=post.text,
        status=row.status,
        title=post.title,
        marks=tuple(views.Mark(s.start, s.end, s.why, s.in_title) for s in post.spans),
        labels=row.labels,
        sub_labels=row.sub_labels,
        reasons=tuple(views.Reason(s.start, s.end, s.text, s.why) for s in post.reasons),
        group=row.group,
        locality=row.locality,
        sentiment=row.sentiment_label,
        stance=row.stance,
        theme=row.theme,
        irony=post.irony,
        doubt=post.doubt,
        is_question=row.is_question,
        by_person=row.by_person,
        labelled_by=post.labelled_by,
        late=row.late,
        origins=tuple(slug for slug in post.origins if slug != row.source),
        version=post.version,
        may_label=scope.may(Permission.LABEL) and judged,
        may_confirm=scope.may(Permission.THREATS),
        may_open=scope.may(Permission.OPEN_AT_SOURCE) and not post.hidden,
        threat_candidate=post.threat_candidate,
        text_hidden=post.hidden,
    )


@router.post("/dossiers/{slug}/posts/{post_key}/labels")
def label_form(
    post_key: str,
    desk: Annotated[Desk, writing(Permission.LABEL)],
    csrf: Csrf,
    version: Annotated[int, Form(ge=0, le=2**31 - 1)],
    status: Annotated[str, Form(max_length=40)],
    sub_label: Annotated[list[str], Form(max_length=19)] = [],  # noqa: B006 (a form default)
    confirmed: Annotated[str, Form(max_length=10)] = "",
    note: Annotated[str, Form(max_length=500)] = "",
    return_: Annotated[str, Form(alias="return", max_length=2000)] = "",
) -> Response:
    prove(desk, csrf)
    correcting.correct(
        desk.house, desk.session, desk.scope, post_key,
        status=status, sub_labels=sub_label, confirmed=confirmed == "yes",
        remark=note, version=version,
    )  # fmt: skip
    desk.note("labelled", post_key, facts={"status": status, "sub_labels": sub_label})
    return back(return_, paths.posts(desk.scope.dossier.slug))


@router.post("/dossiers/{slug}/posts/{post_key}/open")
def open_form(
    post_key: str,
    desk: Annotated[Desk, auditing(Permission.OPEN_AT_SOURCE)],
    csrf: Csrf,
    return_: Annotated[str, Form(alias="return", max_length=2000)] = "",
) -> Response:
    prove(desk, csrf)
    post = posts.read_post(desk.house, desk.session, desk.scope, post_key)
    address = posts.open_address(desk.house, desk.session, desk.scope, post_key)
    desk.note("opened-at-source", post_key)
    view = views.OpenView(desk_frame(desk, "posts"), post.source_title, address, return_)
    return page(pages.render_open(view))
