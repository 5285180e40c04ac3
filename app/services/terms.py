"""The values of a dossier's placeholders: read, set, and imported from a CSV of streets or names.

Versions freeze the values they were made with; a change here shows in the next version.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from app.errors import InvalidInput
from app.services.access import Scope
from app.storage import Session
from app.storage import dossiers as dossier_rows

MOST_VALUES, MOST_CHARACTERS = 20_000, 300
HEADERS = frozenset({"waarde", "value", "naam", "straat", "straatnaam", "term"})


def set_values(
    session: Session, scope: Scope, name: str, values: Sequence[str]
) -> dict[str, list[str]]:
    """Replace the values of one placeholder; raises `InvalidInput`."""
    clean = _checked(name, values)
    dossier_rows.replace_terms(session, scope.dossier.id, {name: clean})
    return dossier_rows.terms(session, scope.dossier.id)


def import_values(
    session: Session, scope: Scope, name: str, text: str, *, replace: bool
) -> tuple[int, int]:
    """(added, now there) from a CSV; all of it or nothing. Raises `InvalidInput` naming the line."""
    found = read_csv(text)
    there = [] if replace else dossier_rows.terms(session, scope.dossier.id).get(name, [])
    values = list(dict.fromkeys([*there, *found]))
    set_values(session, scope, name, values)
    return len(values) - len(there), len(values)


def read_csv(text: str) -> list[str]:
    """First column of every line, `;` or `,`; a heading and empty lines are passed over."""
    text = text.removeprefix("\ufeff")
    first = text.splitlines()[:1]
    separator = ";" if first and first[0].count(";") >= first[0].count(",") else ","
    values = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=separator), start=1):
            value = row[0].strip() if row else ""
            if not value or (number == 1 and value.casefold() in HEADERS):
                continue
            values.append((number, value))
    except csv.Error as error:
        raise InvalidInput(f"Dit is geen leesbare CSV: {error}.", field="csv") from error
    if not values:
        raise InvalidInput("In dit bestand staat geen enkele waarde.", field="csv")
    for number, value in values:
        fault = _fault(value)
        if fault:
            raise InvalidInput(f"Regel {number}: {fault}.", field="csv")
    return list(dict.fromkeys(value for _, value in values))


def _checked(name: str, values: Sequence[str]) -> list[str]:
    if _fault(name) or len(name) > 80:
        raise InvalidInput("De naam van de plaatshouder klopt niet.", field="name")
    clean = list(dict.fromkeys(" ".join(value.split()) for value in values))
    if len(clean) > MOST_VALUES:
        raise InvalidInput(f"Een plaatshouder heeft hooguit {MOST_VALUES} waarden.", field="values")
    for value in clean:
        fault = _fault(value)
        if fault:
            raise InvalidInput(f"{value[:40]!r}: {fault}.", field="values")
    return clean


def _fault(value: str) -> str:
    if not value:
        return "een waarde is leeg"
    if len(value) > MOST_CHARACTERS:
        return f"een waarde heeft hooguit {MOST_CHARACTERS} tekens"
    if any(ord(char) < 32 or 0xD800 <= ord(char) <= 0xDFFF for char in value):
        return "bevat een stuurteken"
    return ""


def merged(
    dossier_values: Mapping[str, Sequence[str]], given: Mapping[str, Sequence[str]] | None
) -> dict[str, list[str]]:
    """The values a trial runs with: what was given over what the dossier has."""
    return {
        **{k: list(v) for k, v in dossier_values.items()},
        **{k: list(v) for k, v in (given or {}).items()},
    }
