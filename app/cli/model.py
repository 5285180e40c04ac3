"""`klankbord model`: train, measure, promote and describe the trained labeller (labels.md "The loop")."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.base import CommandFailed, note, read_text, say, say_json
from app.errors import InvalidInput

DEFAULT = "ibs-nl"
Labeller = Annotated[str, typer.Option("--labeller", help="welke labeller")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON op stdout")]


def train(
    to: Annotated[str, typer.Option("--to", help="map voor het nieuwe model")] = "kandidaat",
    corrections: Annotated[
        str | None, typer.Option("--corrections", help="JSONL met eigen gelabelde berichten")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train een kandidaat op de meegeleverde berichten en uw eigen correcties."""
    import json

    from analysis import release
    from analysis.corpus import read_examples
    from analysis.model import store

    examples = release.shipped_examples("train")
    if corrections:
        own = read_examples(read_text(corrections), corrections)
        examples = release.with_corrections(examples, own)
    note(f"Trainen op {len(examples)} berichten; dit duurt een paar minuten.")
    files = release.release(examples, {name: store.read_set(name) for name in store.SETS})
    _write(Path(to), files)
    about = json.loads(files[store.MANIFEST])
    if as_json:
        say_json({"directory": to, **about})
    else:
        say(f"Kandidaat in {to}, model {about['model']}.")
        say(f"Vergelijk met 'klankbord model promote --from {to}'.")


def corrections(
    dossier: Annotated[str, typer.Option("--dossier", help="naam van het dossier")],
    reason: Annotated[str, typer.Option("--reason", help="waarom; komt in het logboek")] = "",
) -> None:
    """Schrijf wat mensen labelden als JSONL op stdout, om op bij te trainen."""
    from app.cli.base import opened
    from app.services import learning

    with opened() as house:
        found = learning.lines(house, dossier, reason)
    for line in found:
        say(line)
    note(f"{len(found)} nagekeken berichten. Train met 'klankbord model train --corrections'.")


def evaluate(
    labeller: Labeller = DEFAULT,
    which: Annotated[
        str,
        typer.Option(
            "--set", help="dev, dev-threats, dev-questions, test, strangers, paraphrases of JSONL"
        ),
    ] = "test",
    as_json: AsJson = False,
) -> None:
    """Meet een labeller op berichten die een mens labelde, met onzekerheid en vergelijking."""
    from analysis import evaluation, fairness, labellers, model_text, release

    found = labellers.get(labeller)
    examples = _examples(which)
    measured = evaluation.evaluate(examples, found.label([example.post for example in examples]))
    changed = fairness.table(found)
    if as_json:
        facts = {"labeller": found.name, "model": found.model, "set": which}
        fair = [{name: getattr(row, name) for name in row.__slots__} for row in changed]
        say_json({**facts, **release.as_facts(measured), "fairness": fair})
    else:
        say(f"Labeller {found.name}, model {found.model[:12]}, verzameling {which}\n")
        say(model_text.evaluation(measured))
        say(model_text.fairness(changed))


def promote(
    source: Annotated[str, typer.Option("--from", help="map van de kandidaat")] = "kandidaat",
    yes: Annotated[bool, typer.Option("--yes", help="neem de kandidaat echt in gebruik")] = False,
    as_json: AsJson = False,
) -> None:
    """Vergelijk een kandidaat met het model in gebruik; met --yes komt hij ervoor in de plaats."""
    from analysis import labellers, model_text, promotion
    from analysis.model import store

    if not Path(source).is_dir():
        raise InvalidInput(
            f"Er is geen kandidaat in {source[:100]!r}. Maak hem met 'klankbord model train --to "
            f"{source[:100]}'.",
            field="from",
        )
    examples = _examples("dev")
    posts = [example.post for example in examples]
    verdict = promotion.weigh(
        examples,
        labellers.get(DEFAULT).label(posts),
        labellers.get(f"{DEFAULT}:{source}").label(posts),
    )
    if as_json:
        say_json(
            {
                "passes": verdict.passes,
                "objections": list(verdict.objections),
                "changed": [one.id for one in verdict.differences],
                "promoted": verdict.passes and yes,
            }
        )
    else:
        say(model_text.verdict(verdict))
    if not verdict.passes:
        raise CommandFailed("De kandidaat komt niet door de poort.")
    if not yes:
        note("Er is niets gewijzigd. Herhaal met --yes om de kandidaat in gebruik te nemen.")
        return
    names = (*(f"{name}.jsonl" for name in store.SETS), store.WEIGHTS, store.VOCABULARY)
    files = {name: (Path(source) / name).read_bytes() for name in (*names, store.MANIFEST)}
    _write(Path(str(store.shipped())), files)
    note("In gebruik. 'klankbord relabel --dossier S' maakt er een nieuwe labelronde mee.")


def card(labeller: Labeller = DEFAULT, as_json: AsJson = False) -> None:
    """De modelkaart: waarmee gemaakt, hoe goed, waar zwak; en onder welke hash labels staan."""
    from analysis import labellers
    from analysis.model import store

    found = labellers.get(labeller)
    trained = found.name == DEFAULT
    facts: dict[str, Any] = {
        "labeller": found.name,
        "model": found.model,
        "guide": found.guide,
        "trained": trained,
    }
    if as_json:
        say_json({**facts, **({"manifest": store.manifest()} if trained else {})})
        return
    if trained:
        say(store.card())
    else:
        say(f"Labeller {found.name}: regels en woordenlijsten, niet getraind.")
    say(f"Model {found.model}")
    say(f"Labelgids {found.guide}")


def _examples(which: str) -> Any:
    from analysis import release
    from analysis.corpus import read_examples
    from analysis.model import store

    if which in store.SETS:
        return release.shipped_examples(which)
    examples = read_examples(read_text(which), which)
    if not examples:
        raise InvalidInput(f"{which} bevat geen berichten.", field="--set")
    return examples


def _write(directory: Path, files: dict[str, bytes]) -> None:
    """The manifest comes last, so that a half-written model is refused rather than used."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name in sorted(files, key=lambda name: name == "manifest.json"):
            (directory / name).write_bytes(files[name])
    except OSError as error:
        raise InvalidInput(
            f"In {directory} kan niet geschreven worden: {error.strerror}.", field="--to"
        ) from error


COMMANDS: dict[str, Callable[..., Any]] = {
    "train": train,
    "corrections": corrections,
    "evaluate": evaluate,
    "promote": promote,
    "card": card,
}
