"""Numbers, plurals and dates in Dutch, whatever the machine's locale."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def number(value: float) -> str:
    """1.234 or 1.234,5."""
    text = (
        f"{value:,.1f}" if isinstance(value, float) and not value.is_integer() else f"{value:,.0f}"
    )
    return text.translate(str.maketrans(",.", ".,"))


def signed(value: float) -> str:
    """+3, -2,5 or 0."""
    return ("+" if value > 0 else "") + number(value)


def some(count: int, one: str, more: str) -> str:
    """`1 bericht`, `2 berichten`, `geen berichten`."""
    return f"{number(count) if count else 'geen'} {one if count == 1 else more}"


def long_date(day: date) -> str:
    """dinsdag 24 november 2026"""
    return format_date(day, "EEEE d MMMM y", locale="nl")


def moment(at: datetime) -> str:
    """dinsdag 24 november, 20.00 uur"""
    local = at.astimezone(AMSTERDAM)
    return f"{format_date(local.date(), 'EEEE d MMMM', locale='nl')}, {local:%H.%M} uur"


def listed(words: Sequence[str]) -> str:
    """a, b en c"""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} en {words[-1]}"
