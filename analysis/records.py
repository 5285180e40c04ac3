"""The frozen values that the whole house shares: what a labeller reads and says, what a report counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Status = Literal["gelabeld", "geen", "ruis", "echo", "niet-beoordeeld"]
SentimentLabel = Literal["positief", "neutraal", "negatief"]
Locality = Literal["local", "outside", "unknown"]

INFORMATION_NEED = "informatiebehoefte"
SENSE_MAKING = "betekenisgeving"
DAMAGE_CONTROL = "schadebeperking"
LABELS = (INFORMATION_NEED, SENSE_MAKING, DAMAGE_CONTROL)


@dataclass(frozen=True, slots=True)
class Post:
    """What a labeller may know of a post: its words and its public role, never its author.

    `group` is the account group (`GroupKind` value) or None when unknown; `own` marks a channel of
    the municipality itself; `places` are the dossier's place terms; `lang` is an ISO 639-1 code
    when the source states one.
    """

    text: str
    title: str = ""
    parent: str | None = None
    is_repost: bool = False
    group: str | None = None
    own: bool = False
    places: tuple[str, ...] = ()
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a label: a span in code points of the text as given, and what it argues for."""

    start: int
    end: int
    text: str
    supports: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """Everything a labeller says of one post (domain.md §1.2, labels.md "Output per post")."""

    status: Status
    labels: tuple[str, ...] = ()
    sub_labels: tuple[str, ...] = ()
    primary: str | None = None
    probabilities: dict[str, float] = field(default_factory=dict)
    sentiment: float = 0.0
    sentiment_label: SentimentLabel = "neutraal"
    stance: str = "onduidelijk"
    emotion: tuple[str, ...] = ()
    target: str | None = None
    purpose: str | None = None
    is_question: bool = False
    theme: str | None = None
    threat: bool = False
    threat_probability: float = 0.0
    urgency: str = "l"
    irony: bool = False
    terms_used: tuple[str, ...] = ()
    reception_form: str | None = None
    doubt: bool = False
    explanation: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportPost:
    """One frozen input row of an edition: no text, no raw id, no author name (house.md §4).

    `author` is the pseudonym under the dossier's key. `confirmed` is true when a person confirmed
    the S2, S3 or S6 labels (trust.md P11); `by_person` when the effective label is a person's.
    `late` marks a post of an earlier local day that its own edition could not count yet.
    `domains`, `reasons`, `own_kind` are gleaned from the text (`analysis.gleaning`); `thread` is the
    keyed name of its conversation. `doubt`: the labeller was not sure. `asks` is the name of the
    cluster of a question, `asked_theme` the theme that a person gave that cluster. Rows frozen
    before they existed hold none of the seven.
    """

    post_key: str
    published_at: datetime
    first_seen: datetime
    local_date: date
    source: str
    author: str | None
    group: str | None
    locality: Locality
    own: bool
    status: Status
    labels: tuple[str, ...]
    sub_labels: tuple[str, ...]
    sentiment: float
    sentiment_label: SentimentLabel
    stance: str
    emotion: tuple[str, ...]
    target: str | None
    purpose: str | None
    is_question: bool
    theme: str | None
    threat: bool
    urgency: str
    terms_used: tuple[str, ...]
    reception_form: str | None
    confirmed: bool = False
    by_person: bool = False
    late: bool = False
    domains: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    own_kind: str | None = None
    thread: str | None = None
    doubt: bool = False
    asks: str | None = None
    asked_theme: str | None = None


#: Fields that rows of an older release do not have; empty ones are no part of the seal of a row.
GLEANED = ("domains", "reasons", "own_kind", "thread", "doubt", "asks", "asked_theme")


@dataclass(frozen=True, slots=True)
class Moment:
    """A defining moment on the strategic timeline (handreiking 7.3)."""

    at: datetime
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """What a report must say of one source: how complete the picture is (sources.md)."""

    slug: str
    kind: str
    title: str
    reason: str
    enabled: bool
    own: bool
    last_ok: datetime | None
    complete_until: datetime | None
    posts: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of time in which a source may have said things that were not seen."""

    source: str
    starts: datetime
    ends: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open interval [starts, ends) of one report, both with offset."""

    starts: datetime
    ends: datetime
