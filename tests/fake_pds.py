"""A PDS on loopback as far as searching goes: sessions that end, pages with a cursor, posts by name.

What it imitates was seen on the AT Protocol's own development network (`make test-network`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.loopback import Quiet, serving

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
DID = "did:plc:jan"
ACCOUNT, PASSWORD = "rietmeer.example", "aaaa-bbbb-cccc-dddd"


def iso(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Pds:
    """`posts` oldest first; `refuses_after` answers 429 after so many searches."""

    place: str = ""
    page: int = 100
    refuses_after: int | None = None
    endless: bool = False
    refreshes: bool = True
    posts: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    signed_in: int = 0
    refreshed: int = 0
    valid: str = ""
    renewable: str = ""
    odd: dict[str, bytes] = field(default_factory=dict)

    def url(self, query: str = "q=opvang") -> str:
        return f"http://{self.place}/search?{query}"

    def post(self, text: str, *, at: datetime | None = None, **more: Any) -> str:
        number = len(self.posts)
        moment = iso(at or START + timedelta(minutes=number))
        uri = f"at://{DID}/app.bsky.feed.post/k{number}"
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": moment,
                  "langs": ["nl"]} | more  # fmt: skip
        self.posts.append({
            "uri": uri, "cid": "bafy", "author": {"did": DID, "handle": "jan.example"},
            "record": record, "indexedAt": moment,
        })  # fmt: skip
        return uri

    def end_session(self) -> None:
        self.valid = ""

    def searches(self) -> list[dict[str, list[str]]]:
        return [query for name, query in self.asked if name.endswith("searchPosts")]

    def session(self) -> dict[str, str]:
        self.valid = f"access-{self.signed_in}-{self.refreshed}"
        self.renewable = f"refresh-{self.signed_in}-{self.refreshed}"
        return {"accessJwt": self.valid, "refreshJwt": self.renewable, "did": DID}

    def answer(self, name: str, query: dict[str, list[str]]) -> tuple[int, Any, dict[str, str]]:
        if name.endswith("searchPosts"):
            if self.refuses_after is not None and len(self.searches()) > self.refuses_after:
                reset = {"ratelimit-remaining": "0", "ratelimit-reset": "4102444800"}
                return 429, {"error": "RateLimitExceeded"}, reset
            return 200, self._found(query), {"ratelimit-remaining": "2999"}
        by_uri = {post["uri"]: post for post in self.posts}
        if name.endswith("getPosts"):
            return 200, {"posts": [by_uri[u] for u in query["uris"] if u in by_uri]}, {}
        if name.endswith("getPostThread"):
            here = by_uri.get(query["uri"][0])
            return (200, {"thread": self._thread(here)}, {}) if here else (400, {}, {})
        return 404, {"error": "MethodNotImplemented"}, {}

    def _found(self, query: dict[str, list[str]]) -> dict[str, Any]:
        since = query.get("since", [""])[0]
        newest = sorted(self.posts, key=lambda post: str(post["indexedAt"]), reverse=True)
        wanted = [post for post in newest if post["indexedAt"] >= since]
        start = int(query.get("cursor", ["0"])[0])
        page = wanted[start : start + self.page]
        more = self.endless or start + self.page < len(wanted)
        return {"posts": page} | ({"cursor": str(start + self.page)} if more else {})

    def _thread(self, here: dict[str, Any]) -> dict[str, Any]:
        node: dict[str, Any] = {"post": here}
        above = here["record"].get("reply", {}).get("parent", {}).get("uri")
        for post in self.posts:
            if post["uri"] == above:
                node["parent"] = {"post": post}
        node["replies"] = [
            {"post": post} for post in self.posts
            if post["record"].get("reply", {}).get("parent", {}).get("uri") == here["uri"]
        ]  # fmt: skip
        return node


@contextmanager
def pds(**more: Any) -> Iterator[Pds]:
    """A running server."""
    made = Pds(**more)

    class Handler(Quiet):
        protocol_version = "HTTP/1.1"

        def _send(self, status: int, document: Any, headers: dict[str, str]) -> None:
            body = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            name, query = parts.path.removeprefix("/xrpc/"), parse_qs(parts.query)
            if parts.path == "/robots.txt":
                self._send(200, b"User-agent: *\nAllow: /\n", {})
                return
            made.asked.append((name, query))
            if self.headers.get("Authorization") != f"Bearer {made.valid}" or not made.valid:
                self._send(400, {"error": "ExpiredToken"}, {})
            elif name in made.odd:
                self._send(200, made.odd[name], {})
            else:
                self._send(*made.answer(name, query))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            name = self.path.removeprefix("/xrpc/")
            made.asked.append((name, {}))
            if name.endswith("createSession"):
                given = json.loads(body)
                if (given["identifier"], given["password"]) != (ACCOUNT, PASSWORD):
                    self._send(401, {"error": "AuthenticationRequired"}, {})
                    return
                made.signed_in += 1
                self._send(200, made.session(), {})
                return
            right = self.headers.get("Authorization") == f"Bearer {made.renewable}"
            if made.refreshes and right:
                made.refreshed += 1
                self._send(200, made.session(), {})
            else:
                self._send(400, {"error": "ExpiredToken"}, {})

    with serving(Handler) as place:
        made.place = place
        yield made
