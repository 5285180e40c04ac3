"""Atom feeds (RFC 4287) as text: stable ids, Dutch, no markup from anybody's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from dashboards.highlight import flat

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `key` is an IRI that never changes, `link` may be empty."""

    key: str
    title: str
    updated: datetime
    text: str
    link: str = ""
    category: str = ""


def feed(key: str, title: str, author: str, entries: Sequence[Entry], link: str = "") -> str:
    """A whole feed, newest first."""
    several = sorted(entries, key=lambda entry: (entry.updated, entry.key), reverse=True)
    updated = several[0].updated if several else NEVER
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nl">',
        f"<id>{escape(key)}</id>",
        f"<title>{_plain(title)}</title>",
        f"<updated>{_at(updated)}</updated>",
        f"<author><name>{_plain(author)}</name></author>",
        *([f'<link rel="self" href={quoteattr(link)}/>'] if link else []),
        *(_entry(entry) for entry in several),
        "</feed>",
    ]
    return "\n".join(parts) + "\n"


def _entry(entry: Entry) -> str:
    link = f'<link rel="alternate" href={quoteattr(entry.link)}/>' if entry.link else ""
    category = f"<category term={quoteattr(entry.category)}/>" if entry.category else ""
    return (
        f"<entry><id>{escape(entry.key)}</id><title>{_plain(entry.title)}</title>"
        f"<updated>{_at(entry.updated)}</updated>{link}{category}"
        f'<content type="text">{_clean(entry.text)}</content></entry>'
    )


def _plain(text: str) -> str:
    return escape(flat(text))


def _clean(text: str) -> str:
    """XML knows no control characters but tab and line ends."""
    kept = "".join(
        c for c in text if c in "\n\t" or (ord(c) >= 32 and not 0xD800 <= ord(c) < 0xE000)
    )
    return escape(kept)


def _at(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
