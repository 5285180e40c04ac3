"""Bluesky through Jetstream: every public post passes by, and is matched here, by our own query.

The cursor is the server's time of the last event, in microseconds, and is inclusive: what comes
twice counts once. A server that no longer has what the cursor asks starts later without a word
(version 1) or says so (version 2); both become a recorded gap.
"""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from app.errors import AddressRefused, FetchFailed, SourceError
from app.outbound import Outbound
from app.records import (
    Author,
    Discovery,
    FeedCandidate,
    FetchedPost,
    FetchResult,
    FetchState,
    Missed,
    Setting,
)
from app.sources.bluesky_posts import COLLECTION, HOST, languages, post_of, uri_of
from app.sources.protocol import NOTHING
from app.sources.refused import refusal

#: A batch is committed when it is this old or this large.
BATCH_S, BATCH = 3.0, 400
#: One turn of a plain fetch: until it has caught up, and never longer than this.
TURN_S, CAUGHT_UP = 10.0, timedelta(seconds=5)
QUIET_S = 60.0
#: A first event this much later than the cursor, from a cursor this old, means that it was clamped.
HOLE, KEPT = timedelta(minutes=1), timedelta(hours=24)
AHEAD = timedelta(minutes=5)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SAMPLE = 5
DELETED = ("deleted", "takendown")


class JetstreamSource:
    """A stream; a plain fetch reads the part of it that has not been seen yet."""

    title = "Bluesky (Jetstream): alle openbare berichten, hier doorzocht"
    terms = (
        "Openbare stroom van het AT Protocol, zonder sleutel; verwijderde berichten en accounts "
        "worden gevolgd. Wat geen dossier zoekt, wordt niet bewaard."
    )
    tried = (
        "Het ontwikkelnetwerk van het AT Protocol op deze machine, door een brug met de vorm van "
        "Jetstream (make test-network); nog niet tegen de echte dienst."
    )
    settings = (
        Setting("langs", "Talen, met komma's; zonder taalopgave telt altijd", default="nl,fy"),
    )
    on = False

    def listens(self, state: FetchState) -> bool:
        """Always: it is a stream by nature."""
        return True

    def stream(
        self, state: FetchState, outbound: Outbound, now: datetime
    ) -> Generator[FetchResult, None, None]:
        """Batches from the cursor on, each with its own cursor; raises `SourceError`."""
        check(state.address)
        langs = languages(state.settings.get("langs", "nl,fy"))
        began = time.monotonic()
        with outbound.line(_dial(state)) as line:
            batch = _Batch(state, langs, now)
            ends, heard = began + BATCH_S, began
            while True:
                try:
                    message = line.receive(ends - time.monotonic())
                except SourceError:
                    if batch.last is not None:
                        yield batch.result()  # what came before the line broke is not lost
                    raise
                if message is not None:
                    heard = time.monotonic()
                    batch.take(message)
                if time.monotonic() < ends and batch.size < BATCH:
                    continue
                if time.monotonic() - heard > QUIET_S:
                    raise FetchFailed("De stroom geeft al een minuut niets.", reason="timeout")
                result = batch.result()
                yield result
                state = result.state or state
                passed = timedelta(seconds=time.monotonic() - began)
                batch = _Batch(state, langs, now + passed)
                ends = time.monotonic() + BATCH_S

    def lost(self, state: FetchState, error: SourceError, now: datetime) -> FetchResult | None:
        """What a broken line means for the state: a cursor that is too old is a gap."""
        return _too_old(state, now) if _is_too_old(error) else None

    def fetch(self, state: FetchState, outbound: Outbound, now: datetime) -> FetchResult:
        """What came since the cursor, in one turn; `more` when there is more behind it."""
        try:
            check(state.address)
            return self._turn(state, outbound, now)
        except SourceError as error:
            lost = self.lost(state, error, now)
            return lost or FetchResult(error.reason, detail=error.message)

    def _turn(self, state: FetchState, outbound: Outbound, now: datetime) -> FetchResult:
        batch = _Batch(state, languages(state.settings.get("langs", "nl,fy")), now)
        ends = time.monotonic() + TURN_S
        with outbound.line(_dial(state)) as line:
            while time.monotonic() < ends and not batch.has_caught_up:
                try:
                    message = line.receive(min(2.0, max(0.0, ends - time.monotonic())))
                except SourceError:
                    if batch.last is None:
                        raise
                    return replace(batch.result(), more=True)
                if message is None:
                    return batch.result()  # nothing more for two seconds: this is now
                batch.take(message)
        return replace(batch.result(), more=not batch.has_caught_up)

    def discover(
        self, address: str, outbound: Outbound, now: datetime, settings: Mapping[str, str] = NOTHING
    ) -> Discovery:
        """Listen for a moment."""
        found = self.fetch(FetchState(address, settings), outbound, now)
        if found.reason not in ("ok", "empty", "not-modified"):
            return Discovery(found.reason, detail=found.detail)
        candidate = FeedCandidate(address, "Bluesky", "bluesky", len(found.posts))
        return Discovery("ok" if found.posts else "empty", (candidate,), found.posts[:SAMPLE])


def check(address: str) -> None:
    """Raises `AddressRefused` for a place that is not followed."""
    refused = refusal(address)
    if refused is not None:
        raise AddressRefused(refused, reason="private-refused")


def _dial(state: FetchState) -> str:
    asked = [("wantedCollections", COLLECTION)]
    if state.cursor and state.cursor.isascii() and state.cursor.isdigit():
        asked.append(("cursor", state.cursor))
    try:
        parts = urlsplit(state.address)
        path = parts.path if parts.path.strip("/") else "/subscribe"
    except ValueError:
        return state.address
    return urlunsplit(parts._replace(path=path, query=urlencode(asked), fragment=""))


def _is_too_old(error: SourceError) -> bool:
    words = f"{error.message} {error.facts.get('said', '')}".casefold().replace(" ", "")
    return "cursortooold" in words


def _too_old(state: FetchState, now: datetime) -> FetchResult:
    """The server says it: what lies between is a gap, and following starts again from now."""
    starts = _instant(state.cursor) or now
    return FetchResult(
        "cursor-too-old",
        state=replace(state, cursor=None),
        detail="De bron bewaart de gemiste berichten niet meer; wij gaan verder vanaf nu.",
        missed=Missed(starts, now),
    )


def _instant(cursor: str | None) -> datetime | None:
    if not cursor or not cursor.isascii() or not cursor.isdigit() or len(cursor) != 16:
        return None
    return EPOCH + timedelta(microseconds=int(cursor))


def _micros(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)


@dataclass
class _Batch:
    """What came by since the last commit."""

    state: FetchState
    langs: frozenset[str]
    now: datetime
    posts: dict[str, FetchedPost] = field(default_factory=dict)
    deleted: dict[str, None] = field(default_factory=dict)
    accounts: dict[str, None] = field(default_factory=dict)
    first: int | None = None
    last: int | None = None

    @property
    def size(self) -> int:
        return len(self.posts) + len(self.deleted) + len(self.accounts)

    @property
    def has_caught_up(self) -> bool:
        return self.last is not None and self.last >= _micros(self.now - CAUGHT_UP)

    def take(self, message: str) -> None:
        """One event; what is no event of ours is passed over, but moves the cursor."""
        try:
            event = json.loads(message)
        except (ValueError, RecursionError):
            return
        if not isinstance(event, dict):
            return
        if "cursortooold" in str(event.get("error") or event.get("name") or "").casefold():
            raise FetchFailed("De cursor is te oud.", reason="cursor-too-old", said="CursorTooOld")
        moment, limit = event.get("time_us"), _micros(self.now + AHEAD)
        if isinstance(moment, int) and 10**15 <= moment < 10**16:
            moment = min(moment, limit)  # a date in the future poisons no cursor
            self.first = self.first or moment
            self.last = max(self.last or moment, moment)
        did = event.get("did")
        if isinstance(did, str) and did.startswith("did:") and len(did) <= 300:
            self._event(event, did)

    def _event(self, event: Mapping[str, Any], did: str) -> None:
        account, commit = event.get("account"), event.get("commit")
        if event.get("kind") == "account" and isinstance(account, dict):
            if account.get("active") is False and account.get("status") in DELETED:
                self.accounts[did] = None
                for mine in [one for one in self.posts if one.startswith(f"at://{did}/")]:
                    del self.posts[mine]
            return
        if event.get("kind") != "commit" or not isinstance(commit, dict):
            return
        uri = uri_of(did, commit)
        if uri is None:
            return
        if commit.get("operation") == "delete":
            self.posts.pop(uri, None)
            self.deleted[uri] = None
        elif commit.get("operation") in ("create", "update"):
            post = post_of(uri, did, commit.get("record"), self.langs)
            if post is not None:
                self.posts[uri] = post

    def result(self) -> FetchResult:
        cursor = self.state.cursor if self.last is None else str(self.last)
        return FetchResult(
            "ok" if self.size else "not-modified",
            posts=tuple(self.posts.values()),
            deleted_ids=tuple(self.deleted),
            deleted_accounts=tuple(Author(did, HOST).account for did in self.accounts),
            state=replace(self.state, cursor=cursor),
            continuous=self.state.cursor is not None and self._hole() is None,
            missed=self._hole(),
            until=_instant(cursor),
        )

    def _hole(self) -> Missed | None:
        asked = _instant(self.state.cursor)
        if asked is None or self.first is None or self.now - asked < KEPT:
            return None
        began = _instant(str(self.first))
        return Missed(asked, began) if began and began - asked > HOLE else None
