"""The labelling page: one post, one key, the next post; a second reading without the first."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from analysis.labellers.ibs import IbsLabeller
from analysis.model import store
from app.api.dependencies import Desk, auditing, reading, writing
from app.api.pages.cards import post_view
from app.api.pages.framing import Csrf, desk_frame, page, prove
from app.api.pages.posts import Key, Version
from app.api.routes.labelling import VerdictIn, say
from app.errors import Conflict, InvalidInput
from app.services import annotating, posts
from app.services.access import Permission
from app.services.annotating import SECOND, Next
from dashboards import card, labelling_views, pages, paths

router = APIRouter(include_in_schema=False)
#: One key for a label takes this part of it when the suggestion has none, as on the desk.
COMMON = {"I": "I1", "B": "B2", "S": "S1"}


@router.get("/dossiers/{slug}/labelling")
def labelling_page(
    desk: Annotated[Desk, auditing(Permission.LABEL)],
    post: Annotated[str, Query(pattern=r"^([0-9a-f]{64})?$")] = "",
    last: Annotated[str, Query(pattern=r"^([0-9a-f]{64})?$")] = "",
) -> Response:
    return page(pages.render_labelling(_view(desk, post, last)))


@router.get("/dossiers/{slug}/model")
def model_page(desk: Annotated[Desk, reading(Permission.NUMBERS)]) -> Response:
    """The card of the labeller at work, for everybody who reads its numbers."""
    labeller = desk.house.labeller
    trained = labeller.name == IbsLabeller.name
    return page(
        pages.render_model(
            labelling_views.ModelView(
                frame=desk_frame(desk, "model"),
                labeller=labeller.name,
                model=labeller.model,
                guide=labeller.guide,
                blocks=card.blocks(store.card()) if trained else (),
                may_label=desk.scope.may(Permission.LABEL),
            )
        )
    )


@router.post("/dossiers/{slug}/labelling/{post_key}")
def verdict_form(
    post_key: Key,
    desk: Annotated[Desk, writing(Permission.LABEL)],
    csrf: Csrf,
    version: Version,
    verdict: Annotated[str, Form(max_length=12)] = "",
    blind: Annotated[Literal["", "yes"], Form()] = "",
    sub_label: Annotated[list[str], Form(max_length=19)] = [],  # noqa: B006 (a form default)
) -> Response:
    """`verdict` is accept, I, B, S, parts (the ticked ones), geen or ruis."""
    prove(desk, csrf)
    try:
        body = _body(desk, post_key, verdict, sub_label, blind=blind == "yes")
        say(desk, post_key, body, version)
    except (InvalidInput, Conflict) as error:
        return page(pages.render_labelling(_view(desk, post_key, "", error.message)), 400)
    address = paths.labelling(desk.scope.dossier.slug)
    return RedirectResponse(f"{address}?last={post_key}", status_code=303)


def _body(desk: Desk, post_key: str, verdict: str, ticked: list[str], *, blind: bool) -> VerdictIn:
    """The form as the API takes it; raises `InvalidInput` when it says nothing that can be meant."""
    told: dict[str, object] = {"verdict": "blind" if blind else "change"}
    if verdict == "accept" and not blind:
        told = {"verdict": "accept"}
    elif verdict in COMMON:
        told |= {"status": "gelabeld", "subLabels": _parts(desk, post_key, verdict, blind=blind)}
    elif verdict in ("geen", "ruis"):
        told["status"] = verdict
    elif verdict == "parts" and ticked:
        told |= {"status": "gelabeld", "subLabels": ticked}
    else:
        raise InvalidInput("Kies een label: niets is gewijzigd.", field="verdict")
    try:
        return VerdictIn.model_validate(told)
    except ValidationError:
        raise InvalidInput(
            "Dat onderdeel bestaat niet; kies uit I1-I6, B1-B6 en S1-S7.", field="subLabels"
        ) from None


def _parts(desk: Desk, post_key: str, letter: str, *, blind: bool) -> list[str]:
    """The suggested parts of one label, or the commonest; a second reader sees no suggestion."""
    if blind:
        return [COMMON[letter]]
    shown = posts.read_post(desk.house, desk.session, desk.scope, post_key)
    return [code for code in shown.row.sub_labels if code[0] == letter] or [COMMON[letter]]


def _view(desk: Desk, post_key: str, last: str, problem: str = "") -> labelling_views.LabellingView:
    chosen = annotating.next_post(desk.session, desk.scope)
    if post_key and (chosen is None or chosen.post_key != post_key):
        chosen = Next(post_key, "again")
    told = annotating.progress(desk.session, desk.scope)
    view = labelling_views.LabellingView(
        frame=desk_frame(desk, "labelling"),
        labelled=told.labelled,
        mine=told.mine,
        left=told.left,
        twice=told.twice,
        second_waiting=told.second_waiting,
        alphas=tuple(told.alphas.items()),
        last=last,
        problem=problem,
    )
    if chosen is None:
        return view
    shown = posts.read_post(desk.house, desk.session, desk.scope, chosen.post_key)
    desk.note("post-read", chosen.post_key, facts={"why": chosen.why})
    shown_card = post_view(shown, desk.scope)
    if chosen.why == SECOND:
        shown_card = replace(shown_card, labels=(), sub_labels=(), reasons=(), by_person=False)
    return replace(
        view,
        post=shown_card,
        why=chosen.why,
        chances=() if chosen.blind else tuple(shown.probabilities.items()),
        may_label=shown_card.may_label,
    )
