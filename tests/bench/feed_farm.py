"""A farm of feeds on loopback, in a process of its own so that its work is not counted.

`python feed_farm.py FEEDS ITEMS` prints its port. `/ronde/N` sets the round; from the second change
on every feed has five new items and one edited item per round. Even feeds have validators.
"""

from __future__ import annotations

import hashlib
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NEW, WORDS = 5, "Hoeveel mensen komen er in de opvang in Rietmeer, en wie betaalt dat allemaal"


def body(feed: int, items: int, turn: int) -> bytes:
    """Feed `feed` in round `turn`: the newest `items` of all that it ever had."""
    newest = items + NEW * turn
    parts = []
    for n in range(newest, newest - items, -1):
        edited = turn > 0 and n == items // 2
        topic = WORDS if n % 5 == 0 else "De markt van zaterdag gaat door, ook als het regent"
        text = f"{topic} ({feed}-{n}){' gewijzigd' if edited else ''}. " * 4
        parts.append(
            f"<item><guid isPermaLink='false'>{feed}-{n}</guid><title>Bericht {n} van {feed}</title>"
            f"<link>http://bode{feed}.example/{n}</link><description>{text}</description>"
            f"<pubDate>Fri, 20 Nov 2026 {n % 24:02}:{n % 60:02}:00 +0100</pubDate></item>"
        )
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Bode {feed}</title>"
        f"<link>http://bode{feed}.example/</link>{''.join(parts)}</channel></rss>"
    ).encode()


def main() -> None:
    items = int(sys.argv[2])
    state = {"turn": 0}
    made: dict[tuple[int, int], tuple[bytes, str]] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _, what, number = [*self.path.split("/"), ""][:3]
            if what == "ronde":
                state["turn"] = int(number)
                return self._say(200, b"ok", None)
            if what != "feed":
                return self._say(404, b"", None)
            feed, key = int(number), (int(number), state["turn"])
            if key not in made:
                data = body(feed, items, state["turn"])
                made[key] = data, f'"{hashlib.sha256(data).hexdigest()[:16]}"'
            data, etag = made[key]
            tag = etag if feed % 2 == 0 else None
            if tag and self.headers.get("If-None-Match") == tag:
                return self._say(304, b"", tag)
            return self._say(200, data, tag)

        def _say(self, status: int, data: bytes, etag: str | None) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            if etag:
                self.send_header("ETag", etag)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
