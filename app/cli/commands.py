"""The tree of commands; each command imports what it needs when it runs (help stays quick)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import typer

from app.cli import (
    accounts,
    imports,
    lists,
    model,
    posts,
    proposals,
    queries,
    reports,
    service,
    setup,
    sources,
    streams,
    subject,
)

HELP = "Klankbord volgt openbare bronnen rond een besluit over opvang, en maakt het verslag ervan."


def _group(help_text: str = "") -> typer.Typer:
    return typer.Typer(
        add_completion=False, rich_markup_mode=None, no_args_is_help=False, help=help_text
    )


app = _group(HELP)


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="toon de versie en stop"),
) -> None:
    """Klankbord volgt openbare bronnen rond een besluit over opvang, en maakt het verslag ervan."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(installed("klankbord"))
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(2)


COMMANDS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("init", setup.init),
    ("migrate", setup.migrate),
    ("doctor", setup.doctor),
    ("fetch", sources.fetch),
    ("import", imports.import_),
    ("stream", streams.stream),
    ("label", posts.label),
    ("relabel", posts.relabel),
    ("report", reports.report),
    ("verify", reports.verify),
    ("retain", reports.retain),
    ("demo", service.demo),
    ("serve", service.serve),
    ("worker", service.worker),
)
GROUPS: tuple[tuple[str, str, Mapping[str, Callable[..., Any]]], ...] = (
    ("query", "zoekopdracht nakijken en uitproberen", queries.COMMANDS),
    ("source", "bronnen toevoegen en bekijken", sources.COMMANDS),
    ("proposal", "voorstellen bekijken en erover besluiten", proposals.COMMANDS),
    ("posts", "berichten uitvoeren", posts.COMMANDS),
    ("list", "accountlijsten", lists.COMMANDS),
    ("subject", "verzoeken van betrokkenen", subject.COMMANDS),
    ("user", "gebruikers", accounts.USER_COMMANDS),
    ("token", "toegangstokens voor machines", accounts.TOKEN_COMMANDS),
    ("model", "het model van de labeller", model.COMMANDS),
)

for name, command in COMMANDS:
    app.command(name)(command)

for name, text, commands in GROUPS:
    group = _group(text)
    for command_name, function in commands.items():
        group.command(command_name)(function)
    if len(commands) == 1:
        group.callback()(lambda: None)
    app.add_typer(group, name=name, help=text)
