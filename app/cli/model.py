"""`klankbord model`: the card of the labeller in use; training waits for a trained model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from app.cli.base import say, say_json
from app.errors import InvalidInput

Labeller = Annotated[str, typer.Option("--labeller", help="welke labeller")]


def card(
    labeller: Labeller = "rules",
    as_json: Annotated[bool, typer.Option("--json", help="JSON op stdout")] = False,
) -> None:
    """Wat deze labeller is, welke gids hij volgt en onder welke hash zijn labels staan."""
    from analysis import labellers

    found = labellers.get(labeller)
    facts = {"labeller": found.name, "model": found.model, "guide": found.guide, "trained": False}
    if as_json:
        say_json(facts)
        return
    say(f"Labeller {found.name}: regels en woordenlijsten, niet getraind.")
    say(f"Model {found.model}")
    say(f"Labelgids {found.guide}")


def train(labeller: Labeller = "rules") -> None:
    """Train een model opnieuw; de labeller met regels heeft niets te trainen."""
    raise _nothing_to_train(labeller)


def evaluate(labeller: Labeller = "rules") -> None:
    """Meet een getraind model; de labeller met regels heeft geen toetsverzameling bij zich."""
    raise _nothing_to_train(labeller)


def promote(labeller: Labeller = "rules") -> None:
    """Neem een getraind model in gebruik; de labeller met regels kent geen kandidaten."""
    raise _nothing_to_train(labeller)


def _nothing_to_train(name: str) -> InvalidInput:
    from analysis import labellers

    labellers.get(name)
    return InvalidInput(
        f"Labeller {name!r} werkt met regels: er is geen model om te trainen, te meten of te "
        "wisselen. Deze versie levert geen trainbare labeller.",
        field="--labeller",
    )


COMMANDS: dict[str, Callable[..., Any]] = {
    "train": train,
    "evaluate": evaluate,
    "promote": promote,
    "card": card,
}
