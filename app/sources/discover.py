"""Which feeds a page names, and where feeds usually stand when it names none."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
        "text/xml",
        "application/xml",
    }
)
USUAL = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/feed.json")
MOST = 10


def links_of(body: bytes, url: str) -> list[str]:
    """Addresses of `link rel=alternate` feeds on a page, in order, each once, at most ten."""
    try:
        page = html.document_fromstring(body)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    base = page.find(".//base[@href]")
    start = _joined(url, base.get("href", "")) if base is not None else url
    found: dict[str, None] = {}
    for link in page.iter("link"):
        relations = (link.get("rel") or "").casefold().split()
        kind = (link.get("type") or "").split(";")[0].strip().casefold()
        if "alternate" in relations and kind in FEED_TYPES:
            address = _joined(start or url, link.get("href") or "")
            if address and len(found) < MOST:
                found[address] = None
    return list(found)


def _joined(base: str, target: str) -> str:
    """The absolute web address, or nothing."""
    try:
        address = urljoin(base, target.strip()) if target.strip() else ""
        return address if urlsplit(address).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def usual_places(url: str) -> list[str]:
    """Where feeds stand on many sites: where this kind of page keeps them, under the address
    itself, then at the root."""
    plain = url.partition("#")[0].partition("?")[0]
    here = urljoin(plain if plain.endswith("/") else plain + "/", "feed/")
    usual = [here, *(urljoin(plain, path) for path in USUAL)]
    return list(dict.fromkeys([*places_by_shape(url), *usual]))


def places_by_shape(url: str) -> list[str]:
    """Feeds that a platform keeps at a fixed place: YouTube channels, Lemmy communities, forums on
    Discourse and phpBB."""
    parts = urlsplit(url)
    host, path = (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/")
    channel = re.fullmatch(r"/channel/(UC[\w-]{10,40})", path)
    if host == "youtube.com" and channel:
        return [f"https://www.youtube.com/feeds/videos.xml?channel_id={channel.group(1)}"]
    community = re.fullmatch(r"/c/([\w.@-]{1,100})", path)
    if community and host != "youtube.com":
        return [urljoin(url, f"/feeds/c/{community.group(1)}.xml?sort=New")]
    if re.match(r"/(?:t|c|latest|categories)(?:/|$)", path):
        return [urljoin(url, "/posts.rss"), urljoin(url, "/latest.rss")]
    if path.endswith(("viewforum.php", "viewtopic.php", "index.php")):
        return [urljoin(url, "feed.php"), urljoin(url, "app.php/feed")]
    return []
