"""From parsed items to posts: canonical id and URL, author, our own reading of dates."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import urldefrag, urljoin, urlsplit

from courlan import clean_url
from w3lib.url import canonicalize_url

from app.records import Author, FetchedPost
from app.sources.dates import read_date
from app.sources.html_text import clean

MOST_NAME = 200
MOST_URL = 2000
LANGUAGE = re.compile(r"^[a-z]{2,3}(?![a-z])", re.IGNORECASE)
REPOSTED = re.compile(r"^(RT\s+@|RT:|🔁|boosted?:)", re.IGNORECASE)
CUT_OFF = re.compile(r"\s*(?:…|\.\.\.|\[…\])$")
#: RSS wants an address with the name in brackets behind it: info@bode.example (De Bode).
MAIL_AND_NAME = re.compile(r"\S+@\S+\s+\((.+)\)")
#: WordPress puts the writer of a comment behind its title, in whatever language it speaks.
BYLINE = r"(?:^|[\s,–—-]+)(?:door|van|by|von|par)\s*:?\s*{name}\s*:?$"
#: The address of one reply on a page of many: what stands before it is the page.
REPLY = re.compile(r"#(?:comment|reactie|respond|reply)\b", re.IGNORECASE)


def posts_of(
    items: Sequence[Mapping[str, str]], url: str, language: str = "", identity: str = ""
) -> tuple[FetchedPost, ...]:
    """Items as posts, in the order of the feed; one without any words is no post.

    `identity` is the rule by which the items of this source are told apart (`identity_of`).
    """
    found = (_post(item, url, language, identity) for item in items)
    return tuple(post for post in found if post is not None)


def identity_of(items: Sequence[Mapping[str, str]], url: str, before: str = "") -> str:
    """The rule for this source from now on (`app.records.IDENTITIES`); once lowered it stays.

    An id under which different items come is no id: then their address tells them apart, and when
    that is shared as well, their words. A copy of an item in a later version is no different item.
    """
    rule = before
    if rule not in ("link", "words"):
        by_id = _spread(items, "id", url)
        if any(len(links) > 1 or len(texts) > 2 for links, texts in by_id.values()):
            rule = "link"
        elif any(not clean(item["id"]).strip() for item in items):
            rule = "some-missing"
    if rule == "link":
        by_link = _spread(items, "link", url)
        if any(len(texts) > 2 for _, texts in by_link.values()):
            rule = "words"
    return rule


def _spread(
    items: Sequence[Mapping[str, str]], name: str, url: str
) -> dict[str, tuple[set[str], set[str]]]:
    """Per id (or link) the addresses and the texts that carry it."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for item in items:
        link = canonical_url(item["link"], url) or ""
        fragment = REPLY.search(item["link"])
        place = item["link"] if fragment else link
        value = clean(item["id"]).strip() if name == "id" else place
        if value:
            links, texts = found.setdefault(value, (set(), set()))
            links.update([place] if place else [])
            texts.add(f"{item['title']}\x00{item['text']}")
    return found


def _post(
    item: Mapping[str, str], url: str, language: str, identity: str = ""
) -> FetchedPost | None:
    title, text = item["title"], item["text"]
    author = _author(item["author"], canonical_url(item["link"], url) or url)
    if author is not None:
        title = _without_writer(title, author.handle)
    if not text and not title:
        return None
    link = canonical_url(item["link"], url)
    published, rule = read_date(item["date"])
    return FetchedPost(
        canonical_id=_identity(item, link, title, text, identity),
        text=text or title,
        title="" if not text or _repeats(title, text) else title,
        url=link,
        author=author,
        published_at=published,
        date_rule=rule,
        lang=_language(item["lang"]) or _language(language),
        thread=_thread(item, url),
        is_repost=bool(REPOSTED.match(text)),
    )


def _without_writer(title: str, name: str) -> str:
    """A comment's title without its writer: a name is kept as a pseudonym only (trust.md P4)."""
    if name.casefold() not in title.casefold():
        return title
    return re.sub(BYLINE.format(name=re.escape(name)), "", title, flags=re.IGNORECASE).strip()


def _repeats(title: str, text: str) -> bool:
    """Some feeds repeat a short post, or its first words with dots behind, as its title."""
    short, words = _letters(CUT_OFF.sub("", title)), _letters(text)
    return words.startswith(short) if CUT_OFF.search(title) else words == short


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _identity(
    item: Mapping[str, str], link: str | None, title: str, text: str, rule: str = ""
) -> str:
    """The source's own id; else the link; else the words themselves. Opaque to everybody else."""
    given = clean(item["id"]).strip()
    if given and rule not in ("link", "words"):
        return given
    if rule == "words":
        link = None
    if link and not REPLY.search(item["link"]):
        return link
    if link:
        return clean(item["link"]).strip()
    return "sha256:" + hashlib.sha256(f"{title}\x00{text}".encode()).hexdigest()


def _thread(item: Mapping[str, str], url: str) -> str | None:
    """What a post answers to: what it says itself, else the page that holds it and its replies."""
    if item["thread"]:
        return canonical_url(item["thread"], url) or clean(item["thread"]).strip() or None
    return canonical_url(item["link"], url) if REPLY.search(item["link"]) else None


@lru_cache(maxsize=8192)
def canonical_url(address: str, base: str = "") -> str | None:
    """One spelling per page: no tracking, no fragment, sorted query; None for no web address."""
    try:
        plain = urldefrag(urljoin(base, clean(address).strip())).url if address.strip() else ""
        parts = urlsplit(plain)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            return None
        cleaned = clean_url(plain) or plain
        return str(canonicalize_url(cleaned, keep_fragments=False))[:MOST_URL]
    except ValueError:  # brackets without end, ports of letters: one bad link spoils no feed
        return None


def _author(name: str, url: str) -> Author | None:
    handle = " ".join(clean(name).split())[:MOST_NAME]
    mail = MAIL_AND_NAME.fullmatch(handle)
    handle = mail.group(1).strip() if mail else handle
    return Author(handle, urlsplit(url).hostname or "") if handle else None


def _language(code: str) -> str | None:
    found = LANGUAGE.match(code.strip())
    return found.group(0).casefold() if found else None
