"""Officiële bekendmakingen over SRU: what a municipality publishes, as context for what is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from app.clock import local_date
from app.errors import SourceError, UnreadableFeed
from app.outbound import Outbound
from app.records import Discovery, FeedCandidate, FetchedPost, FetchResult, FetchState, Setting
from app.sources.asking import Asker
from app.sources.child import BUDGET_S, ParseChild
from app.sources.items import posts_of
from app.sources.protocol import NOTHING
from app.sources.replies import refused_by, wait_asked

PAGE = 100
MOST_PAGES = 10
#: Publications get their date before they can be found: a visit looks back over the last days.
OVERLAP = timedelta(days=3)
FIRST = timedelta(days=14)
SAMPLE = 5


class BekendmakingenSource:
    """The publications of one municipality, asked by date, with an overlap of a few days."""

    title = "Officiële bekendmakingen van een gemeente (SRU van overheid.nl)"
    terms = "Open overheidsinformatie, zonder sleutel; de voorwaarden staan op overheid.nl."
    tried = "Niet tegen de echte dienst: alleen tegen een antwoord volgens de beschrijving ervan."
    settings = (
        Setting("creator", "Naam van de gemeente, kaal: Zaanstad", required=True),
        Setting(
            "publication", "Welk blad", "choice", default="Gemeenteblad",
            choices=("Gemeenteblad", "Provinciaal blad", "Staatscourant", "alle"),
        ),
    )  # fmt: skip
    on = False

    def __init__(self) -> None:
        self._asker = Asker()
        self._child = ParseChild(BUDGET_S)

    def close(self) -> None:
        """End the process that reads answers; it starts again when it is needed."""
        self._child.close()

    def fetch(self, state: FetchState, outbound: Outbound, now: datetime) -> FetchResult:
        """Everything published since the cursor (a date), with its overlap."""
        since = _since(state.cursor, now)
        found: dict[str, FetchedPost] = {}
        try:
            for page in range(MOST_PAGES):
                url = question(state, since, 1 + page * PAGE)
                response = self._asker.get(url, outbound, now, {"accept": "application/xml"})
                refused = refused_by(response, now)
                if refused is not None:
                    return refused
                parsed = self._read(response.body, response.url)
                posts = posts_of(parsed["items"], response.url, "nl")
                found |= {post.canonical_id: post for post in posts}
                if len(parsed["items"]) < PAGE or (page + 1) * PAGE >= parsed["total"]:
                    break
        except SourceError as error:
            return FetchResult(error.reason, detail=error.message)
        return FetchResult(
            "ok" if found else "empty",
            posts=tuple(found.values()),
            state=replace(state, cursor=local_date(now).isoformat()),
            wait=wait_asked(response, now),
            continuous=state.cursor is not None,
        )

    def _read(self, body: bytes, url: str) -> dict[str, Any]:
        parsed = self._child.parse(body, url, "application/xml")
        if parsed["kind"] != "feed":
            raise UnreadableFeed("Dit is geen antwoord van SRU.", reason="not-a-feed")
        return parsed

    def discover(
        self, address: str, outbound: Outbound, now: datetime, settings: Mapping[str, str] = NOTHING
    ) -> Discovery:
        """A test fetch of the last two weeks."""
        found = self.fetch(FetchState(address, settings), outbound, now)
        if found.reason not in ("ok", "empty"):
            return Discovery(found.reason, detail=found.detail)
        name = settings.get("creator", "")
        own = f"{address.partition('?')[0]}?{urlencode({'gemeente': name})}"
        candidate = FeedCandidate(
            own, f"Bekendmakingen van {name}", "bekendmakingen", len(found.posts)
        )
        return Discovery(found.reason, (candidate,), found.posts[:SAMPLE])


def question(state: FetchState, since: date, start: int) -> str:
    """The URL of one page: CQL over the official publications of one body since a date."""
    clauses = ["c.product-area==officielepublicaties"]
    creator = state.settings.get("creator", "").replace('"', "").replace("\\", "")
    if creator:
        clauses.append(f'dt.creator=="{creator}"')
    paper = state.settings.get("publication", "Gemeenteblad")
    if paper != "alle":
        clauses.append(f'w.publicatienaam=="{paper}"')
    clauses.append(f"dt.available>={since.isoformat()}")
    asked = {
        "operation": "searchRetrieve",
        "version": "2.0",
        "query": " AND ".join(clauses),
        "startRecord": str(start),
        "maximumRecords": str(PAGE),
    }
    try:
        parts = urlsplit(state.address)
    except ValueError:
        return state.address
    return urlunsplit(parts._replace(query=urlencode(asked), fragment=""))


def _since(cursor: str | None, now: datetime) -> date:
    """The cursor is our own date; one in the future is not believed."""
    today = local_date(now)
    try:
        known = date.fromisoformat(cursor or "")
    except ValueError:
        return today - FIRST
    return min(known, today) - OVERLAP
