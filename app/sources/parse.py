"""The child that reads feeds: a body in, plain words out, nothing else.

Runs in a process of its own with a limit on memory; the parent kills it when it takes too long.
Everything that is slow on hostile input (XML, HTML to text, looking for links) happens here.
"""

from __future__ import annotations

import json
import re
import struct
import sys
from html import unescape
from io import BytesIO
from typing import Any

from app.sources import sru
from app.sources.discover import links_of
from app.sources.html_text import tidy, to_text

MEMORY = 1024 * 1024 * 1024
MOST_ITEMS = 2000
MOST_TEXT = 20_000
MOST_TITLE = 1000
MOST_FIELD = 2000
#: What may stand before the first element: byte order mark, blanks, declaration, comments.
BEFORE = re.compile(rb"\A(?:\xef\xbb\xbf|\s+|<\?.{0,500}?\?>|<!--.{0,5000}?-->)+", re.DOTALL)
#: How WordPress opens an answer to another comment; its summary holds the same, escaped twice.
ADDRESSEE = re.compile(
    r"\s*(?:<p>\s*)?[^<>]{0,80}<a [^<>]{1,1200}#comment-\d{1,18}[^<>]{0,200}>[^<>]{0,300}</a>"
    r"[^<>\w]{0,10}(?:</p>|<br ?/?>|\n)"
)
ESCAPED_LINK = re.compile(r"&lt;a ")
PAGE = (b"<!doctype html", b"<html", b"<head", b"<body")


def main() -> None:
    """Answer frames on standard input until it closes."""
    _limit_memory()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while len(sizes := source.read(8)) == 8:
        head_size, body_size = struct.unpack(">II", sizes)
        head = json.loads(source.read(head_size))
        body = source.read(body_size)
        answer = json.dumps(_answer(body, head)).encode()
        sink.write(struct.pack(">I", len(answer)) + answer)
        sink.flush()


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        ours = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
        resource.setrlimit(resource.RLIMIT_AS, (ours, ours))


def _answer(body: bytes, head: dict[str, str]) -> dict[str, Any]:
    try:
        return parse_feed(body, head["url"], head["content_type"])
    except (MemoryError, RecursionError) as error:
        return {"error": f"De feed is te zwaar om te lezen ({type(error).__name__})."}
    except Exception as error:
        return {"error": f"De feed is niet te lezen ({type(error).__name__})."}


def parse_feed(body: bytes, url: str, content_type: str) -> dict[str, Any]:
    """The feed as plain values, by what the body is and not by what the server calls it.

    `{"kind": "feed", "title", "lang", "ttl", "next", "generator", "total", "items": [{"id", "link", "title", "text",
    "date", "author", "lang", "thread"}]}`, or `{"kind": "html", "links"}`, or
    `{"kind": "unknown"}`, or `{"error"}` (Dutch) for a feed that is broken beyond repair.
    """
    start = BEFORE.sub(b"", body[:10_000]).lower()
    if start.startswith((b"{", b"[")):
        return _json_feed(body)
    if start.startswith(PAGE):
        return {"kind": "html", "links": links_of(body, url)}
    if not start:
        return {"kind": "unknown"}
    if sru.ANSWER.search(start):
        return sru.read_records(body, MOST_ITEMS)
    return _xml_feed(body, content_type, start)


def _json_feed(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {"error": "De JSON van deze feed is niet te lezen."}
    version = document.get("version") if isinstance(document, dict) else None
    if not isinstance(version, str) or "jsonfeed.org/version/" not in version:
        return {"kind": "unknown"}
    items = document.get("items")
    found = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return {
        "kind": "feed",
        "title": to_text(_text(document.get("title")))[:300],
        "lang": _text(document.get("language"))[:50],
        "ttl": None,
        "next": _text(document.get("next_url"))[:MOST_FIELD],
        "generator": "",
        "total": len(found),
        "items": [_json_item(item, document) for item in found[:MOST_ITEMS]],
    }


def _json_item(item: dict[str, Any], feed: dict[str, Any]) -> dict[str, str]:
    plain = _text(item.get("content_text"))
    markup = _text(item.get("content_html")) or _text(item.get("summary"))
    return _item(
        id=_text(item.get("id")),
        link=_text(item.get("url")) or _text(item.get("external_url")),
        title=tidy(_text(item.get("title"))),
        text=tidy(plain) or to_text(markup),
        date=_text(item.get("date_published")) or _text(item.get("date_modified")),
        author=_json_author(item) or _json_author(feed),
        lang=_text(item.get("language")),
        thread="",
    )


def _json_author(holder: dict[str, Any]) -> str:
    """Version 1.1 has a list of authors, version 1 had one."""
    authors = holder.get("authors") or holder.get("author")
    first = next(iter(authors), None) if isinstance(authors, list) else authors
    return _text(first.get("name")) if isinstance(first, dict) else ""


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _item(**fields: str) -> dict[str, str]:
    """Fields within bounds; the title on one line."""
    title = " ".join(fields.pop("title").split())[:MOST_TITLE]
    text = fields.pop("text")[:MOST_TEXT]
    return {"title": title, "text": text} | {k: v[:MOST_FIELD] for k, v in fields.items()}


def _xml_feed(body: bytes, content_type: str, start: bytes) -> dict[str, Any]:
    import feedparser

    found = feedparser.parse(
        BytesIO(body),
        # no address goes along: ids must not change when a feed moves, and we resolve links
        response_headers={"content-type": content_type},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    version, entries, feed = found.get("version", ""), found.get("entries", []), found.feed
    if not entries and start.startswith(b"<") and _broken(found):
        return {"error": "De feed is beschadigd: er is geen enkel bericht uit te lezen."}
    if not version and not entries:
        return {"kind": "unknown"}
    return {
        "kind": "feed",
        "title": to_text(feed.get("title", ""))[:300],
        "lang": (feed.get("language") or feed.get("title_detail", {}).get("language") or "")[:50],
        "ttl": str(feed.get("ttl") or "")[:10],
        "next": _next(feed)[:MOST_FIELD],
        "generator": str(feed.get("generator") or "")[:200],
        "total": len(entries),
        "items": [_entry(entry, version.startswith("atom")) for entry in entries[:MOST_ITEMS]],
    }


def _next(feed: Any) -> str:
    links = [link for link in feed.get("links", []) if link.get("rel") == "next"]
    return str(links[0].get("href") or "") if links else ""


def _broken(found: Any) -> bool:
    """True when the XML itself is at fault; a wrong label or encoding alone is not."""
    fault = found.get("bozo_exception")
    return bool(found.get("bozo")) and type(fault).__module__.startswith("xml.sax")


def _entry(entry: Any, is_atom: bool) -> dict[str, str]:
    body = _body(entry)
    headline = entry.get("title_detail") or {}
    replied = entry.get("thr_in-reply-to") or {}
    link = entry.get("link") or ""
    if link == entry.get("id") and not link.startswith(("/", "http:", "https:")):
        link = ""  # an id that is no address, though feedparser takes it for one
    return _item(
        id=entry.get("id") or "",
        link=link,
        title=_words(headline, is_atom),
        text=_words(body, is_atom, is_comment="#comment-" in (entry.get("id") or "")),
        date=entry.get("published") or entry.get("updated") or entry.get("created") or "",
        author=entry.get("author") or "",
        lang=body.get("language") or headline.get("language") or "",
        thread=replied.get("ref") or replied.get("href") or entry.get("comments") or "",
    )


def _body(entry: Any) -> Any:
    """The fullest of what an item says; a summary counts half, for it may be escaped twice."""
    bodies = [(len(part.get("value") or ""), part) for part in entry.get("content", [])]
    summary = entry.get("summary_detail") or {}
    bodies.append((len(summary.get("value") or "") // (2 if bodies else 1), summary))
    return max(bodies, key=lambda pair: pair[0])[1]


def _words(detail: Any, is_atom: bool, *, is_comment: bool = False) -> str:
    """Only Atom says reliably that a piece is plain text; in RSS anything may hold HTML."""
    value = detail.get("value") or ""
    if is_comment:
        value = _without_addressee(value)
    is_plain = is_atom and detail.get("type") == "text/plain"
    return tidy(value) if is_plain else to_text(value)


def _without_addressee(markup: str) -> str:
    """A comment without the line that WordPress puts before an answer: "In reply to" and a name,
    in whatever language; a name is no part of what was said (trust.md P4)."""
    plain = unescape(markup) if ESCAPED_LINK.search(markup[:300]) else markup
    lead = ADDRESSEE.match(plain)
    return plain[lead.end() :] if lead else markup
