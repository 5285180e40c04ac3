"""`klankbord list`: account lists of public functions, with a reason and an end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.base import day_of, opened, read_text, say, say_json

if TYPE_CHECKING:
    from app.services.list_members import Wanted

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
STATES = {"waiting": "wacht op een tweede persoon", "later": "nog niet", "ended": "voorbij"}
DAYS = (("from", "van"), ("until", "tot en met"))
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
    file: Annotated[
        str, typer.Argument(help="CSV of een account per regel; - voor standaardinvoer")
    ],
    dossier: Dossier,
    name: Name,
    kind: Kind,
    reason: Reason,
    expires: Expires,
) -> None:
    """Lees de leden van een lijst uit een bestand: account, van, tot, reden. Alles of niets."""
    from app.services.list_import import read_members

    _save(dossier, name, kind, reason, expires, members=read_members(read_text(file)))


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
        soon = " (loopt bijna af)" if row["expires_soon"] else ""
        say(f"{row['name']} ({row['kind']}), tot en met {row['expires']}{soon}: {row['reason']}")
        for member in row["members"]:
            days = [f"{word} {member[key]}" for key, word in DAYS if member[key]]
            told = ", ".join(
                [*days, *([STATES[member["state"]]] if member["state"] in STATES else [])]
            )
            say(f"  {member['account']}" + (f" ({told})" if told else ""))


def _save(
    dossier: str, name: str, kind: str, reason: str, expires: str,
    accounts: list[str] | None = None, members: list[Wanted] | None = None,
) -> None:  # fmt: skip
    from app.services.account_lists import save_list

    values = {
        "name": name, "kind": kind, "reason": reason, "expires": day_of(expires, "--expires"),
        **({"accounts": accounts} if accounts is not None else {}),
    }  # fmt: skip
    with opened() as house:
        added = save_list(house, dossier, values, members)
    say(f"{added} accounts toegevoegd aan {name}.")


COMMANDS: dict[str, Callable[..., Any]] = {"add": add, "import": import_, "show": show}
