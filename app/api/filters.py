"""The filters of the inbox as they stand in an address: the same words in the API and the pages."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from app.api.schemas import GroupName, In, LabelName, LocalityName, StatusName
from app.services.access import Scope
from app.services.posts import PostFilter

SubLabel = Annotated[str, Field(pattern=r"^(I[1-6]|B[1-6]|S[1-7])$")]
WorkState = Literal["nieuw", "in behandeling", "beantwoord", "geen actie"]
Sentiment = Literal["positief", "neutraal", "negatief"]
Urgency = Literal["h", "m", "l"]
#: "me" is the caller, "nobody" nobody, else a user's number.
Owner = Annotated[str, Field(pattern=r"^(me|nobody|[0-9]{1,9})$")]


class FilterQuery(In):
    """The filters; all of them together. `text` is a query of our own language; `given` is what a
    colleague gave to the caller, who did nothing with it since.

    `edition` (2026-11-23.1) with `behind` (stance:contra) lists exactly the posts that this number of
    that report counts, and goes without the others.
    """

    label: LabelName | None = None
    sub_label: SubLabel | None = None
    source: Annotated[str | None, Field(max_length=120)] = None
    group: GroupName | Literal["unknown"] | None = None
    without_own: bool = False
    account_list: Annotated[str | None, Field(max_length=120)] = None
    locality: LocalityName | None = None
    status: StatusName | None = None
    work_state: WorkState | None = None
    owner: Owner | None = None
    urgency: Urgency | None = None
    sentiment: Sentiment | None = None
    theme: Annotated[str | None, Field(max_length=40)] = None
    question: bool = False
    text: Annotated[str | None, Field(max_length=500)] = None
    from_: Annotated[date | None, Field(alias="from")] = None
    to: date | None = None
    threat_candidate: bool = False
    edition: Annotated[str, Field(max_length=20)] = ""
    behind: Annotated[str, Field(max_length=200)] = ""
    given: bool = False


def filter_of(query: FilterQuery, scope: Scope) -> PostFilter:
    """The filters as the service takes them."""
    owners = {"me": scope.principal.user_id, "nobody": 0}
    owner = query.owner
    return PostFilter(
        label=query.label,
        sub_label=query.sub_label,
        source=query.source,
        group=query.group,
        without_own=query.without_own,
        account_list=query.account_list,
        locality=query.locality,
        status=query.status,
        work_state=query.work_state,
        owner=None if owner is None else owners[owner] if owner in owners else int(owner),
        urgency=query.urgency,
        sentiment=query.sentiment,
        theme=query.theme,
        question=query.question,
        text=query.text,
        first=query.from_,
        last=query.to,
        threat_candidate=query.threat_candidate,
        edition=query.edition,
        behind=query.behind,
        given_to=scope.principal.user_id if query.given else None,
    )
