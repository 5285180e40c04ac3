"""The page of one post: its conversation, what was done with it, and every approved answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from app.api.dependencies import Desk, auditing, writing
from app.api.pages.cards import offer_view, post_view
from app.api.pages.framing import Csrf, back, desk_frame, page, prove
from app.api.pages.posts import Key, Return, colleagues, just_done
from app.services import answer_bank, conversation, correcting, posts
from app.services.access import Permission
from app.services.conversation import Event
from dashboards import pages, paths, views, wording

router = APIRouter(include_in_schema=False)


@router.get("/dossiers/{slug}/posts/{post_key}")
def post_page(
    post_key: Key, request: Request, there: Annotated[Desk, auditing(Permission.POSTS)]
) -> Response:
    house, session, scope = there.house, there.session, there.scope
    post = posts.read_post(house, session, scope, post_key)
    around = conversation.around(house, session, scope, post_key)
    there.note("post-read", post_key, facts={"conversation": len(around)})
    card = post_view(post, scope)
    if card.may_work and not post.threat_candidate and post.work_state != "beantwoord":
        offers = answer_bank.offers(session, scope, post.row.theme)
        card = replace(card, offers=tuple(offer_view(one) for one in offers))
    view = views.PostPageView(
        frame=desk_frame(there, "posts"),
        post=card,
        around=tuple(
            views.AroundView(
                one.relation, one.published_at, one.text, one.post_key or ""
            )
            for one in around
        ),
        events=tuple(
            _event(event, card)
            for event in conversation.history(session, scope, post_key)
        ),
        colleagues=colleagues(there),
        done=just_done(request),
        may_work=card.may_work,
    )  # fmt: skip
    return page(pages.render_post(view))


@router.post("/dossiers/{slug}/posts/{post_key}/labels/{annotation_id}/undo")
def undo_label_form(
    post_key: Key,
    annotation_id: Annotated[int, Path(ge=1, le=2**31 - 1)],
    there: Annotated[Desk, writing(Permission.LABEL)],
    csrf: Csrf,
    return_: Return = "",
) -> Response:
    prove(there, csrf)
    correcting.take_back(there.house, there.session, there.scope, post_key, annotation_id)
    there.note("label-undone", post_key)
    return back(return_, paths.posts(there.scope.dossier.slug))


def _event(event: Event, card: views.PostView) -> views.EventView:
    """The act in Dutch, and by what it is undone for who may."""
    table, _, code = event.detail.rpartition(":")
    detail = wording.title(table, code) if table == "priority" else event.detail
    what = wording.title("act", event.act)
    return views.EventView(
        at=event.at,
        by=event.by or "iemand",
        what=f"{what}: {detail}" if detail else what,
        text=event.text,
        batch=event.batch if card.may_work else "",
        annotation=(event.annotation or 0) if card.may_label else 0,
    )
