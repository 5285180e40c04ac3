"""A record of a Bluesky post as a post of ours. An at:// id holds the author's DID: it is a handle."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.records import Author, FetchedPost
from app.sources.dates import read_date
from app.sources.html_text import tidy

COLLECTION = "app.bsky.feed.post"
HOST = "bsky.app"
KEY = re.compile(r"[A-Za-z0-9._:~-]{1,512}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}")
MOST_TEXT = 5000


def languages(given: str) -> frozenset[str]:
    """The setting `nl,fy` as codes; none means every language."""
    return frozenset(part.strip().casefold() for part in given.split(",") if part.strip())


def uri_of(did: str, commit: Mapping[str, Any]) -> str | None:
    """The at:// id of the post that a commit is about; None for anything else."""
    key = commit.get("rkey")
    if commit.get("collection") != COLLECTION or not isinstance(key, str):
        return None
    return f"at://{did}/{COLLECTION}/{key}" if KEY.fullmatch(key) else None


def post_of(uri: str, did: str, record: Any, langs: frozenset[str]) -> FetchedPost | None:
    """The post; None when it has no words, or says it is in other languages only."""
    if not isinstance(record, dict):
        return None
    said = _langs(record.get("langs"))
    if said and langs and not langs & set(said):
        return None
    text = _words(record)
    if not text:
        return None
    published, rule = read_date(_text(record.get("createdAt")))
    return FetchedPost(
        canonical_id=uri,
        text=text[:MOST_TEXT],
        url=f"https://{HOST}/profile/{did}/post/{uri.rsplit('/', 1)[1]}",
        author=Author(did, HOST),
        published_at=published,
        date_rule=rule,
        lang=next((code for code in said if code in langs), said[0] if said else None),
        thread=_root(record.get("reply")),
    )


def _words(record: Mapping[str, Any]) -> str:
    """The text, what the pictures say, and tags that stand beside the text."""
    parts = [tidy(_text(record.get("text")))]
    embed = record.get("embed")
    if isinstance(embed, dict):
        media = embed.get("media") if isinstance(embed.get("media"), dict) else embed
        images = media.get("images") if isinstance(media, dict) else None
        for image in images[:10] if isinstance(images, list) else ():
            parts.append(tidy(_text(image.get("alt"))) if isinstance(image, dict) else "")
    tags = record.get("tags")
    for tag in tags[:10] if isinstance(tags, list) else ():
        word = tidy(_text(tag)).lstrip("#")
        parts.append(f"#{word}" if word and " " not in word else "")
    return "\n".join(part for part in parts if part)


def _root(reply: Any) -> str | None:
    root = reply.get("root") if isinstance(reply, dict) else None
    uri = root.get("uri") if isinstance(root, dict) else None
    return uri[:1000] if isinstance(uri, str) and uri.startswith("at://") else None


def _langs(value: Any) -> list[str]:
    given = value[:5] if isinstance(value, list) else []
    found = (LANGUAGE.match(code) for code in given if isinstance(code, str))
    return [match.group(0).casefold() for match in found if match]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
