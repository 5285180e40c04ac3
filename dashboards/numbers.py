"""Numbers, changes and instants as a Dutch reader writes them; the machine's locale plays no part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_date

from analysis.dutch import AMSTERDAM, listed, long_date, number, some

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Change:
    """A difference told by sign and by word, so that colour is never needed (WCAG 1.4.1)."""

    text: str
    word: str
    kind: str


def change(value: float | None) -> Change:
    """+3 meer, −2,5 minder, 0 gelijk; None (nothing to compare with) is a dash."""
    if value is None:
        return Change("–", "geen vergelijking", "none")
    if value == 0:
        return Change("0", "gelijk", "same")
    if value > 0:
        return Change("+" + number(value), "meer", "up")
    return Change(MINUS + number(-value), "minder", "down")


def local(at: datetime | str) -> datetime:
    """The instant in Dutch local time; `at` is aware, or ISO 8601 text with an offset."""
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    return instant.astimezone(AMSTERDAM)


def day(at: date | str) -> date:
    return date.fromisoformat(at) if isinstance(at, str) else at


def instant(at: datetime | str | None) -> str:
    """24 november 2026, 09.12 uur; `onbekend` for None."""
    if at is None:
        return "onbekend"
    here = local(at)
    return f"{format_date(here.date(), 'd MMMM y', locale='nl')}, {here:%H.%M} uur"


def short_instant(at: datetime | str | None) -> str:
    """di 24 nov, 09.12"""
    if at is None:
        return "onbekend"
    here = local(at)
    return f"{short_day(here.date())}, {here:%H.%M}"


def full_day(at: date | str) -> str:
    """dinsdag 24 november 2026"""
    return long_date(day(at))


def short_day(at: date | str) -> str:
    """di 24 nov"""
    return format_date(day(at), "EEEEEE d MMM", locale="nl").rstrip(".")


def lasting(span: timedelta) -> str:
    """How long something took, in its largest unit: `40 minuten`, `3 uur`, `2 dagen`."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 60:
        return some(minutes, "minuut", "minuten")
    if minutes < 48 * 60:
        return some(minutes // 60, "uur", "uur")
    return some(minutes // (24 * 60), "dag", "dagen")


def machine(at: datetime | str | None) -> str:
    """The `datetime` attribute of a time element: Dutch local time with its offset."""
    return "" if at is None else local(at).isoformat(timespec="seconds")


__all__ = [
    "Change",
    "change",
    "day",
    "full_day",
    "instant",
    "listed",
    "local",
    "machine",
    "number",
    "short_day",
    "short_instant",
    "some",
]
