"""Who gets the approved reports of a dossier: the desks of the installation and those added by hand."""

from __future__ import annotations

import re

from app import notify
from app.errors import InvalidInput, NotFound
from app.services.house import House
from app.storage import Session, deliveries
from app.storage.models import Dossier, Recipient

#: How an address of each kind of desk must look, and what to write instead.
SHAPES = {
    "mail": (
        re.compile(r"[^@\s\"(),:;<>\[\]\\]+@[^@\s.]+(\.[^@\s.]+)+"),
        "Schrijf één mailadres, bijvoorbeeld noor@gemeente.example.",
    ),
    "webhook": (
        re.compile(r"https?://[^\s/@?#]+(/\S*)?"),
        "Schrijf een volledig adres zonder gebruikersnaam, bijvoorbeeld https://intranet.example/in.",
    ),
    "folder": (
        re.compile(r"[a-z0-9][a-z0-9_-]{0,60}"),
        "Schrijf de naam van een map: kleine letters, cijfers en streepjes.",
    ),
}
TITLES = {"mail": "Mail", "webhook": "Webhook (ander systeem)", "folder": "Map op de server"}
MOST = 50


def desks_of(house: House, session: Session, dossier_id: int) -> list[tuple[str, str]]:
    """(notifier, recipient) of every desk, each once; those of the installation first."""
    own = [
        (row.notifier, row.address)
        for row in deliveries.recipients(session, dossier_id)
        if row.ended_at is None
    ]
    return list(dict.fromkeys([*house.settings.desks, *own]))


def add(
    house: House,
    session: Session,
    dossier: Dossier,
    notifier: str,
    address: str,
    note: str,
    user_id: int,
) -> Recipient:
    """From the next approval on this desk gets every report. Raises `InvalidInput`."""
    if notifier not in SHAPES or notifier not in notify.names():
        raise InvalidInput(f"Kies uit {', '.join(SHAPES)}.", field="notifier")
    address = address.strip()
    shape, words = SHAPES[notifier]
    if len(address) > 300 or not shape.fullmatch(address):
        raise InvalidInput(words, field="address")
    there = desks_of(house, session, dossier.id)
    if (notifier, address) in there:
        raise InvalidInput("Deze ontvanger krijgt de verslagen al.", field="address")
    if len(there) >= MOST:
        raise InvalidInput(f"Er zijn al {MOST} ontvangers; beëindig er eerst een.", field="address")
    row = Recipient(
        dossier_id=dossier.id, notifier=notifier, address=address, note=note.strip()[:200],
        made_by=user_id, created_at=house.clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def end(house: House, session: Session, dossier: Dossier, recipient_id: int) -> Recipient:
    """No report that is approved from now on goes there. Raises `NotFound`."""
    row = deliveries.recipient(session, dossier.id, recipient_id)
    if row is None:
        raise NotFound("Deze ontvanger staat niet in dit dossier.")
    row.ended_at = row.ended_at or house.clock.now()
    return row
