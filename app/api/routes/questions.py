"""Clusters of questions: which questions are one, in whose words, and what people said of it (R13)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from app.api.dependencies import Desk, IfMatch, auditing, reading, set_version, writing
from app.api.routes.posts import PostOut, post_out
from app.api.schemas import In, Line, Out, Remark
from app.services import posts, question_themes, questions
from app.services.access import Permission

router = APIRouter(prefix="/dossiers/{slug}/question-clusters", tags=["vragen"])
ClusterName = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
Name = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
ThemeSlug = Annotated[str, Field(pattern=r"^[a-z0-9-]{0,40}$")]
Word = Annotated[str, Path(min_length=1, max_length=60)]
Key = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
MOST_POSTS = 200


class ClusterOut(Out):
    """A question asked `n` times, `lately` in the last seven days; `paraphrase` is a person's.

    `theme` is a person's when `byPerson`, else that of most of its posts; `kind` is who answers.
    """

    name: str
    theme: str
    title: str
    kind: str
    by_person: bool
    paraphrase: str
    answered: str
    n: int
    lately: int
    first: datetime
    last: datetime
    version: int


class ClusterList(Out):
    """Most asked lately first; `total` counts all of them, `next` is where the following page starts."""

    clusters: list[ClusterOut]
    total: int
    next: int | None


class ClusterIn(In):
    """In one's own words; an empty theme leaves the theme as it is."""

    paraphrase: Remark
    theme: ThemeSlug = ""


class MergeIn(In):
    other: Name


class SplitIn(In):
    post_keys: Annotated[list[Key], Field(min_length=1, max_length=MOST_POSTS)]


class SuggestionOut(Out):
    """A word that returns in questions without a theme, and in how many."""

    word: str
    n: int


class ThemeNameIn(In):
    title: Line


class PairOut(Out):
    """What a person said: these two posts ask the same, or do not."""

    post_key: str
    other_key: str
    same: bool
    said_at: datetime


@router.get("", summary="Vragen die hetzelfde vragen, als groep")
def list_clusters(
    desk: Annotated[Desk, reading(Permission.REPORTS)],
    theme: Annotated[str, Query(pattern=r"^[a-z0-9-]{0,40}$")] = "",
    start: Annotated[int, Query(ge=0, le=10**6)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ClusterList:
    found = questions.lines(desk.house, desk.session, desk.scope.dossier.id, theme)
    return ClusterList(
        clusters=[ClusterOut.model_validate(one) for one in found[start : start + limit]],
        total=len(found),
        next=start + limit if start + limit < len(found) else None,
    )


@router.get("/suggestions", summary="Woorden die om een eigen onderwerp vragen")
def list_suggestions(desk: Annotated[Desk, reading(Permission.REPORTS)]) -> list[SuggestionOut]:
    found = question_themes.suggested(desk.session, desk.scope.dossier.id)
    return [SuggestionOut(word=one.word, n=len(one.names)) for one in found]


@router.post("/suggestions/{word}", status_code=201, summary="Van zo'n woord een onderwerp maken")
def adopt_suggestion(
    word: Word, body: ThemeNameIn, desk: Annotated[Desk, writing(Permission.STATUS)]
) -> SuggestionOut:
    moved = question_themes.adopt(desk.session, desk.scope, word, body.title)
    desk.note("theme-adopted", word, facts={"questions": moved})
    return SuggestionOut(word=word, n=moved)


@router.get("/pairs", summary="Wat mensen van twee vragen zeiden: dezelfde of niet")
def list_pairs(desk: Annotated[Desk, reading(Permission.LABEL)]) -> list[PairOut]:
    return [
        PairOut(post_key=one, other_key=other, same=same, said_at=at)
        for one, other, same, at in questions.examples(desk.session, desk.scope.dossier.id)
    ]


@router.get("/{cluster}", summary="Eén groep vragen")
def read_cluster(
    cluster: ClusterName, desk: Annotated[Desk, reading(Permission.REPORTS)], response: Response
) -> ClusterOut:
    return _out(desk, cluster, response)


@router.get("/{cluster}/posts", summary="De berichten in een groep, nieuwste eerst")
def read_posts(
    cluster: ClusterName, desk: Annotated[Desk, auditing(Permission.POSTS)]
) -> list[PostOut]:
    keys = questions.keys_in(desk.session, desk.scope, cluster, MOST_POSTS)
    found = posts.read_keys(desk.house, desk.session, desk.scope, keys)
    desk.note("posts-read", facts={"posts": len(found), "cluster": cluster})
    return [post_out(post) for post in found]


@router.put("/{cluster}", summary="Een groep in eigen woorden zetten, of onder een onderwerp")
def describe_cluster(
    cluster: ClusterName,
    body: ClusterIn,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.LABEL)],
    response: Response,
) -> ClusterOut:
    questions.describe(
        desk.session, desk.scope, cluster,
        paraphrase=body.paraphrase, theme=body.theme, version=version,
    )  # fmt: skip
    desk.note("question-described", cluster, facts={"theme": body.theme})
    return _out(desk, cluster, response)


@router.post("/{cluster}/merge", summary="Een andere groep hierbij voegen")
def merge_clusters(
    cluster: ClusterName,
    body: MergeIn,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.LABEL)],
    response: Response,
) -> ClusterOut:
    questions.merge(desk.house, desk.session, desk.scope, cluster, body.other, version)
    desk.note("questions-merged", cluster, facts={"other": body.other})
    return _out(desk, cluster, response)


@router.post(
    "/{cluster}/split", status_code=201, summary="Berichten eruit halen die iets anders vragen"
)
def split_cluster(
    cluster: ClusterName,
    body: SplitIn,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.LABEL)],
    response: Response,
) -> ClusterOut:
    fresh = questions.split(
        desk.house, desk.session, desk.scope, cluster, body.post_keys, version
    )  # fmt: skip
    desk.note("questions-split", cluster, facts={"posts": len(body.post_keys), "to": fresh})
    return _out(desk, fresh, response)


def _out(desk: Desk, name: str, response: Response) -> ClusterOut:
    found = questions.line(desk.house, desk.session, desk.scope, name)
    set_version(response, found.version)
    return ClusterOut.model_validate(found)
