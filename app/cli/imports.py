"""`klankbord import`: a file from another tool, or a question heard at the desk."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.base import note, opened, read_bytes, say, say_json
from app.errors import InvalidInput

if TYPE_CHECKING:
    from datetime import datetime

    from app.services.house import House

SHOWN = 20


def import_(
    dossier: Annotated[str, typer.Option("--dossier", help="naam van het dossier")],
    file: Annotated[
        str | None, typer.Argument(metavar="BESTAND", help="CSV, XLSX, JSON of NDJSON; - is stdin")
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option("--profile", help="spotler-engage, coosto, 4cat of algemeen; anders herkend"),
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="VELD=KOLOM", help="wijs een kolom aan, bijv. text=Bericht"),
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="laat zien, sla niets op")] = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="sla onleesbare rijen over in plaats van te weigeren")
    ] = False,
    undo: Annotated[int | None, typer.Option("--undo", help="draai deze import terug")] = None,
    listed: Annotated[bool, typer.Option("--list", help="toon de imports van het dossier")] = False,
    question: Annotated[
        str | None, typer.Option("--question", help="een vraag van de balie of een bijeenkomst")
    ] = None,
    heard_at: Annotated[
        str | None, typer.Option("--heard-at", help="wanneer; tijdstip met tijdzone, anders nu")
    ] = None,
    where: Annotated[str, typer.Option("--where", help="waar: balie, telefoon, avond")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON op stdout")] = False,
) -> None:
    """Lees een export van een ander programma in, of leg een vraag van de balie vast."""
    chosen = [file is not None, undo is not None, listed, question is not None]
    if sum(chosen) != 1:
        raise InvalidInput("Kies een van BESTAND, --question, --undo en --list.")
    with opened() as house:
        if undo is not None:
            _undo(house, dossier, undo, as_json)
        elif listed:
            _list(house, dossier, as_json)
        elif question is not None:
            _heard(house, dossier, question, heard_at, where, as_json)
        else:
            _file(house, dossier, file or "-", profile, mapping or [], preview, skip_bad, as_json)


def _file(
    house: House,
    dossier: str,
    name: str,
    profile: str | None,
    mapping: list[str],
    only_preview: bool,
    skip_bad: bool,
    as_json: bool,
) -> None:
    from app.services import imports

    data, label = read_bytes(name), PurePath(name).name if name != "-" else "stdin"
    read = imports.understood(data, label, profile, _pairs(mapping), house.clock.now())
    if only_preview:
        _show(imports.preview(house, dossier, read), as_json)
        return
    done = imports.take_in(house, dossier, read, skip_bad=skip_bad)
    if as_json:
        say_json(done)
        return
    say(f"{done['import']}")
    note(
        f"Import {done['import']}: {done['rows']} berichten, {done['new']} nieuw, "
        f"{done['matched']} gevonden, {done['skipped']} rijen overgeslagen. "
        f"Terugdraaien: klankbord import --undo {done['import']} --dossier {dossier}"
    )


def _pairs(mapping: list[str]) -> dict[str, str]:
    pairs = {}
    for pair in mapping:
        name, sign, column = pair.partition("=")
        if not sign:
            raise InvalidInput(f"--map {pair!r}: schrijf veld=kolom.", field="map")
        pairs[name.strip()] = column.strip()
    return pairs


def _show(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        say_json(found)
        return
    say(f"{found['form']}, {found['encoding'] or 'binair'}, profiel {found['profile']}")
    for field, column in found["mapping"].items():
        say(f"  {field:<9} <- {column}")
    say(f"{found['rows']} rijen: {found['posts']} berichten, {found['matched']} gevonden door de")
    say(f"zoekopdracht, van {found['first'] or '?'} tot {found['last'] or '?'}")
    for problem in found["problems"][:SHOWN]:
        weight = "kan niet" if problem["stops"] else "let op"
        say(f"  rij {problem['row']}: {weight}: {problem['message']}")
    if len(found["problems"]) > SHOWN:
        say(f"  en nog {len(found['problems']) - SHOWN}")
    if found["imported_before"]:
        note(f"Dit bestand is al ingelezen als import {found['imported_before']}.")


def _undo(house: House, dossier: str, number: int, as_json: bool) -> None:
    from app.services import imports

    done = imports.undo(house, dossier, number)
    if as_json:
        say_json(done)
    else:
        say(f"Import {number} is teruggedraaid: {done['removed']} berichten verwijderd.")


def _list(house: House, dossier: str, as_json: bool) -> None:
    from app.services import imports

    found = imports.import_list(house, dossier)
    if as_json:
        say_json(found)
        return
    for row in found:
        state = " (teruggedraaid)" if row["undone_at"] else ""
        say(f"{row['import']:>5} {row['at']} {row['profile']:<15} {row['rows']:>6}{state}")


def _heard(
    house: House, dossier: str, question: str, heard_at: str | None, where: str, as_json: bool
) -> None:
    from app.services import imports

    at = _instant(heard_at) if heard_at else house.clock.now()
    done = imports.heard(house, dossier, question, at, where)
    if as_json:
        say_json(done)
    else:
        say(f"{done['import']}")
        note(f"Vastgelegd als vraag {done['import']} van de balie.")


def _instant(text: str) -> datetime:
    from app.services.setup_file import parse_instant

    try:
        return parse_instant(text)
    except InvalidInput as error:
        raise InvalidInput(
            f"--heard-at {error} Schrijf bijvoorbeeld 2026-11-20T19:30+01:00.", field="heard_at"
        ) from error
