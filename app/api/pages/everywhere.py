"""The page of the inbox over every dossier: read here, work on the page of the post."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.api.dependencies import Caller, TheHouse
from app.api.pages.framing import page, person_frame
from app.api.pages.posts import query_of
from app.api.routes import everywhere as acts
from app.errors import InvalidInput
from app.services import posts
from app.services.everywhere import Everything
from dashboards import pages, paths, views

router = APIRouter(include_in_schema=False)


@router.get(paths.INBOX)
def inbox_page(request: Request, house: TheHouse, principal: Caller) -> Response:
    asked = request.query_params
    filters = views.PostFilter(
        **{field: asked.get(name, "")[:500] for name, field in pages.FILTER_NAMES.items()}
    )
    problem, status = "", 200
    try:
        found = acts.read(
            house, principal, query_of(filters), asked.get("cursor", "")[:300], posts.PAGE,
            filters.order == "urgency",
        )  # fmt: skip
    except InvalidInput as error:
        found, problem, status = Everything((), "", {}), error.message, 400
    with house.database.read() as session:
        frame = person_frame(house, session, principal, "overview")
    view = views.InboxView(
        frame,
        tuple(
            views.InboxLine(
                slug=line.slug, dossier=line.title, post_key=line.post.row.post_key,
                published=line.post.row.published_at, source_title=line.post.source_title,
                title=line.post.title, text=line.post.text, hidden=line.post.hidden,
                sub_labels=line.post.row.sub_labels, status=line.post.row.status,
                urgency=line.post.row.urgency, work_state=line.post.work_state,
                owner_name=line.post.owner or "", threat_candidate=line.post.threat_candidate,
            )
            for line in found.lines
        ),
        filters, found.cursor, problem,
    )  # fmt: skip
    return page(pages.render_inbox(view), status)
