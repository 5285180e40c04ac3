"""A small web of our own on loopback, for tests that fetch over HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from html import escape

from tests.loopback import Quiet, serving


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    media_type: str = "application/rss+xml; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Web:
    """Paths to answers; an answer may be a function, called at each request."""

    place: str
    pages: dict[str, Answer | Callable[[], Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://{self.place}{path}"


@contextmanager
def web() -> Iterator[Web]:
    site = Web("")

    class Handler(Quiet):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            found = site.pages.get(self.path, Answer(b"niets", 404, "text/plain"))
            answer = found() if callable(found) else found
            etag = f'"{hashlib.sha256(answer.body).hexdigest()[:12]}"'
            status, body = answer.status, answer.body
            if status == 200 and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            self.send_response(status)
            self.send_header("Content-Type", answer.media_type)
            self.send_header("Content-Length", str(len(body)))
            if answer.status == 200:
                self.send_header("ETag", etag)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    with serving(Handler) as place:
        site.place = place
        yield site


def rss(items: list[tuple[str, str, datetime]], title: str = "Bode") -> Answer:
    """An RSS 2.0 feed of (id, text, published) items; the text stands in the description."""
    parts = "".join(
        f"<item><guid isPermaLink='false'>{name}</guid><pubDate>{format_datetime(at)}</pubDate>"
        f"<description>{escape(escape(text))}</description></item>"
        for name, text, at in items
    )
    return Answer(
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{title}</title>"
        f"<link>http://voorbeeld.example/</link><language>nl</language>{parts}</channel></rss>".encode()
    )
