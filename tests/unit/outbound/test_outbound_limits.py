"""Servers that send too much, too slowly, or nonsense; and how many we ask at a time."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from app.outbound import Outbound
from tests.unit.outbound.wire import LOOPBACK, answer, listening, reason_of


def test_a_body_is_unpacked_and_a_doubly_packed_one_refused(outbound: Outbound) -> None:
    packed = gzip.compress(b"woorden")
    with listening(lambda c, _: c.sendall(answer(packed, content_encoding="gzip"))) as line:
        assert outbound.get(line.url()).body == b"woorden"
    twice = b"HTTP/1.1 200 X\r\ncontent-encoding: gzip\r\ncontent-encoding: gzip\r\n\r\n" + packed
    with listening(lambda c, _: c.sendall(twice)) as line:
        assert reason_of(outbound, line.url()) == "encoding"


def test_a_body_without_end_stops_at_the_cap(outbound: Outbound) -> None:
    sent = 0

    def reply(connection: socket.socket, _: str) -> None:
        nonlocal sent
        connection.sendall(b"HTTP/1.1 200 X\r\n\r\n")
        while sent < 200 * 1024 * 1024:
            connection.sendall(b"a" * 65536)
            sent += 65536

    with listening(reply) as line:
        assert reason_of(outbound, line.url()) == "too-large"
    assert sent < 40 * 1024 * 1024


def test_an_error_page_is_not_read(outbound: Outbound) -> None:
    """A server in trouble may say so in whatever packing; its status is what counts."""
    with listening(
        lambda c, _: c.sendall(answer(b"x", 503, content_encoding="a, b", retry_after="9"))
    ) as line:
        response = outbound.get(line.url())
    assert (response.status, response.body) == (503, b"")
    assert response.header("Retry-After") == "9"


def drip(connection: socket.socket, start: bytes) -> None:
    connection.sendall(start)
    for _ in range(200):
        connection.sendall(b"x")
        time.sleep(0.05)


@pytest.mark.parametrize(
    "start",
    [
        b"", b"HTTP/1.1 200 X\r\nx-lang: ", b"HTTP/1.1 200 X\r\n\r\n",
        b"HTTP/1.1 200 X\r\ncontent-length: 99999\r\n\r\n",
        b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\nfffff\r\n",
    ],
    ids=["silence", "headers", "no-length", "length", "chunk"],
)  # fmt: skip
def test_a_server_that_drips_is_hung_up_on_at_the_deadline(start: bytes) -> None:
    def reply(connection: socket.socket, _: str) -> None:
        if start:
            drip(connection, start)
        else:
            connection.recv(1)  # says nothing until the other side hangs up

    with (
        listening(reply) as line,
        closing(Outbound(allow_private=LOOPBACK, contact="x", total_s=0.6)) as door,
    ):
        started = time.monotonic()
        assert reason_of(door, line.url()) == "timeout"
        assert time.monotonic() - started < 2


def test_the_deadline_holds_for_all_hops_together() -> None:
    def reply(connection: socket.socket, _: str) -> None:
        time.sleep(0.3)
        connection.sendall(answer(status=302, location="/verder"))

    with (
        listening(reply) as line,
        closing(Outbound(allow_private=LOOPBACK, contact="x", total_s=0.7)) as door,
    ):
        started = time.monotonic()
        assert reason_of(door, line.url()) == "timeout"
        assert time.monotonic() - started < 1.5


@pytest.mark.parametrize(
    "wrong",
    [
        b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\nkort",
        b"HTTP/1.1 200 X\r\nx: " + b"a" * 300_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 X\r\ncontent-length: -1\r\n\r\n",
        b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["nothing", "other-protocol", "cut-off", "huge-header", "negative", "bad-chunk"],
)  # fmt: skip
def test_a_server_that_speaks_nonsense_is_a_bad_connection(
    outbound: Outbound, wrong: bytes
) -> None:
    with listening(lambda c, _: c.sendall(wrong)) as line:
        assert reason_of(outbound, line.url()) == "connect"


def test_a_closed_port_is_no_connection(outbound: Outbound) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    assert reason_of(outbound, f"http://127.0.0.1:{port}/") == "connect"


def test_at_most_two_requests_at_a_time_reach_one_host(outbound: Outbound) -> None:
    lock, now, most = threading.Lock(), 0, 0

    def reply(connection: socket.socket, _: str) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.1)
        with lock:
            now -= 1
        connection.sendall(answer(b"ok"))

    with listening(reply) as line, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: outbound.get(line.url()).body, range(8)))
    assert found == [b"ok"] * 8
    assert most == 2


def test_waiting_for_our_own_turn_is_not_held_against_the_server() -> None:
    def reply(connection: socket.socket, _: str) -> None:
        time.sleep(0.4)
        connection.sendall(answer(b"ok"))

    with (
        closing(Outbound(allow_private=LOOPBACK, contact="x", total_s=1.0)) as door,
        listening(reply) as line,
        ThreadPoolExecutor(8) as pool,
    ):
        assert list(pool.map(lambda _: door.get(line.url()).body, range(8))) == [b"ok"] * 8
