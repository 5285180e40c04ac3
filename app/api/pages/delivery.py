"""Where approved reports go: recipients, and feeds behind a secret address."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query
from fastapi.responses import RedirectResponse, Response

from app.api.dependencies import Desk, reading, writing
from app.api.pages.framing import Csrf, desk_frame, page, prove
from app.api.routes import recipients as acts
from app.api.routes import report_feeds
from app.errors import InvalidInput
from app.services import recipients
from app.services.access import Permission
from app.storage import deliveries
from app.storage import feeds as feed_rows
from app.storage import users as user_rows
from dashboards import admin_views, pages, paths

router = APIRouter(include_in_schema=False)
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Note = Annotated[str, Form(max_length=200)]
SAVED = {
    "ontvanger": "De ontvanger krijgt elk verslag dat vanaf nu wordt goedgekeurd.",
    "beeindigd": "De ontvanger krijgt geen verslagen meer.",
    "ingetrokken": "De feed is ingetrokken. Het adres werkt niet meer.",
}


@router.get("/dossiers/{slug}/delivery")
def delivery_page(
    desk: Annotated[Desk, reading(Permission.DELIVERY)],
    saved: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    return _page(desk, notice=SAVED.get(saved, ""))


@router.post("/dossiers/{slug}/delivery/recipients")
def recipient_form(
    desk: Annotated[Desk, writing(Permission.DELIVERY)],
    csrf: Csrf,
    notifier: Annotated[str, Form(max_length=40)] = "",
    address: Annotated[str, Form(max_length=400)] = "",
    note: Note = "",
) -> Response:
    prove(desk, csrf)
    try:
        acts.add(desk, notifier, address, note)
    except InvalidInput as error:
        draft = admin_views.RecipientDraft(notifier, address, note)
        return _page(desk, problem=error.message, draft=draft)
    return _back(desk, "ontvanger")


@router.post("/dossiers/{slug}/delivery/recipients/{recipient_id}/end")
def end_form(
    recipient_id: Number, desk: Annotated[Desk, writing(Permission.DELIVERY)], csrf: Csrf
) -> Response:
    prove(desk, csrf)
    acts.end(desk, recipient_id)
    return _back(desk, "beeindigd")


@router.post("/dossiers/{slug}/delivery/feeds")
def feed_form(
    desk: Annotated[Desk, writing(Permission.DELIVERY)], csrf: Csrf, note: Note = ""
) -> Response:
    """The address is shown in this answer and never again."""
    prove(desk, csrf)
    made = report_feeds.make_feed(report_feeds.FeedIn(note=note), desk)
    base = desk.house.settings.public_url.rstrip("/")
    return _page(desk, secret=f"{base}{made.path}")


@router.post("/dossiers/{slug}/delivery/feeds/{feed_id}/withdrawal")
def withdraw_form(
    feed_id: Number, desk: Annotated[Desk, writing(Permission.DELIVERY)], csrf: Csrf
) -> Response:
    prove(desk, csrf)
    report_feeds.withdraw_feed(feed_id, desk)
    return _back(desk, "ingetrokken")


def _page(
    desk: Desk,
    notice: str = "",
    problem: str = "",
    secret: str = "",
    draft: admin_views.RecipientDraft = admin_views.NO_RECIPIENT,
) -> Response:
    session, dossier = desk.session, desk.scope.dossier
    session.flush()
    view = admin_views.DeliveryView(
        frame=desk_frame(desk, "delivery", notice),
        desks=tuple((recipients.TITLES.get(name, name), to) for name, to in desk.house.settings.desks),
        recipients=tuple(
            admin_views.RecipientLine(
                row.id, recipients.TITLES.get(row.notifier, row.notifier), row.address, row.note,
                row.created_at, user_rows.name_of(session, row.made_by) or "", row.ended_at,
            )
            for row in deliveries.recipients(session, dossier.id)
        ),
        feeds=tuple(
            admin_views.FeedLine(
                row.id, row.note, row.created_at, user_rows.name_of(session, row.made_by) or "",
                row.revoked_at,
            )
            for row in feed_rows.tokens(session, dossier.id)
        ),
        kinds=tuple(recipients.TITLES.items()),
        secret=secret,
        draft=draft,
        problem=problem,
    )  # fmt: skip
    return page(pages.render_admin("delivery", view), 400 if problem else 200)


def _back(desk: Desk, saved: str) -> Response:
    address = paths.dossier(desk.scope.dossier.slug, "delivery")
    return RedirectResponse(f"{address}?saved={saved}", status_code=303)
