"""`klankbord proposal list|approve|reject`: what the software noticed and a person decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from app.cli.base import note, opened, say, say_json

DossierName = Annotated[str, typer.Option("--dossier", help="naam van het dossier")]
Name = Annotated[str, typer.Argument(metavar="VOORSTEL", help="bijvoorbeeld plek-3 of kopie-4")]
Reason = Annotated[str, typer.Option("--reason", help="waarom; verplicht")]
Json = Annotated[bool, typer.Option("--json", help="JSON op stdout")]


def list_(
    dossier: DossierName,
    state: Annotated[str, typer.Option("--state", help="open, approved of rejected")] = "open",
    refresh: Annotated[bool, typer.Option("--refresh", help="eerst opnieuw kijken")] = False,
    as_json: Json = False,
) -> None:
    """Plekken waar gevonden berichten naar wijzen, en berichten die misschien hetzelfde zijn."""
    from app.services import proposals

    with opened() as house:
        if refresh:
            proposals.look_around(house)
        found = proposals.proposal_list(house, dossier, state)
    if as_json:
        say_json(found)
        return
    for row in found:
        if row["kind"] == proposals.COPY:
            say(f"{row['id']:<10} {row['likeness']}% gelijk: {' | '.join(row['texts'])[:100]}")
        else:
            say(f"{row['id']:<10} {row['kind']:<8} {row['address']} ({row['seen']} berichten)")
    if not found:
        note("Er zijn geen voorstellen.")


def approve(name: Name, dossier: DossierName, reason: Reason = "", as_json: Json = False) -> None:
    """Neem een voorstel over: een plek wordt na een proef een bron, kopieën tellen als een."""
    _decide(name, dossier, reason, True, as_json)


def reject(name: Name, dossier: DossierName, reason: Reason = "", as_json: Json = False) -> None:
    """Wijs een voorstel af; het komt niet terug."""
    _decide(name, dossier, reason, False, as_json)


def _decide(name: str, dossier: str, reason: str, yes: bool, as_json: bool) -> None:
    from app.services import proposals

    with opened() as house:
        done = proposals.decide(house, dossier, name, approve=yes, reason=reason)
    if as_json:
        say_json(done)
        return
    say(done["source"] or done["state"])
    if done["advice"]:
        note(done["advice"])


COMMANDS: dict[str, Callable[..., Any]] = {"list": list_, "approve": approve, "reject": reject}
