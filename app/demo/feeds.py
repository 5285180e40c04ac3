"""The demo's posts in the dialects of the web: RSS 2.0, WordPress comments, Atom, JSON Feed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from app.demo.corpus import DemoPost

DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'


def rss(title: str, base: str, posts: Sequence[DemoPost]) -> bytes:
    """News with titles and leads, as WordPress writes it."""
    items = "".join(
        f"<item><title>{escape(post.title)}</title><link>{base}/{post.id}/</link>"
        f'<guid isPermaLink="false">{base}/?p={post.id}</guid>'
        f"<pubDate>{format_datetime(post.published_at)}</pubDate>"
        f"{_creator(post)}<description><![CDATA[<p>{_paragraphs(post.text)}</p>]]></description>"
        "</item>"
        for post in posts
    )
    return _rss(title, base, items)


def comments(title: str, base: str, posts: Sequence[DemoPost]) -> bytes:
    """A comments feed: the text in `content:encoded`, the article in the title."""
    items = "".join(
        f"<item><title>{escape(post.title)}</title>"
        f"<link>{base}/artikel/#comment-{post.id}</link>"
        f'<guid isPermaLink="false">{base}/?c={post.id}</guid>'
        f"<pubDate>{format_datetime(post.published_at)}</pubDate>{_creator(post)}"
        f"<content:encoded><![CDATA[<p>{_paragraphs(post.text)}</p>]]></content:encoded></item>"
        for post in posts
    )
    return _rss(title, base, items)


def tag_feed(title: str, base: str, posts: Sequence[DemoPost]) -> bytes:
    """Short posts without titles, as a Mastodon tag feed gives them."""
    items = "".join(
        f'<item><guid isPermaLink="true">{base}/@{escape(post.author or "onbekend")}/{post.id}'
        f"</guid><link>{base}/@{escape(post.author or 'onbekend')}/{post.id}</link>"
        f"<pubDate>{format_datetime(post.published_at.astimezone(UTC))}</pubDate>{_creator(post)}"
        f"<description>{escape('<p>' + _paragraphs(post.text) + '</p>')}</description></item>"
        for post in posts
    )
    return _rss(title, base, items)


def atom(title: str, base: str, posts: Sequence[DemoPost]) -> bytes:
    """A forum's posts as Atom."""
    newest = max((post.published_at for post in posts), default=datetime(2000, 1, 1, tzinfo=UTC))
    entries = "".join(
        f"<entry><id>{base}/bericht/{post.id}</id><title>{escape(post.title)}</title>"
        f'<link rel="alternate" href="{base}/bericht/{post.id}"/>'
        f"<published>{post.published_at.isoformat()}</published>"
        f"<updated>{post.published_at.isoformat()}</updated>"
        f"<author><name>{escape(post.author or '')}</name></author>"
        f'<content type="html">{escape("<div>" + _paragraphs(post.text) + "</div>")}</content>'
        "</entry>"
        for post in posts
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nl"><title>{escape(title)}</title>'
        f"<id>{base}/</id><updated>{newest.isoformat()}</updated>{entries}</feed>"
    ).encode()


def json_feed(title: str, base: str, posts: Sequence[DemoPost]) -> bytes:
    """JSON Feed 1.1."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": f"{base}/",
        "language": "nl",
        "items": [_json_item(base, post) for post in posts],
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _json_item(base: str, post: DemoPost) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": f"{base}/{post.id}",
        "url": f"{base}/{post.id}",
        "title": post.title,
        "content_text": post.text,
        "date_published": post.published_at.isoformat(),
    }
    if post.author:
        item["authors"] = [{"name": post.author}]
    return item


Dialect = Callable[[str, str, Sequence[DemoPost]], bytes]


def _rss(title: str, base: str, items: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {DC} {CONTENT}><channel>'
        f"<title>{escape(title)}</title><link>{base}/</link><language>nl</language>"
        f"<description>{escape(title)}</description>{items}</channel></rss>"
    ).encode()


def _creator(post: DemoPost) -> str:
    return f"<dc:creator>{escape(post.author)}</dc:creator>" if post.author else ""


def _paragraphs(text: str) -> str:
    return "<br />".join(escape(line, quote=False) for line in text.split("\n"))
