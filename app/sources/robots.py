"""robots.txt, read with protego and remembered for a while: who asks us to stay away, is heard."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from app.errors import SourceError
from app.outbound import Outbound

AGENT = "Klankbord"
KEPT = timedelta(hours=12)
#: A server that failed is asked again soon: its rules are not known, only not heard.
KEPT_AFTER_FAILURE = timedelta(minutes=15)
LONGEST_DELAY = timedelta(days=1)
MOST_BYTES = 512 * 1024
MOST_SITES = 2000


@dataclass(frozen=True, slots=True)
class _Reading:
    at: datetime
    kept: timedelta
    rules: Protego | None

    def is_fresh(self, now: datetime) -> bool:
        return abs(now - self.at) < self.kept


class Robots:
    """One reading per site. Absent (4xx) means allowed, and so does a server that fails."""

    def __init__(self) -> None:
        self._read: dict[str, _Reading] = {}
        self._lock = threading.Lock()

    def allows(self, url: str, outbound: Outbound, now: datetime) -> bool:
        """May this URL be asked for? Asks for robots.txt when it is not known; never raises."""
        site = _site(url)
        if site is None:
            return True  # no address at all: the door itself refuses it
        with self._lock:
            known = self._read.get(site)
        if known is None or not known.is_fresh(now):
            known = _reading(f"{site}/robots.txt", outbound, now)
            with self._lock:
                if len(self._read) >= MOST_SITES:
                    self._read.clear()
                self._read[site] = known
        return known.rules is None or bool(known.rules.can_fetch(url, AGENT))

    def delay(self, url: str) -> timedelta | None:
        """The pause between two requests that the site asked for, when it is known."""
        with self._lock:
            known = self._read.get(_site(url) or "")
        seconds = known.rules.crawl_delay(AGENT) if known and known.rules else None
        if seconds is None or not 0 < seconds < LONGEST_DELAY.total_seconds():
            return None
        return timedelta(seconds=float(seconds))


def _site(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _reading(url: str, outbound: Outbound, now: datetime) -> _Reading:
    try:
        response = outbound.get(url, {"accept": "text/plain"})
    except SourceError:
        return _Reading(now, KEPT_AFTER_FAILURE, None)
    if response.status == 200:
        words = response.body[:MOST_BYTES].decode("utf-8-sig", "replace")
        return _Reading(now, KEPT, Protego.parse(words))
    return _Reading(now, KEPT if response.status < 500 else KEPT_AFTER_FAILURE, None)
