"""What a status code means for us, and how long a server asks us to stay away."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from app.clock import AMSTERDAM
from app.outbound import Response
from app.records import FetchResult

LONGEST = timedelta(days=1)
UNASKED = timedelta(minutes=15)
READABLE = (200, 203, 226)
BUSY = (429, 503)
REASONS_BY_STATUS = {401: "forbidden", 403: "forbidden", 451: "forbidden", 404: "not-found"}
MAX_AGE = re.compile(r"(?:^|[\s,])max-age=\"?(\d{1,9})\b", re.IGNORECASE)
SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
UNIX_TIME = re.compile(r"\d{10}")


def refused_by(response: Response, now: datetime) -> FetchResult | None:
    """The result for an answer without content; None when there is a body or nothing changed."""
    status = response.status
    if status in READABLE or status == 304:
        return None
    wait = wait_asked(response, now)
    if status == 204:
        return FetchResult("empty", wait=wait)
    if status in BUSY:
        wait = wait or UNASKED
        return FetchResult("limited", wait=wait, detail=f"Wachten tot {_clock(now + wait)}.")
    if status == 410:
        return FetchResult("gone", disable=True, detail="De server zegt dat de bron weg is.")
    if status >= 500:
        reason = "server-error"
    elif status >= 400:
        reason = REASONS_BY_STATUS.get(status, "not-found")
    else:
        reason = "unreadable"
    return FetchResult(reason, wait=wait, detail=f"De server antwoordt met code {status}.")


def wait_asked(response: Response, now: datetime) -> timedelta | None:
    """Retry-After or (X-)RateLimit-Reset in any form, or else Cache-Control max-age; at most a day."""
    waits = [_instant_or_seconds(response.header("retry-after"), now)]
    if response.status in BUSY and waits[0] is None:
        waits.append(_instant_or_seconds(_limit(response, "reset"), now))
    age = MAX_AGE.search(response.header("cache-control") or "")
    if age and response.status in (*READABLE, 304):
        waits.append(timedelta(seconds=int(age.group(1))))
    return max((min(wait, LONGEST) for wait in waits if wait is not None), default=None)


def reset_asked(response: Response, now: datetime) -> timedelta | None:
    """How long to wait when this answer used up the last question of the period."""
    if (_limit(response, "remaining") or "").strip() != "0":
        return None
    wait = _instant_or_seconds(_limit(response, "reset"), now)
    return min(wait, LONGEST) if wait is not None else UNASKED


def _limit(response: Response, name: str) -> str | None:
    """The header of the limit, with or without the `X-`: Mastodon writes one, a PDS the other."""
    return response.header(f"x-ratelimit-{name}") or response.header(f"ratelimit-{name}")


def _instant_or_seconds(value: str | None, now: datetime) -> timedelta | None:
    text = (value or "").strip()
    if not text.isascii():
        return None
    if UNIX_TIME.fullmatch(text):
        return max(timedelta(0), datetime.fromtimestamp(int(text), UTC) - now)
    if SECONDS.fullmatch(text):
        return timedelta(seconds=float(text))
    for reader in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            instant = reader(text)
            if instant.tzinfo is None:
                instant = instant.replace(tzinfo=UTC)
            return max(timedelta(0), instant - now)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _clock(instant: datetime) -> str:
    return instant.astimezone(AMSTERDAM).strftime("%d-%m-%Y %H.%M uur")
