"""A small bridge in the shape of Jetstream on loopback: replay from a cursor, then live.

The cursor is inclusive and delivery is at least once; version 1 clamps a cursor that is too old
without a word, version 2 closes the line with `CursorTooOld`.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
DID = "did:plc:jan"


@dataclass
class Bridge:
    """Events in order; `hang_up_after` breaks each line after so many, `keeps` is the window."""

    place: str = ""
    rejects_old: bool = False
    keeps_from: int = 0
    hang_up_after: int | None = None
    repeats: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    clock: datetime = START
    closing: bool = False

    def url(self) -> str:
        return f"http://{self.place}/subscribe"

    def event(self, kind: str, did: str = DID, after_s: float = 1.0, **more: Any) -> dict[str, Any]:
        self.clock += timedelta(seconds=after_s)
        micros = (self.clock - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        made = {"did": did, "time_us": micros, "kind": kind, **more}
        self.events.append(made)
        return made

    def post(self, key: str, text: str, *, did: str = DID, operation: str = "create",
             langs: list[str] | None = None, **more: Any) -> str:  # fmt: skip
        record: dict[str, Any] = {
            "$type": "app.bsky.feed.post", "text": text,
            "createdAt": (self.clock + timedelta(seconds=1)).isoformat().replace("+00:00", "Z"),
        } | more  # fmt: skip
        if langs is not None:
            record["langs"] = langs
        commit = {
            "rev": "3k", "operation": operation, "collection": "app.bsky.feed.post", "rkey": key,
            "record": record, "cid": "bafy",
        }  # fmt: skip
        self.event("commit", did, commit=commit)
        return f"at://{did}/app.bsky.feed.post/{key}"

    def delete(self, key: str, did: str = DID) -> None:
        commit = {
            "rev": "3k", "operation": "delete", "collection": "app.bsky.feed.post", "rkey": key,
        }  # fmt: skip
        self.event("commit", did, commit=commit)

    def account(self, status: str, did: str = DID, active: bool = False) -> None:
        self.event("account", did, account={"active": active, "did": did, "status": status})

    def _handle(self, line: ServerConnection) -> None:
        query = parse_qs(urlsplit(line.request.path if line.request else "").query)
        self.asked.append(query)
        cursor = int(query["cursor"][0]) if "cursor" in query else None
        if cursor is not None and cursor < self.keeps_from and self.rejects_old:
            line.close(1008, "CursorTooOld: the cursor is outside the window")
            return
        at = self._start(cursor)
        sent = 0
        try:
            while not self.closing:
                if at >= len(self.events):
                    time.sleep(0.02)
                    line.ping()
                    continue
                event = self.events[at]
                at += 1
                if event["time_us"] < self.keeps_from:
                    continue
                for _ in range(1 + self.repeats):
                    line.send(json.dumps(event))
                sent += 1
                if self.hang_up_after is not None and sent >= self.hang_up_after:
                    line.close(1011, "")
                    return
        except ConnectionClosed:
            return

    def _start(self, cursor: int | None) -> int:
        if cursor is None:
            return len(self.events)
        return next(
            (n for n, event in enumerate(self.events) if event["time_us"] >= cursor),
            len(self.events),
        )


@contextmanager
def jetstream(**more: Any) -> Iterator[Bridge]:
    """A running bridge on loopback."""
    bridge = Bridge(**more)
    server = serve(bridge._handle, "127.0.0.1", 0, compression=None)
    bridge.place = f"127.0.0.1:{server.socket.getsockname()[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield bridge
    finally:
        bridge.closing = True
        server.shutdown()
        thread.join()
