"""`klankbord label`, `relabel` and `posts export`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from app.cli.base import CommandFailed, day_of, note, opened, read_lines, say, say_json


def label(
    posts: Annotated[str, typer.Option("--posts", help="NDJSON-bestand, of -", metavar="BESTAND")],
    labeller: Annotated[str, typer.Option("--labeller", help="welke labeller")] = "ibs-nl",
) -> None:
    """Label berichten volgens de IBS-methode; heeft geen database nodig."""
    from analysis import labellers
    from analysis.labelling import label_lines

    bad = 0
    for line in label_lines(read_lines(posts), labellers.get(labeller)):
        bad += "error" in line
        say_json(line, indent=None)
    if bad:
        raise CommandFailed(f'{bad} regels zijn niet te lezen; zie "error" in de uitvoer.')


def relabel(
    dossier: Annotated[str, typer.Option("--dossier", help="naam van het dossier")],
    as_json: Annotated[bool, typer.Option("--json", help="JSON op stdout")] = False,
) -> None:
    """Label alle berichten van een dossier opnieuw; wat een mens zei blijft staan."""
    from app.services.labels import relabel as relabel_dossier

    with opened() as house:
        done = relabel_dossier(house, dossier)
    if as_json:
        say_json(done)
    else:
        say(f"{done['hits']} berichten opnieuw gelabeld, {done['changed']} kregen een ander label.")


def export(
    dossier: Annotated[str, typer.Option("--dossier", help="naam van het dossier")],
    first: Annotated[str | None, typer.Option("--from", help="eerste dag, jjjj-mm-dd")] = None,
    last: Annotated[str | None, typer.Option("--to", help="laatste dag, jjjj-mm-dd")] = None,
    buffer: Annotated[
        bool, typer.Option("--buffer", help="ook niet-gevonden berichten uit de buffer")
    ] = False,
    raw_ids: Annotated[
        bool, typer.Option("--raw-ids", help="ook ids en adressen; vraagt --reason")
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help="waarom; komt in het logboek")] = "",
) -> None:
    """Voer de berichten van een dossier uit als NDJSON, met gemaskeerde vermeldingen."""
    from app.services.export import export_posts

    with opened() as house:
        count = 0
        for line in export_posts(
            house,
            dossier,
            first=day_of(first, "--from"),
            last=day_of(last, "--to"),
            buffer=buffer,
            raw_ids=raw_ids,
            reason=reason,
        ):
            say_json(line, indent=None)
            count += 1
    note(f"{count} berichten uitgevoerd. Sociale media zijn niet representatief.")


COMMANDS: dict[str, Callable[..., Any]] = {"export": export}
