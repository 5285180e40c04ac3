"""When to ask a source again: pure, from its own history and what it just answered.

The order of the rules: what a source asks for itself (Retry-After, TTL, Cache-Control) is never
shortened and never more than a day; a failure is left alone longer each time, by how serious it is;
a source that brings something new is asked at the shortest interval, a quiet one ever less often.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from app.records import HEALTHY, FetchResult

DAY = timedelta(days=1)
#: A source that has more waiting is asked again after this; nobody waits for its next turn.
MORE = timedelta(seconds=30)
#: A quiet source is asked a quarter less often each time: six hours after a day of silence.
GROWTH = 1.25
JITTER_S = 60
#: How many steps of the back-off one failure counts for. Trouble that passes by itself counts one;
#: what a person must look at (a name that is gone, a refusal) counts more.
WEIGHTS: Mapping[str, int] = {
    "dns": 2,
    "tls": 2,
    "forbidden": 2,
    "not-found": 2,
    "not-a-feed": 2,
    "credentials": 4,
    "address-refused": 4,
    "private-refused": 4,
    "robots": 4,
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The shortest and the longest time between two fetches, as the settings have them."""

    shortest: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Turn:
    """When to come back (`wait`), and the source's own interval from now on."""

    wait: timedelta
    interval: timedelta


def next_turn(
    bounds: Bounds, interval: timedelta, failures: int, name: str, result: FetchResult, new: int
) -> Turn:
    """The next turn of a source. `failures` are those before this answer, in a row; `new` what this
    answer brought; `name` gives the source its own place within the jitter, so that a hundred
    sources of one host do not come back at once.
    """
    longest = max(bounds.longest, bounds.shortest)
    interval = min(max(interval, bounds.shortest), longest)
    if result.reason in HEALTHY:
        interval = bounds.shortest if new else min(interval * GROWTH, longest)
        wait = MORE if result.more else interval
    else:
        steps = 1 + (failures + 1) * WEIGHTS.get(result.reason, 1)
        wait = min(bounds.shortest * steps, longest)
    wait += timedelta(seconds=jitter(name))
    if result.wait is not None:
        wait = max(wait, min(result.wait, DAY))
    return Turn(wait=wait, interval=timedelta(seconds=int(interval.total_seconds())))


def jitter(name: str) -> int:
    """Seconds within a minute, always the same for one name: pure, and still spread out."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:2], "big") % JITTER_S
