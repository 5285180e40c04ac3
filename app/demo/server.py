"""The demo's corner of the web: a loopback server that shows what had been posted by "now"."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from app.clock import Clock
from app.demo import feeds
from app.demo.corpus import DemoPost

#: How far back a feed of the demo shows its items.
SHOWN_FOR = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Channel:
    """One feed of the demo: where it stands, how it speaks, and who speaks there."""

    name: str
    path: str
    title: str
    media_type: str
    write: feeds.Dialect
    own: bool = False


CHANNELS = (
    Channel("regiobode", "/regiobode/feed/", "Regiobode Rietmeer", "application/rss+xml", feeds.rss),
    Channel(
        "reacties", "/regiobode/comments/feed/", "Reacties bij Regiobode Rietmeer",
        "application/rss+xml", feeds.comments,
    ),
    Channel("forum", "/forum/atom.xml", "Dorpsforum Rietmeer", "application/atom+xml", feeds.atom),
    Channel("mastodon", "/tags/rietmeer.rss", "#rietmeer", "application/rss+xml", feeds.tag_feed),
    Channel(
        "gemeente", "/gemeente/feed.json", "Gemeente Rietmeer", "application/feed+json",
        feeds.json_feed, own=True,
    ),
    Channel("wijkblad", "/wijkblad/feed.json", "Wijkblad Molenkwartier", "application/feed+json",
            feeds.json_feed),
)  # fmt: skip
#: A source that answers with a fault, as sources do.
BROKEN_PATH, BROKEN_TITLE = "/dorpskrant/rss", "Dorpskrant (geeft een fout)"


class DemoWeb:
    """Serves the channels on 127.0.0.1; what a feed shows depends on the clock."""

    def __init__(self, posts: Sequence[DemoPost], clock: Clock, port: int = 0) -> None:
        self._posts = posts
        self._clock = clock
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def place(self) -> str:
        """`host:port`, as the allow-list of seam S1 wants it."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def address(self, path: str) -> str:
        return f"http://{self.place}{path}"

    def __enter__(self) -> DemoWeb:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def page(self, path: str) -> tuple[int, str, bytes]:
        """(status, media type, body) of a path at this moment."""
        for channel in CHANNELS:
            if channel.path == path:
                body = channel.write(channel.title, self._base(channel), self._shown(channel.name))
                return 200, channel.media_type, body
        if path == BROKEN_PATH:
            return 500, "text/plain; charset=utf-8", b"storing"
        if path == "/":
            return 200, "text/html; charset=utf-8", self._front_page()
        return 404, "text/plain; charset=utf-8", b"niet gevonden"

    def _shown(self, name: str) -> list[DemoPost]:
        now = self._clock.now()
        mine = [
            post
            for post in self._posts
            if post.channel == name and now - SHOWN_FOR <= post.shown_at <= now
        ]
        return sorted(mine, key=lambda post: (post.shown_at, post.id), reverse=True)

    def _base(self, channel: Channel) -> str:
        return self.address(channel.path.rsplit("/", 1)[0] or "/").rstrip("/")

    def _front_page(self) -> bytes:
        links = "".join(
            f'<link rel="alternate" type="{channel.media_type}" title="{channel.title}" '
            f'href="{channel.path}">'
            for channel in CHANNELS
        )
        return (
            f'<!doctype html><html lang="nl"><head><title>Rietmeer</title>{links}</head>'
            "<body><p>Rietmeer bestaat niet.</p></body></html>"
        ).encode()


def _handler(web: DemoWeb) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, media_type, body = web.page(self.path)
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if status == 200 and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            if status in (200, 304):
                self.send_header("ETag", etag)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Silent: the demo's own output is the table."""

    return Handler
