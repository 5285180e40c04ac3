"""A hit as its card shows it to this reader."""

from __future__ import annotations

from collections.abc import Mapping

from app.services.access import Permission, Scope
from app.services.answer_bank import Offer
from app.services.answers import UNKNOWN
from app.services.desk import route_of
from app.services.posts import ShownPost
from dashboards import views


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


def offer_view(offer: Offer) -> views.OfferView:
    return views.OfferView(
        id=offer.id, title=offer.title, kind=offer.kind, text=offer.text,
        unknown=offer.state == UNKNOWN, review_on=offer.review_on, since=offer.approved_at,
    )  # fmt: skip
