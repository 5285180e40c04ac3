"""Finds labellers by name among the installed ones (entry point group `klankbord.labellers`)."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from analysis.errors import ModelUnavailable, UnknownLabeller
from analysis.labellers.protocol import Labeller

__all__ = ["GROUP", "Labeller", "get", "names"]

GROUP = "klankbord.labellers"
TEXTCAT = "spacy"
"""`spacy:<package or path>`: a kind that is nothing without its argument, so no entry point."""


def names() -> tuple[str, ...]:
    """Names of all installed labellers, sorted."""
    return tuple(sorted(_installed()))


def get(name: str) -> Labeller:
    """The labeller of this name; `name:argument` for kinds that take one, as `spacy:<package>`
    and `ibs-nl:<directory of a model>`.

    Raises UnknownLabeller when none is installed under it, ModelUnavailable when it cannot load.
    """
    name, _, argument = name.partition(":")
    if name == TEXTCAT:
        from analysis.labellers.textcat import TextcatLabeller

        return TextcatLabeller(argument)
    found = _installed().get(name)
    if found is None:
        raise UnknownLabeller(
            f"Er is geen labelaar met de naam '{name}'. Kies uit: {', '.join(names())}.",
            name=name,
            known=names(),
        )
    try:
        kind = found.load()
        labeller: Labeller = kind.at(argument) if argument else kind()
    except (ImportError, AttributeError) as error:
        raise ModelUnavailable(
            f"De labelaar '{name}' kan niet starten: een onderdeel ontbreekt. "
            "Installeer Klankbord of de uitbreiding opnieuw.",
            name=name,
        ) from error
    return labeller


def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
