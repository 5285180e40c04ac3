"""Is a source as loud as it usually is? Against its own history, never against another source.

A source that answers "in orde" every quarter of an hour and brings nothing for a day, where it
brought twenty posts every day before, is not in order: its feed moved, or its topic closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median

DAY = timedelta(days=1)
#: Days of history that are looked at, and that are needed before anything is said.
DAYS, LEAST = 28, 7
#: With three a day on average, a day without any happens one day in twenty by chance.
SILENT_FROM, LOW_FROM = 3.0, 8.0
VOLUMES = {
    "usual": "Zoveel als gewoonlijk",
    "low": "Veel minder dan gewoonlijk",
    "high": "Veel meer dan gewoonlijk",
    "silent": "Stil, terwijl er anders elke dag iets komt",
}


def volume(before: Sequence[int], last: int) -> str | None:
    """`usual`, `low`, `high` or `silent`; None while there is too little history.

    `before` are the posts of each earlier day, `last` those of the last 24 hours.
    """
    if len(before) < LEAST:
        return None
    usual = float(median(before))
    if last == 0 and usual >= SILENT_FROM:
        return "silent"
    if usual >= LOW_FROM and last < usual / 4:
        return "low"
    if last > 3 * usual and last >= usual + 10 and last > 1.5 * max(before):
        return "high"
    return "usual"


def days_of(
    arrivals: Iterable[tuple[datetime, int]], followed_since: datetime, now: datetime
) -> tuple[list[int], int]:
    """(earlier days, last 24 hours) from what each fetch brought.

    The first day of following does not count: it brings everything that stood there already.
    """
    whole = (now - followed_since) // DAY - 2
    counts = [0] * max(0, min(whole, DAYS))
    last = 0
    for at, new in arrivals:
        age = (now - at) // DAY
        if age <= 0:
            last += new
        elif age <= len(counts):
            counts[age - 1] += new
    return counts, last
