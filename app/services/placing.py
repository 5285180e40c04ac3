"""Which group a sender belongs to, and what that says of where they are: pure, one place.

Used when a hit is stored and again when an account list changes, so that both say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: Groups whose accounts speak for the place itself.
LOCAL_GROUPS = ("officers", "municipalities")
OWN = "eigen kanaal van de gemeente"
LISTED = "account op een lijst van lokale functies"
NO_SIGN = "geen aanwijzing waar de afzender woont"
#: Reasons that a list gave; they fall when the list no longer names the sender.
BY_LIST = frozenset({OWN, LISTED})


@dataclass(frozen=True, slots=True)
class Place:
    """A sender as a hit shows them; `group` None means on no list, never "local"."""

    group: str | None
    own: bool
    locality: str
    locality_reason: str


def place_of(own_source: bool, kinds: Sequence[str]) -> Place:
    """`kinds` are those of the lists that name the sender, in order of the lists' names."""
    own = own_source or "own" in kinds
    group = "own" if own else next(iter(kinds), None)
    if own:
        return Place(group, True, "local", OWN)
    if group in LOCAL_GROUPS:
        return Place(group, False, "local", LISTED)
    return Place(group, False, "unknown", NO_SIGN)
