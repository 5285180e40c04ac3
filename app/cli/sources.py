"""`klankbord source add|list|kinds|on|off` and `klankbord fetch`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import feed_lists
from app.cli.base import (
    CommandFailed,
    ask,
    note,
    on_terminal,
    opened,
    read_text,
    say,
    say_json,
)
from app.errors import FetchFailed, InvalidInput
from app.records import HEALTHY, Discovery, FeedCandidate

if TYPE_CHECKING:
    from app.services.house import House

SHOWN = 3


def add(
    address: Annotated[
        str, typer.Argument(metavar="ADRES", help="adres van een feed of een pagina")
    ],
    dossier: Annotated[str, typer.Option("--dossier", help="naam van het dossier")],
    kind: Annotated[str, typer.Option("--kind", help="soort bron; zie source kinds")] = "feed",
    own: Annotated[bool, typer.Option("--own", help="een kanaal van de gemeente zelf")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="niet vragen, opslaan")] = False,
    only_try: Annotated[bool, typer.Option("--try", help="alleen laten zien")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="ook opslaan als de proef mislukt")
    ] = False,
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAAM=WAARDE", help="instelling; een geheim staat in een bestand: @PAD"
        ),
    ] = None,
    on: Annotated[
        bool, typer.Option("--on", help="meteen aan, ook als de soort niet live beproefd is")
    ] = False,
) -> None:
    """Zoek de feed, haal hem een keer op, laat zien wat erin staat en sla de bron op."""
    from app.services import sourcing

    with opened() as house:
        sourcing.require_dossier(house, dossier)
        sourcing.check_address(address)
        settings = settings_of(kind, given or [])
        found = sourcing.look(house, kind, address, settings)
        try:
            chosen = sourcing.choose(found, address, force=force, kind=kind)
        except FetchFailed as error:
            raise FetchFailed(
                f"{error} Met --force slaat u de bron toch op.", reason=error.reason
            ) from error
        _show(found, chosen)
        if only_try:
            return
        if (
            not yes
            and on_terminal()
            and ask("Deze bron opslaan? [j/N]").casefold() not in ("j", "ja")
        ):
            note("Niet opgeslagen.")
            return
        _save(house, dossier, chosen, own, found.reason, settings, on or None)


def _show(found: Discovery, chosen: FeedCandidate) -> None:
    note(f"{chosen.address}: {chosen.title or 'zonder titel'}, {chosen.items or 0} berichten nu.")
    for post in found.sample[:SHOWN]:
        words = " ".join((post.title or post.text).split())
        note(f"  - {words[:100]}")


def settings_of(kind: str, given: list[str]) -> dict[str, str]:
    """`naam=waarde` pairs; a secret only from a file, so that it stands in no list of processes."""
    from app import sources

    secret = {setting.name for setting in sources.get(kind).settings if setting.secret}
    found = {}
    for pair in given:
        name, sign, value = pair.partition("=")
        if not sign:
            raise InvalidInput(f"--set {pair!r}: schrijf naam=waarde.", field="set")
        if name in secret and not value.startswith("@"):
            raise InvalidInput(
                f"{name} is geheim: zet het in een bestand en schrijf --set {name}=@PAD.",
                field=name,
            )
        found[name] = read_text(value[1:]).strip() if name in secret else value
    return found


def _save(
    house: House,
    dossier: str,
    chosen: FeedCandidate,
    own: bool,
    reason: str,
    settings: dict[str, str],
    on: bool | None,
) -> None:
    from app.services import sourcing

    row = sourcing.add_source(
        house,
        dossier=dossier,
        chosen=chosen,
        own=own,
        reason=reason,
        settings=settings,
        on=on,
    )
    say(row.slug)
    if not row.enabled:
        note(
            "Deze soort is niet tegen het echte platform beproefd en staat daarom uit. "
            f"Aanzetten: klankbord source on {row.slug}"
        )
    note(f"Opgeslagen als bron {row.slug}. Ophalen: klankbord fetch --source {row.slug}")


def list_(
    dossier: Annotated[str | None, typer.Option("--dossier", help="alleen dit dossier")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON op stdout")] = False,
) -> None:
    """De bronnen en hoe het ermee gaat."""
    from app.services.sourcing import source_list

    with opened() as house:
        rows = source_list(house, dossier)
    if as_json:
        say_json(rows)
        return
    for row in rows:
        state = row["reason_text"] if row["enabled"] else "Staat uit"
        say(f"{row['id']:<44} {state}; volgende keer {row['next_check_at'] or 'zo snel mogelijk'}")
    if not rows:
        note("Er zijn nog geen bronnen. Voeg er een toe: klankbord source add ADRES --dossier …")


def kinds(
    as_json: Annotated[bool, typer.Option("--json", help="JSON op stdout")] = False,
) -> None:
    """Welke soorten bronnen er zijn, op welke grond, en wat er niet tegen een echte server is
    beproefd."""
    from app import sources

    rows = [sources.describe(kind) for kind in sorted(sources.kinds())]
    if as_json:
        say_json(rows)
        return
    for row in rows:
        say(f"{row['kind']}: {row['title']}")
        say(f"  grond: {row['terms']}")
        say(f"  beproefd: {row['tried']}")
        say(f"  na toevoegen: {'aan' if row['on'] else 'uit, aanzetten met klankbord source on'}")
        for setting in row["settings"]:
            must = ", verplicht" if setting["required"] else ""
            hidden = ", geheim (uit een bestand)" if setting["secret"] else ""
            say(f"  --set {setting['name']}=…  {setting['title']}{must}{hidden}")


def switch_on(slug: Annotated[str, typer.Argument(metavar="BRON")]) -> None:
    """Zet een bron aan; zij is meteen aan de beurt."""
    from app.services.sourcing import switch

    with opened() as house:
        switch(house, slug, True)


def switch_off(slug: Annotated[str, typer.Argument(metavar="BRON")]) -> None:
    """Zet een bron uit; wat er al van is opgeslagen blijft."""
    from app.services.sourcing import switch

    with opened() as house:
        switch(house, slug, False)


def fetch(
    due: Annotated[bool, typer.Option("--due", help="wat aan de beurt is (gewoon)")] = False,
    everything: Annotated[bool, typer.Option("--all", help="alle bronnen die aanstaan")] = False,
    source: Annotated[str | None, typer.Option("--source", help="alleen deze bron")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="NDJSON op stdout")] = False,
) -> None:
    """Haal bronnen op, zoek, label en sla op. Een bron die faalt raakt de andere niet."""
    from app.services.ingest import fetch_sources
    from app.services.sourcing import chosen_sources

    if due + everything + (source is not None) > 1:
        raise InvalidInput("Kies een van --due, --all en --source.")
    failed = count = 0
    with opened() as house:
        for outcome in fetch_sources(
            house,
            chosen_sources(house, everything=everything, slug=source),
            only_due=not everything and source is None,
        ):
            count += 1
            failed += outcome.reason not in HEALTHY
            if as_json:
                say_json(outcome.as_json(), indent=None)
            else:
                say(
                    f"{outcome.source:<44} {outcome.reason:<14} {outcome.items:>5} berichten, "
                    f"{outcome.new} nieuw, {outcome.matched} gevonden"
                )
    if count == 0:
        note("Er was niets aan de beurt.")
    if failed:
        raise CommandFailed(f"{failed} van {count} bronnen gaven geen goed antwoord.")


COMMANDS: dict[str, Callable[..., Any]] = {
    "add": add,
    "list": list_,
    "kinds": kinds,
    "on": switch_on,
    "off": switch_off,
    "import-opml": feed_lists.import_opml,
    "export-opml": feed_lists.export_opml,
}
