"""The webcare desk through the API: acts with undo, facets, saved views, threats judged and handed over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from app.api.dependencies import Desk, IfMatch, auditing, reading, writing
from app.api.filters import FilterQuery, SubLabel, WorkState, filter_of
from app.api.schemas import In, Line, Out, Prose, Remark
from app.services import correcting, desk, exporting, posts
from app.services.access import Permission
from app.storage import desk as rows
from app.storage import inbox
from app.storage import users as user_rows

router = APIRouter(prefix="/dossiers/{slug}", tags=["webcare"])
PostKey = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
Batch = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
RowId = Annotated[int, Path(ge=1, le=2**31 - 1)]


class Chosen(In):
    """One post in the version that was read."""

    post_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class ActIn(In):
    """Exactly one of state, owner ("" takes it away), priority, answer, invite; or only a note.

    `answer` is the id of an approved answer: the posts stand answered with it.
    """

    posts: Annotated[list[Chosen], Field(min_length=1, max_length=desk.MOST_AT_ONCE)]
    state: WorkState | None = None
    owner: Annotated[str | None, Field(max_length=120)] = None
    priority: Annotated[int | None, Field(ge=0, le=2)] = None
    answer: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None
    invite: bool = False
    note: Remark = ""


class DoneOut(Out):
    """`batch` undoes it; `versions` are the new ones, by post key."""

    batch: str
    versions: dict[str, int]


class ActOut(Out):
    act: str
    by: str | None
    at: datetime
    before: dict[str, Any]
    after: dict[str, Any]
    note: str
    answer: int | None
    batch: str


class OfferOut(Out):
    """An approved answer; `matches` when it is of the theme of this post."""

    id: int
    theme: str
    title: str
    kind: str
    answered_by: str
    text: str
    state: str
    review_on: date | None
    approved_at: datetime | None
    matches: bool


class ViewIn(In):
    """`query` is the query string of the inbox; a team view is everybody's."""

    name: Annotated[Line, Field(max_length=80)]
    query: Annotated[str, Field(max_length=2000)]
    team: bool = False


class ViewOut(Out):
    id: int
    name: str
    query: str
    team: bool


class JudgementIn(In):
    """confirm: S2, S3 or S6 it is, and it counts from now on; dismiss: none of the three."""

    verdict: Literal["confirm", "dismiss"]
    sub_labels: Annotated[list[SubLabel], Field(max_length=19)] = []
    reason: Annotated[Remark, Field(min_length=1)]


class HandOverIn(In):
    recipient: Line
    reference: Annotated[Line, Field(max_length=120)]
    note: Prose = ""


class HandOverOut(Out):
    """A threat handed over by a person; the software itself sends nothing."""

    id: int
    post_key: str
    recipient: str
    reference: str
    note: str
    by: str | None
    at: datetime


class StampOut(Out):
    """Changes whenever a post of the dossier comes, goes or is changed."""

    stamp: str


class ExportQuery(FilterQuery):
    """The filters, and which kind of file."""

    format: Literal["csv", "xlsx", "ndjson"] = "csv"


class ColleagueOut(Out):
    username: str
    name: str


@router.get("/post-facets", summary="Aantallen per keuze van elk filter")
def read_facets(
    query: Annotated[FilterQuery, Query()], there: Annotated[Desk, reading(Permission.POSTS)]
) -> dict[str, dict[str, int]]:
    wanted = filter_of(query, there.scope)
    narrowed = posts.narrow(there.house, there.session, there.scope, wanted)
    return inbox.facets(there.session, narrowed)


@router.get("/post-stamp", summary="Is er iets veranderd in de berichten?")
def read_stamp(there: Annotated[Desk, reading(Permission.POSTS)]) -> StampOut:
    return StampOut(stamp=inbox.stamp(there.session, there.scope.dossier.id))


@router.post("/post-acts", summary="Toewijzen, status, voorrang of notitie; ook voor meer tegelijk")
def act(body: ActIn, there: Annotated[Desk, writing(Permission.STATUS)]) -> DoneOut:
    wanted = desk.Wanted(
        state=body.state, owner=body.owner, priority=body.priority, answer=body.answer,
        invite=body.invite, text=body.note,
    )  # fmt: skip
    chosen = {one.post_key: one.version for one in body.posts}
    done = desk.act(there.house, there.session, there.scope, chosen, wanted)
    there.note("post-acted", done.batch, facts={**wanted.facts(), "posts": len(chosen)})
    return DoneOut(batch=done.batch, versions=dict(done.versions))


@router.post("/post-acts/{batch}/undo", summary="Een handeling ongedaan maken")
def undo(batch: Batch, there: Annotated[Desk, writing(Permission.STATUS)]) -> DoneOut:
    done = desk.undo(there.house, there.session, there.scope, batch)
    there.note("post-act-undone", batch)
    return DoneOut(batch=done.batch, versions=dict(done.versions))


@router.get("/posts/{post_key}/acts", summary="Wat mensen met een bericht deden")
def list_acts(post_key: PostKey, there: Annotated[Desk, reading(Permission.POSTS)]) -> list[ActOut]:
    return [
        ActOut(
            act=row.act, by=name, at=row.at, before=row.before, after=row.after, note=row.text,
            answer=row.answer_id, batch=row.batch,
        )
        for row, name in desk.history(there.session, there.scope, post_key)
    ]  # fmt: skip


@router.get(
    "/posts/{post_key}/answers", summary="Goedgekeurde antwoorden die bij een bericht passen"
)
def list_answers(
    post_key: PostKey, there: Annotated[Desk, reading(Permission.POSTS)]
) -> list[OfferOut]:
    found = desk.offers(there.session, there.scope, post_key)
    return [OfferOut.model_validate(one) for one in found]


@router.put(
    "/posts/{post_key}/presence", status_code=204, summary="Zeggen dat u dit bericht open hebt"
)
def present(post_key: PostKey, there: Annotated[Desk, writing(Permission.STATUS)]) -> None:
    desk.opened(there.house, there.session, there.scope, post_key)


@router.get("/colleagues", summary="Aan wie een bericht gegeven kan worden")
def list_colleagues(there: Annotated[Desk, reading(Permission.POSTS)]) -> list[ColleagueOut]:
    found = desk.colleagues(there.session, there.scope)
    return [ColleagueOut(username=user.username, name=user.name) for user in found]


@router.get("/views", summary="Bewaarde weergaven, van u en van het team")
def list_views(there: Annotated[Desk, reading(Permission.POSTS)]) -> list[ViewOut]:
    found = rows.views(there.session, there.scope.dossier.id, there.scope.principal.user_id)
    return [
        ViewOut(id=row.id, name=row.name, query=row.query, team=row.user_id is None)
        for row in found
    ]


@router.post("/views", status_code=201, summary="Een weergave bewaren")
def save_view(body: ViewIn, there: Annotated[Desk, writing(Permission.POSTS)]) -> ViewOut:
    row = desk.save_view(
        there.house, there.session, there.scope, body.name, body.query, team=body.team
    )
    there.note("view-saved", body.name, facts={"team": body.team})
    return ViewOut(id=row.id, name=row.name, query=row.query, team=row.user_id is None)


@router.delete("/views/{view_id}", status_code=204, summary="Een weergave vergeten")
def remove_view(view_id: RowId, there: Annotated[Desk, writing(Permission.POSTS)]) -> None:
    there.note("view-removed", desk.remove_view(there.session, there.scope, view_id))


@router.post("/posts/{post_key}/judgement", summary="Mogelijke dreiging beoordelen")
def judge(
    post_key: PostKey,
    body: JudgementIn,
    version: IfMatch,
    there: Annotated[Desk, writing(Permission.THREATS)],
) -> DoneOut:
    new = correcting.judge(
        there.house, there.session, there.scope, post_key, confirm=body.verdict == "confirm",
        sub_labels=body.sub_labels, reason=body.reason, version=version,
    )  # fmt: skip
    there.note("threat-judged", post_key, reason=body.reason, facts={"verdict": body.verdict})
    return DoneOut(batch="", versions={post_key: new})


@router.get("/hand-overs", summary="Wat aan politie of OM is overgedragen")
def list_hand_overs(there: Annotated[Desk, auditing(Permission.THREATS)]) -> list[HandOverOut]:
    there.note("hand-overs-read")
    return [
        _hand_over(there, row) for row in rows.hand_overs(there.session, there.scope.dossier.id)
    ]


@router.post(
    "/posts/{post_key}/hand-overs",
    status_code=201,
    summary="Vastleggen dat een dreiging is overgedragen",
)
def hand_over(
    post_key: PostKey, body: HandOverIn, there: Annotated[Desk, writing(Permission.THREATS)]
) -> HandOverOut:
    row = desk.hand_over(
        there.house, there.session, there.scope, post_key,
        recipient=body.recipient, reference=body.reference, note=body.note,
    )  # fmt: skip
    there.note("threat-handed-over", post_key, facts={"recipient": body.recipient})
    return _hand_over(there, row)


@router.get(
    "/post-export", summary="De berichten onder dit filter als CSV, XLSX of NDJSON",
    response_class=StreamingResponse,
)  # fmt: skip
def export(
    query: Annotated[ExportQuery, Query()], there: Annotated[Desk, writing(Permission.EXPORT)]
) -> StreamingResponse:
    wanted, form = filter_of(query, there.scope), query.format
    asked = sorted(query.model_dump(exclude_defaults=True, mode="json"))
    there.note("posts-exported", form, facts={"filters": asked})
    body: Iterator[bytes] = exporting.stream(there.house, there.scope, wanted, form)
    name = f"{there.scope.dossier.slug}.{form}"
    return StreamingResponse(
        body, media_type=exporting.MEDIA_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


def _hand_over(there: Desk, row: Any) -> HandOverOut:
    return HandOverOut(
        id=row.id, post_key=row.post_key, recipient=row.recipient, reference=row.reference,
        note=row.note, by=user_rows.name_of(there.session, row.by_user), at=row.at,
    )  # fmt: skip
