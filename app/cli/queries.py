"""`klankbord query check` and `match`, which need no database, and the commands that tune a query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from app.cli import tuning
from app.cli.base import WRONG, note, read_lines, read_text, say_json

File = Annotated[str, typer.Argument(help="bestand, of - voor standaardinvoer", metavar="BESTAND")]


def check(
    file: File,
    terms: Annotated[
        str | None, typer.Option("--terms", help="JSON met de waarden van de plaatshouders")
    ] = None,
) -> None:
    """Kijk een zoekopdracht na: fouten met hun plaats, waarschuwingen, de standaardvorm."""
    from query import check as check_query

    found = check_query(read_text(file).rstrip("\r\n"), tuning.terms_of(terms) if terms else None)
    say_json(found.as_json())
    if not found.ok:
        for problem in found.errors[:3]:
            hint = f" {problem.hint}" if problem.hint else ""
            note(f"positie {problem.offset}: {problem.message}{hint}")
        raise typer.Exit(WRONG)


def match(
    cases: Annotated[str, typer.Option("--cases", help="NDJSON-bestand, of -", metavar="BESTAND")],
) -> None:
    """Houd zoekopdrachten tegen teksten: per regel een oordeel met de gevonden plekken."""
    from query.matching_lines import match_lines

    for line in match_lines(read_lines(cases)):
        say_json(line, indent=None, ascii_only=True)


COMMANDS: dict[str, Callable[..., Any]] = {"check": check, "match": match, **tuning.COMMANDS}
