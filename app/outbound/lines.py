"""A websocket through the same door: guarded addresses, no proxy, no redirect, bounded messages."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from app.errors import FetchFailed
from app.outbound.guard import Address

OPEN_S = 10.0
CLOSE_S = 1.0
PING_S = 20.0
MOST_BYTES = 1024 * 1024
QUEUE = 256
REASONS = {401: "forbidden", 403: "forbidden", 404: "not-found", 410: "gone", 429: "limited"}


class Line:
    """An open line; one reader."""

    def __init__(self, connection: ClientConnection, host: str) -> None:
        self._connection = connection
        self._host = host

    def receive(self, seconds: float) -> str | None:
        """The next message, or None when there was none in this time.

        Raises `FetchFailed` (`connect`) when the line is closed, with the words of the other side.
        """
        try:
            message = self._connection.recv(timeout=max(0.0, seconds), decode=True)
        except TimeoutError:
            return None
        except (ConnectionClosed, OSError, WebSocketException) as error:
            close = error.rcvd if isinstance(error, ConnectionClosed) else None
            words = f": {close.reason[:200]}" if close and close.reason else ""
            raise FetchFailed(
                f"{self._host} verbrak de verbinding{words}.", reason="connect",
                said=close.reason if close else "",
            ) from error  # fmt: skip
        return message if isinstance(message, str) else message.decode("utf-8", "replace")

    def close(self) -> None:
        with contextlib.suppress(OSError, WebSocketException):
            self._connection.close()


@contextmanager
def opened(
    url: str,
    host: str,
    addresses: list[Address],
    port: int,
    agent: str,
    headers: Mapping[str, str],
) -> Iterator[Line]:
    """A line to the first of the checked addresses that answers; closed at the end."""
    connection = _greeted(_dialled(host, addresses, port), url, host, agent, headers)
    try:
        yield Line(connection, host)
    finally:
        with contextlib.suppress(OSError, WebSocketException):
            connection.close()


def _dialled(host: str, addresses: list[Address], port: int) -> socket.socket:
    trouble: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((str(address), port), timeout=OPEN_S)
        except OSError as error:
            trouble = error
    raise FetchFailed(f"Geen goede verbinding met {host}.", reason="connect") from trouble


def _greeted(
    line: socket.socket, url: str, host: str, agent: str, headers: Mapping[str, str]
) -> ClientConnection:
    """The library gets the socket that we dialled, so it looks up nothing and follows nothing."""
    secure = url.startswith("wss:")
    line.settimeout(None)
    try:
        return connect(
            url, sock=line, proxy=None, compression=None, user_agent_header=agent,
            additional_headers=dict(headers),
            open_timeout=OPEN_S, ping_interval=PING_S, ping_timeout=PING_S, close_timeout=CLOSE_S,
            max_size=MOST_BYTES, max_queue=QUEUE, legacy=True,
            ssl=ssl.create_default_context() if secure else None,
            server_hostname=host if secure else None,
        )  # fmt: skip
    except BaseException as error:
        line.close()
        told = _told(error, host)
        if told is None:
            raise
        raise told from error


def _told(error: BaseException, host: str) -> FetchFailed | None:
    """What went wrong at the greeting, in our own words; None for what is no fault of the line."""
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        body = (error.response.body or b"")[:200].decode("utf-8", "replace")
        reason = REASONS.get(status, "server-error" if status >= 500 else "not-found")
        return FetchFailed(f"{host} antwoordt met code {status}.", reason=reason, said=body)
    if isinstance(error, ssl.SSLError):
        return FetchFailed(f"De beveiligde verbinding met {host} klopt niet.", reason="tls")
    if isinstance(error, TimeoutError):
        return FetchFailed(f"{host} antwoordt niet op tijd.", reason="timeout")
    if isinstance(error, WebSocketException | OSError | EOFError | ValueError):
        return FetchFailed(f"{host} begrijpt geen websocket.", reason="connect")
    return None
