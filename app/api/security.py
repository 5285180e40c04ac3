"""What every request passes: a bounded body, no forgery, and headers that forbid the rest.

Pure ASGI, so that a body is counted while it streams and nothing is buffered twice.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from contextlib import suppress

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import answer

API_VERSION = "1.0.0"
COOKIE = "klankbord_session"
FORM_COOKIE = "klankbord_form"
CSRF_HEADER = "x-csrf-token"
UPLOADS = re.compile(r"(?:/v1)?/dossiers/[^/]+/imports(?:/preview)?")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)


class Guarded:
    """ASGI middleware: response headers, body limit, same-origin for everything that changes.

    Files have a limit of their own, at the few addresses that take them (`UPLOADS`).
    """

    def __init__(self, app: ASGIApp, *, body_limit: int, upload_limit: int, secure: bool) -> None:
        self._app = app
        self._limit = body_limit
        self._upload_limit = max(body_limit, upload_limit)
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        path: str = scope["path"]
        is_upload = scope["method"] == "POST" and UPLOADS.fullmatch(path)
        limit = self._upload_limit if is_upload else self._limit

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(scope=message), path, self._secure)
            await send(message)

        if scope["method"] not in SAFE and not same_origin(headers):
            refusal = answer(403, "cross-origin", "Dit verzoek komt van een andere site.", path)
            await refusal(scope, receive, sending)
            return
        if _declared(headers) > limit:
            await self._too_large(scope, receive, sending, limit)
            return
        seen = 0

        async def counting() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise BodyTooLarge
            return message

        async def watching(message: Message) -> None:
            if seen <= limit:  # else: whatever the app made of the broken body is not sent
                await sending(message)

        with suppress(BodyTooLarge):
            await self._app(scope, counting, watching)
        if seen > limit:
            await self._too_large(scope, receive, sending, limit)

    async def _too_large(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        refusal = answer(
            413, "too-large", f"Een verzoek heeft hooguit {limit} bytes.", scope["path"]
        )
        await refusal(scope, receive, send)


class BodyTooLarge(Exception):
    """The body went over the limit while it streamed in."""


def _declared(headers: Headers) -> int:
    length = headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0


def _add_headers(headers: MutableHeaders, path: str, secure: bool) -> None:
    for name, value in HEADERS:
        headers.setdefault(name, value)
    if secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if path.startswith("/v1"):
        headers["API-Version"] = API_VERSION
    if not path.startswith("/static/"):
        headers.setdefault("Cache-Control", "no-store")


def same_origin(headers: Headers) -> bool:
    """False when a browser says that another site sent this; machines say nothing and pass."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    return origin.partition("://")[2] == headers.get("host")


def equal(given: str | None, wanted: Iterable[str | None]) -> bool:
    """Compare secrets without telling how far they agree."""
    return any(
        one is not None and given is not None and hmac.compare_digest(one.encode(), given.encode())
        for one in wanted
    )
