"""The small values on the cards and the page of one post (see `dashboards.views`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class OfferView:
    """An approved answer that fits a post: text to copy, and the id by which it is given.

    `unknown`: the answer says that it is not known yet; `review_on` is the day to look again.
    """

    id: int
    title: str
    kind: str
    text: str
    unknown: bool = False
    review_on: date | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A post in the inbox over all dossiers; it is worked on at its own page."""

    slug: str
    dossier: str
    post_key: str
    published: datetime
    source_title: str
    title: str = ""
    text: str = ""
    hidden: bool = False
    sub_labels: tuple[str, ...] = ()
    status: str = ""
    urgency: str = "l"
    work_state: str = "nieuw"
    owner_name: str = ""
    threat_candidate: bool = False


@dataclass(frozen=True, slots=True)
class JustDone:
    """What can be undone now: an act on the desk by its `batch`, or a label by its `annotation`."""

    batch: str = ""
    post_key: str = ""
    annotation: int = 0


@dataclass(frozen=True, slots=True)
class AroundView:
    """A post of the conversation; `post_key` is set when it is a hit of its own."""

    relation: str
    published: datetime
    text: str
    post_key: str = ""


@dataclass(frozen=True, slots=True)
class EventView:
    """What a person did: words of ours, words of theirs.

    An act on the desk is undone by its `batch`, a label by its `annotation`; without them it cannot.
    """

    at: datetime
    by: str
    what: str
    text: str = ""
    batch: str = ""
    annotation: int = 0


@dataclass(frozen=True, slots=True)
class SavedViewLink:
    """A saved view: its name and the query string it stands for."""

    view_id: int
    name: str
    query: str
    team: bool = False
