"""The frozen values that pass between the rooms of the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: Closed list of reasons a source can show (trust.md §5), with the Dutch text beside each code.
REASONS: Mapping[str, str] = {
    "ok": "In orde",
    "not-modified": "Niets veranderd sinds de vorige keer",
    "limited": "De bron vraagt om even te wachten",
    "gone": "De bron is opgeheven",
    "not-found": "De bron is niet gevonden",
    "forbidden": "De bron geeft geen toegang",
    "server-error": "De server van de bron geeft een fout",
    "dns": "De naam van de server is niet te vinden",
    "connect": "Er is geen verbinding met de server",
    "tls": "De beveiligde verbinding klopt niet",
    "timeout": "De server antwoordt niet op tijd",
    "too-large": "Het antwoord is groter dan 15 MiB",
    "encoding": "Het antwoord is op een onbekende of dubbele manier ingepakt",
    "redirect-loop": "De bron verwijst te vaak door",
    "address-refused": "Dit adres is niet openbaar en wordt niet opgehaald",
    "robots": "De bron vraagt robots om weg te blijven",
    "not-a-feed": "Op dit adres staat geen feed",
    "unreadable": "De feed is niet te lezen",
    "parse-budget": "Het lezen van de feed duurde te lang en is afgebroken",
    "empty": "De feed is leesbaar maar leeg",
    "private-refused": "Besloten groepen en kanalen worden niet gevolgd",
    "credentials": "Het toegangstoken van de bron klopt niet",
    "cursor-too-old": "De bron bewaart de gemiste berichten niet meer",
    "storage": "Het opslaan is mislukt",
}

#: How the items of a source are told apart, and what to show of it. Once lowered it stays so.
IDENTITIES: Mapping[str, str] = {
    "": "Aan hun eigen kenmerk",
    "some-missing": "Sommige berichten hebben geen kenmerk: die aan hun adres of woorden",
    "link": "Kenmerken komen dubbel voor: aan hun adres",
    "words": "Kenmerken en adressen komen dubbel voor: aan hun woorden",
}

#: Reasons that mean "the source answered as it should".
HEALTHY = frozenset({"ok", "not-modified", "empty"})


@dataclass(frozen=True, slots=True)
class Author:
    """Who a source says wrote a post. Lives only between fetch and store (trust.md P4).

    `handle` as the source gives it; `host` the platform's host, which together name one account.
    """

    handle: str
    host: str

    @property
    def account(self) -> tuple[str, str]:
        """(host, handle) folded, so that one account has one name."""
        return self.host.strip().casefold(), " ".join(self.handle.split()).lstrip("@").casefold()


@dataclass(frozen=True, slots=True)
class FetchedPost:
    """One item of a source, as plain text. `canonical_id` is opaque: never parsed, never sorted.

    `reference` is the name by which the source itself wants to be asked for this post again, where
    that is another one than its canonical id.
    """

    canonical_id: str
    text: str
    title: str = ""
    url: str | None = None
    author: Author | None = None
    published_at: datetime | None = None
    date_rule: str = "first-seen"
    lang: str | None = None
    thread: str | None = None
    is_repost: bool = False
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a kind of source wants to know; forms and the command line are made of these.

    `kind` is `text`, `number`, `choice` or `flag`. A `secret` is stored encrypted, never shown.
    """

    name: str
    title: str
    kind: str = "text"
    default: str = ""
    required: bool = False
    secret: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Validators:
    """ETag and Last-Modified of one URL, sent back verbatim."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class FetchState:
    """What a source remembers between two fetches. `validators` are keyed by URL.

    `identity` says how its items are told apart when their own ids are no good (`IDENTITIES`).
    """

    address: str
    settings: Mapping[str, str] = field(default_factory=dict)
    validators: Mapping[str, Validators] = field(default_factory=dict)
    cursor: str | None = None
    failures: int = 0
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Missed:
    """A stretch that a source no longer gives: `ends` is None while it is still going on."""

    starts: datetime
    ends: datetime | None
    reason: str = "cursor-too-old"


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What came of one fetch: never an exception, always one of `REASONS`.

    `wait` is the least time the source asks us to stay away (Retry-After, TTL, Cache-Control).
    `moved_to` is a permanent new address that has passed the guard; `disable` says stop asking.
    `continuous`: the posts follow on the cursor without a hole. `more`: there is more waiting.
    `until`: how far the answer reaches, when that is not now.
    `missed`: what the source says it cannot give any more. `deleted_accounts` are (host, handle).
    """

    reason: str
    posts: tuple[FetchedPost, ...] = ()
    deleted_ids: tuple[str, ...] = ()
    state: FetchState | None = None
    wait: timedelta | None = None
    moved_to: str | None = None
    disable: bool = False
    detail: str = ""
    continuous: bool = False
    more: bool = False
    until: datetime | None = None
    missed: Missed | None = None
    deleted_accounts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FeedCandidate:
    """A feed found on a page or at an address, with what a test fetch showed."""

    address: str
    title: str
    kind: str
    items: int | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """Outcome of looking at an address before it is saved: `reason` as in `REASONS`."""

    reason: str
    candidates: tuple[FeedCandidate, ...] = ()
    sample: tuple[FetchedPost, ...] = ()
    detail: str = ""
