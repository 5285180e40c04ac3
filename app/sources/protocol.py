"""What a kind of source is: it asks, and whatever happens it answers with a `FetchResult`."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from app.outbound import Outbound
from app.records import Discovery, FetchResult, FetchState


class Source(Protocol):
    """`title`, `terms` and `tried` are Dutch: what it reads, on what legal and contractual basis
    (trust.md P3), and what it was tried against."""

    title: str
    terms: str
    tried: str

    def fetch(self, state: FetchState, outbound: Outbound, now: datetime) -> FetchResult:
        """One fetch. Never raises for what a server does; the reason says it."""

    def discover(self, address: str, outbound: Outbound, now: datetime) -> Discovery:
        """Look at an address before it is saved: which feeds are there, and what is in them."""
