"""Who is told of what, in which order: the routes of a dossier (R18)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app import notify
from app.errors import InvalidInput
from app.services.alerts import ROUTE_KINDS
from app.storage import Session
from app.storage import signals as rows
from app.storage.models import AlertRoute, Dossier

MOST_PEOPLE = 10
_CLOCK = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")


@dataclass(frozen=True, slots=True)
class Person:
    """One step of a route; quiet hours are local, both or neither."""

    name: str
    notifier: str
    recipient: str
    quiet_from: str = ""
    quiet_to: str = ""


def read_line(line: str) -> Person:
    """`Naam; mail; adres; 22:00-07:00` as a person; raises `InvalidInput`."""
    parts = [part.strip() for part in line.split(";")]
    if not 3 <= len(parts) <= 4:
        raise InvalidInput("Schrijf per regel: naam; bezorger; adres; stille uren.", field="people")
    begins, _, ends = (parts[3] if len(parts) == 4 else "").partition("-")
    return Person(parts[0], parts[1], parts[2], begins.strip(), ends.strip())


def write_line(row: AlertRoute) -> str:
    quiet = f"; {row.quiet_from}-{row.quiet_to}" if row.quiet_from else ""
    return f"{row.name}; {row.notifier}; {row.recipient}{quiet}"


def set_route(
    session: Session, dossier: Dossier, kind: str, people: Sequence[Person]
) -> list[AlertRoute]:
    """Replace the people of one kind, in order. Raises `InvalidInput`, and then changes nothing."""
    if kind not in ROUTE_KINDS:
        raise InvalidInput(f"Kies uit {', '.join(ROUTE_KINDS)}.", field="kind")
    if len(people) > MOST_PEOPLE:
        raise InvalidInput(f"Een route heeft hooguit {MOST_PEOPLE} stappen.", field="people")
    for person in people:
        _check(person)
    for row in rows.routes(session, dossier.id, kind):
        session.delete(row)
    session.flush()
    session.add_all(
        AlertRoute(
            dossier_id=dossier.id, kind=kind, position=position, name=person.name[:160],
            notifier=person.notifier, recipient=person.recipient[:300],
            quiet_from=person.quiet_from or None, quiet_to=person.quiet_to or None,
        )
        for position, person in enumerate(people, start=1)
    )  # fmt: skip
    session.flush()
    return rows.routes(session, dossier.id, kind)


def _check(person: Person) -> None:
    if not person.name or not person.recipient:
        raise InvalidInput("Geef iedereen een naam en een adres.", field="people")
    if person.notifier not in notify.names():
        raise InvalidInput(
            f"De bezorger {person.notifier!r} is onbekend; kies uit {', '.join(notify.names())}.",
            field="people",
        )
    check_quiet(person.quiet_from, person.quiet_to, "people")


def check_quiet(begins: str, ends: str, place: str) -> None:
    """Quiet hours are two times of the day, or none. Raises `InvalidInput`."""
    quiet = (begins, ends)
    if any(quiet) and not all(_CLOCK.match(part) for part in quiet):
        raise InvalidInput("Schrijf stille uren als 22:00-07:00.", field=place)
