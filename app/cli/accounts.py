"""`klankbord user add` and `token create`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from app.cli.base import day_of, on_terminal, opened, say
from app.errors import InvalidInput

Role = Annotated[
    str, typer.Option("--role", help="lezer, adviseur, webcare, analist, beheerder of auditor")
]


def add(
    username: Annotated[str, typer.Argument(help="gebruikersnaam")],
    name: Annotated[str, typer.Option("--name", help="naam zoals die op een verslag staat")],
    role: Role,
    dossier: Annotated[
        str | None, typer.Option("--dossier", help="alleen dit dossier; anders alle")
    ] = None,
    organisation: Annotated[
        str | None, typer.Option("--organisation", help="organisatie; niet nodig als er een is")
    ] = None,
) -> None:
    """Maak een gebruiker. Het wachtwoord wordt gevraagd, of komt van standaardinvoer."""
    from app.services.users import add_user

    with opened() as house:
        add_user(
            house,
            username=username,
            name=name,
            password=_password(),
            role=role,
            organisation=organisation,
            dossier=dossier,
        )
    say(f"Gebruiker {username} is gemaakt met de rol {role}.")


def create(
    user: Annotated[str, typer.Option("--user", help="voor welke gebruiker")],
    role: Role,
    dossier: Annotated[str, typer.Option("--dossier", help="naam van het dossier")],
    expires: Annotated[
        str | None, typer.Option("--expires", help="tot en met, jjjj-mm-dd; anders 90 dagen")
    ] = None,
) -> None:
    """Maak een token voor een machine; het staat een keer op stdout en daarna nergens."""
    from app.services.users import create_token

    until = day_of(expires, "--expires")
    with opened() as house:
        say(create_token(house, username=user, role=role, dossier=dossier, expires=until))


def _password() -> str:
    if on_terminal():
        import getpass

        first = getpass.getpass("Wachtwoord: ", sys.stderr)
        if getpass.getpass("Nog een keer: ", sys.stderr) != first:
            raise InvalidInput("De twee wachtwoorden zijn niet gelijk.", field="password")
        return first
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise InvalidInput("Geef het wachtwoord op standaardinvoer.", field="password")
    return password


USER_COMMANDS: dict[str, Callable[..., Any]] = {"add": add}
TOKEN_COMMANDS: dict[str, Callable[..., Any]] = {"create": create}
