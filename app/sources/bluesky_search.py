"""Bluesky search with an app password of the organisation: a help beside the stream, not a replacement.

The makers ask not to use search as a source of data, and its pages need not reach the end: it finds
what was said before a dossier began, and what the stream missed. A walk goes from the newest back to
an hour before the newest of the last time; what it could not reach is a gap.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.errors import AddressRefused, FetchFailed, SourceError
from app.outbound import Outbound
from app.records import Discovery, FeedCandidate, FetchedPost, FetchResult, FetchState, Setting
from app.sources.asking import longest
from app.sources.bluesky_account import Door, Refused, Sessions, document_of
from app.sources.bluesky_posts import COLLECTION, languages, post_of
from app.sources.dates import read_date
from app.sources.protocol import NOTHING, Around, Asked, Rechecked
from app.sources.refused import refusal
from app.sources.replies import reset_asked, wait_asked

SEARCH = "app.bsky.feed.searchPosts"
LIMIT, MOST_PAGES, WALK_S = 100, 10, 35.0
#: How long after the newest a late post is still found behind it.
OVERLAP = timedelta(hours=1)
#: So many posts are asked for by name at once.
AT_ONCE, LEAST_MOVED = 25, 5
MOST_WORDS, SAMPLE, MOST_AROUND = 300, 5, 60
NOT_FOUND = (400, 404)
PERSONAL = ("from:", "to:", "mentions:", "did:")


@dataclass(frozen=True, slots=True)
class Search:
    """A search as an address says it."""

    origin: str
    host: str
    words: str
    tags: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        shown = " ".join([self.words, *(f"#{tag}" for tag in self.tags)]).strip()
        return f"Bluesky: zoeken naar {shown[:60]}"


class BlueskySearchSource:
    """Searches words; never the posts of one account."""

    title = "Bluesky: zoeken, met een app-wachtwoord van de organisatie"
    terms = (
        "Zoekfunctie van het AT Protocol met een account van de organisatie, nooit van een persoon. "
        "De makers vragen haar niet als gegevensbron te gebruiken: een hulp naast de stroom."
    )
    tried = (
        "Het ontwikkelnetwerk van het AT Protocol op deze machine (make test-network); nog niet tegen "
        "de echte dienst."
    )
    settings = (
        Setting("account", "Naam van het account van de organisatie", required=True),
        Setting("app_password", "App-wachtwoord van dat account", required=True, secret=True),
        Setting("langs", "Talen, met komma's; zonder taalopgave telt altijd", default="nl,fy"),
    )
    on = False

    def __init__(self) -> None:
        self._sessions = Sessions()

    def fetch(self, state: FetchState, outbound: Outbound, now: datetime) -> FetchResult:
        """What was found since the last time; the first time as far back as the pages go."""
        try:
            search = search_of(state.address)
            return self._walk(search, state, _door(search, state, outbound, now))
        except Refused as refused:
            return refused.result
        except SourceError as error:
            return FetchResult(error.reason, detail=error.message)

    def _walk(self, search: Search, state: FetchState, door: Door) -> FetchResult:
        newest = _instant(state.cursor)
        since = newest - OVERLAP if newest else None
        query: dict[str, str | list[str]] = {
            "q": search.words or "*", "sort": "latest", "limit": str(LIMIT),
        }  # fmt: skip
        if search.tags:
            query["tag"] = list(search.tags)
        if since is not None:
            query["since"] = since.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        langs = languages(state.settings.get("langs", "nl,fy"))
        posts: dict[str, FetchedPost] = {}
        ends, whole, pause = time.monotonic() + WALK_S, False, None
        for _ in range(MOST_PAGES):
            response = self._sessions.get(door, SEARCH, query)
            try:
                page = document_of(response, door.now)
            except Refused as refused:
                if not posts:
                    raise
                pause = longest(pause, refused.result.wait)
                break  # what came before it is kept; the walk was not whole
            pause = longest(wait_asked(response, door.now), reset_asked(response, door.now))
            views = _views(page)
            for view in views:
                post = _post(view, langs)
                if post is not None:
                    posts.setdefault(post.canonical_id, post)
                moment = _sorted_at(view)
                if moment is not None and moment <= door.now + OVERLAP:
                    newest = max(newest or moment, moment)
            following = page.get("cursor")
            oldest = _sorted_at(views[-1]) if views else None
            passed = since is not None and oldest is not None and oldest < since
            if not views or not following or passed:
                whole = True
                break
            query["cursor"] = str(following)[:500]
            if time.monotonic() > ends:
                break
        return FetchResult(
            "ok" if posts else ("not-modified" if state.cursor else "empty"),
            posts=tuple(posts.values()),
            state=replace(state, cursor=newest.isoformat() if newest else state.cursor),
            wait=pause,
            detail="" if whole else "De zoekfunctie gaf niet alles; oudere berichten ontbreken.",
            continuous=state.cursor is not None and whole,
        )

    def discover(
        self, address: str, outbound: Outbound, now: datetime, settings: Mapping[str, str] = NOTHING
    ) -> Discovery:
        """The search itself, as a test fetch."""
        found = self.fetch(FetchState(address, settings), outbound, now)
        if found.reason not in ("ok", "empty"):
            return Discovery(found.reason, detail=found.detail)
        candidate = FeedCandidate(
            address, search_of(address).title, "bluesky-zoeken", len(found.posts)
        )
        return Discovery(found.reason, (candidate,), found.posts[:SAMPLE])

    def recheck(
        self, state: FetchState, posts: Sequence[Asked], outbound: Outbound, now: datetime
    ) -> Rechecked:
        """Ask for posts by name: what the server leaves out of its answer is gone. An answer
        without any of many is trouble of the server, and deletes nothing."""
        search = search_of(state.address)
        door = _door(search, state, outbound, now)
        langs = languages(state.settings.get("langs", "nl,fy"))
        gone: list[str] = []
        answered: list[str] = []
        edited: list[FetchedPost] = []
        for start in range(0, len(posts), AT_ONCE):
            part = posts[start : start + AT_ONCE]
            try:
                page = self._sessions.demand(
                    door, "app.bsky.feed.getPosts", {"uris": [one.canonical_id for one in part]}
                )
            except (Refused, SourceError) as error:
                reason = error.result.reason if isinstance(error, Refused) else error.reason
                return Rechecked(reason, tuple(gone), tuple(edited), tuple(answered))
            there = {str(view.get("uri")): view for view in _views(page)}
            if not there and len(part) > LEAST_MOVED:
                return Rechecked("not-found", tuple(gone), tuple(edited), tuple(answered))
            for asked in part:
                answered.append(asked.post_key)
                if asked.canonical_id not in there:
                    gone.append(asked.post_key)
                    continue
                post = _post(there[asked.canonical_id], langs)
                edited += [post] if post is not None else []
        return Rechecked("ok", tuple(gone), tuple(edited), tuple(answered))

    def thread(
        self, state: FetchState, post: Asked, outbound: Outbound, now: datetime
    ) -> tuple[Around, ...]:
        """What a post answers, oldest first, and the answers to it."""
        search = search_of(state.address)
        door = _door(search, state, outbound, now)
        query: dict[str, str | list[str]] = {
            "uri": post.canonical_id, "depth": "3", "parentHeight": "10",
        }  # fmt: skip
        try:
            response = self._sessions.get(door, "app.bsky.feed.getPostThread", query)
            if response.status in NOT_FOUND:
                return ()
            page = document_of(response, now)
        except Refused as refused:
            raise FetchFailed(refused.result.detail, reason=refused.result.reason) from refused
        here = page.get("thread") if isinstance(page, dict) else None
        if not isinstance(here, dict):
            return ()
        langs = languages("")
        found: list[Around] = []
        above = here.get("parent")
        while isinstance(above, dict) and len(found) < MOST_AROUND:
            found[:0] = _around("parent", above, langs)
            above = above.get("parent")
        below = _dicts(here.get("replies"))
        while below and len(found) < MOST_AROUND:
            answer = below.pop(0)
            found += _around("reply", answer, langs)
            below += _dicts(answer.get("replies"))
        return tuple(found[:MOST_AROUND])


def search_of(address: str) -> Search:
    """What an address such as `https://bsky.social/search?q=opvang&tag=azc` asks.

    Raises `AddressRefused` for a search for one account's posts, `FetchFailed` for no search.
    """
    refused = refusal(address)
    if refused is not None:
        raise AddressRefused(refused, reason="private-refused")
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").casefold()
    except ValueError as error:
        raise _unknown(address) from error
    asked = parse_qs(parts.query)
    words = " ".join(asked.get("q", [""])[0].split())
    tags = tuple(tag.strip().lstrip("#") for tag in asked.get("tag", []) if tag.strip("# "))[:4]
    if parts.scheme not in ("http", "https") or not host or parts.path.rstrip("/") != "/search":
        raise _unknown(address)
    if not words and not tags:
        raise _unknown(address)
    if len(words) > MOST_WORDS:
        raise FetchFailed(
            f"Deze zoekvraag is {len(words)} tekens lang; Bluesky neemt er {MOST_WORDS}. Zoek ruim "
            "met een paar woorden: de zoekopdracht van het dossier kiest daarna zelf.",
            reason="not-found",
        )
    if set(asked) & {"author", "mentions"} or any(
        word.startswith(PERSONAL) or word.startswith("@") for word in words.casefold().split()
    ):
        raise AddressRefused(
            "Zoeken naar de berichten van een account mag niet: Klankbord volgt een onderwerp, "
            "nooit personen. Zoek op woorden.",
            reason="private-refused",
        )
    return Search(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", host, words, tags)


def _unknown(address: str) -> FetchFailed:
    return FetchFailed(
        f"{address[:200]} is geen zoekvraag. Vul de server van het account in met de woorden erachter, "
        "zoals https://bsky.social/search?q=opvang",
        reason="not-found",
    )


def _door(search: Search, state: FetchState, outbound: Outbound, now: datetime) -> Door:
    account = state.settings.get("account", "").strip().lstrip("@")
    password = state.settings.get("app_password", "")
    if not account or not password:
        raise FetchFailed(
            "Zoeken op Bluesky vraagt een account van de organisatie en een app-wachtwoord daarvan.",
            reason="credentials",
        )
    return Door(search.origin, account, password, outbound, now)


def _views(page: Any) -> list[dict[str, Any]]:
    found = page.get("posts") if isinstance(page, dict) else None
    if not isinstance(found, list):
        raise FetchFailed("De server antwoordt niet met berichten.", reason="unreadable")
    return _dicts(found)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _post(view: Mapping[str, Any], langs: frozenset[str]) -> FetchedPost | None:
    uri = view.get("uri")
    if not isinstance(uri, str) or len(uri) > 1000:
        return None
    did, _, rest = uri.removeprefix("at://").partition("/")
    if not did.startswith("did:") or not rest.startswith(f"{COLLECTION}/"):
        return None
    return post_of(uri, did, view.get("record"), langs)


def _around(relation: str, node: Mapping[str, Any], langs: frozenset[str]) -> list[Around]:
    view = node.get("post")
    post = _post(view, langs) if isinstance(view, dict) else None
    return [Around(relation, post)] if post is not None else []


def _sorted_at(view: Mapping[str, Any]) -> datetime | None:
    """The moment by which the server orders: written or first seen, whichever came first."""
    record = view.get("record")
    written = record.get("createdAt") if isinstance(record, dict) else None
    moments = [_instant(one) for one in (written, view.get("indexedAt"))]
    return min((moment for moment in moments if moment is not None), default=None)


def _instant(value: Any) -> datetime | None:
    return read_date(value)[0] if isinstance(value, str) else None
