"""Terms that the query lacks, from texts that a person judged relevant and the query missed.

A missed text says which required group let it go; its words are candidates for that group. A word is
worth suggesting when missed texts hold it more often than other posts do, and each suggestion comes
with the number of stored posts it would add.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from query import ast
from query.archive import Archive
from query.document import Document
from query.matcher import CompiledQuery, Finder
from query.prepared import Prepared, prepare
from query.printer import text_of

#: Shorter words join too much; longer ones are also tried as the beginning of others.
SHORTEST, STEM = 4, 7
#: Candidates that are counted in the archive.
MOST_COUNTED = 60


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`term` as query text; `offset` and `length` of the group it belongs to, in the text as typed.

    `texts`: missed texts that hold it; `adds`: stored posts that the query would gain; `fix`: the
    query text with the term added, None where the group is not typed out.
    """

    term: str
    offset: int
    length: int
    texts: int
    adds: int
    fix: str | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def suggestions(
    query: CompiledQuery, missed: Iterable[Document], archive: Archive, most: int = 10
) -> list[Suggestion]:
    """The best terms first. Texts that the query does find are ignored."""
    groups = query.tree.parts if isinstance(query.tree, ast.And) else (query.tree,)
    held: list[Counter[ast.Node]] = [Counter() for _ in groups]
    for document in missed:
        ready = prepare(document)
        finder = Finder(ready)
        failing = [n for n, group in enumerate(groups) if not finder.holds(group)]
        if len(failing) == 1:
            held[failing[0]].update(_candidates(ready))
    found = [
        one
        for number, counter in enumerate(held)
        for one in _ranked(query, groups, number, counter, archive)
    ]
    return [suggestion for _, suggestion in sorted(found, key=lambda two: -two[0])][:most]


def _candidates(ready: Prepared) -> set[ast.Node]:
    """The words of a text that may be terms, whole and as the beginning of others."""
    found: set[ast.Node] = set()
    for part in ready.parts:
        for key in part.words:
            if len(key) >= SHORTEST and key.isalpha():
                found.add(ast.Word(key))
                if len(key) > STEM:
                    found.add(ast.Wildcard(f"{key[:STEM]}*"))
    return found


def _ranked(
    query: CompiledQuery, groups: Sequence[ast.Node], number: int, held: Counter[ast.Node],
    archive: Archive,
) -> list[tuple[float, Suggestion]]:  # fmt: skip
    """A word that many posts hold is no sign of the subject: what it says counts, and how rarely."""
    without = query.tree.without if isinstance(query.tree, ast.And) else ()
    others = tuple(group for place, group in enumerate(groups) if place != number)
    likely = sorted(held.items(), key=lambda two: (-two[1], len(text_of(two[0]))))[:MOST_COUNTED]
    found = []
    for term, texts in likely:
        common = archive.count(term) / max(len(archive), 1)
        worth = texts * math.log(1 / (common + 1e-4))
        if common > 0.05 or worth <= 0:
            continue
        adds = archive.count(ast.And((term, *others), (*without, groups[number])))
        found.append((worth, _suggestion(query, groups[number], term, texts, adds)))
    return found


def _suggestion(
    query: CompiledQuery, group: ast.Node, term: ast.Node, texts: int, adds: int
) -> Suggestion:
    start, end = group.span
    typed, fix = query.text[start:end], None
    if typed and not typed.startswith(("<", "&lt;")):
        added = f"{typed} OR {text_of(term)}"
        alone = not isinstance(group, ast.Or)
        fix = query.text[:start] + (f"({added})" if alone else added) + query.text[end:]
    return Suggestion(text_of(term), start, end - start, texts, adds, fix)
