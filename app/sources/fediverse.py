"""The Mastodon API as values: which address asks what, and what a status says. No requests here.

Ids are opaque words (18 digits on Mastodon and Takahē, ULIDs on GoToSocial): never turned into
numbers, never sorted; the order of a page is the only order there is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urljoin, urlsplit

from app.errors import AddressRefused, FetchFailed
from app.records import Author, FetchedPost
from app.sources.dates import read_date
from app.sources.html_text import clean, tidy, to_text
from app.sources.items import MOST_NAME, canonical_url
from app.sources.refused import refusal

LIMIT = 40
MOST_TAGS = 4
MOST_MARKUP = 50_000
MOST_TEXT = 20_000
MOST_ID = 200
OPEN = ("public", "unlisted")
LINK = re.compile(r"<([^<>]{1,3000})>\s*;\s*rel=\"?(next|prev)\"?")
ACCOUNT = re.compile(r"/@([\w.-]{1,100})(?:@([\w.-]{1,253}))?/?")


@dataclass(frozen=True, slots=True)
class Place:
    """What to ask a server. `account` is (host, handle) when the place is one account's."""

    origin: str
    host: str
    path: str
    title: str
    query: tuple[tuple[str, str], ...] = ()
    account: tuple[str, str] | None = None
    is_search: bool = field(default=False)

    def url(self, path: str = "", **more: str | None) -> str:
        pairs = [*self.query, *((name, value) for name, value in more.items() if value)]
        return f"{self.origin}{path or self.path}?{urlencode(pairs)}"

    def on(self, path: str) -> str:
        """Another path of the same server, without this place's own question."""
        return f"{self.origin}{path}"


def place_of(address: str) -> Place:
    """What an address of the server's own pages means; raises `FetchFailed` (`not-found`).

    `/public/local`, `/public`, `/tags/azc?any=opvang,azc&none=…`, `/@gemeente`, `/search?q=…`.
    """
    refused = refusal(address)
    if refused is not None:
        raise AddressRefused(refused, reason="private-refused")
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").casefold()
    except ValueError as error:
        raise _unknown(address) from error
    if parts.scheme not in ("http", "https") or not host:
        raise _unknown(address)
    origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    path = parts.path.rstrip("/")
    if path in ("", "/public/local", "/explore", "/local"):
        local = (("local", "true"),)
        return Place(origin, host, "/api/v1/timelines/public", f"{host}: deze server", local)
    if path in ("/public", "/federated"):
        return Place(origin, host, "/api/v1/timelines/public", f"{host}: alles wat hij ziet")
    if path == "/search" and asked.get("q"):
        query = (("type", "statuses"), ("q", asked["q"][:200]))
        title = f"{host}: zoeken naar {asked['q'][:60]}"
        return Place(origin, host, "/api/v2/search", title, query, is_search=True)
    if path.startswith("/tags/"):
        return _tag(origin, host, path.removeprefix("/tags/"), asked)
    found = ACCOUNT.fullmatch(path)
    if found is None:
        raise _unknown(address)
    name, server = found.groups()
    acct = f"{name}@{server}" if server else name
    account = ((server or host).casefold(), name.casefold())
    return Place(origin, host, "", f"@{acct} op {host}", (("acct", acct),), account)


def _tag(origin: str, host: str, name: str, asked: Mapping[str, str]) -> Place:
    tag = unquote(name).lstrip("#")
    if not tag or "/" in tag:
        raise _unknown(f"{origin}/tags/{name}")
    query = tuple(
        (f"{kind}[]", word.strip().lstrip("#"))
        for kind in ("any", "all", "none")
        for word in asked.get(kind, "").split(",")[:MOST_TAGS]
        if word.strip()
    )
    path = f"/api/v1/timelines/tag/{quote(tag, safe='')}"
    return Place(origin, host, path, f"#{tag} op {host}", query)


def _unknown(address: str) -> FetchFailed:
    return FetchFailed(
        f"{address[:200]} is geen plek die wij op een Mastodonserver kunnen lezen. Kies "
        "/public/local, /public, /tags/naam, /@account of /search?q=woorden.",
        reason="not-found",
    )


def link_to(header: str | None, relation: str, base: str) -> str | None:
    """The address of the next or previous page, only when it is on the same server."""
    for address, found in LINK.findall(header or ""):
        if found == relation:
            full = urljoin(base, address)
            here, there = urlsplit(base), urlsplit(full)
            same = (here.scheme, here.netloc, here.path) == (there.scheme, there.netloc, there.path)
            return full if same else None
    return None


def id_of(status: Mapping[str, Any]) -> str:
    """The server's own id as a word; empty when there is none."""
    given = status.get("id")
    text = clean(str(given)).strip() if isinstance(given, str | int) else ""
    return text if len(text) <= MOST_ID and not any(map(str.isspace, text)) else ""


def post_of(status: Any, place: Place) -> FetchedPost | None:
    """A status as a post; None for what is not public, or has no words and no id."""
    if not isinstance(status, dict) or not id_of(status):
        return None
    if status.get("visibility", "public") not in OPEN:
        return None  # a token may show more than everybody can read; we do not look at it
    shared = status.get("reblog")
    source = shared if isinstance(shared, dict) else status
    text, title = _words(source)
    if not text and not title:
        return None
    published, rule = read_date(_text(status.get("created_at")))
    replied = status.get("in_reply_to_id")
    return FetchedPost(
        canonical_id=_text(status.get("uri")) or f"{place.origin}/statuses/{id_of(status)}",
        text=text or title,
        title=title if text else "",
        url=canonical_url(_text(status.get("url")) or _text(status.get("uri"))),
        author=_author(status.get("account"), place.host),
        published_at=published,
        date_rule=rule,
        lang=_text(source.get("language"))[:3].casefold() or None,
        thread=f"{place.origin}/statuses/{replied}" if isinstance(replied, str | int) else None,
        is_repost=isinstance(shared, dict),
        reference=id_of(status),
    )


def _words(status: Mapping[str, Any]) -> tuple[str, str]:
    """(text, warning): the words of a status with what its pictures and poll say, and its
    content warning, which says what it is about."""
    parts = [to_text(_text(status.get("content"))[:MOST_MARKUP])]
    for picture in _list(status.get("media_attachments")):
        parts.append(tidy(_text(picture.get("description"))))
    poll = status.get("poll")
    for option in _list(poll.get("options")) if isinstance(poll, dict) else ():
        parts.append(tidy(_text(option.get("title"))))
    warning = " ".join(tidy(_text(status.get("spoiler_text"))).split())
    return "\n".join(part for part in parts if part)[:MOST_TEXT], warning[:1000]


def _author(account: Any, host: str) -> Author | None:
    acct = _text(account.get("acct")) if isinstance(account, dict) else ""
    name, _, server = acct.lstrip("@").partition("@")
    name = clean(name).strip()[:MOST_NAME]
    return Author(name, clean(server).strip() or host) if name else None


def _list(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return clean(value) if isinstance(value, str) else ""
