"""Listening to a Mastodon server over a websocket: posts, edits and deletions the moment they happen.

A line has no cursor. So it is opened first, then the pages are walked from the cursor on, and then
the line is read: what comes by both ways counts once, and nothing falls between. Every quarter of an
hour the pages are walked again, for a line that stands is no proof that all is sent over it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from app.errors import FetchFailed, SourceError
from app.outbound import Outbound
from app.records import HEALTHY, FetchedPost, FetchResult, FetchState
from app.sources.fediverse import Place, id_of, place_of, post_of

if TYPE_CHECKING:
    from app.sources.mastodon import MastodonSource

#: A batch is committed when it is this old or this large.
BATCH_S, BATCH = 3.0, 400
WALK_AGAIN_S = 900.0
#: Ids by which a deletion can be told; what is not among them is found by asking again (P7).
MOST_KNOWN = 50_000
PUBLIC, TAG = "/api/v1/timelines/public", "/api/v1/timelines/tag/"


def channel_of(address: str) -> dict[str, str] | None:
    """What to subscribe to for a place; None for one that has no line of its own (an account, a
    search, several tags at once)."""
    try:
        place = place_of(address)
    except SourceError:
        return None
    if place.path == PUBLIC:
        return {"stream": "public:local" if place.query else "public"}
    if place.path.startswith(TAG) and not place.query:
        return {"stream": "hashtag", "tag": place.title.partition(" ")[0].lstrip("#")}
    return None


def listen(
    source: MastodonSource, state: FetchState, outbound: Outbound, now: datetime
) -> Generator[FetchResult, None, None]:
    """Batches, each with a cursor that may be committed with it; raises `SourceError`."""
    try:
        yield from _batches(source, state, outbound, now)
    except SourceError as error:
        if error.reason != "forbidden":
            raise
        raise _refused() from error


def _batches(
    source: MastodonSource, state: FetchState, outbound: Outbound, now: datetime
) -> Generator[FetchResult, None, None]:
    place, began = place_of(state.address), time.monotonic()
    url = _line_of(source, place, state, outbound, now)
    headers = {"authorization": f"Bearer {state.settings.get('token', '')}"}
    known: dict[str, str] = {}
    with outbound.line(url, headers) as line:
        walked = -WALK_AGAIN_S
        while True:
            if time.monotonic() - walked >= WALK_AGAIN_S:
                for found in _walks(source, state, outbound, _since(now, began)):
                    _remember(known, found)
                    state = found.state or state
                    yield found
                walked = time.monotonic()
            batch = _Batch(place, state, known, _since(now, began), source.marked)
            ends = time.monotonic() + BATCH_S
            while time.monotonic() < ends and batch.size < BATCH:
                try:
                    message = line.receive(ends - time.monotonic())
                except SourceError:
                    if batch.size:
                        yield batch.result()  # what came before the line broke is not lost
                    raise
                if message is not None:
                    batch.take(message)
            result = batch.result()
            _remember(known, result)
            state = result.state or state
            yield result


def _since(now: datetime, began: float) -> datetime:
    return now + timedelta(seconds=time.monotonic() - began)


def _walks(
    source: MastodonSource, state: FetchState, outbound: Outbound, now: datetime
) -> Generator[FetchResult, None, None]:
    """The pages since the cursor, in as many walks as that takes."""
    while True:
        found = source.fetch(state, outbound, now)
        if found.reason not in HEALTHY:
            raise FetchFailed(found.detail, reason=found.reason)
        yield found
        state = found.state or state
        if not found.more:
            return


def _line_of(
    source: MastodonSource, place: Place, state: FetchState, outbound: Outbound, now: datetime
) -> str:
    """Where the server listens: what it says itself, when that is its own or under its own name, for
    our token goes there; else its own address."""
    channel = channel_of(state.address)
    if channel is None:
        raise FetchFailed(
            "Deze plek is niet te beluisteren; zij wordt gewoon gevraagd.", reason="not-found"
        )
    origin = place.origin
    response = source.ask(place.on("/api/v2/instance"), state, outbound, now)
    if response.status in (401, 403):
        raise _refused()
    told = _streaming(response.body) if response.status == 200 else ""
    try:
        parts = urlsplit(told)
        host = (parts.hostname or "").casefold()
    except ValueError:
        host = ""
    own = host == place.host or host.endswith("." + place.host)
    secure = told.startswith("wss://") or (told.startswith("ws://") and origin[:5] != "https")
    if own and secure:
        origin = ("https://" if told.startswith("wss://") else "http://") + parts.netloc
    return f"{origin}/api/v1/streaming?{urlencode(channel)}"


def _refused() -> FetchFailed:
    return FetchFailed("De server weigert dit token.", reason="credentials")


def _streaming(body: bytes) -> str:
    try:
        found = json.loads(body)
        told = found["configuration"]["urls"]["streaming"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return ""
    return told if isinstance(told, str) else ""


def _remember(known: dict[str, str], found: FetchResult) -> None:
    for post in found.posts:
        if post.reference:
            known[post.reference] = post.canonical_id
    while len(known) > MOST_KNOWN:
        del known[next(iter(known))]


@dataclass
class _Batch:
    """What came over the line since the last commit."""

    place: Place
    state: FetchState
    known: Mapping[str, str]
    now: datetime
    mark: Callable[[FetchState, str, datetime], FetchState]
    posts: dict[str, FetchedPost] = field(default_factory=dict)
    deleted: dict[str, None] = field(default_factory=dict)
    newest: str = ""

    @property
    def size(self) -> int:
        return len(self.posts) + len(self.deleted)

    def take(self, message: str) -> None:
        """One event; what is no event of ours is passed over."""
        event = _document(message)
        if not isinstance(event, dict):
            return
        payload = event.get("payload")
        if event.get("event") == "delete" and isinstance(payload, str):
            self._forget(payload.strip())
        elif event.get("event") in ("update", "status.update"):
            status = _document(payload) if isinstance(payload, str) else payload
            post = post_of(status, self.place)
            if post is None or not isinstance(status, dict):
                return
            self.posts.pop(post.canonical_id, None)
            self.posts[post.canonical_id] = post
            self.deleted.pop(post.canonical_id, None)
            if event.get("event") == "update":
                self.newest = id_of(status)

    def _forget(self, name: str) -> None:
        mine = [key for key, post in self.posts.items() if post.reference == name]
        for key in mine:
            del self.posts[key]
        uri = mine[0] if mine else self.known.get(name)
        if uri is not None:
            self.deleted[uri] = None

    def result(self) -> FetchResult:
        return FetchResult(
            "ok" if self.size else "not-modified",
            posts=tuple(self.posts.values()),
            deleted_ids=tuple(self.deleted),
            state=self.mark(self.state, self.newest, self.now),
            continuous=True,
        )


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
