"""The labelling queue through the API: the next post, accept or change, and who agrees how far."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import Field

from app.api.dependencies import Desk, IfMatch, auditing, reading, set_version, writing
from app.api.filters import SubLabel
from app.api.schemas import In, Out, Remark, StatusName
from app.services import annotating, correcting, posts
from app.services.access import Permission

router = APIRouter(prefix="/dossiers/{slug}/labelling", tags=["labelen"])
PostKey = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class SuggestionOut(Out):
    """What the labeller says, with the probability of I, B and S."""

    status: str
    sub_labels: list[str]
    probabilities: dict[str, float]
    doubt: bool


class NextOut(Out):
    """`why`: random, uncertain, serious or second; a second reading has no suggestion."""

    post_key: str
    version: int
    why: Literal["random", "uncertain", "serious", "second"]
    source: str
    published_at: datetime
    title: str
    text: str
    suggestion: SuggestionOut | None


class QueueOut(Out):
    """`next` is null when everything you may label is labelled."""

    next: NextOut | None


class ProgressOut(Out):
    """`alpha` per label is empty while `twice` is too small to say anything."""

    labelled: int
    mine: int
    left: int
    twice: int
    second_waiting: int
    alpha: dict[str, float]


class VerdictIn(In):
    """accept: the suggestion is right; change: these labels; blind: a second reading."""

    verdict: Literal["accept", "change", "blind"]
    status: StatusName | None = None
    sub_labels: Annotated[list[SubLabel], Field(max_length=19)] = []
    note: Remark = ""


@router.get("", summary="Hoe ver het labelen is en hoe eens twee lezers het zijn")
def read_progress(desk: Annotated[Desk, reading(Permission.LABEL)]) -> ProgressOut:
    found = annotating.progress(desk.session, desk.scope)
    return ProgressOut(
        labelled=found.labelled, mine=found.mine, left=found.left, twice=found.twice,
        second_waiting=found.second_waiting, alpha=dict(found.alphas),
    )  # fmt: skip


@router.get("/next", summary="Het bericht dat u nu labelt")
def read_next(desk: Annotated[Desk, auditing(Permission.LABEL)]) -> QueueOut:
    chosen = annotating.next_post(desk.session, desk.scope)
    if chosen is None:
        return QueueOut(next=None)
    post = posts.read_post(desk.house, desk.session, desk.scope, chosen.post_key)
    desk.note("post-read", chosen.post_key, facts={"why": chosen.why})
    row = post.row
    suggestion = SuggestionOut(
        status=row.status, sub_labels=list(row.sub_labels),
        probabilities=dict(post.probabilities), doubt=post.doubt,
    )  # fmt: skip
    return QueueOut(
        next=NextOut(
            post_key=row.post_key, version=post.version, why=chosen.why, source=row.source,
            published_at=row.published_at, title=post.title, text=post.text,
            suggestion=None if chosen.blind else suggestion,
        )
    )  # fmt: skip


@router.post("/{post_key}", status_code=201, summary="Wat u van dit bericht zegt")
def label(
    post_key: PostKey,
    body: VerdictIn,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.LABEL)],
    response: Response,
) -> ProgressOut:
    say(desk, post_key, body, version)
    set_version(response, posts.read_post(desk.house, desk.session, desk.scope, post_key).version)
    return read_progress(desk)


def say(desk: Desk, post_key: str, body: VerdictIn, version: int) -> None:
    """One verdict, for the API and the page alike."""
    if body.verdict == "accept":
        annotating.accept(desk.house, desk.session, desk.scope, post_key, version)
    elif body.verdict == "blind":
        annotating.read_blind(
            desk.house, desk.session, desk.scope, post_key,
            status=body.status or "", sub_labels=body.sub_labels,
        )  # fmt: skip
    else:
        correcting.correct(
            desk.house, desk.session, desk.scope, post_key, status=body.status or "",
            sub_labels=body.sub_labels, confirmed=False, remark=body.note, version=version,
        )  # fmt: skip
    desk.note("labelled", post_key, facts=body.model_dump(exclude={"note"}, mode="json"))
