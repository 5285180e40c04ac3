"""Places in a list of hits, as opaque words that an address may carry."""

from __future__ import annotations

import base64
from datetime import datetime

from app.errors import InvalidInput
from app.storage import inbox
from app.storage.inbox import Place
from app.storage.models import Hit


def place_of(hit: Hit) -> Place:
    """Where a hit stands in a list: (rank of its urgency, instant, key)."""
    return inbox.rank_of(hit.urgency), hit.published_at, hit.post_key


def write_cursor(place: Place) -> str:
    """An opaque place in a list."""
    rank, at, key = place
    text = f"{rank}|{at.isoformat()}|{key}"
    return base64.urlsafe_b64encode(text.encode()).decode("ascii").rstrip("=")


def read_cursor(cursor: str) -> Place | None:
    """The place back; raises `InvalidInput` for one we never gave out."""
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.urlsafe_b64decode(padded.encode("ascii")).decode("ascii")
        rank, at, key = text.split("|")
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None or not key or rank not in ("0", "1", "2"):
            raise ValueError
    except (ValueError, UnicodeError) as error:
        raise InvalidInput("Deze cursor is onbekend; begin vooraan.", field="cursor") from error
    return int(rank), instant, key
