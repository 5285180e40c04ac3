"""Older pages of a feed: where they are, and how to know that they reach what was seen before."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from app.records import FetchedPost

#: How many of the newest posts are remembered: one of them may be deleted before the next visit.
MARKS = 8
PAGED = re.compile(r"(^|&)paged=(\d{1,6})(?=&|$)")


def next_page(parsed: Mapping[str, Any], url: str) -> str | None:
    """The address of the page with older posts, on the same host; None when there is none.

    A feed may name it (Atom and RSS `rel=next`, JSON Feed `next_url`); WordPress has them all
    under `paged=2` and on, without saying so.
    """
    named = str(parsed.get("next") or "")
    if named:
        there = urljoin(url, named)
        same = urlsplit(there).hostname == urlsplit(url).hostname
        return there if same and there != url else None
    if "wordpress" not in str(parsed.get("generator") or "").casefold():
        return None
    parts = urlsplit(url)
    found = PAGED.search(parts.query)
    number = int(found.group(2)) + 1 if found else 2
    rest = PAGED.sub("", parts.query).strip("&")
    query = f"{rest}&paged={number}" if rest else f"paged={number}"
    return urlunsplit(parts._replace(query=query))


def mark(post: FetchedPost) -> str:
    """A short name of a post that says nothing of it: ids may hold handles (trust.md P4)."""
    return hashlib.sha256(post.canonical_id.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def marks_of(posts: Iterable[FetchedPost], before: frozenset[str], digest: str = "") -> str | None:
    """The cursor of a feed: marks of the newest posts, or what it was when there are none; behind
    them the digest of the answer, when there is one."""
    fresh = [mark(post) for _, post in zip(range(MARKS), posts, strict=False)]
    marks = fresh or sorted(before)
    return " ".join([*marks, digest] if digest and marks else marks) or None


def digest_of(body: bytes) -> str:
    """The mark of a whole answer: a server without validators gives the same bytes again and again."""
    return "=" + hashlib.sha256(body).hexdigest()[:16]


def reaches(posts: Iterable[FetchedPost], before: frozenset[str]) -> bool:
    """True when one of these posts was among the newest of the last visit."""
    return any(mark(post) in before for post in posts)
