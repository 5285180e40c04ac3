"""Dates are read by us, and the rule that read them is kept: an hour moves a post to another day."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from app.clock import AMSTERDAM

#: Zone names that parsers read wrongly or not at all, in minutes east of UTC.
ZONES = {
    "CET": 60, "MET": 60, "CEST": 120, "MEST": 120, "WET": 0, "WEST": 60, "EET": 120, "EEST": 180,
    "BST": 60, "UTC": 0, "GMT": 0, "UT": 0, "Z": 0,
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
    "PST": -480, "PDT": -420,
}  # fmt: skip
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari", "feb februari", "mrt maart mar", "apr april", "mei", "jun juni",
            "jul juli", "aug augustus", "sep sept september", "okt oktober oct", "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
DUTCH = re.compile(
    r"(?:[a-z]+\.?,?\s+)?(\d{1,2})[\s-]+([a-z]+|\d{1,2})\.?[\s-]+(\d{4})"
    r"(?:,?\s+(?:om\s+)?(\d{1,2})[:.](\d{2})(?::(\d{2}))?)?\s*(?:uur)?\s*([a-z]+|[+-]\d{2}:?\d{2})?"
)
#: Words by which a date without a zone is known to be Dutch.
DUTCH_WORDS = re.compile(r"\b(?:uur|ma|di|wo|do|vr|za|zo|[a-z]+dag)\b", re.IGNORECASE)
COMMENT = re.compile(r"\s*\([^()]*\)$")
MOST = 100


def read_date(text: str | None) -> tuple[datetime | None, str]:
    """(instant in UTC, rule) of a date as a source writes it.

    The rule is `rfc2822`, `rfc2822-zone` (our own table of zone names), `iso8601`, `dutch` (Dutch
    words or day-month-year, in Europe/Amsterdam unless it says otherwise), `feed-default` (no zone
    given, Europe/Amsterdam taken) or, with None, `first-seen`.
    """
    words = " ".join((text or "").split())
    if not words or len(words) > MOST:
        return None, "first-seen"
    for reader in (_rfc2822, _iso8601, _dutch):
        try:
            instant, rule = reader(words)
            if instant is not None and 1990 <= instant.year <= 2200:
                return instant.astimezone(UTC), rule
        except (ValueError, OverflowError, TypeError):
            continue
    return None, "first-seen"


def _rfc2822(words: str) -> tuple[datetime | None, str]:
    parts = parsedate_tz(words)
    if parts is None or re.match(r"\d{4}-", words):
        return None, ""
    moment = parts[:6]
    plain = COMMENT.sub("", words)
    zone = plain.rsplit(" ", 1)[-1].upper()
    if zone in ZONES:
        rule = "rfc2822" if ZONES[zone] == 0 else "rfc2822-zone"
        return datetime(*moment, tzinfo=_east(ZONES[zone])), rule
    if re.search(r"[+-]\d{4}$", plain):
        # -0000 is UTC of which the local zone is not known; parsedate_tz leaves it out
        return datetime(*moment, tzinfo=_east((parts[9] or 0) // 60)), "rfc2822"
    if DUTCH_WORDS.search(words):
        return None, ""
    return datetime(*moment, tzinfo=AMSTERDAM), "feed-default"


def _iso8601(words: str) -> tuple[datetime | None, str]:
    head, _, zone = words.rpartition(" ")
    if head and zone.upper() in ZONES:
        instant = datetime.fromisoformat(head.upper().replace(" ", "T", 1))
        if instant.tzinfo is None:
            return instant.replace(tzinfo=_east(ZONES[zone.upper()])), "iso8601"
    instant = datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d{2}:?\d{2}$)", "", words).upper())
    if instant.tzinfo is None:
        return instant.replace(tzinfo=AMSTERDAM), "feed-default"
    return instant, "iso8601"


def _dutch(words: str) -> tuple[datetime | None, str]:
    found = DUTCH.fullmatch(words.casefold())
    if found is None:
        return None, ""
    day, month, year, hour, minute, second, zone = found.groups()
    moment = datetime(
        int(year),
        int(month) if month.isdigit() else MONTHS.get(month, 0),
        int(day),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        tzinfo=AMSTERDAM,
    )
    if zone and zone.upper() in ZONES:
        moment = moment.replace(tzinfo=_east(ZONES[zone.upper()]))
    elif zone and zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        moment = moment.replace(tzinfo=_east(-minutes if zone[0] == "-" else minutes))
    return moment, "dutch"


def _east(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes))
