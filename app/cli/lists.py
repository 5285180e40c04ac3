"""`klankbord list`: account lists of public functions, with a reason and an end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from app.cli.base import day_of, opened, read_text, say, say_json
from app.errors import InvalidInput

Dossier = Annotated[str, typer.Option("--dossier", help="naam van het dossier")]
Name = Annotated[str, typer.Option("--name", help="naam van de lijst")]
Kind = Annotated[
    str,
    typer.Option(
        "--kind",
        help="journalists, politicians, action_groups, organisations, officers, municipalities, own",
    ),
]
Reason = Annotated[str, typer.Option("--reason", help="waarom deze accounts gevolgd worden")]
Expires = Annotated[str, typer.Option("--expires", help="tot en met, jjjj-mm-dd")]


def add(
    accounts: Annotated[list[str], typer.Argument(help="@naam@server, @naam of bron:naam")],
    dossier: Dossier,
    name: Name,
    kind: Kind,
    reason: Reason,
    expires: Expires,
) -> None:
    """Maak een lijst, of voeg accounts toe aan een bestaande."""
    _save(dossier, name, kind, reason, expires, accounts)


def import_(
    file: Annotated[str, typer.Argument(help="een account per regel; - voor standaardinvoer")],
    dossier: Dossier,
    name: Name,
    kind: Kind,
    reason: Reason,
    expires: Expires,
) -> None:
    """Lees de accounts van een lijst uit een bestand; lege regels en # tellen niet."""
    lines = (line.strip() for line in read_text(file).splitlines())
    accounts = [line for line in lines if line and not line.startswith("#")]
    if not accounts:
        raise InvalidInput(f"{file} bevat geen accounts.", field="file")
    _save(dossier, name, kind, reason, expires, accounts)


def show(
    dossier: Dossier,
    as_json: Annotated[bool, typer.Option("--json", help="JSON op stdout")] = False,
) -> None:
    """Toon de lijsten van een dossier."""
    from app.services.account_lists import account_lists

    with opened() as house:
        found = account_lists(house, dossier)
    if as_json:
        say_json(found)
        return
    if not found:
        say("Dit dossier heeft nog geen accountlijsten.")
    for row in found:
        say(f"{row['name']} ({row['kind']}), tot en met {row['expires']}: {row['reason']}")
        for account in row["accounts"]:
            say(f"  {account}")


def _save(
    dossier: str, name: str, kind: str, reason: str, expires: str, accounts: list[str]
) -> None:
    from app.services.account_lists import save_list

    until = day_of(expires, "--expires")
    with opened() as house:
        added = save_list(
            house,
            dossier,
            {
                "name": name,
                "kind": kind,
                "reason": reason,
                "expires": until,
                "accounts": accounts,
            },
        )
    say(f"{added} accounts toegevoegd aan {name}.")


COMMANDS: dict[str, Callable[..., Any]] = {"add": add, "import": import_, "show": show}
