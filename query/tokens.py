"""The tokens of a query, each with its place in the text, and the rows that brackets make of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from query import ast

#: One character per kind, so that a whole query is a string of kinds for the grammar.
OPEN, CLOSE, AND, OR, NOT, NEAR, LEAF = "(", ")", "A", "O", "N", "D", "l"
#: Stands where an operator was refused: what it would have joined is not known.
UNKNOWN = "x"
#: The largest distance of NEAR and of a phrase with `~`.
LARGEST = 50


@dataclass(frozen=True, slots=True)
class Token:
    """One token; a leaf that was refused keeps its place with `leaf` None."""

    kind: str
    start: int
    end: int
    leaf: ast.Leaf | None = None
    distance: int = 0
    ordered: bool = False


@dataclass
class Row:
    """The items of one group, offsets of its inside; `whole` when its brackets are sound."""

    start: int
    end: int
    bracket: Token | None = None
    items: list[Token] = field(default_factory=list)
    closed: bool = False
    whole: bool = True


def small_number(digits: str) -> int | None:
    """A number from 0 to `LARGEST`; None for anything else, however long."""
    significant = digits.lstrip("0")
    if not digits or len(significant) > 2:
        return None
    number = int(significant or "0")
    return number if number <= LARGEST else None
