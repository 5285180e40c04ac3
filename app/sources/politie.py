"""News of the police around a place, from their open JSON interface. 204 means: nothing there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from app.errors import FetchFailed, SourceError
from app.outbound import Outbound, Response
from app.records import Discovery, FeedCandidate, FetchedPost, FetchResult, FetchState, Setting
from app.sources.asking import Asker
from app.sources.html_text import to_text
from app.sources.items import posts_of
from app.sources.paging import marks_of, reaches
from app.sources.protocol import NOTHING
from app.sources.replies import refused_by, wait_asked

PAGE = 25
MOST_PAGES = 8
MOST_TEXT = 20_000
SAMPLE = 5
FIELDS = ("lat", "lon", "radius")


class PolitieSource:
    """Local news, newest first, page by page until what was seen the last time."""

    title = "Nieuws van de politie rond een plaats"
    terms = "Open interface van de politie, zonder sleutel; de voorwaarden staan op politie.nl."
    tried = "Niet tegen de echte dienst: alleen tegen een antwoord volgens de beschrijving ervan."
    settings = (
        Setting("lat", "Breedtegraad, bijvoorbeeld 52.44", required=True),
        Setting("lon", "Lengtegraad, bijvoorbeeld 4.82", required=True),
        Setting("radius", "Straal in kilometers", "number", default="5"),
    )
    on = False

    def __init__(self) -> None:
        self._asker = Asker()

    def fetch(self, state: FetchState, outbound: Outbound, now: datetime) -> FetchResult:
        """Pages of 25 until one shows what was newest the last time."""
        before = frozenset((state.cursor or "").split())
        posts: list[FetchedPost] = []
        try:
            for page in range(MOST_PAGES if before else 1):
                url = question(state, page * PAGE)
                response = self._asker.get(url, outbound, now, {"accept": "application/json"})
                refused = refused_by(response, now)
                if refused is not None and response.status != 204:
                    return refused
                fresh = posts_of(_items(response), response.url, "nl")
                posts += fresh
                if len(fresh) < PAGE or reaches(fresh, before):
                    break
        except SourceError as error:
            return FetchResult(error.reason, detail=error.message)
        return FetchResult(
            "ok" if posts else "empty",
            posts=tuple(posts),
            state=replace(state, cursor=marks_of(posts, before)),
            wait=wait_asked(response, now),
            continuous=bool(before) and reaches(posts, before),
        )

    def discover(
        self, address: str, outbound: Outbound, now: datetime, settings: Mapping[str, str] = NOTHING
    ) -> Discovery:
        """The newest page, as a test fetch."""
        found = self.fetch(FetchState(address, settings), outbound, now)
        if found.reason not in ("ok", "empty"):
            return Discovery(found.reason, detail=found.detail)
        place = urlencode({name: settings.get(name, "") for name in FIELDS})
        own = f"{address.partition('?')[0]}?{place}"  # two places of one dossier stay apart
        candidate = FeedCandidate(own, "Nieuws van de politie", "politie", len(found.posts))
        return Discovery(found.reason, (candidate,), found.posts[:SAMPLE])


def question(state: FetchState, offset: int) -> str:
    """The URL of one page around the place of the settings."""
    asked = {name: state.settings[name] for name in FIELDS if state.settings.get(name)}
    asked |= {"language": "nl", "maxnumberofitems": str(PAGE), "offset": str(offset)}
    try:
        parts = urlsplit(state.address)
    except ValueError:
        return state.address
    return urlunsplit(parts._replace(query=urlencode(asked), fragment=""))


def _items(response: Response) -> list[dict[str, str]]:
    if response.status == 204 or not response.body.strip():
        return []
    try:
        document = json.loads(response.body)
    except (ValueError, RecursionError) as error:
        raise FetchFailed("Het antwoord is geen JSON.", reason="unreadable") from error
    rows = document.get("nieuwsberichten") if isinstance(document, dict) else document
    if not isinstance(rows, list):
        raise FetchFailed("In het antwoord staan geen nieuwsberichten.", reason="unreadable")
    return [_item(row) for row in rows if isinstance(row, dict)]


def _item(row: Mapping[str, Any]) -> dict[str, str]:
    parts = [_text(row.get("introductie"))]
    paragraphs = row.get("alineas")
    for part in paragraphs if isinstance(paragraphs, list) else ():
        if isinstance(part, dict):
            parts += [_text(part.get("titel")), _text(part.get("opgemaaktetekst"))]
    text = "\n".join(to_text(part) for part in parts if part)
    return {
        "id": _text(row.get("uid")),
        "link": _text(row.get("url")),
        "title": " ".join(to_text(_text(row.get("titel"))).split())[:1000],
        "text": text[:MOST_TEXT],
        "date": _text(row.get("publicatiedatum")),
        "author": "",
        "lang": "nl",
        "thread": "",
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
