"""What a WordPress site says beside its feeds, through its open REST interface: which comments still
stand, and the conversation around one.

A feed knows no deletions, and all comments of an article share its page; the interface lists them by
number. A site that keeps it closed answers nothing, and then nothing is concluded.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from app.errors import SourceError
from app.outbound import Response
from app.records import Author, FetchedPost
from app.sources.dates import read_date
from app.sources.html_text import clean, to_text
from app.sources.items import MOST_NAME, canonical_url
from app.sources.protocol import Around, Asked, Rechecked

#: Asks an address; raises `SourceError`.
Ask = Callable[[str], Response]

COMMENT = re.compile(r"#comment-(\d{1,18})$")
ROOT = re.compile(r'<([^<>]{1,1000})>\s*;\s*rel="https://api\.w\.org/"')
#: The interface gives no more than this at a time.
A_PAGE = 100
AT_ONCE, MOST_REPLIES, MOST_PARENTS = 50, 50, 5
MOST_PAGES, MOST_ROOTS, LEAST_MOVED = 50, 2000, 5
MOST_MARKUP = 200_000


def comment_of(canonical_id: str) -> str | None:
    """The number of the comment that an id of a comment feed names; None for anything else."""
    found = COMMENT.search(canonical_id)
    return found.group(1) if found else None


def root_of(response: Response) -> str | None:
    """Where the interface of this site is: its pages say so in a header, and only their own host
    is believed."""
    found = ROOT.search(response.header("link") or "")
    if found is None:
        return None
    root = urljoin(response.url, found.group(1))
    return root if urlsplit(root).netloc == urlsplit(response.url).netloc else None


def is_comments(items: Sequence[Mapping[str, str]]) -> bool:
    """True for a feed of comments, which has one page for ever: `paged=2` gives the same again, or
    404, whatever the number of comments (seen with WordPress 6.1)."""
    return bool(items) and all(comment_of(item["id"]) for item in items)


def older_comments(ask: Ask, root: str, number: int) -> list[dict[str, str]] | None:
    """A page of comments of the whole site as items of a feed, newest first; None behind the last
    one and where the site does not say."""
    listed = _asked(ask, root, "comments", page=str(number), per_page=str(A_PAGE))
    if not isinstance(listed, list) or not listed:
        return None
    titles = _titles(ask, root, {str(one.get("post")) for one in listed if isinstance(one, dict)})
    return [
        {
            "id": clean(str(one.get("link") or "")).strip(),
            "link": str(one.get("link") or ""),
            "title": titles.get(str(one.get("post")), ""),
            "text": to_text(_rendered(one, "content")),
            "date": f"{one.get('date_gmt')}Z",
            "author": str(one.get("author_name") or ""),
            "lang": "",
            "thread": "",
        }
        for one in listed
        if isinstance(one, dict)
    ]


def _titles(ask: Ask, root: str, numbers: set[str]) -> dict[str, str]:
    """What the articles are called, for a comment is found by the name of its article too."""
    wanted = ",".join(sorted(number for number in numbers if number.isascii() and number.isdigit()))
    found = _asked(ask, root, "posts", include=wanted, per_page=str(A_PAGE)) if wanted else None
    return {
        str(one.get("id")): " ".join(to_text(_rendered(one, "title")).split())
        for one in (found if isinstance(found, list) else ())
        if isinstance(one, dict)
    }


def standing(ask: Ask, root: str, numbers: Iterable[str]) -> frozenset[str] | None:
    """Those of the comments that everybody can still read; None when the site does not say."""
    wanted = list(dict.fromkeys(numbers))
    there: set[str] = set()
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        listed = _asked(ask, root, "comments", include=",".join(part), per_page=str(AT_ONCE))
        if not isinstance(listed, list):
            return None
        there.update(str(one.get("id")) for one in listed if isinstance(one, dict))
    return frozenset(there)


class WordPress:
    """The comments of sites; remembers where the interface of each is. Safe to use from threads."""

    def __init__(self) -> None:
        self._roots: dict[str, str] = {}
        self._lock = threading.Lock()

    def older(
        self, ask: Ask, response: Response, parsed: Mapping[str, Any]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Comments that a feed no longer shows, as pages of that feed: all of them, or those of the
        one article whose feed it is."""
        root, here = root_of(response) or "", response.url
        pages = {canonical_url(item["link"], here) or "" for item in parsed["items"]}
        article = next(iter(pages)) if len(pages) == 1 else ""
        is_one = bool(article) and here.startswith(article.rstrip("/") + "/")
        for number in range(1, MOST_PAGES + 1):
            try:
                items = older_comments(ask, root, number)
            except SourceError:
                return
            if items is None:
                return
            if is_one:
                items = [one for one in items if canonical_url(one["link"], here) == article]
            yield here, {**parsed, "items": items}

    def gone(self, ask: Ask, posts: Sequence[Asked], ends: float) -> Rechecked:
        """Comments that can no longer be read. When most of a site are gone at once it moved, and
        nothing is deleted; `ends` is a moment of `time.monotonic`."""
        gone: list[str] = []
        answered: list[str] = []
        reason = "ok"
        for place in dict.fromkeys(_place(post) for post in posts):
            mine = [post for post in posts if _place(post) == place]
            if time.monotonic() > ends:
                break
            try:
                root = self._root(ask, mine[0])
                numbers = [comment_of(post.canonical_id) or "" for post in mine]
                there = standing(ask, root, numbers) if root else None
            except SourceError:
                continue  # not answered: they are asked the next time
            answered += [post.post_key for post in mine]
            if there is None:
                continue
            lost = [post for post in mine if comment_of(post.canonical_id) not in there]
            if len(lost) > LEAST_MOVED and 2 * len(lost) > len(mine):
                reason = "not-found"
            else:
                gone += [post.post_key for post in lost]
        return Rechecked(reason, gone=tuple(gone), answered=tuple(answered))

    def around(self, ask: Ask, post: Asked) -> tuple[Around, ...]:
        """The conversation around a comment; nothing for what is none. Raises `SourceError`."""
        number = comment_of(post.canonical_id)
        root = self._root(ask, post) if number and post.url else None
        return conversation(ask, root, number) if root and number else ()

    def _root(self, ask: Ask, post: Asked) -> str | None:
        with self._lock:
            known = self._roots.get(_place(post))
        if known is None and post.url:
            known = root_of(ask(post.url))
            with self._lock:
                if known is not None and len(self._roots) < MOST_ROOTS:
                    self._roots[_place(post)] = known
        return known


def _place(post: Asked) -> str:
    return urlsplit(post.url or "").netloc


def conversation(ask: Ask, root: str, number: str) -> tuple[Around, ...]:
    """The article, the comments that this one answers, and the answers to it, oldest first."""
    comment = _asked(ask, root, f"comments/{number}")
    if not isinstance(comment, dict):
        return ()
    before: list[Around] = []
    answered, seen = comment.get("parent"), {number}
    while isinstance(answered, int) and answered > 0 and str(answered) not in seen:
        seen.add(str(answered))
        above = _asked(ask, root, f"comments/{answered}")
        if not isinstance(above, dict) or len(seen) > MOST_PARENTS + 1:
            break
        before[:0] = _around("parent", _comment(above))
        answered = above.get("parent")
    page = comment.get("post")
    if isinstance(page, int) and page > 0:
        article = _asked(ask, root, f"posts/{page}")
        before[:0] = _around("parent", _article(article) if isinstance(article, dict) else None)
    answers = _asked(
        ask, root, "comments", parent=number, per_page=str(MOST_REPLIES), order="asc"
    )  # fmt: skip
    after = [
        one
        for answer in (answers if isinstance(answers, list) else ())
        if isinstance(answer, dict)
        for one in _around("reply", _comment(answer))
    ]
    return (*before, *after)


def _asked(ask: Ask, root: str, name: str, **query: str) -> Any:
    """What the interface answers; None for a refusal and for what is no JSON."""
    given = "&".join(f"{key}={value}" for key, value in query.items())
    sign = "&" if "?" in root else "?"
    response = ask(f"{root.rstrip('/')}/wp/v2/{name}" + (f"{sign}{given}" if given else ""))
    if response.status != 200:
        return None
    try:
        return json.loads(response.body)
    except (ValueError, RecursionError):
        return None


def _around(relation: str, post: FetchedPost | None) -> list[Around]:
    return [Around(relation, post)] if post is not None else []


def _comment(given: Mapping[str, Any]) -> FetchedPost | None:
    link = clean(str(given.get("link") or "")).strip()
    return _post(given, link, to_text(_rendered(given, "content")), "")


def _article(given: Mapping[str, Any]) -> FetchedPost | None:
    name = _rendered(given, "guid") or str(given.get("link") or "")
    title = to_text(_rendered(given, "title"))
    text = to_text(_rendered(given, "content")) or to_text(_rendered(given, "excerpt"))
    return _post(given, clean(name).strip(), text or title, title if text else "")


def _post(given: Mapping[str, Any], name: str, text: str, title: str) -> FetchedPost | None:
    url = canonical_url(str(given.get("link") or ""))
    if not name or not text or url is None:
        return None
    date = given.get("date_gmt")
    published, rule = read_date(f"{date}Z" if isinstance(date, str) else "")
    writer = " ".join(clean(str(given.get("author_name") or "")).split())[:MOST_NAME]
    return FetchedPost(
        canonical_id=name,
        text=text,
        title=title,
        url=url,
        author=Author(writer, urlsplit(url).hostname or "") if writer else None,
        published_at=published,
        date_rule=rule,
        thread=url if COMMENT.search(name) else None,
    )


def _rendered(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    value = value.get("rendered") if isinstance(value, dict) else value
    return value[:MOST_MARKUP] if isinstance(value, str) else ""
