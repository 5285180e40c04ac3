"""Posts of a dossier: read under filters, correct a label, open at the source.

Every read of post text leaves an audit line in the same transaction (trust.md P9).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from app.api.dependencies import Desk, IfMatch, auditing, set_version, writing
from app.api.filters import FilterQuery, SubLabel, filter_of
from app.api.schemas import In, Out, Remark, StatusName
from app.services import conversation, correcting, posts
from app.services.access import Permission
from app.services.desk import route_of
from app.services.posts import MOST, PAGE, ShownPost

router = APIRouter(prefix="/dossiers/{slug}/posts", tags=["berichten"])
PostKey = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class PostQuery(FilterQuery):
    """Filters, order and place."""

    order: Literal["newest", "urgency"] = "newest"
    cursor: Annotated[str, Field(max_length=300)] = ""
    limit: Annotated[int, Field(ge=1, le=MOST)] = PAGE


class SpanOut(Out):
    """[start, end) in code points of the text (or title) as answered."""

    start: int
    end: int
    leaf: str
    in_title: bool


class ReasonOut(Out):
    start: int
    end: int
    text: str
    for_: Annotated[str, Field(alias="for")]


class PostOut(Out):
    """A hit with its effective label; `hidden` texts are for those who judge threats."""

    post_key: str
    source: str
    origins: list[str]
    published_at: datetime
    date_rule: str
    first_seen: datetime
    local_date: date
    lang: str | None
    title: str
    text: str
    hidden: bool
    spans: list[SpanOut]
    status: str
    labels: list[str]
    sub_labels: list[str]
    primary: str | None
    probabilities: dict[str, float]
    sentiment: float
    sentiment_label: str
    stance: str
    emotion: list[str]
    target: str | None
    purpose: str | None
    is_question: bool
    theme: str | None
    urgency: str
    irony: bool
    doubt: bool
    terms_used: list[str]
    reception_form: str | None
    threat_candidate: bool
    confirmed: bool
    explanation: list[ReasonOut]
    group: str | None
    own: bool
    locality: str
    locality_reason: str
    labelled_by_person: bool
    work_state: str
    owner: str | None
    priority: int
    answered_at: datetime | None
    answered_with: str | None
    answered_in_s: int | None
    open_with: list[str]
    route: str | None
    version: int


class PostList(Out):
    """Newest first; `next` is the cursor of the following page, "" on the last."""

    posts: list[PostOut]
    next: str
    total: int | None


class AnnotationIn(In):
    """A person's label. S2, S3 and S6 count only with `confirmed`."""

    status: StatusName
    sub_labels: Annotated[list[SubLabel], Field(max_length=19)] = []
    confirmed: bool = False
    note: Remark = ""


class AnnotationOut(Out):
    """What a person said; one that `withdraws` another takes that one back and says nothing else.

    `counts`: this is the label that counts now, and the one that can be undone.
    """

    id: int
    withdraws: int | None
    counts: bool
    status: str
    labels: list[str]
    sub_labels: list[str]
    confirmed: bool
    note: str
    guide: str
    by: str | None
    created_at: datetime


class AroundOut(Out):
    """A post of the conversation: "hit" has a key of its own, "parent" and "reply" count nowhere."""

    relation: str
    published_at: datetime
    text: str
    post_key: str | None


class AddressOut(Out):
    """null: no address was kept with this post."""

    url: str | None


@router.get("", summary="Berichten onder filters, nieuwste eerst")
def list_posts(
    query: Annotated[PostQuery, Query()], desk: Annotated[Desk, auditing(Permission.POSTS)]
) -> PostList:
    page = posts.read_page(
        desk.house, desk.session, desk.scope, filter_of(query, desk.scope), query.cursor,
        query.limit, by_urgency=query.order == "urgency",
    )  # fmt: skip
    asked = query.model_dump(exclude_defaults=True, mode="json")
    desk.note("posts-read", facts={"posts": len(page.posts), "filters": sorted(asked)})
    return PostList(
        posts=[post_out(post) for post in page.posts], next=page.cursor, total=page.total
    )


@router.get("/{post_key}", summary="Een bericht")
def read_post(
    post_key: PostKey, desk: Annotated[Desk, auditing(Permission.POSTS)], response: Response
) -> PostOut:
    post = posts.read_post(desk.house, desk.session, desk.scope, post_key)
    desk.note("post-read", post_key)
    set_version(response, post.version)
    return post_out(post)


@router.get("/{post_key}/annotations", summary="Wat mensen van dit bericht zeiden")
def list_annotations(
    post_key: PostKey, desk: Annotated[Desk, auditing(Permission.POSTS)]
) -> list[AnnotationOut]:
    desk.note("annotations-read", post_key)
    said = correcting.said_of(desk.session, desk.scope, post_key)
    counts = correcting.counting(desk.session, desk.scope, post_key)
    return [
        AnnotationOut(
            id=row.id,
            withdraws=row.withdraws,
            counts=counts is not None and row.id == counts.id,
            status=row.status,
            labels=row.labels,
            sub_labels=row.sub_labels,
            confirmed=row.confirmed,
            note=row.note,
            guide=row.guide,
            by=name,
            created_at=row.created_at,
        )
        for row, name in said
    ]


@router.post("/{post_key}/annotations", status_code=201, summary="Een label verbeteren")
def annotate(
    post_key: PostKey,
    body: AnnotationIn,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.LABEL)],
    response: Response,
) -> PostOut:
    correcting.correct(
        desk.house, desk.session, desk.scope, post_key,
        status=body.status, sub_labels=body.sub_labels, confirmed=body.confirmed,
        remark=body.note, version=version,
    )  # fmt: skip
    desk.note("labelled", post_key, facts=body.model_dump(exclude={"note"}, mode="json"))
    post = posts.read_post(desk.house, desk.session, desk.scope, post_key)
    set_version(response, post.version)
    return post_out(post)


@router.post("/{post_key}/annotations/{annotation_id}/undo", summary="Een label terugnemen")
def undo_annotation(
    post_key: PostKey,
    annotation_id: Annotated[int, Path(ge=1, le=2**31 - 1)],
    desk: Annotated[Desk, writing(Permission.LABEL)],
    response: Response,
) -> PostOut:
    correcting.take_back(desk.house, desk.session, desk.scope, post_key, annotation_id)
    desk.note("label-undone", post_key)
    post = posts.read_post(desk.house, desk.session, desk.scope, post_key)
    set_version(response, post.version)
    return post_out(post)


@router.get("/{post_key}/conversation", summary="Het gesprek om een bericht heen")
def read_conversation(
    post_key: PostKey, desk: Annotated[Desk, auditing(Permission.POSTS)]
) -> list[AroundOut]:
    found = conversation.around(desk.house, desk.session, desk.scope, post_key)
    desk.note("conversation-read", post_key, facts={"posts": len(found)})
    return [AroundOut.model_validate(one) for one in found]


@router.post("/{post_key}/opening", summary="Het adres bij de bron; wordt vastgelegd")
def open_at_source(
    post_key: PostKey, desk: Annotated[Desk, auditing(Permission.OPEN_AT_SOURCE)]
) -> AddressOut:
    url = posts.open_address(desk.house, desk.session, desk.scope, post_key)
    desk.note("opened-at-source", post_key)
    return AddressOut(url=url)


def post_out(post: ShownPost) -> PostOut:
    row = post.row
    values: dict[str, Any] = {
        name: getattr(row, name) for name in PostOut.model_fields if hasattr(row, name)
    }
    values |= {
        name: getattr(post, name)
        for name in PostOut.model_fields
        if hasattr(post, name) and name not in values
    }
    values |= {
        "spans": [
            SpanOut(start=s.start, end=s.end, leaf=s.why, in_title=s.in_title) for s in post.spans
        ],
        "explanation": [
            ReasonOut(start=s.start, end=s.end, text=s.text, for_=s.why) for s in post.reasons
        ],
        "labelled_by_person": row.by_person,
        "answered_in_s": int(post.answered_in.total_seconds()) if post.answered_in else None,
        "route": route_of(row.sub_labels),
    }
    return PostOut(**values)
