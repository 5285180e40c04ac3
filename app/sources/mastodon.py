"""The Mastodon API: Mastodon and servers that speak it (GoToSocial, Takahē, Pleroma).

Pages forward with `min_id` until an empty page: `since_id` gives the newest page and skips what
lies between. The cursor is a few ids with the moment each was first seen as the newest; a walk starts
at one that is an hour old, because a status of another server gets its id from the moment it was
written and may arrive, late, behind the newest. What is read twice counts once.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from app.errors import FetchFailed, SourceError
from app.outbound import Outbound, Response
from app.records import Discovery, FeedCandidate, FetchedPost, FetchResult, FetchState, Setting
from app.sources.asking import Asker, longest
from app.sources.fediverse import LIMIT, Place, id_of, link_to, place_of, post_of
from app.sources.mastodon_stream import channel_of, listen
from app.sources.protocol import NOTHING, Around, Asked, Rechecked
from app.sources.replies import refused_by, reset_asked, wait_asked

MOST_PAGES = 25
#: A walk ends before the lease of the source does; what is left comes at the next turn.
WALK_S = 35.0
#: How long after the newest was seen a late status is still found behind it.
OVERLAP = timedelta(hours=1)
MOST_MARKS, BETWEEN_S = 60, 120
SAMPLE = 5
CLOSED = (401, 403, 422)
GONE = (404, 410)
MOST_KNOWN = 2000


class MastodonSource:
    """Public, local and tag timelines, listed accounts, and search where a token allows it."""

    title = "Mastodon en servers die dezelfde taal spreken (GoToSocial, Takahē, Pleroma)"
    terms = (
        "Openbare berichten via de openbare API van de server; limieten en robots.txt worden "
        "gevolgd. Een token hoort bij een account van de organisatie, nooit bij een persoon."
    )
    tried = "Een nagebootste server met beide soorten ids; nog niet tegen een echte server."
    settings = (
        Setting("token", "Toegangstoken van een account van de organisatie", secret=True),
        Setting("listen", "Beluisteren met klankbord stream (vraagt een token)", "flag"),
    )
    on = False

    def __init__(self) -> None:
        self._asker = Asker()
        self._accounts: dict[str, str] = {}
        self._lock = threading.Lock()

    def account_of(self, address: str) -> tuple[str, str] | None:
        """(host, handle) when the address is one account's: it must be on a list (P2)."""
        try:
            return place_of(address).account
        except SourceError:
            return None

    def fetch(self, state: FetchState, outbound: Outbound, now: datetime) -> FetchResult:
        """Everything after the cursor, oldest page first; the first time the newest page."""
        walk = _Walk(self, state, outbound, now)
        try:
            return walk.go()
        except SourceError as error:
            return walk.kept(FetchResult(error.reason, detail=error.message))

    def listens(self, state: FetchState) -> bool:
        """True when a person wants it and the place has a line of its own."""
        wanted = state.settings.get("listen") == "ja" and bool(state.settings.get("token"))
        return wanted and channel_of(state.address) is not None

    def stream(
        self, state: FetchState, outbound: Outbound, now: datetime
    ) -> Generator[FetchResult, None, None]:
        """The pages since the cursor, then what comes over the line."""
        return listen(self, state, outbound, now)

    def marked(self, state: FetchState, seen: str, now: datetime) -> FetchState:
        """The state after `seen` came by over a line. One mark in two minutes is enough: what is
        read again after a break counts once."""
        marks = _marks(state.cursor, now)
        if not seen or (marks and now.timestamp() - marks[-1][0] < BETWEEN_S):
            return state
        return replace(state, cursor=_written([*marks, (int(now.timestamp()), seen)]))

    def discover(
        self, address: str, outbound: Outbound, now: datetime, settings: Mapping[str, str] = NOTHING
    ) -> Discovery:
        """The newest page of the place, as a test fetch."""
        found = self.fetch(FetchState(address, settings), outbound, now)
        if found.reason not in ("ok", "empty"):
            return Discovery(found.reason, detail=found.detail)
        candidate = FeedCandidate(address, place_of(address).title, "mastodon", len(found.posts))
        return Discovery(found.reason, (candidate,), found.posts[:SAMPLE])

    def recheck(
        self, state: FetchState, posts: Sequence[Asked], outbound: Outbound, now: datetime
    ) -> Rechecked:
        """Ask for each status again: 404 and 410 are deletions, an edit comes back with its words.

        Stops at the first answer that says to wait; the rest is asked the next time.
        """
        gone: list[str] = []
        edited: list[FetchedPost] = []
        answered: list[str] = []
        place, ends = place_of(state.address), time.monotonic() + WALK_S
        for asked in posts:
            if time.monotonic() > ends:
                break
            if not asked.reference:
                continue
            url = place.on(f"/api/v1/statuses/{quote(asked.reference, safe='')}")
            try:
                response = self.ask(url, state, outbound, now)
            except SourceError as error:
                return Rechecked(error.reason, tuple(gone), tuple(edited), tuple(answered))
            if response.status in GONE:
                gone.append(asked.post_key)
            elif response.status == 200:
                post = post_of(_json(response), place)
                if post is None:
                    gone.append(asked.post_key)  # no longer for everybody to read
                elif post.canonical_id == asked.canonical_id:
                    edited.append(post)
            else:
                refused = refused_by(response, now)
                reason = refused.reason if refused else "unreadable"
                return Rechecked(reason, tuple(gone), tuple(edited), tuple(answered))
            answered.append(asked.post_key)
        return Rechecked("ok", tuple(gone), tuple(edited), tuple(answered))

    def thread(
        self, state: FetchState, post: Asked, outbound: Outbound, now: datetime
    ) -> tuple[Around, ...]:
        """Ancestors and descendants of a status, as far as they are public."""
        if not post.reference:
            return ()
        place = place_of(state.address)
        url = place.on(f"/api/v1/statuses/{quote(post.reference, safe='')}/context")
        response = self.ask(url, state, outbound, now)
        if response.status in GONE:
            return ()
        self.demand(response, state, now)
        document = _json(response)
        around = []
        for relation, name in (("parent", "ancestors"), ("reply", "descendants")):
            statuses = document.get(name) if isinstance(document, dict) else None
            for status in statuses if isinstance(statuses, list) else ():
                found = post_of(status, place)
                if found is not None:
                    around.append(Around(relation, found))
        return tuple(around)

    def ask(self, url: str, state: FetchState, outbound: Outbound, now: datetime) -> Response:
        token = state.settings.get("token")
        headers = {"accept": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        return self._asker.get(url, outbound, now, headers)

    def demand(self, response: Response, state: FetchState, now: datetime) -> None:
        """Raises `_Refused` for an answer without statuses."""
        if response.status in CLOSED:
            has_token = bool(state.settings.get("token"))
            raise _Refused(
                FetchResult(
                    "credentials" if has_token else "forbidden",
                    detail="De server weigert dit token."
                    if has_token
                    else "Deze server toont dit alleen met een toegangstoken. Maak een account "
                    "van de organisatie aan en geef het token op.",
                )
            )
        refused = refused_by(response, now)
        if refused is not None:
            raise _Refused(refused)

    def account_path(
        self, place: Place, state: FetchState, outbound: Outbound, now: datetime
    ) -> str:
        """Where the statuses of an account are; its id is asked for once."""
        key = place.url("/api/v1/accounts/lookup")
        with self._lock:
            known = self._accounts.get(key)
        if known is None:
            response = self.ask(key, state, outbound, now)
            self.demand(response, state, now)
            document = _json(response)
            known = id_of(document) if isinstance(document, dict) else ""
            if not known:
                raise FetchFailed("De server kent dit account niet.", reason="not-found")
            with self._lock:
                if len(self._accounts) >= MOST_KNOWN:
                    self._accounts.clear()
                self._accounts[key] = known
        return f"/api/v1/accounts/{quote(known, safe='')}/statuses"


class _Refused(Exception):
    def __init__(self, result: FetchResult) -> None:
        super().__init__(result.reason)
        self.result = result


class _Walk:
    """One walk along the pages; what it has when something goes wrong is kept with its cursor."""

    def __init__(
        self, source: MastodonSource, state: FetchState, outbound: Outbound, now: datetime
    ) -> None:
        self.source, self.state, self.outbound, self.now = source, state, outbound, now
        self.marks = _marks(state.cursor, now)
        self.start = self.marks[0][1] if self.marks else ""
        self.seen = self.marks[-1][1] if self.marks else ""
        self.posts: dict[str, FetchedPost] = {}
        self.read: set[str] = set()
        self.pages = 0

    def go(self) -> FetchResult:
        place = place_of(self.state.address)
        try:
            if place.account is not None:
                path = self.source.account_path(place, self.state, self.outbound, self.now)
                place = replace(place, path=path, query=())
            return self._pages(place)
        except _Refused as refused:
            return self.kept(refused.result)

    def kept(self, result: FetchResult) -> FetchResult:
        """Trouble on a later page loses nothing of the pages before it."""
        if not self.posts:
            return result
        return replace(result, posts=self._in_order(), state=self._state(whole=False))

    def _pages(self, place: Place) -> FetchResult:
        ends = time.monotonic() + WALK_S
        url: str | None = place.url(limit=str(LIMIT), min_id=self.start)
        pause: timedelta | None = None
        while url is not None:
            response = self.source.ask(url, self.state, self.outbound, self.now)
            self.source.demand(response, self.state, self.now)
            pause = longest(wait_asked(response, self.now), reset_asked(response, self.now))
            forward = self._take(place, response, url)
            if forward is None:
                break
            self.pages += 1
            if self.pages >= MOST_PAGES or time.monotonic() > ends or _is_spent(response):
                return self._result(pause, more=True)
            url = forward
        return self._result(pause, more=False)

    def _take(self, place: Place, response: Response, url: str) -> str | None:
        """Keep a page; the address of the page after it, or None when this was the last."""
        statuses = _statuses(_json(response), place)
        fresh = [one for one in statuses if id_of(one) and id_of(one) not in self.read]
        self.read.update(map(id_of, fresh))
        for status in reversed(fresh):
            post = post_of(status, place)
            if post is not None:
                self.posts[id_of(status)] = post
        if not fresh:
            return None  # empty, or a server that gives the same page again and again
        self.seen = forward = id_of(fresh[0])
        if not self.start:
            return None
        link = link_to(response.header("link"), "prev", url)
        return link or place.url(limit=str(LIMIT), min_id=forward)

    def _result(self, pause: timedelta | None, more: bool) -> FetchResult:
        return FetchResult(
            "ok" if self.posts else ("not-modified" if self.start else "empty"),
            posts=self._in_order(),
            state=self._state(whole=not more),
            wait=pause,
            more=more,
            continuous=bool(self.start),
        )

    def _in_order(self) -> tuple[FetchedPost, ...]:
        return tuple(self.posts.values())

    def _state(self, whole: bool) -> FetchState:
        """After half a walk the next one starts where this one stopped."""
        moment = int(self.now.timestamp())
        if not whole and self.posts:
            marks = [(moment, self.seen)]
        elif self.seen and (not self.marks or self.marks[-1][1] != self.seen):
            marks = [*self.marks, (moment, self.seen)]
        else:
            marks = self.marks
        return replace(self.state, cursor=_written(marks))


def _marks(cursor: str | None, now: datetime) -> list[tuple[int, str]]:
    """(first seen as the newest, id), from the one that a walk starts at: the newest that is old
    enough, else the oldest there is."""
    marks = []
    for part in (cursor or "").split():
        moment, sign, name = part.partition("/")
        known = sign and moment.isascii() and moment.isdigit()
        marks.append((int(moment), name) if known else (0, part))
    old = int((now - OVERLAP).timestamp())
    first = max((n for n, (at, _) in enumerate(marks) if at <= old), default=0)
    return marks[first:]


def _written(marks: Sequence[tuple[int, str]]) -> str | None:
    return " ".join(f"{at}/{name}" for at, name in marks[-MOST_MARKS:]) or None


def _is_spent(response: Response) -> bool:
    return (response.header("x-ratelimit-remaining") or "").strip() == "0"


def _statuses(document: Any, place: Place) -> list[dict[str, Any]]:
    if place.is_search and isinstance(document, dict):
        document = document.get("statuses")
    if not isinstance(document, list):
        raise FetchFailed("De server antwoordt niet met berichten.", reason="unreadable")
    return [one for one in document if isinstance(one, dict)]


def _json(response: Response) -> Any:
    try:
        return json.loads(response.body)
    except (ValueError, RecursionError) as error:
        raise FetchFailed(
            "Het antwoord van de server is geen JSON.", reason="unreadable"
        ) from error
