"""A server of bare sockets on loopback, for answers that no decent server gives."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from app.errors import SourceError
from app.outbound import Outbound
from app.records import REASONS

LOOPBACK = "127.0.0.0/8:*"
Reply = Callable[[socket.socket, str], None]


@dataclass
class Line:
    """Where the server listens and what it was asked, request heads and all."""

    port: int
    heads: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


@contextmanager
def listening(reply: Reply, tls: ssl.SSLContext | None = None) -> Iterator[Line]:
    """Calls `reply(connection, request head)` for every connection; then hangs up."""
    server = socket.create_server(("127.0.0.1", 0))
    line = Line(server.getsockname()[1])
    threads = []

    def serve(raw: socket.socket) -> None:
        with suppress(OSError):
            raw.settimeout(10)
            connection = tls.wrap_socket(raw, server_side=True) if tls else raw
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65536)
                if not piece:
                    break
                head += piece
            if head:
                line.heads.append(head.decode("latin-1"))
                reply(connection, line.heads[-1])
            connection.close()
        raw.close()

    def accept() -> None:
        while True:
            try:
                raw, _ = server.accept()
            except OSError:
                return
            thread = threading.Thread(target=serve, args=(raw,), daemon=True)
            thread.start()
            threads.append(thread)

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield line
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        accepting.join()
        for thread in threads:
            thread.join(5)


def answer(body: bytes = b"", status: int = 200, **headers: str) -> bytes:
    """A whole answer; header names are written with underscores for dashes."""
    lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def path_of(head: str) -> str:
    return head.split(" ", 2)[1]


def reason_of(door: Outbound, url: str) -> str:
    with pytest.raises(SourceError) as caught:
        door.get(url)
    assert caught.value.reason in REASONS
    return caught.value.reason


def names(monkeypatch: pytest.MonkeyPatch, table: dict[str, list[str]]) -> list[str]:
    """Resolve by this table; returns the list of what was looked up."""
    asked: list[str] = []

    def told(host: str, port: int, *rest: int, **named: int) -> list[tuple[object, ...]]:
        if host not in table:
            return list(real(host, port, *rest, **named))
        asked.append(host)
        return [(socket.AF_INET, 1, 6, "", (address, port)) for address in table[host]]

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", told)
    return asked
