"""Signed in to a PDS with an app password of the organisation's own account; GET only.

Signing in is dear (30 times per five minutes, 300 a day): a session is kept in memory, renewed with
its own token when it ended, and made anew only when that fails.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from app.errors import FetchFailed
from app.outbound import Outbound, Response
from app.records import FetchResult
from app.sources.asking import Asker
from app.sources.replies import refused_by

EXPIRED = (400, 401)
MOST_SESSIONS = 200


class Refused(Exception):
    """An answer without what was asked; `result` says why."""

    def __init__(self, result: FetchResult) -> None:
        super().__init__(result.reason)
        self.result = result


@dataclass(frozen=True, slots=True)
class Door:
    """Who asks which server: `origin` of the PDS, the account, its app password, the way out."""

    origin: str
    account: str
    password: str
    outbound: Outbound
    now: datetime

    @property
    def name(self) -> tuple[str, str, str]:
        """Under what a session is kept: another password is another session."""
        digest = hashlib.sha256(self.password.encode("utf-8", "surrogatepass")).hexdigest()
        return self.origin, self.account, digest


@dataclass(frozen=True, slots=True)
class _Session:
    access: str
    refresh: str


class Sessions:
    """Sessions by server, account and password. Safe to use from threads."""

    def __init__(self) -> None:
        self._asker = Asker()
        self._known: dict[tuple[str, str, str], _Session] = {}
        self._lock = threading.Lock()

    def get(self, door: Door, method: str, query: Mapping[str, str | list[str]]) -> Response:
        """The answer of an XRPC query, signed in. Raises `SourceError`, and `Refused` when the
        server does not let this account in."""
        session = self._session(door)
        response = self._ask(door, method, query, session)
        if response.status in EXPIRED:
            session = self._again(door, session)
            response = self._ask(door, method, query, session)
        return response

    def demand(self, door: Door, method: str, query: Mapping[str, str | list[str]]) -> Any:
        """The document of a 200; raises `Refused` for anything else."""
        response = self.get(door, method, query)
        return document_of(response, door.now)

    def _ask(
        self, door: Door, method: str, query: Mapping[str, str | list[str]], session: _Session
    ) -> Response:
        url = f"{door.origin}/xrpc/{method}?{urlencode(query, doseq=True)}"
        headers = {"accept": "application/json", "authorization": f"Bearer {session.access}"}
        return self._asker.get(url, door.outbound, door.now, headers)

    def _session(self, door: Door) -> _Session:
        with self._lock:
            known = self._known.get(door.name)
        return known or self._sign_in(door)

    def _again(self, door: Door, ended: _Session) -> _Session:
        """A session after one that ended: another thread may have made it already."""
        with self._lock:
            known = self._known.get(door.name)
        if known is not None and known.access != ended.access:
            return known
        url = f"{door.origin}/xrpc/com.atproto.server.refreshSession"
        bearer = {"authorization": f"Bearer {ended.refresh}", "accept": "application/json"}
        response = door.outbound.post(url, b"", bearer)
        if response.status == 200:
            return self._kept(door, document_of(response, door.now))
        return self._sign_in(door)

    def _sign_in(self, door: Door) -> _Session:
        url = f"{door.origin}/xrpc/com.atproto.server.createSession"
        self._asker.check(url, door.outbound, door.now)
        body = json.dumps({"identifier": door.account, "password": door.password}).encode()
        response = door.outbound.post(
            url, body, {"content-type": "application/json", "accept": "application/json"}
        )
        if response.status in EXPIRED:
            raise Refused(
                FetchResult(
                    "credentials",
                    detail="De server kent dit account of dit app-wachtwoord niet. Maak op het "
                    "account van de organisatie een nieuw app-wachtwoord en vul het in.",
                )
            )
        return self._kept(door, document_of(response, door.now))

    def _kept(self, door: Door, document: Any) -> _Session:
        given = document if isinstance(document, dict) else {}
        access, refresh = given.get("accessJwt"), given.get("refreshJwt")
        if not isinstance(access, str) or not isinstance(refresh, str):
            raise FetchFailed("De server geeft geen sessie.", reason="unreadable")
        session = _Session(access, refresh)
        with self._lock:
            if len(self._known) >= MOST_SESSIONS:
                self._known.clear()
            self._known[door.name] = session
        return session


def document_of(response: Response, now: datetime) -> Any:
    """The JSON of an answer; raises `Refused`, and `FetchFailed` (`unreadable`)."""
    refused = refused_by(response, now)
    if refused is not None:
        raise Refused(refused)
    try:
        return json.loads(response.body)
    except (ValueError, RecursionError) as error:
        raise FetchFailed(
            "Het antwoord van de server is geen JSON.", reason="unreadable"
        ) from error
