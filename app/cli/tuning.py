"""`klankbord query preview|diff|terms|probe|export`: tune a query from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.base import ask, note, on_terminal, opened, read_lines, read_text, say, say_json
from app.errors import InvalidInput

if TYPE_CHECKING:
    from app.services.access import Scope
    from app.services.house import House
    from app.services.probing import ProbeState
    from app.storage import Session
    from query import CompiledQuery

DossierName = Annotated[str, typer.Option("--dossier", help="naam van het dossier")]
Json = Annotated[bool, typer.Option("--json", help="JSON op stdout")]
VersionNumber = Annotated[
    int | None, typer.Option("--version", min=1, help="nummer van de versie; anders de actieve")
]
KEYS = {"r": "relevant", "n": "irrelevant", "t": "unsure"}
SHOWN = 5


def preview(
    file: Annotated[str, typer.Argument(help="zoekopdracht, of -", metavar="BESTAND")],
    dossier: DossierName,
    terms: Annotated[str | None, typer.Option("--terms", help="JSON met waarden")] = None,
    as_json: Json = False,
) -> None:
    """Probeer een zoekopdracht op wat bewaard is; er verandert niets."""
    from app.services import tuning

    with _desk(dossier, "query-previewed") as (house, session, scope):
        values = terms_of(terms) if terms else None
        query = tuning.compiled(session, scope, _text(file), values)
        trial = tuning.preview(house, session, scope, query)
    if as_json:
        say_json(_plain(asdict(trial)))
        return
    say(f"{trial.count} van {trial.posts} bewaarde berichten, {trial.from_buffer} uit de buffer.")
    for day, count in trial.per_day:
        say(f"  {day.isoformat()}  {count:>6}")
    for one in trial.terms[:20]:
        say(
            f"  {one.leaf:<30} {one.matched:>6}  alleen hierdoor {one.alone:>5}  ruis {one.noise:>4}"
        )
    for removed in trial.removed:
        say(
            f"  NOT {removed['leaf']:<26} {removed['posts']:>6}  alleen hierdoor {removed['alone']:>5}"
        )
    for line in trial.newest[:SHOWN]:
        say(f"  - {' '.join((line.title or line.text).split())[:100]}")
    for advice in trial.advice:
        note(f"  positie {advice['offset']}: {advice['message']} {advice['hint']}".rstrip())


def diff(
    dossier: DossierName,
    old: Annotated[str, typer.Option("--old", help="nummer van een versie, of een bestand")],
    new: Annotated[str, typer.Option("--new", help="nummer van een versie, of een bestand")],
    as_json: Json = False,
) -> None:
    """Welke berichten komen erbij en gaan weg, en door welke term."""
    from app.services import tuning

    with _desk(dossier, "queries-compared") as (house, session, scope):
        sides = [_side(session, scope, side) for side in (old, new)]
        found = tuning.compare(house, session, scope, *sides)
    if as_json:
        say_json(_plain(asdict(found)))
        return
    say(f"Van {found.before} naar {found.after}: {found.gained} erbij, {found.lost} weg.")
    for sign, rows in (("+", found.gained_by), ("-", found.lost_by)):
        for row in rows:
            say(f"  {sign} {row['leaf']:<30} {row['posts']:>6}")


def terms(dossier: DossierName, version: VersionNumber = None, as_json: Json = False) -> None:
    """Wat elke term opbrengt en hoeveel daarvan ruis is."""
    from app.services import tuning

    with _desk(dossier, "query-terms-read") as (house, session, scope):
        row = _version(session, scope, version)
        trial = tuning.recount(house, session, scope, row)
    if as_json:
        say_json([asdict(one) for one in trial.terms])
        return
    say(f"{'term':<32} {'berichten':>9} {'gevonden':>9} {'alleen':>7} {'ruis':>5}")
    for one in trial.terms:
        say(f"{one.leaf:<32} {one.posts:>9} {one.matched:>9} {one.alone:>7} {one.noise:>5}")


def probe(
    dossier: DossierName,
    version: VersionNumber = None,
    number: Annotated[int | None, typer.Option("--id", min=1, help="ga verder met deze")] = None,
    per_stratum: Annotated[int, typer.Option("--per-stratum", min=1, max=200)] = 20,
    seed: Annotated[int | None, typer.Option("--seed", min=0)] = None,
    verdicts: Annotated[
        str | None, typer.Option("--verdicts", help='NDJSON: {"post_key","verdict"}')
    ] = None,
    as_json: Json = False,
) -> None:
    """Beoordeel een steekproef van wat de zoekopdracht niet vindt: wat missen we?"""
    from app.services import probing

    with _desk(dossier, "probe-read") as (house, session, scope):
        if number is None:
            row = _version(session, scope, version)
            number = probing.start(
                house, session, scope, row, per_stratum=per_stratum, seed=seed
            ).id
        for key, verdict in _verdicts(verdicts) if verdicts else ():
            probing.judge(house, session, scope, number, key, verdict)
        state = probing.state(house, session, scope, number)
    if not verdicts and not as_json and on_terminal():
        state = _judge_by_key(dossier, number, state)
    _show(number, state, as_json)


def export(
    file: Annotated[str, typer.Argument(help="zoekopdracht, of -", metavar="BESTAND")],
    terms: Annotated[str | None, typer.Option("--terms", help="JSON met waarden")] = None,
    as_json: Json = False,
) -> None:
    """Wat Mastodon, Bluesky en X ervan kunnen zoeken, en wat er verloren gaat."""
    from query import compile_query
    from query.targets import exports

    found = exports(compile_query(_text(file), terms_of(terms) if terms else None))
    if as_json:
        say_json([one.as_json() for one in found])
        return
    for one in found:
        say(f"{one.title}: {len(one.queries)} zoekopdrachten")
        for search in one.queries:
            say(f"  {search.text or ' '.join('#' + tag for tag in search.tags)}")
        for loss in one.losses:
            note(f"  verlies: {loss.leaf} {loss.message}".replace("  ", " "))


def terms_of(name: str) -> dict[str, list[str]]:
    """The file of `--terms`; raises `InvalidInput`."""
    try:
        values: Any = json.loads(read_text(name))
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{name} is geen geldige JSON: {error}.", field="--terms") from error
    if not isinstance(values, dict) or not all(
        isinstance(several, list) and all(isinstance(value, str) for value in several)
        for several in values.values()
    ):
        raise InvalidInput(
            f'{name} moet per plaatshouder een lijst zijn: {{"plaatsnaam": ["Rietmeer"]}}.',
            field="--terms",
        )
    return values


@contextmanager
def _desk(dossier: str, action: str) -> Iterator[tuple[House, Session, Scope]]:
    """One transaction at the console, with its audit line."""
    from app.services.access import at_the_console
    from app.services.audit import note as audit

    with opened() as house, house.database.write() as session:
        scope = at_the_console(session, dossier)
        audit(house, session, scope.dossier.organisation_id, actor="cli", action=action,
              subject=dossier, dossier=dossier)  # fmt: skip
        yield house, session, scope
        session.flush()
        session.expunge_all()  # what was read is still shown when the transaction is over


def _text(file: str) -> str:
    return read_text(file).rstrip("\r\n")


def _version(session: Session, scope: Scope, number: int | None) -> Any:
    from app.storage import dossiers as dossier_rows

    if number is None:
        row = dossier_rows.active_version(session, scope.dossier)
    else:
        row = dossier_rows.version_numbered(session, scope.dossier.id, number)
    if row is None:
        raise InvalidInput(
            f"Dit dossier heeft geen versie {number}." if number else "Er is geen actieve versie.",
            field="--version",
        )
    return row


def _side(session: Session, scope: Scope, side: str) -> CompiledQuery:
    from app.services import tuning
    from query import compile_query

    if side.isascii() and side.isdigit():
        row = _version(session, scope, int(side))
        return compile_query(row.text, row.terms)
    return tuning.compiled(session, scope, _text(side), None)


def _verdicts(name: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(read_lines(name), start=1):
        try:
            row = json.loads(line)
            yield str(row["post_key"]), str(row["verdict"])
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInput(
                f'Regel {number}: schrijf {{"post_key": "…", "verdict": "relevant"}}.',
                field="--verdicts",
            ) from error


def _judge_by_key(dossier: str, number: int, state: ProbeState) -> ProbeState:
    """One key a post: r relevant, n niet, t twijfel, s stop."""
    from app.services import probing

    for item, line in state.items:
        if item.verdict is not None or line is None:
            continue
        note(f"\n{line.source}: {line.title}\n{line.text}")
        key = ask("[r]elevant, [n]iet, [t]wijfel, [s]top?").casefold()[:1]
        if key == "s":
            break
        if key in KEYS:
            with _desk(dossier, "probe-judged") as (house, session, scope):
                probing.judge(house, session, scope, number, item.post_key, KEYS[key])
    with _desk(dossier, "probe-read") as (house, session, scope):
        return probing.state(house, session, scope, number)


def _show(number: int, state: ProbeState, as_json: bool) -> None:
    if as_json:
        say_json(
            {
                "id": number,
                "strata": state.probe.strata,
                "items": [
                    {
                        "post_key": item.post_key, "stratum": item.stratum,
                        "verdict": item.verdict, "title": line.title if line else None,
                        "text": line.text if line else None,
                    }
                    for item, line in state.items
                ],
                "estimate": state.estimate.as_json(),
                "suggestions": [one.as_json() for one in state.suggestions],
            }
        )  # fmt: skip
        return
    judged = sum(item.verdict is not None for item, _ in state.items)
    say(f"Steekproef {number}: {judged} van {len(state.items)} beoordeeld. {state.estimate.text}")
    for one in state.suggestions:
        say(f"  voorstel: {one.term} (in {one.texts} gemiste; voegt {one.adds} toe)")


def _plain(value: Any) -> Any:
    """Dates as text, tuples as lists."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


COMMANDS: dict[str, Callable[..., Any]] = {
    "preview": preview,
    "diff": diff,
    "terms": terms,
    "probe": probe,
    "export": export,
}
