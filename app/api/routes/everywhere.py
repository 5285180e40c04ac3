"""The inbox over every dossier the caller may read; each dossier's log tells that it was read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.dependencies import Caller, TheHouse
from app.api.filters import FilterQuery, filter_of
from app.api.routes.posts import PostOut, PostQuery, post_out
from app.api.schemas import Out
from app.services import everywhere
from app.services.access import Principal
from app.services.audit import note
from app.services.everywhere import Everything
from app.services.house import House
from app.storage import audit as audit_rows

router = APIRouter(prefix="/inbox", tags=["webcare"])


class LineOut(Out):
    """A post with the dossier in which it is worked on."""

    dossier: str
    post: PostOut


class InboxOut(Out):
    """`next` is the cursor of the following page, "" on the last."""

    lines: list[LineOut]
    next: str


@router.get("", summary="Berichten van alle dossiers die u mag lezen")
def read_inbox(
    query: Annotated[PostQuery, Query()], house: TheHouse, principal: Caller
) -> InboxOut:
    found = read(house, principal, query, query.cursor, query.limit, query.order == "urgency")
    return InboxOut(
        lines=[LineOut(dossier=line.slug, post=post_out(line.post)) for line in found.lines],
        next=found.cursor,
    )


def read(
    house: House, principal: Principal, query: FilterQuery, cursor: str, limit: int, urgent: bool
) -> Everything:
    """Read, and then write a line in the log for each dossier of which something was shown."""
    with house.database.read() as session:
        found = everywhere.read_page(
            house, session, principal, lambda scope: filter_of(query, scope), cursor, limit,
            by_urgency=urgent,
        )  # fmt: skip
    asked = sorted(query.model_dump(exclude_defaults=True, mode="json"))
    if found.read:
        with house.database.write() as session:
            audit_rows.lock(session, principal.organisation_id)
            for slug, count in found.read.items():
                note(house, session, principal.organisation_id, actor=principal.actor,
                     action="posts-read", dossier=slug,
                     facts={"posts": count, "filters": asked, "inbox": True})  # fmt: skip
    return found
