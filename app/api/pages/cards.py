"""A hit as its card shows it to this reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.services.access import Permission, Scope
from app.services.answer_bank import Offer
from app.services.answers import UNKNOWN
from app.services.desk import route_of
from app.services.posts import ShownPost
from dashboards import views

#: Calibrated probabilities in words, as labels.md wants them told.
SURE = ((0.85, "sure"), (0.65, "likely"), (0.0, "doubt"))


def post_view(
    post: ShownPost, scope: Scope, bank: Mapping[str, Offer] | None = None
) -> views.PostView:
    """Everything a card needs; what the reader may not do is not offered.

    `bank` holds the approved answers by theme: the one of an open question's theme goes with it.
    """
    row = post.row
    judged = not post.threat_candidate or scope.may(Permission.THREATS)
    return views.PostView(
        post_key=row.post_key,
        published=row.published_at,
        source_title=post.source_title,
        text=post.text,
        status=row.status,
        title=post.title,
        marks=tuple(views.Mark(s.start, s.end, s.why, s.in_title) for s in post.spans),
        labels=row.labels,
        sub_labels=row.sub_labels,
        reasons=tuple(views.Reason(s.start, s.end, s.text, s.why) for s in post.reasons),
        group=row.group,
        locality=row.locality,
        locality_reason=post.locality_reason,
        sentiment=row.sentiment_label,
        stance=row.stance,
        theme=row.theme,
        irony=post.irony,
        doubt=post.doubt,
        is_question=row.is_question,
        by_person=row.by_person,
        sure="" if row.by_person else how_sure(row.labels, post.probabilities),
        labelled_by=post.labelled_by,
        late=row.late,
        origins=tuple(slug for slug in post.origins if slug != row.source),
        version=post.version,
        work_state=post.work_state,
        owner=str(post.owner_id) if post.owner_id else None,
        owner_name=post.owner or "",
        priority=post.priority,
        route=route_of(row.sub_labels) if row.status == "gelabeld" else None,
        urgency=row.urgency,
        answered=post.answered_at,
        answered_with=post.answered_with,
        answered_in=post.answered_in,
        offers=_offers(post, scope, bank or {}),
        open_with=post.open_with,
        may_work=scope.may(Permission.STATUS),
        may_label=scope.may(Permission.LABEL) and judged,
        may_confirm=scope.may(Permission.THREATS),
        may_open=scope.may(Permission.OPEN_AT_SOURCE) and not post.hidden,
        threat_candidate=post.threat_candidate,
        text_hidden=post.hidden,
    )


def _offers(
    post: ShownPost, scope: Scope, bank: Mapping[str, Offer]
) -> tuple[views.OfferView, ...]:
    """The approved answer of the theme, for an open question; a possible threat gets none."""
    found = bank.get(post.row.theme or "")
    if (
        found is None
        or not post.row.is_question
        or post.work_state == "beantwoord"
        or post.threat_candidate
        or not scope.may(Permission.STATUS)
    ):
        return ()
    return (offer_view(found),)


def how_sure(labels: Sequence[str], probabilities: Mapping[str, float]) -> str:
    """The least sure of the labels that were given; without a label how sure it is that none fits."""
    if not probabilities:
        return ""
    given = [probabilities[label] for label in labels if label in probabilities]
    chance = min(given) if given else 1 - max(probabilities.values())
    return next(word for least, word in SURE if chance >= least)


def offer_view(offer: Offer) -> views.OfferView:
    return views.OfferView(
        id=offer.id, title=offer.title, kind=offer.kind, text=offer.text,
        unknown=offer.state == UNKNOWN, review_on=offer.review_on, since=offer.approved_at,
    )  # fmt: skip
