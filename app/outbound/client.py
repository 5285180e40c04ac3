"""Ask for a URL: resolve, check, connect to the checked address, follow few hops, read little."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import httpx

from app.errors import AddressRefused, FetchFailed
from app.outbound.bodies import read_body
from app.outbound.deadline import Deadline
from app.outbound.guard import Address, AllowList, is_public, resolve

if TYPE_CHECKING:
    from app.outbound.lines import Line

TOTAL_S = 30.0
CONNECT_S = 10.0
QUEUE_S = 120.0
HOPS = 5
PER_HOST = 2
ADDRESSES = 4
REDIRECTS = (301, 302, 303, 307, 308)
PERMANENT = (301, 308)
#: The only headers of the caller that follow a redirect to another host: nothing that identifies.
IMPERSONAL = frozenset({"accept", "accept-language"})


@dataclass(frozen=True, slots=True)
class Response:
    """What came back; `url` is the last one asked.

    `permanent_url` is where it lives now, when every redirect on the way was permanent (301, 308).
    `headers` have lower-case names and are byte for byte what the server sent, read as Latin-1.
    `body` is unpacked, at most 15 MiB, and empty for any status but 2xx.
    """

    status: int
    url: str
    permanent_url: str | None
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str | None:
        """A header by name, in whatever case."""
        return self.headers.get(name.casefold())


@dataclass(frozen=True, slots=True)
class _Hop:
    """One request of the chain."""

    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    body: bytes

    @property
    def host(self) -> str:
        """The name as it goes over the line: lower case, IDNA."""
        return self.url.raw_host.decode("ascii")

    @property
    def port(self) -> int:
        return self.url.port or (443 if self.url.scheme == "https" else 80)


class _Unreachable(FetchFailed):
    """No connection was made, so nothing was asked yet: another address may be tried."""


class Outbound:
    """The only way out. Safe to use from several threads; at most two requests per host.

    `allow_private` is seam S1 (raises `ConfigError` on a bad entry), `contact` goes into the user
    agent, `total_s` is the time for a whole request with its redirects, name look-ups included.
    """

    def __init__(self, *, allow_private: str, contact: str, total_s: float = TOTAL_S) -> None:
        self._allowed = AllowList.read(allow_private)
        self._total = total_s
        words = "".join(c for c in contact if c.isascii() and c.isprintable())
        self._agent = f"Klankbord/{version('klankbord')} (+{words})"
        self._hosts: dict[str, threading.Semaphore] = {}
        self._lock = threading.Lock()
        # A bare transport: no cookie jar, no authentication, no proxy, nothing from .netrc.
        self._transport = httpx.HTTPTransport(
            verify=ssl.create_default_context(),
            trust_env=False,
            http2=False,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def close(self) -> None:
        self._transport.close()

    def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        per_url: Mapping[str, Mapping[str, str]] | None = None,
        check: Callable[[str], None] | None = None,
    ) -> Response:
        """GET; raises `SourceError` with a reason of `app.records.REASONS`, never anything else.

        `per_url` holds headers that go only to one URL of the chain, such as its own validators;
        its keys are URLs as `Response.url` tells them. `check` sees where a redirect leads before
        anything is asked there, and raises when that is not wanted.
        """
        return self._ask("GET", url, headers or {}, per_url or {}, b"", check)

    def post(self, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> Response:
        """POST through the same door, once; a redirect is returned, not followed with the body."""
        return self._ask("POST", url, headers or {}, {}, body)

    @contextmanager
    def line(self, url: str, headers: Mapping[str, str] | None = None) -> Iterator[Line]:
        """An open websocket at an http(s) address, through the same guard; closed at the end.

        Raises `SourceError`. No redirect is followed: whoever moved says so with an address.
        """
        from app.outbound.lines import opened

        parsed = _parsed(url)
        hop = _Hop("GET", parsed, {}, b"")
        with Deadline(CONNECT_S) as deadline:
            addresses = self._permitted(hop, deadline)
        scheme = "wss" if parsed.scheme == "https" else "ws"
        target = str(parsed.copy_with(scheme=scheme, userinfo=b"", fragment=None))
        with opened(
            target, hop.host, addresses, hop.port, self._agent, headers or {}
        ) as line:  # fmt: skip
            yield line

    def _ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        per_url: Mapping[str, Mapping[str, str]],
        body: bytes,
        check: Callable[[str], None] | None = None,
    ) -> Response:
        sent: Mapping[str, str] = headers
        permanent, left = True, self._total
        for number in range(HOPS + 1):
            parsed = _parsed(url)
            hop = _Hop(method, parsed, {**sent, **per_url.get(_told_as(parsed), {})}, body)
            with self._turn(hop.host), Deadline(left) as deadline:
                response = self._answer(hop, deadline)
                left = deadline.left
            location = response.header("location")
            if response.status not in REDIRECTS or not location:
                settled = response.url if number and permanent else None
                return replace(response, permanent_url=settled)
            if method != "GET":
                return response
            url = _following(hop.url, location)
            if check is not None:
                check(url)
            sent = _headers_for(sent, hop.url, _parsed(url))
            permanent = permanent and response.status in PERMANENT
        raise FetchFailed(f"{hop.host} verwijst te vaak door.", reason="redirect-loop")

    def _answer(self, hop: _Hop, deadline: Deadline) -> Response:
        addresses = self._permitted(hop, deadline)
        for left in range(len(addresses) - 1, -1, -1):
            deadline.check()
            try:
                return self._connected(hop, addresses[-1 - left], bool(left), deadline)
            except _Unreachable:
                if not left:
                    raise
            finally:
                deadline.forget()
        raise FetchFailed(f"Geen verbinding met {hop.host}.", reason="connect")

    def _permitted(self, hop: _Hop, deadline: Deadline) -> list[Address]:
        """The addresses that may be connected to, resolved once: what is checked is what is used."""
        found = resolve(hop.host, hop.port, min(CONNECT_S, deadline.left))
        good = [
            one
            for one in found
            if is_public(one) or self._allowed.holds(one, hop.port, deadline.left)
        ]
        if not good:
            raise AddressRefused(
                f"{hop.host} is geen openbaar adres en wordt niet opgehaald.",
                reason="address-refused",
            )
        return good[:ADDRESSES]

    def _connected(self, hop: _Hop, address: Address, more: bool, deadline: Deadline) -> Response:
        request = self._request(hop, address, CONNECT_S / 2 if more else CONNECT_S, deadline)
        with _told(hop.host, deadline):
            response = self._transport.handle_request(request)
            try:
                deadline.check()
                headers = _headers_of(response)
                body = b""
                if 200 <= response.status_code < 300:
                    packed = headers.get("content-encoding", "")
                    body = read_body(packed, _until(deadline, response.iter_raw()))
            finally:
                response.close()
        return Response(
            status=response.status_code,
            url=_told_as(hop.url),
            permanent_url=None,
            headers=MappingProxyType(headers),
            body=body,
        )

    def _request(
        self, hop: _Hop, address: Address, connect_s: float, deadline: Deadline
    ) -> httpx.Request:
        headers = {
            "user-agent": self._agent,
            "accept-encoding": "gzip, deflate, br",
            **{name.casefold(): value for name, value in hop.headers.items()},
            "host": hop.url.netloc.decode("ascii").rpartition("@")[2],
            "connection": "close",
        }
        left = max(0.1, deadline.left)
        timeout = httpx.Timeout(left, connect=min(connect_s, left))
        return httpx.Request(
            hop.method,
            hop.url.copy_with(host=str(address), userinfo=b"", fragment=None),
            headers=[
                (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
                for name, value in headers.items()
            ],
            content=hop.body,
            extensions={
                "timeout": timeout.as_dict(),
                "sni_hostname": hop.host,
                "trace": deadline.trace,
            },
        )

    @contextmanager
    def _turn(self, host: str) -> Iterator[None]:
        """Our own politeness takes nothing from the time that the server gets."""
        with self._lock:
            turn = self._hosts.setdefault(host, threading.Semaphore(PER_HOST))
        if not turn.acquire(timeout=QUEUE_S):
            raise FetchFailed(f"{host} had het te druk met onze andere vragen.", reason="timeout")
        try:
            yield
        finally:
            turn.release()


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise FetchFailed("Dit is geen webadres.", reason="not-found") from error
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.port == 0:
        raise AddressRefused(
            "Dit is geen adres van http of https; het wordt niet opgehaald.",
            reason="address-refused",
        )
    return parsed


def _told_as(url: httpx.URL) -> str:
    """A URL as others may see it: no name, no password, no fragment."""
    return str(url.copy_with(userinfo=b"", fragment=None))


def _following(url: httpx.URL, location: str) -> str:
    """Where a redirect leads; servers write the address in UTF-8 or in Latin-1."""
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    try:
        return urljoin(str(url), location.strip())
    except ValueError as error:
        raise FetchFailed(
            f"{url.host} verwijst naar iets dat geen webadres is.", reason="not-found"
        ) from error


def _headers_for(sent: Mapping[str, str], old: httpx.URL, new: httpx.URL) -> Mapping[str, str]:
    """Headers for the next hop; raises when https would become http."""
    if old.scheme == "https" and new.scheme == "http":
        raise AddressRefused(
            f"{old.host} verwijst van https naar http; dat wordt niet gevolgd.",
            reason="address-refused",
        )
    if (old.host, old.port) == (new.host, new.port):
        return sent
    return {name: value for name, value in sent.items() if name.casefold() in IMPERSONAL}


def _headers_of(response: httpx.Response) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name, value = raw_name.decode("latin-1").casefold(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _until(deadline: Deadline, chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        deadline.check()
        yield chunk
    deadline.check()


@contextmanager
def _told(host: str, deadline: Deadline) -> Iterator[None]:
    """httpx's faults in our own words, with a reason from the closed list."""
    try:
        yield
    except (httpx.HTTPError, httpx.StreamError, OSError) as error:
        deadline.check()
        if _is_tls(error):
            raise FetchFailed(
                f"De beveiligde verbinding met {host} klopt niet.", reason="tls"
            ) from error
        opened = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
        kind = FetchFailed if opened else _Unreachable
        if isinstance(error, httpx.TimeoutException):
            raise kind(f"{host} antwoordt niet op tijd.", reason="timeout") from error
        raise kind(f"Geen goede verbinding met {host}.", reason="connect") from error


def _is_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
