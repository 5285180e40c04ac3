"""From rows of words to posts, with a problem named for each row that cannot be one. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from app.clock import AMSTERDAM
from app.records import Author, FetchedPost
from app.services.import_profiles import Profile
from app.services.import_tables import Row, Table
from app.sources.dates import read_date
from app.sources.html_text import to_text
from app.sources.items import MOST_NAME, REPOSTED, canonical_url

MOST_TEXT = 20_000
#: Numbers only: day first, unless the column itself shows that the month is.
NUMBERS = re.compile(
    r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[ T,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?)?"
)
UNIX = re.compile(r"\d{10}(?:\d{3})?")
PLATFORMS: Mapping[str, str] = {
    "twitter": "x.com",
    "x": "x.com",
    "facebook": "facebook.com",
    "instagram": "instagram.com",
    "tiktok": "tiktok.com",
    "youtube": "youtube.com",
    "linkedin": "linkedin.com",
    "reddit": "reddit.com",
    "telegram": "t.me",
    "bluesky": "bsky.app",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row; one that `stops` keeps the row from being a post."""

    row: int
    column: str
    message: str
    stops: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """Posts by row number, and the problems, in the order of the file."""

    posts: tuple[tuple[int, FetchedPost], ...]
    problems: tuple[Problem, ...]


def read_rows(table: Table, profile: Profile, mapping: Mapping[str, str], now: datetime) -> Reading:
    """Every row becomes a post or a problem; nothing is left out without a word."""
    problems = [Problem(number, "", f"De rij {why}.", True) for number, why in table.bad]
    month_first = _month_first(table, mapping)
    repeated = _repeated(table, mapping)
    posts: list[tuple[int, FetchedPost]] = []
    first: dict[str, int] = {}
    for number, row in table.rows:
        post = _post(number, row, profile, mapping, repeated, month_first, now, problems)
        if post is None:
            continue
        if post.canonical_id in first:
            problems.append(
                Problem(number, "", f"Staat ook in rij {first[post.canonical_id]}.", False)
            )
            continue
        first[post.canonical_id] = number
        posts.append((number, post))
    return Reading(tuple(posts), tuple(sorted(problems, key=lambda one: one.row)))


def _post(
    number: int,
    row: Row,
    profile: Profile,
    mapping: Mapping[str, str],
    repeated: frozenset[str],
    month_first: bool,
    now: datetime,
    problems: list[Problem],
) -> FetchedPost | None:
    def cell(name: str) -> str:
        return row.get(mapping.get(name, ""), "").strip()

    text = to_text(cell("text"))
    if not text:
        problems.append(Problem(number, mapping["text"], "Er is geen tekst.", True))
        return None
    if len(text) > MOST_TEXT:
        message = f"De tekst is langer dan {MOST_TEXT} tekens en wordt ingekort."
        problems.append(Problem(number, mapping["text"], message, False))
    published, rule = read_when(cell("date"), cell("time"), profile.zone, month_first)
    trouble = _date_trouble(cell("date"), published, now)
    if trouble:
        stops = bool(cell("date")) and published is None
        problems.append(Problem(number, mapping.get("date", ""), trouble, stops))
        if stops:
            return None
    url = canonical_url(cell("url")) if cell("url") else None
    if cell("url") and url is None:
        message = "Het adres is geen webadres en blijft weg."
        problems.append(Problem(number, mapping["url"], message, False))
    title = " ".join(to_text(cell("title")).split())[:1000]
    return FetchedPost(
        canonical_id=_identity(
            cell("id"), url, text, "\x00".join(map(cell, ("date", "time", "author"))), repeated
        ),
        text=text[:MOST_TEXT],
        title="" if title == text else title,
        url=url,
        author=_author(cell("author"), cell("platform"), url),
        published_at=published,
        date_rule=rule,
        lang=_language(cell("lang")),
        thread=cell("thread") or None,
        is_repost=bool(REPOSTED.match(text)),
    )


def read_when(
    day: str, hour: str, zone: str, month_first: bool = False
) -> tuple[datetime | None, str]:
    """(instant, rule) of a date, with its time apart or not, in the zone of the tool."""
    words = " ".join((day if not hour else f"{day.split(' ')[0]} {hour}").split())
    home = AMSTERDAM if zone == "Europe/Amsterdam" else UTC
    if UNIX.fullmatch(words):
        return datetime.fromtimestamp(int(words[:10]), UTC), "unix"
    found = NUMBERS.fullmatch(words)
    if found is not None:
        one, two, year, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        year += 2000 if year < 100 else 0
        dayth, month = (two, one) if month_first else (one, two)
        try:
            local = datetime(year, month, dayth, hours, minutes, seconds, tzinfo=home)
            return local.astimezone(UTC), "import"
        except ValueError:
            return None, "first-seen"
    instant, rule = read_date(words)
    if instant is not None and rule == "feed-default" and home is UTC:
        return read_date(f"{words} UTC")[0] or instant, "iso8601"
    return instant, rule


def _month_first(table: Table, mapping: Mapping[str, str]) -> bool:
    """True when no row can be day-first and some row can only be month-first."""
    ones, twos = set(), set()
    for _, row in table.rows:
        found = NUMBERS.match(row.get(mapping.get("date", ""), "").strip())
        if found is not None:
            ones.add(int(found.group(1)) > 12)
            twos.add(int(found.group(2)) > 12)
    return True in twos and True not in ones


def _date_trouble(words: str, published: datetime | None, now: datetime) -> str:
    if not words:
        return "Er is geen datum; het bericht krijgt het moment van inlezen."
    if published is None:
        return f"De datum {words[:40]!r} is niet te lezen."
    if published > now:
        return "De datum ligt in de toekomst; het bericht krijgt het moment van inlezen."
    return ""


def _repeated(table: Table, mapping: Mapping[str, str]) -> frozenset[str]:
    """Ids and addresses that more than one row carries with other words: they name no post."""
    seen: Counter[str] = Counter()
    pairs = {
        (row.get(mapping.get(name, ""), "").strip(), row.get(mapping["text"], "").strip())
        for _, row in table.rows
        for name in ("id", "url")
    }
    seen.update(value for value, _ in pairs if value)
    return frozenset(value for value, count in seen.items() if count > 1)


def _identity(given: str, url: str | None, text: str, rest: str, repeated: frozenset[str]) -> str:
    """The tool's own id, else the address, else the words with their date and writer."""
    if given and given not in repeated:
        return given[:2000]
    if url and url not in repeated and not given:
        return url
    return "sha256:" + hashlib.sha256(f"{url or ''}\x00{rest}\x00{text}".encode()).hexdigest()


def _author(name: str, platform: str, url: str | None) -> Author | None:
    handle = " ".join(to_text(name).split())[:MOST_NAME]
    known = PLATFORMS.get(platform.casefold().strip())
    host = known or (urlsplit(url).hostname if url else None) or platform.casefold()[:MOST_NAME]
    return Author(handle, host.removeprefix("www.")) if handle else None


def _language(code: str) -> str | None:
    words = code.strip().casefold()
    names = {"nederlands": "nl", "dutch": "nl", "engels": "en", "english": "en", "fries": "fy"}
    found = names.get(words, words[:3])
    return found if 2 <= len(found) <= 3 and found.isalpha() else None
