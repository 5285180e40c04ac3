"""What a kind of source is: it asks, and whatever happens it answers with a `FetchResult`."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from app.outbound import Outbound
from app.records import Discovery, FetchedPost, FetchResult, FetchState, Setting

NOTHING: Mapping[str, str] = MappingProxyType({})


class Source(Protocol):
    """`title`, `terms` and `tried` are Dutch: what it reads, on what legal and contractual basis
    (trust.md P3), and what it was tried against. `settings` are what it wants to know. `on` is
    false for a kind that could not be tried against the live platform: it is off when added.
    """

    title: str
    terms: str
    tried: str
    settings: tuple[Setting, ...]
    on: bool

    def fetch(self, state: FetchState, outbound: Outbound, now: datetime) -> FetchResult:
        """One fetch. Never raises for what a server does; the reason says it."""

    def discover(
        self,
        address: str,
        outbound: Outbound,
        now: datetime,
        settings: Mapping[str, str] = NOTHING,
    ) -> Discovery:
        """Look at an address before it is saved: which feeds are there, and what is in them."""


@runtime_checkable
class Stream(Protocol):
    """A source that goes on telling: one result after another until the line breaks, each with a
    state whose cursor may be committed together with its posts."""

    def listens(self, state: FetchState) -> bool:
        """Whether this source of the kind is to be listened to, besides being asked."""

    def stream(
        self, state: FetchState, outbound: Outbound, now: datetime
    ) -> Generator[FetchResult, None, None]:
        """Results from the cursor on; raises `SourceError` when the line breaks."""


@runtime_checkable
class FollowsAccounts(Protocol):
    """A source that may be one account's: only accounts on a list of public functions (P2)."""

    def account_of(self, address: str) -> tuple[str, str] | None:
        """(host, handle) of the account at this address; None when it is no account."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A stored post as a source may be asked for it again."""

    post_key: str
    canonical_id: str
    url: str | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What became of posts: gone, edited, or (in neither) unchanged or not answered."""

    reason: str
    gone: tuple[str, ...] = ()
    edited: tuple[FetchedPost, ...] = ()
    answered: tuple[str, ...] = ()


@runtime_checkable
class Rechecks(Protocol):
    """A source without events of deletion: its posts of the last days are asked for again (P7)."""

    def recheck(
        self, state: FetchState, posts: Sequence[Asked], outbound: Outbound, now: datetime
    ) -> Rechecked:
        """Post keys that answer 404 or 410, and posts that were edited."""


@dataclass(frozen=True, slots=True)
class Around:
    """A post of the same thread, before (`parent`) or after (`reply`) the one that was asked."""

    relation: str
    post: FetchedPost


@runtime_checkable
class HasThreads(Protocol):
    """A source that gives the conversation around a post (R49)."""

    def thread(
        self, state: FetchState, post: Asked, outbound: Outbound, now: datetime
    ) -> tuple[Around, ...]:
        """Parents and replies; raises `SourceError`."""
