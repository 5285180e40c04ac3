"""`klankbord init`, `migrate` and `doctor`."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.base import CommandFailed, note, on_terminal, opened, read_text, say, say_json
from app.errors import InvalidInput


def init(
    file: Annotated[
        str | None,
        typer.Option("--file", help="TOML-bestand, of -; zonder: vragen", metavar="BESTAND"),
    ] = None,
) -> None:
    """Maak organisatie, dossier, zoekopdracht, momenten, bronnen en lijsten."""
    from app.services.setup import check, set_up
    from app.services.setup_file import read_init_file
    from app.storage.migrate import migrate as bring_up

    if file is None and not on_terminal():
        raise InvalidInput("Geef een bestand: klankbord init --file gemeente.toml.", field="--file")
    if file is None:
        from app.cli.questions import ask_everything

        contents = read_init_file(ask_everything(), "antwoorden")
    else:
        contents = read_init_file(read_text(file), file)
    check(contents)
    with opened(current=False) as house:
        bring_up(house.database)
        made = set_up(house, contents)
    for line in made:
        say(f"gemaakt: {line}")
    if not made:
        say("Alles stond er al; er is niets veranderd.")
    else:
        note("Verder: klankbord source add ADRES --dossier " + contents.dossier.slug)


def migrate() -> None:
    """Breng de database naar de vorm van deze versie; opnieuw draaien kan geen kwaad."""
    from app.storage.migrate import head
    from app.storage.migrate import migrate as bring_up

    with opened(current=False) as house:
        changed = bring_up(house.database)
    say(f"De database staat {'nu' if changed else 'al'} op versie {head()}.")


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="JSON op stdout")] = False,
    settings: Annotated[
        bool, typer.Option("--settings", help="toon elke instelling met haar variabele")
    ] = False,
) -> None:
    """Kijk na of alles er is om te draaien, en zeg wat eraan te doen is."""
    from app.config import variables

    if settings:
        rows = [
            {"variable": name, "default": default, "meaning": meaning}
            for name, default, meaning in variables()
        ]
        if as_json:
            say_json(rows)
        else:
            for row in rows:
                say(f"{row['variable']}  [{row['default'] or '-'}]\n    {row['meaning']}")
        return
    from app.services.doctor import examine

    with opened(current=False) as house:
        findings = examine(house)
    if as_json:
        say_json({"ok": all(f.ok for f in findings), "checks": [f.as_json() for f in findings]})
    else:
        for finding in findings:
            say(f"{'goed' if finding.ok else 'FOUT'}  {finding.what}: {finding.detail}")
            if finding.remedy:
                say(f"      {finding.remedy}")
    if not all(finding.ok for finding in findings):
        raise CommandFailed
