"""The recall probe through the API: draw, judge with one key, read the estimate (R45)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import Field

from app.api.dependencies import Desk, auditing, writing
from app.api.routes.queries import Number, version_of
from app.api.schemas import In, Out
from app.services import probing
from app.services.access import Permission
from app.storage import tuning as rows
from app.storage.models import ProbeItem, QueryVersion

router = APIRouter(prefix="/dossiers/{slug}", tags=["zoekopdrachten afstellen"])
ProbeId = Annotated[int, Path(ge=1, le=2**31 - 1)]
PostKey = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class ProbeIn(In):
    """`seed` draws the same sample again as long as the buffer is the same."""

    per_stratum: Annotated[int, Field(ge=1, le=probing.MOST)] = probing.PER_STRATUM
    seed: Annotated[int | None, Field(ge=0, le=2**31 - 1)] = None


class VerdictIn(In):
    """null takes a judgement back."""

    verdict: Literal["relevant", "irrelevant", "unsure"] | None


class ProbeItemOut(Out):
    """`text` null: the post is no longer kept."""

    post_key: str
    position: int
    stratum: str
    verdict: str | None
    judged_by: str | None
    judged_at: datetime | None
    source: str | None
    published_at: datetime | None
    title: str | None
    text: str | None


class EstimateOut(Out):
    """Posts missed with their 95 % interval; recall as a share; `text` says it in one line."""

    found: int
    missed: float
    missed_low: float
    missed_high: float
    recall: float | None
    recall_low: float | None
    recall_high: float | None
    text: str


class SuggestionOut(Out):
    term: str
    offset: int
    length: int
    texts: int
    adds: int
    fix: str | None


class StratumOut(Out):
    """`posts` outside the query; `rate`: the share of what came in that they are."""

    name: str
    posts: int
    rate: float


class ProbeOut(Out):
    id: int
    number: int
    author: str
    seed: int
    created_at: datetime
    strata: list[StratumOut]
    items: list[ProbeItemOut]
    estimate: EstimateOut
    suggestions: list[SuggestionOut]


class ProbeLine(Out):
    id: int
    number: int
    author: str
    created_at: datetime
    judged: int
    items: int


@router.post(
    "/queries/{number}/probes", status_code=201, summary="Een steekproef buiten een versie trekken"
)
def start(
    number: Number,
    body: ProbeIn,
    desk: Annotated[Desk, writing(Permission.QUERIES_WRITE)],
    response: Response,
) -> ProbeOut:
    version = version_of(desk, number)
    probe = probing.start(
        desk.house, desk.session, desk.scope, version,
        per_stratum=body.per_stratum, seed=body.seed,
    )  # fmt: skip
    desk.note("probe-started", str(probe.id), facts={"version": number, "seed": probe.seed})
    response.headers["Location"] = f"/v1/dossiers/{desk.scope.dossier.slug}/probes/{probe.id}"
    return _out(desk, probe.id)


@router.get("/probes", summary="De steekproeven van een dossier")
def list_probes(desk: Annotated[Desk, auditing(Permission.QUERIES_WRITE)]) -> list[ProbeLine]:
    found = []
    for probe in rows.probes(desk.session, desk.scope.dossier.id):
        items = rows.probe_items(desk.session, probe.id)
        version = desk.session.get_one(QueryVersion, probe.query_version_id)
        judged = sum(item.verdict is not None for item in items)
        found.append(
            ProbeLine(
                id=probe.id, number=version.number, author=probe.author,
                created_at=probe.created_at, judged=judged, items=len(items),
            )
        )  # fmt: skip
    return found


@router.get("/probes/{probe_id}", summary="Een steekproef met schatting en voorstellen")
def read_probe(
    probe_id: ProbeId, desk: Annotated[Desk, auditing(Permission.QUERIES_WRITE)]
) -> ProbeOut:
    desk.note("probe-read", str(probe_id))
    return _out(desk, probe_id)


@router.put("/probes/{probe_id}/items/{post_key}", summary="Een bericht beoordelen")
def judge(
    probe_id: ProbeId,
    post_key: PostKey,
    body: VerdictIn,
    desk: Annotated[Desk, writing(Permission.QUERIES_WRITE)],
) -> ProbeOut:
    probing.judge(desk.house, desk.session, desk.scope, probe_id, post_key, body.verdict)
    desk.note("probe-judged", post_key, facts={"probe": probe_id, "verdict": body.verdict})
    return _out(desk, probe_id)


def _out(desk: Desk, probe_id: int) -> ProbeOut:
    found = probing.state(desk.house, desk.session, desk.scope, probe_id)
    version = desk.session.get_one(QueryVersion, found.probe.query_version_id)
    return ProbeOut(
        id=found.probe.id,
        number=version.number,
        author=found.probe.author,
        seed=found.probe.seed,
        created_at=found.probe.created_at,
        strata=[
            StratumOut(name=name, posts=size["posts"], rate=size["rate"])
            for name, size in found.probe.strata.items()
        ],
        items=[_item(item, line) for item, line in found.items],
        estimate=EstimateOut.model_validate(found.estimate),
        suggestions=[SuggestionOut.model_validate(one) for one in found.suggestions],
    )


def _item(item: ProbeItem, line: Any) -> ProbeItemOut:
    return ProbeItemOut(
        post_key=item.post_key,
        position=item.position,
        stratum=item.stratum,
        verdict=item.verdict,
        judged_by=item.judged_by,
        judged_at=item.judged_at,
        source=line.source if line else None,
        published_at=line.published_at if line else None,
        title=line.title if line else None,
        text=line.text if line else None,
    )
