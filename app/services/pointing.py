"""What matched posts point at (R48): pure. Public pages, servers and hashtags; never an account.

A mention names a server, not the person who was mentioned; a page names its site, not its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.sources import refusal

SITE, SERVER, TAG = "site", "server", "hashtag"
LINK = re.compile(r"https?://[^\s<>\"'()\[\]]{4,500}")
HASHTAG = re.compile(r"(?<![\w&/#])#(\w{2,50})")
MENTION = re.compile(r"(?<![\w/])@[\w.-]{1,60}@([\w-]{1,60}(?:\.[\w-]{1,60}){1,4})(?![\w@])")
#: Places that shorten or carry other people's pages: they are no source themselves.
CARRIERS = frozenset(
    (
        "bit.ly", "tinyurl.com", "lnkd.in", "ow.ly", "buff.ly", "dlvr.it", "is.gd", "goo.gl",
        "youtube.com", "youtu.be", "google.com", "google.nl", "bsky.app", "bsky.social",
        "wikipedia.org", "archive.org", "archive.ph", "maps.app.goo.gl", "forms.gle",
        "petities.nl", "change.org", "gofundme.com", "whydonate.com",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pointer:
    """A place that a post points at: `site` and `server` are hosts, `hashtag` a word with its #."""

    kind: str
    address: str


def pointers(text: str, own_site: str = "") -> frozenset[Pointer]:
    """Everything public that this text points at, outside the site it stands on."""
    found = {Pointer(TAG, f"#{word.casefold()}") for word in HASHTAG.findall(text) if _said(word)}
    found |= {Pointer(SERVER, host.casefold()) for host in MENTION.findall(text)}
    for address in LINK.findall(text):
        host = _host(address)
        if host and _is_source(host) and host != own_site.removeprefix("www."):
            found.add(Pointer(SITE, host))
    return frozenset(found)


def _said(word: str) -> bool:
    return not word.isdigit()


def _host(address: str) -> str:
    try:
        host = (urlsplit(address.rstrip(".,;:!?")).hostname or "").casefold().removeprefix("www.")
    except ValueError:
        return ""
    return host if "." in host and not host.replace(".", "").isdigit() and len(host) < 254 else ""


def _is_source(host: str) -> bool:
    if refusal(f"https://{host}/") is not None:
        return False
    return not any(host == known or host.endswith("." + known) for known in CARRIERS)


def unknown(found: Iterable[Pointer], followed: Iterable[str]) -> frozenset[Pointer]:
    """Those that are not followed yet; `followed` are hosts and hashtags."""
    known = {name.casefold().removeprefix("www.") for name in followed}
    return frozenset(one for one in found if one.address not in known)
