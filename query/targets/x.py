"""X: `/2/tweets/search/recent`, 512 characters, OR and brackets, no wildcards.

Reading it live needs the Enterprise plan and its terms forbid much (sources.md); the text is for who
exports lawfully by hand.
"""

from __future__ import annotations

from query import ast
from query.matcher import CompiledQuery
from query.targets.parts import MOST_QUERIES, Export, Reading, SourceQuery

LONGEST = 512


def export(query: CompiledQuery) -> Export:
    """The query in searches of at most 512 characters."""
    reading = Reading(query, by_field=_field)
    groups, taken = reading.groups(), [f"-{term}" for term in reading.without()]
    if not groups:
        reading.lose("missed", None, "geen enkel deel kan bij deze bron gezocht worden")
        return Export("x", "X", (), reading.losses)
    while taken and len(" ".join(taken)) > LONGEST // 2:
        taken.pop()
        reading.lose("extra", None, "niet alles achter NOT past in een zoekvraag")
    texts = _split(groups, " ".join(taken))
    if len(texts) > MOST_QUERIES:
        reading.lose("missed", None, f"alleen de eerste {MOST_QUERIES} van {len(texts)} zoekvragen")
    return Export(
        "x", "X", tuple(SourceQuery(text) for text in texts[:MOST_QUERIES]), reading.losses
    )


def _field(leaf: ast.Field) -> str | None:
    if leaf.name == "lang" and leaf.value.isalpha():
        return f"lang:{leaf.value}"
    return f'url:"{leaf.value}"' if leaf.name == "url" and "*" not in leaf.value else None


def _split(groups: list[list[str]], taken: str) -> list[str]:
    """Halve the longest group until every search fits."""
    whole = " ".join([*(_either(group) for group in groups), *([taken] if taken else [])])
    longest = max(
        range(len(groups)), key=lambda n: len(_either(groups[n])) if len(groups[n]) > 1 else 0
    )
    if len(whole) <= LONGEST or len(groups[longest]) == 1:
        return [whole] if len(whole) <= LONGEST else []
    half = len(groups[longest]) // 2
    parts = (groups[longest][:half], groups[longest][half:])
    return [text for part in parts
            for text in _split([*groups[:longest], part, *groups[longest + 1 :]], taken)]  # fmt: skip


def _either(group: list[str]) -> str:
    return group[0] if len(group) == 1 else f"({' OR '.join(group)})"
