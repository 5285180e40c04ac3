"""`klankbord source import-opml` and `klankbord source export-opml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.base import CommandFailed, note, opened, read_bytes, say
from app.errors import AppError

if TYPE_CHECKING:
    from app.services.house import House
    from app.services.opml import Line


def import_opml(
    file: Annotated[str, typer.Argument(metavar="BESTAND", help="OPML; - is stdin")],
    dossier: Annotated[str, typer.Option("--dossier", help="naam van het dossier")],
    only_try: Annotated[bool, typer.Option("--try", help="alleen laten zien")] = False,
) -> None:
    """Neem de feeds van een lijst over, elk na een geslaagde proef; wat faalt wordt genoemd."""
    from app.services import sourcing
    from app.services.opml import read_opml

    lines = read_opml(read_bytes(file))
    failed = 0
    with opened() as house:
        sourcing.require_dossier(house, dossier)
        for line in lines:
            failed += not _taken(house, dossier, line, only_try)
    if not lines:
        note("In deze lijst staan geen feeds.")
    if failed:
        raise CommandFailed(f"{failed} van {len(lines)} feeds gaven geen goed antwoord.")


def _taken(house: House, dossier: str, line: Line, only_try: bool) -> bool:
    from app.services import sourcing

    try:
        sourcing.check_address(line.address)
        found = sourcing.look(house, "feed", line.address)
        chosen = sourcing.choose(found, line.address, force=False)
        if only_try:
            say(f"{line.address} in orde")
            return True
        row = sourcing.add_source(
            house, dossier=dossier, chosen=chosen, own=False, reason=found.reason
        )
    except AppError as error:
        note(f"{line.address}: {error}")
        return False
    say(row.slug)
    return True


def export_opml(
    dossier: Annotated[str, typer.Option("--dossier", help="naam van het dossier")],
) -> None:
    """Schrijf de feeds van een dossier als OPML op stdout."""
    from app.services.opml import Line, write_opml
    from app.services.sourcing import source_list

    with opened() as house:
        rows = source_list(house, dossier)
    lines = [Line(row["address"], row["title"]) for row in rows if row["kind"] == "feed"]
    say(write_opml(f"Bronnen van {dossier}", lines).decode("utf-8").rstrip("\n"))
