"""Words that ask for a second look: place names that are ordinary words, and names of persons.

The lists in `assets/` are our own and short on purpose: they flag, they do not decide (trust.md P2).
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

BETWEEN = re.compile(r"(?:van|de|der|den|ter|ten|te|het|la|le|el|al|ben|in|op|t|d)$")
STREETS = re.compile(r"(?:straat|weg|laan|plein|kade|dijk|hof|pad|singel|gracht|school|huis)$")


@cache
def _listed(name: str) -> frozenset[str]:
    lines = files("query").joinpath("assets", f"{name}.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def is_ordinary(word: str) -> bool:
    """A folded place name that posts also use as a word: `best`, `houten`."""
    return word in _listed("ordinary-places")


def is_function(word: str) -> bool:
    """A public function that may stand before a name: `burgemeester`."""
    return word in _listed("functions")


def looks_like_person(words: tuple[str, ...]) -> bool:
    """Folded words that read as a first name and a surname: `jan de vries`."""
    if len(words) < 2 or words[0] not in _listed("first-names"):
        return False
    rest = [word for word in words[1:] if not BETWEEN.match(word)]
    return len(rest) == 1 and rest[0].isalpha() and not STREETS.search(rest[0])
