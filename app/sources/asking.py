"""How every kind of source asks: refused places first, then robots.txt, then the one door out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.errors import AddressRefused
from app.outbound import Outbound, Response
from app.sources.refused import refusal
from app.sources.robots import Robots


class Asker:
    """GET where we may. Remembers the rules of the sites it asked; safe to use from threads."""

    def __init__(self) -> None:
        self._robots = Robots()

    def get(
        self,
        address: str,
        outbound: Outbound,
        now: datetime,
        headers: Mapping[str, str],
        conditions: Mapping[str, Mapping[str, str]] | None = None,
    ) -> Response:
        """Raises `SourceError`; refused places and robots.txt count, at every hop and before it."""

        def check(url: str) -> None:
            self.check(url, outbound, now)

        check(address)
        return outbound.get(address, headers, conditions, check)

    def check(self, address: str, outbound: Outbound, now: datetime) -> None:
        """Raises `AddressRefused` for a place that we do not or may not read."""
        refused = refusal(address)
        if refused is not None:
            raise AddressRefused(refused, reason="private-refused")
        if not self._robots.allows(address, outbound, now):
            raise AddressRefused(
                "In robots.txt vraagt deze site om dit adres niet op te halen.", reason="robots"
            )

    def delay(self, url: str) -> timedelta | None:
        """The pause that the site asks for in robots.txt, when that is known."""
        return self._robots.delay(url)


def longest(*waits: timedelta | None) -> timedelta | None:
    """The longest of what was asked, or nothing."""
    return max((wait for wait in waits if wait is not None), default=None)
