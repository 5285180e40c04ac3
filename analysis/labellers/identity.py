"""Words for what a person is, and what is read in their place (guide D14: no label for that)."""

from __future__ import annotations

from functools import cache

from analysis.labellers.wordclasses import WordClasses
from analysis.lexicon import entries, rows

NOTHING = "-"
SUBJECT = frozenset({"group", "topic", "strongtopic", "noise", "slur"})
"""Classes an identity word keeps: they say what a post is about, not what to think of it."""

_KEPT = ("term:", "theme:")


def stand_in(word: str) -> str | None:
    """What is read instead of an identity word, "" for nothing at all; None for any other word."""
    mask = _masks().of(word)
    if not mask:
        return None
    return "" if mask[0] == NOTHING else mask[0]


def keeps(name: str) -> bool:
    """Whether a class of an identity word may be seen."""
    return name in SUBJECT or name.startswith(_KEPT)


@cache
def _masks() -> WordClasses:
    return WordClasses(
        (row.cells[0], entry) for row in rows("identity.tsv", 3) for entry in entries(row.cells[1])
    )
