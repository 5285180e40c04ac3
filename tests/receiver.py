"""Another system that takes signed reports: a real server on loopback that checks what it gets."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.loopback import Quiet, serving

SECRET = b"een gedeeld geheim van de proef"


@dataclass
class Receiver:
    """Answers by plan: ok (also when the plan is done), error, redirect, or hold until released."""

    place: str = ""
    plan: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    #: What was really taken in, by the idempotency key: a second copy changes nothing.
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    copies: int = 0
    holding: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/in") -> str:
        return f"http://{self.place}{path}"

    def receive(self, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, str]]:
        self.asked.append(path)
        stamp, _, seal = headers["Klankbord-Signature"].partition(",v1=")
        signed = f"{stamp.removeprefix('t=')}.".encode() + body
        if not hmac.compare_digest(hmac.new(SECRET, signed, hashlib.sha256).hexdigest(), seal):
            self.refused.append("signature")
            return 401, {}
        step = self.plan.pop(0) if self.plan else "ok"
        if step == "error":
            return 500, {}
        if step == "redirect":
            return 302, {"Location": self.url("/elsewhere")}
        key = headers["Idempotency-Key"]
        self.copies += key in self.taken
        self.taken.setdefault(key, json.loads(body))
        if step == "hold":
            self.holding.set()
            self.release.wait(60)
        return 204, {}


@contextmanager
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(Quiet):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers = made.receive(self.path, self.headers, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with serving(Handler) as place:
        made.place = place
        try:
            yield made
        finally:
            made.release.set()
