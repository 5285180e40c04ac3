"""The socket of the service, opened before anything is said to be served."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import StorageError


@contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """A bound socket. Raises `StorageError` (exit 3) when the address is taken or not ours."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        raise StorageError(
            f"Op {host}:{port} kan niet geluisterd worden: {error.strerror or error}. "
            "Kies een andere poort met --port."
        ) from error
    try:
        yield listener
    finally:
        listener.close()
