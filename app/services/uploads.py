"""A file between looking at it and taking it in: encrypted, for one person and dossier, for an hour.

It holds posts that nobody decided on yet, so it never stands in clear and never stays: taking it in
or an hour ends it, whichever comes first. Nobody can take it in after that hour; the worker removes it
from the disk within a quarter more, also when nobody looks.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.errors import NotFound, StorageError
from app.services.house import House

FOLDER = "uploads"
KEPT = timedelta(hours=1)
TICKET = re.compile(r"[0-9a-f]{32}")
GONE = "Dit bestand wordt niet meer bewaard; dat is een uur. Kies het opnieuw."


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    data: bytes


def hold(house: House, owner: str, name: str, data: bytes) -> str:
    """Keep a file for its owner (a person in a dossier); returns the ticket to it."""
    sweep(house)
    ticket = secrets.token_hex(16)
    body = json.dumps(
        {"owner": owner, "name": name[-200:], "data": base64.b64encode(data).decode("ascii")}
    )
    path = _folder(house) / ticket
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(house.vault.encrypt(body))
        moment = house.clock.now().timestamp()
        os.utime(path, (moment, moment))
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise StorageError(f"Het bestand is niet te bewaren: {error.strerror}.") from error
    return ticket


def held(house: House, owner: str, ticket: str) -> Upload:
    """The file behind a ticket; raises `NotFound` when it is gone or somebody else's."""
    if not TICKET.fullmatch(ticket):
        raise NotFound(GONE)
    sweep(house)
    try:
        body = json.loads(house.vault.decrypt((_folder(house) / ticket).read_text("ascii")))
    except (OSError, ValueError, StorageError) as error:
        raise NotFound(GONE) from error
    if body["owner"] != owner:
        raise NotFound(GONE)
    return Upload(body["name"], base64.b64decode(body["data"]))


def let_go(house: House, ticket: str) -> None:
    """Forget a file; it may be gone already."""
    if TICKET.fullmatch(ticket):
        with suppress(OSError):
            (_folder(house) / ticket).unlink()


def sweep(house: House) -> int:
    """Forget what is older than an hour; returns how many files went."""
    oldest = (house.clock.now() - KEPT).timestamp()
    gone = 0
    for path in _folder(house).iterdir():
        with suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()
                gone += 1
    return gone


def _folder(house: House) -> Path:
    folder = house.settings.data_dir / FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StorageError(f"De map {FOLDER} is niet te maken: {error.strerror}.") from error
    return folder
