"""`klankbord subject`: requests of data subjects: find, export, erase (P8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.base import opened, say, say_json

if TYPE_CHECKING:
    from app.services.access import Scope
    from app.services.house import House
    from app.services.subjects import Found
    from app.storage import Session

Act = Callable[["House", "Session", "Scope", "Found"], Any]

Dossier = Annotated[str, typer.Option("--dossier", help="naam van het dossier")]
Handle = Annotated[str, typer.Option("--handle", help="@naam@server van de betrokkene")]
Url = Annotated[str, typer.Option("--url", help="adres van een bericht of profiel")]
Reason = Annotated[
    str, typer.Option("--reason", help="kenmerk van het verzoek; komt in het logboek, zonder naam")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON op stdout")]


def find(
    dossier: Dossier, reason: Reason, handle: Handle = "", url: Url = "", as_json: AsJson = False
) -> None:
    """Zeg wat er van een betrokkene bewaard wordt, in getallen."""
    numbers = _done(dossier, handle, url, reason, "subject-searched", _count)
    if as_json:
        say_json(numbers)
    else:
        _told(numbers)


def export(dossier: Dossier, reason: Reason, handle: Handle = "", url: Url = "") -> None:
    """Schrijf alles wat er van een betrokkene bewaard wordt als JSON op stdout."""
    from app.services.subjects import export as exported

    say_json(_done(dossier, handle, url, reason, "subject-exported", exported))


def erase(
    dossier: Dossier, reason: Reason, handle: Handle = "", url: Url = "", as_json: AsJson = False
) -> None:
    """Wis alles van een betrokkene, met bewijs, en houd het buiten."""
    from app.services.subjects import erase as erased

    numbers = _done(dossier, handle, url, reason, "subject-erased", erased)
    if as_json:
        say_json(numbers)
    else:
        _told(numbers)


def _done(dossier: str, handle: str, url: str, reason: str, action: str, act: Act) -> Any:
    """One transaction: find, act, and the line in the log."""
    from app.services import subjects
    from app.services.access import at_the_console
    from app.services.audit import note

    asked, why = subjects.checked(handle, url, reason)
    with opened() as house, house.database.write() as session:
        scope = at_the_console(session, dossier)
        found = subjects.find(house, session, scope, asked)
        numbers = found.numbers()
        result = act(house, session, scope, found)
        note(house, session, scope.dossier.organisation_id, actor="cli", action=action,
             dossier=dossier, reason=why, facts={"by": asked.by, **numbers})  # fmt: skip
    return result


def _count(_house: House, _session: Session, _scope: Scope, found: Found) -> dict[str, int]:
    return found.numbers()


def _told(numbers: dict[str, int]) -> None:
    say(
        f"Berichten: {numbers['posts']}, waarvan bewijs van dreiging: {numbers['kept_as_evidence']}"
    )
    say(f"Gespreksdraad: {numbers['context']}; afstelbuffer: {numbers['buffer']}")
    if "erased" in numbers:
        say(f"Gewist: {numbers['erased']}")


COMMANDS: dict[str, Callable[..., Any]] = {"find": find, "export": export, "erase": erase}
