"""The webcare desk: the inbox with its filters in the address, and the forms on its cards."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response
from pydantic import ValidationError

from app.api.dependencies import Desk, auditing, writing
from app.api.filters import FilterQuery, filter_of
from app.api.pages.cards import post_view
from app.api.pages.framing import Csrf, back, desk_frame, page, prove
from app.api.problems import MESSAGES
from app.errors import InvalidInput
from app.services import answer_bank, correcting, desk, posts
from app.services.access import Permission
from app.services.posts import PostPage
from app.storage import desk as rows
from app.storage import dossiers as dossier_rows
from app.storage import inbox
from app.storage import sources as source_rows
from dashboards import pages, paths, views

router = APIRouter(include_in_schema=False)
Return = Annotated[str, Form(alias="return", max_length=2000)]
Key = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
HEARD = "De vraag staat bij de berichten, met het tijdstip waarop u haar hoorde."
Version = Annotated[int, Form(ge=0, le=2**31 - 1)]


@router.get("/dossiers/{slug}/posts")
def posts_page(
    request: Request,
    there: Annotated[Desk, auditing(Permission.POSTS)],
) -> Response:
    asked = request.query_params
    filters = views.PostFilter(
        **{field: asked.get(name, "")[:500] for name, field in pages.FILTER_NAMES.items()}
    )
    cursor = asked.get("cursor", "")[:300]
    facets: dict[str, dict[str, int]] = {}
    try:
        wanted = filter_of(query_of(filters), there.scope)
        found = posts.read_page(
            there.house, there.session, there.scope, wanted, cursor, posts.PAGE,
            by_urgency=filters.order == "urgency",
        )  # fmt: skip
        if not wanted.behind:
            narrowed = posts.narrow(there.house, there.session, there.scope, wanted)
            facets = inbox.facets(there.session, narrowed)
        problem, status = "", 200
    except InvalidInput as error:
        found, problem, status = PostPage((), "", 0), error.message, 400
    names = sorted(pages.filter_query(filters))
    there.note("posts-read", facts={"posts": len(found.posts), "filters": names})
    notice = HEARD if asked.get("heard") == "yes" else ""
    view = _view(there, filters, found, cursor, problem, facets, just_done(request), notice)
    return page(pages.render_posts(view), status)


def query_of(filters: views.PostFilter) -> FilterQuery:
    """The address bar as a filter; raises `InvalidInput` naming the value that cannot be."""
    given = pages.filter_query(filters)
    given.pop("order", None)
    if given.get("label") == pages.THREATS:
        del given["label"]
        given["threatCandidate"] = "true"
    try:
        return FilterQuery.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        words = MESSAGES.get(first["type"], "klopt niet")
        raise InvalidInput(f"Het filter {name} {words}.", field=name) from error


def _view(
    there: Desk,
    filters: views.PostFilter,
    found: PostPage,
    cursor: str,
    problem: str,
    facets: dict[str, dict[str, int]],
    done: views.JustDone,
    notice: str,
) -> views.PostsView:
    dossier_id = there.scope.dossier.id
    sources = source_rows.of_dossier(there.session, dossier_id)
    lists = dossier_rows.account_lists(there.session, dossier_id)
    values = {field: getattr(filters, field) for field in pages.FILTER_NAMES.values()}
    bank = answer_bank.by_theme(there.session, there.scope)
    return views.PostsView(
        frame=desk_frame(there, "posts", notice),
        posts=tuple(post_view(post, there.scope, bank) for post in found.posts),
        filters=views.PostFilter(**values, problem=problem),
        sources=tuple(views.Choice(row.slug, row.title) for row in sources),
        account_lists=tuple(views.Choice(row.name, row.name) for row in lists),
        total=found.total,
        next_cursor=found.cursor,
        cursor=cursor,
        facets=facets,
        colleagues=colleagues(there),
        saved=tuple(
            views.SavedViewLink(row.id, row.name, row.query, row.user_id is None)
            for row in rows.views(there.session, dossier_id, there.scope.principal.user_id)
        ),
        done=done,
        may_work=there.scope.may(Permission.STATUS),
        may_export=there.scope.may(Permission.EXPORT),
        stamp=inbox.stamp(there.session, dossier_id),
    )


def colleagues(there: Desk) -> tuple[views.Choice, ...]:
    found = desk.colleagues(there.session, there.scope)
    return tuple(views.Choice(str(user.id), user.name) for user in found)


@router.post("/dossiers/{slug}/posts/{post_key}/labels")
def label_form(
    post_key: Key,
    there: Annotated[Desk, writing(Permission.LABEL)],
    csrf: Csrf,
    version: Version,
    status: Annotated[str, Form(max_length=40)],
    sub_label: Annotated[list[str], Form(max_length=19)] = [],  # noqa: B006 (a form default)
    confirmed: Annotated[str, Form(max_length=10)] = "",
    note: Annotated[str, Form(max_length=500)] = "",
    return_: Return = "",
) -> Response:
    prove(there, csrf)
    row = correcting.correct(
        there.house, there.session, there.scope, post_key,
        status=status, sub_labels=sub_label, confirmed=confirmed == "yes",
        remark=note, version=version,
    )  # fmt: skip
    there.note("labelled", post_key, facts={"status": status, "sub_labels": sub_label})
    home = paths.posts(there.scope.dossier.slug)
    return back(with_undo(return_ or home, relabelled=f"{post_key}.{row.id}"), home)


@router.post("/dossiers/{slug}/post-acts")
def act_form(
    there: Annotated[Desk, writing(Permission.STATUS)],
    csrf: Csrf,
    posts_: Annotated[list[str], Form(alias="posts", max_length=desk.MOST_AT_ONCE)] = [],  # noqa: B006
    state: Annotated[str, Form(max_length=40)] = "",
    owner: Annotated[str, Form(max_length=20)] = "",
    give_to: Annotated[str, Form(max_length=20)] = "",
    do: Annotated[str, Form(max_length=10)] = "",
    priority: Annotated[str, Form(max_length=2)] = "",
    answer: Annotated[str, Form(max_length=9)] = "",
    invite: Annotated[str, Form(max_length=5)] = "",
    note: Annotated[str, Form(max_length=500)] = "",
    return_: Return = "",
) -> Response:
    """One or more cards at once; `owner` is a colleague's number, "me" or "nobody".

    A list of colleagues beside other buttons sends `give_to`, which counts with its own button.
    """
    prove(there, csrf)
    owner = give_to if do == "give" else owner
    chosen = dict(_chosen(text) for text in posts_)
    wanted = desk.Wanted(
        state=state or None,
        owner=_owner(there, owner),
        priority=_number(priority),
        answer=_number(answer),
        invite=invite == "yes",
        text=note.strip(),
    )
    done = desk.act(there.house, there.session, there.scope, chosen, wanted)
    there.note("post-acted", done.batch, facts={**wanted.facts(), "posts": len(chosen)})
    home = paths.posts(there.scope.dossier.slug)
    return back(with_undo(return_ or home, undo=done.batch), home)


def with_undo(address: str, **names: str) -> str:
    """The page to go back to, with the name of what was just done so that it can be undone."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(names)}"


def just_done(request: Request) -> views.JustDone:
    """What the address says was just done; anything that is no name of ours is nothing."""
    batch = request.query_params.get("undo", "")
    key, _, number = request.query_params.get("relabelled", "").partition(".")
    return views.JustDone(
        batch=batch if re.fullmatch("[0-9a-f]{16}", batch) else "",
        post_key=key if re.fullmatch("[0-9a-f]{64}", key) else "",
        annotation=int(number) if re.fullmatch("[0-9]{1,9}", number) else 0,
    )


def _chosen(text: str) -> tuple[str, int]:
    key, _, version = text.partition(":")
    if len(key) != 64 or not (version.isascii() and version.isdigit()):
        raise InvalidInput(
            "Een gekozen bericht is onbekend. Laad de pagina opnieuw.", field="posts"
        )
    return key, int(version)


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() else None


def _owner(there: Desk, given: str) -> str | None:
    """The user name behind the choice; None leaves the owner alone."""
    if not given:
        return None
    if given == "nobody":
        return ""
    if given == "me":
        return there.scope.principal.username
    for user in desk.colleagues(there.session, there.scope):
        if str(user.id) == given:
            return user.username
    raise InvalidInput("Deze collega werkt niet in dit dossier.", field="owner")


@router.post("/dossiers/{slug}/post-acts/{batch}/undo")
def undo_form(
    batch: Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")],
    there: Annotated[Desk, writing(Permission.STATUS)],
    csrf: Csrf,
    return_: Return = "",
) -> Response:
    prove(there, csrf)
    desk.undo(there.house, there.session, there.scope, batch)
    there.note("post-act-undone", batch)
    return back(return_, paths.posts(there.scope.dossier.slug))


@router.post("/dossiers/{slug}/posts/{post_key}/judgement")
def judge_form(
    post_key: Key,
    there: Annotated[Desk, writing(Permission.THREATS)],
    csrf: Csrf,
    version: Version,
    verdict: Annotated[str, Form(max_length=10)],
    reason: Annotated[str, Form(max_length=500)] = "",
    sub_label: Annotated[list[str], Form(max_length=19)] = [],  # noqa: B006 (a form default)
    return_: Return = "",
) -> Response:
    prove(there, csrf)
    if verdict not in ("confirm", "dismiss") or not reason.strip():
        raise InvalidInput("Kies of het dreiging is, en schrijf op waarom.", field="reason")
    correcting.judge(
        there.house, there.session, there.scope, post_key, confirm=verdict == "confirm",
        sub_labels=sub_label, reason=reason.strip(), version=version,
    )  # fmt: skip
    there.note("threat-judged", post_key, reason=reason.strip(), facts={"verdict": verdict})
    return back(return_, paths.posts(there.scope.dossier.slug))


@router.post("/dossiers/{slug}/posts/{post_key}/hand-overs")
def hand_over_form(
    post_key: Key,
    there: Annotated[Desk, writing(Permission.THREATS)],
    csrf: Csrf,
    recipient: Annotated[str, Form(max_length=200)] = "",
    reference: Annotated[str, Form(max_length=120)] = "",
    note: Annotated[str, Form(max_length=2000)] = "",
    return_: Return = "",
) -> Response:
    prove(there, csrf)
    desk.hand_over(
        there.house, there.session, there.scope, post_key,
        recipient=recipient, reference=reference, note=note,
    )  # fmt: skip
    there.note("threat-handed-over", post_key, facts={"recipient": recipient.strip()})
    return back(return_, paths.posts(there.scope.dossier.slug))


@router.post("/dossiers/{slug}/views")
def view_form(
    there: Annotated[Desk, writing(Permission.POSTS)],
    csrf: Csrf,
    name: Annotated[str, Form(max_length=80)] = "",
    query: Annotated[str, Form(max_length=2000)] = "",
    team: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    prove(there, csrf)
    row = desk.save_view(there.house, there.session, there.scope, name, query, team=team == "yes")
    there.note("view-saved", row.name, facts={"team": team == "yes"})
    return back(f"{paths.posts(there.scope.dossier.slug)}?{row.query}", paths.OVERVIEW)


@router.post("/dossiers/{slug}/views/{view_id}")
def forget_view_form(
    view_id: Annotated[int, Path(ge=1, le=2**31 - 1)],
    there: Annotated[Desk, writing(Permission.POSTS)],
    csrf: Csrf,
) -> Response:
    prove(there, csrf)
    there.note("view-removed", desk.remove_view(there.session, there.scope, view_id))
    return back(paths.posts(there.scope.dossier.slug), paths.OVERVIEW)


@router.post("/dossiers/{slug}/posts/{post_key}/open")
def open_form(
    post_key: Key,
    there: Annotated[Desk, auditing(Permission.OPEN_AT_SOURCE)],
    csrf: Csrf,
    return_: Return = "",
) -> Response:
    prove(there, csrf)
    post = posts.read_post(there.house, there.session, there.scope, post_key)
    address = posts.open_address(there.house, there.session, there.scope, post_key)
    there.note("opened-at-source", post_key)
    view = views.OpenView(desk_frame(there, "posts"), post.source_title, address, return_)
    return page(pages.render_open(view))
