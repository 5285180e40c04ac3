"""`klankbord report`, `verify` and `retain`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from app.cli.base import CommandFailed, day_of, note, opened, say, say_json
from app.errors import InvalidInput

FORMATS = ("text", "html", "json")


def report(
    dossier: Annotated[str, typer.Option("--dossier", help="naam van het dossier")],
    date: Annotated[
        str | None, typer.Option("--date", help="dag, jjjj-mm-dd; anders gisteren")
    ] = None,
    edition: Annotated[
        int | None, typer.Option("--edition", min=1, max=9999, help="welke editie")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="text, html of json")] = "text",
) -> None:
    """Het verslag van een dag; het wordt eerst gemaakt als het er had moeten zijn."""
    from app.services.reports import newest_edition

    if form not in FORMATS:
        raise InvalidInput(f"--format {form!r} bestaat niet; kies text, html of json.")
    with opened() as house:
        found = newest_edition(house, dossier, day_of(date, "--date"), edition)
    if form == "json":
        say_json(found.document)
    elif form == "html":
        from app.services.report_pages import standalone_page

        say(standalone_page(found))
    else:
        from analysis.report_text import render

        say(render(found.document, found.interpretation, found.approved_by).rstrip("\n"))


def verify(
    dossier: Annotated[str | None, typer.Option("--dossier", help="alleen dit dossier")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON op stdout")] = False,
) -> None:
    """Reken elk verslag na uit zijn bevroren rijen en vergelijk het met wat er nu staat."""
    from app.services.verify import verify as verify_editions

    with opened() as house:
        result = verify_editions(house, dossier)
    say_json(result)
    for kind in ("different", "changed_since"):
        for item in result[kind]:
            for finding in item["findings"]:
                post = f" bericht {finding['post_key']}" if finding["post_key"] else ""
                note(f"{item['dossier']} {item['date']}:{post} {finding['what']}")
    if result["different"]:
        raise CommandFailed(
            f"{len(result['different'])} van {result['editions']} verslagen wijken af."
        )


def retain(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="toon alleen wat weg zou gaan")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON op stdout")] = False,
) -> None:
    """Verwijder wat zijn bewaartermijn gehad heeft, met bewijs."""
    from app.services.retention import retain as clear

    with opened() as house:
        result: dict[str, Any] = clear(house, dry_run=dry_run)
    if as_json:
        say_json(result)
        return
    verb = "zou weggaan" if dry_run else "is weg"
    for name, count in result["removed"].items():
        say(f"{name:<18} {count:>7} {verb}")
