"""A believable Mastodon server on loopback: pages newest-first, `min_id` beside `since_id`, edits.

Speaks two dialects: `mastodon` (numeric ids, Retry-After left to X-RateLimit-Reset as a date) and
`gotosocial` (ULIDs, a token for tags, 429 with nothing beside it).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from tests.loopback import Quiet, serving

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CLAMP = 40
START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@dataclass
class Status:
    id: str
    content: str
    author: str
    at: datetime
    local: bool = True
    visibility: str = "public"
    tags: tuple[str, ...] = ()
    reply_to: str | None = None
    edited_at: datetime | None = None
    shared: str | None = None


@dataclass
class Server:
    """What the server holds and how it behaves; `asked` are the requests it got."""

    dialect: str = "mastodon"
    place: str = ""
    token: str = "token-van-de-organisatie"
    closed: frozenset[str] = frozenset()
    clamp: int = CLAMP
    remaining: int | None = None
    reset: datetime = START
    ignores_min_id: bool = False
    stop_after: int | None = None
    statuses: dict[str, Status] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    number: int = 0
    streaming: str = ""
    lines: list[tuple[ServerConnection, str, str]] = field(default_factory=list)
    mute: bool = False

    def url(self, path: str) -> str:
        return f"http://{self.place}{path}"

    def make_id(self, number: int) -> str:
        if self.dialect == "gotosocial":
            word, rest = "", number * 7919
            for _ in range(20):
                word, rest = ALPHABET[rest % 32] + word, rest // 32
            return "01KAEX" + word
        return str(115_570_000_000_000_000 + number * 65_536)

    def post(self, text: str, *, behind: int = 0, **more: Any) -> Status:
        """A status; `behind` gives it the id of that many statuses ago (federated late)."""
        self.number += 10
        number = self.number - 10 * behind - (5 if behind else 0)
        made = Status(
            id=self.make_id(number),
            content=more.pop("content", f"<p>{text}</p>"),
            author=more.pop("author", "jan"),
            at=START + timedelta(seconds=self.number),
            **more,
        )
        self.statuses[made.id] = made
        if not behind:
            self._tell("update", json.dumps(self.json(made)), made)
        return made

    def edit(self, status: Status, text: str) -> None:
        status.content, status.edited_at = f"<p>{text}</p>", status.at + timedelta(hours=1)
        self._tell("status.update", json.dumps(self.json(status)), status)

    def delete(self, status: Status) -> None:
        del self.statuses[status.id]
        self._tell("delete", status.id, status)

    # What goes over the lines

    def _tell(self, event: str, payload: str, status: Status) -> None:
        if self.mute or status.visibility != "public":
            return
        for line, channel, tag in list(self.lines):
            wanted = {
                "public": True, "public:local": status.local, "hashtag": tag in status.tags,
            }[channel]  # fmt: skip
            if wanted:
                self.say(line, {"stream": [channel], "event": event, "payload": payload})

    def say(self, line: ServerConnection, event: Any) -> None:
        try:
            line.send(event if isinstance(event, str) else json.dumps(event))
        except ConnectionClosed:
            self.lines = [one for one in self.lines if one[0] is not line]

    def hang_up(self) -> None:
        for line, _, _ in self.lines:
            line.close(1001, "")
        self.lines = []

    def _greet(self, line: ServerConnection, request: Request) -> Response | None:
        self.asked.append(f"stream {request.path}")
        if request.headers.get("Authorization") == f"Bearer {self.token}":
            return None
        return line.respond(HTTPStatus.UNAUTHORIZED, "Missing access token")

    def _listen(self, line: ServerConnection) -> None:
        query = parse_qs(urlsplit(line.request.path if line.request else "").query)
        channel, tag = query["stream"][0], query.get("tag", [""])[0]
        self.lines.append((line, channel, tag))
        for _ in line:
            pass

    # What the API answers

    def answer(self, target: str, authorization: str) -> tuple[int, Any, dict[str, str]]:
        self.asked.append(target)
        parts = urlsplit(target)
        if parts.path == "/robots.txt":
            return 404, {}, {}
        headers: dict[str, str] = {}
        if self.remaining is not None:
            headers["X-RateLimit-Limit"] = "300"
            headers["X-RateLimit-Reset"] = self.reset.isoformat().replace("+00:00", "Z")
            if self.remaining == 0:
                headers["X-RateLimit-Remaining"] = "0"
                bare = self.dialect == "gotosocial"
                return 429, {"error": "Too many requests"}, {} if bare else headers
            self.remaining -= 1
            headers["X-RateLimit-Remaining"] = str(self.remaining)
        if self.stop_after is not None:
            if self.stop_after == 0:
                return 503, {"error": "onderhoud"}, headers
            self.stop_after -= 1
        status, body, more = self._routed(parts.path, parse_qs(parts.query), authorization, target)
        return status, body, headers | more

    def _routed(
        self, path: str, query: dict[str, list[str]], authorization: str, target: str
    ) -> tuple[int, Any, dict[str, str]]:
        known = authorization == f"Bearer {self.token}"
        if authorization and not known:
            return 401, {"error": "The access token is invalid"}, {}
        if path == "/api/v2/instance" and self.streaming:
            return 200, {"configuration": {"urls": {"streaming": self.streaming}}}, {}
        if path == "/api/v1/timelines/public":
            local = query.get("local") == ["true"]
            if ("local" if local else "remote") in self.closed and not known:
                return 422, {"error": "This method requires an authenticated user"}, {}
            return self._page([s for s in self._public() if s.local or not local], query, target)
        if path.startswith("/api/v1/timelines/tag/"):
            if self.dialect == "gotosocial" and not known:
                return 401, {"error": "Unauthorized: token not supplied"}, {}
            return self._page(self._tagged(path.rsplit("/", 1)[1], query), query, target)
        if path == "/api/v2/search":
            if not known:
                return 401, {"error": "The access token is invalid"}, {}
            found = [s for s in self._public() if query["q"][0].casefold() in s.content.casefold()]
            code, page, more = self._page(found, query, target)
            return code, {"accounts": [], "statuses": page, "hashtags": []}, more
        if path == "/api/v1/accounts/lookup":
            name = query["acct"][0]
            there = any(s.author == name for s in self.statuses.values())
            return (200, {"id": f"9{len(name)}", "acct": name}, {}) if there else (404, {}, {})
        if path.startswith("/api/v1/accounts/"):
            author = self._account(path.split("/")[4])
            return self._page([s for s in self._public() if s.author == author], query, target)
        if path.startswith("/api/v1/statuses/"):
            return self._status(path.removeprefix("/api/v1/statuses/"), known)
        return 404, {"error": "Record not found"}, {}

    def _account(self, number: str) -> str:
        names = {f"9{len(s.author)}": s.author for s in self.statuses.values()}
        return names.get(number, "")

    def _public(self) -> list[Status]:
        return [s for s in self.statuses.values() if s.visibility == "public"]

    def _tagged(self, tag: str, query: dict[str, list[str]]) -> list[Status]:
        wanted = {tag, *query.get("any[]", [])}
        return [
            s
            for s in self._public()
            if wanted & set(s.tags)
            and set(query.get("all[]", [])) <= set(s.tags)
            and not set(query.get("none[]", [])) & set(s.tags)
        ]

    def _status(self, rest: str, known: bool) -> tuple[int, Any, dict[str, str]]:
        name, _, what = rest.partition("/")
        status = self.statuses.get(name)
        if status is None or (status.visibility != "public" and not known):
            return 404, {"error": "Record not found"}, {}
        if what == "context":
            before, parent = [], status.reply_to
            while parent and parent in self.statuses:
                before.insert(0, self.json(self.statuses[parent]))
                parent = self.statuses[parent].reply_to
            after = [self.json(s) for s in self.statuses.values() if s.reply_to == name]
            return 200, {"ancestors": before, "descendants": after}, {}
        return 200, self.json(status), {}

    def _page(
        self, rows: list[Status], query: dict[str, list[str]], target: str
    ) -> tuple[int, Any, dict[str, str]]:
        rows = sorted(rows, key=lambda s: s.id, reverse=True)
        limit = min(int(query.get("limit", ["20"])[0]), self.clamp)
        for name, keep in (
            ("max_id", lambda s, to: s.id < to),
            ("since_id", lambda s, to: s.id > to),
        ):
            if name in query:
                rows = [s for s in rows if keep(s, query[name][0])]
        if "min_id" in query and not self.ignores_min_id:
            rows = [s for s in rows if s.id > query["min_id"][0]][-limit:]
        page = rows[:limit]
        if not page:
            return 200, [], {}
        base = self.url(urlsplit(target).path)
        rest = [
            f"{k}={v}"
            for k, vs in query.items()
            for v in vs
            if k not in ("min_id", "max_id", "since_id")
        ]
        older = "&".join([*rest, f"max_id={page[-1].id}"])
        newer = "&".join([*rest, f"min_id={page[0].id}"])
        link = f'<{base}?{older}>; rel="next", <{base}?{newer}>; rel="prev"'
        return 200, [self.json(s) for s in page], {"Link": link}

    def json(self, status: Status) -> dict[str, Any]:
        shared = self.statuses.get(status.shared or "")
        return {
            "id": status.id,
            "uri": f"http://{self.place}/users/{status.author}/statuses/{status.id}",
            "url": f"http://{self.place}/@{status.author}/{status.id}",
            "created_at": status.at.isoformat().replace("+00:00", "Z"),
            "edited_at": status.edited_at.isoformat() if status.edited_at else None,
            "in_reply_to_id": status.reply_to,
            "visibility": status.visibility,
            "language": "nl",
            "spoiler_text": "",
            "content": status.content,
            "reblog": self.json(shared) if shared else None,
            "account": {"acct": status.author, "note": "<p>bio</p>", "avatar": "http://a.example/"},
            "media_attachments": [],
            "tags": [{"name": tag} for tag in status.tags],
        }


@contextmanager
def mastodon(dialect: str = "mastodon", **more: Any) -> Iterator[Server]:
    """A running server on loopback."""
    server = Server(dialect, **more)

    class Handler(Quiet):
        def do_GET(self) -> None:
            code, body, headers = server.answer(self.path, self.headers.get("Authorization", ""))
            data = json.dumps(body).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

    speaking = serve(
        server._listen, "127.0.0.1", 0, compression=None, process_request=server._greet
    )  # fmt: skip
    server.streaming = f"ws://127.0.0.1:{speaking.socket.getsockname()[1]}"
    listening = threading.Thread(target=speaking.serve_forever, daemon=True)
    listening.start()
    with serving(Handler) as place:
        server.place = place
        try:
            yield server
        finally:
            server.hang_up()
            speaking.shutdown()
            listening.join()
