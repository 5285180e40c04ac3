"""Why a document matches, and why it does not: satisfied groups, or the smallest failing set.

Positions are offsets as everywhere: code points of the title or text as given, from 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from query import ast
from query.document import Document
from query.enclosed import STANDARD, placeholder_of
from query.matcher import CompiledQuery, Finder, LeafSpan, positive
from query.prepared import Prepared, prepare

#: As many terms of a group are named in a sentence.
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Group:
    """One required group: its Dutch name, its place in the query, and the leaves that hit."""

    name: str
    offset: int
    length: int
    satisfied: bool
    spans: tuple[LeafSpan, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason of a miss. `code`: missing (nothing of the group), excluded (a NOT hit) or distance.

    `spans`: where the excluding leaf stands, or the two sides that stand too far apart.
    """

    code: str
    name: str
    offset: int
    length: int
    spans: tuple[LeafSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """`summary`: one Dutch line. `causes` is empty for a match; `groups` are those of the top level."""

    matched: bool
    summary: str
    groups: tuple[Group, ...]
    causes: tuple[Cause, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def explain(query: CompiledQuery, document: Document | Prepared) -> Explanation:
    """Explain the verdict of one query on one document."""
    ready = document if isinstance(document, Prepared) else prepare(document)
    return _Explainer(query, Finder(ready)).explained()


class _Explainer:
    def __init__(self, query: CompiledQuery, finder: Finder) -> None:
        self._query = query
        self._finder = finder

    def explained(self) -> Explanation:
        tree = self._query.tree
        parts = tree.parts if isinstance(tree, ast.And) else (tree,)
        groups = tuple(self._group(part) for part in parts)
        if self._finder.holds(tree):
            return Explanation(True, _found(groups), groups, ())
        causes = tuple(self._causes(tree))
        return Explanation(False, "; ".join(_said(cause) for cause in causes), groups, causes)

    def _group(self, node: ast.Node) -> Group:
        held = self._finder.holds(node)
        spans = self._spans([node]) if held else ()
        return Group(self._name(node), node.span[0], node.span[1] - node.span[0], held, spans)

    def _spans(self, nodes: Sequence[ast.Node]) -> tuple[LeafSpan, ...]:
        leaves = [leaf for node in nodes for leaf in positive(node)]
        return self._finder.told(leaves, self._query.written)

    def _causes(self, node: ast.Node) -> list[Cause]:
        """The fewest things that would have to be otherwise for the node to hold."""
        match node:
            case ast.And(parts=parts, without=without):
                failing = [part for part in parts if not self._finder.holds(part)]
                causes = [cause for part in failing for cause in self._causes(part)]
                return causes + [cause for part in without for cause in self._excluded(part)]
            case ast.Or(parts=parts):
                return self._either(node, parts)
            case ast.Near(left=left, right=right):
                failing = [side for side in (left, right) if not self._finder.holds(side)]
                if failing:
                    return [cause for side in failing for cause in self._causes(side)]
                return [self._cause("distance", node, self._spans([left, right]))]
        return [self._cause("missing", node)]

    def _either(self, node: ast.Or, parts: Sequence[ast.Node]) -> list[Cause]:
        """The alternative that came nearest; when none came near, the group as a whole."""
        nearest: list[Cause] = [self._cause("missing", node)]
        best: tuple[int, int] | None = None
        for part in parts:
            if isinstance(part, ast.And | ast.Near):
                causes = self._causes(part)
                wanted = part.parts if isinstance(part, ast.And) else (part.left, part.right)
                held = sum(self._finder.holds(one) for one in wanted)
                if held and (best is None or (len(causes), -held) < best):
                    nearest, best = causes, (len(causes), -held)
        return nearest

    def _excluded(self, node: ast.Node) -> Iterator[Cause]:
        if not self._finder.holds(node):
            return
        alternatives = node.parts if isinstance(node, ast.Or) else (node,)
        for part in alternatives:
            if self._finder.holds(part):
                yield self._cause("excluded", part, self._spans([part]))

    def _cause(self, code: str, node: ast.Node, spans: tuple[LeafSpan, ...] = ()) -> Cause:
        start, end = node.span
        return Cause(code, self._name(node), start, end - start, spans)

    def _name(self, node: ast.Node) -> str:
        """`plaatsterm` for what placeholders gave, else the terms themselves."""
        leaves = list(dict.fromkeys(positive(node)))
        typed = [self._query.text[leaf.span[0] : leaf.span[1]] for leaf in leaves]
        given = [text for text in typed if text.startswith(("<", "&lt;"))]
        if given and len(given) * 2 > len(typed):
            names = {placeholder_of(text) for text in given}
            return "plaatsterm" if names <= set(STANDARD) else _listed(sorted(set(given)))
        if len(leaves) > 1 and self._is_topic(node):
            return "onderwerpterm"
        shown = [f"`{self._query.written(leaf)}`" for leaf in leaves[:MOST_NAMED]]
        return _listed([*shown, *[""] * (len(leaves) - len(shown))])

    def _is_topic(self, node: ast.Node) -> bool:
        """Of two groups that are asked, the one that is not the place."""
        tree = self._query.tree
        if not isinstance(tree, ast.And) or len(tree.parts) != 2 or node not in tree.parts:
            return False
        other = next(iter(positive(tree.parts[1 if tree.parts[0] is node else 0])))
        return self._query.text[other.span[0] : other.span[1]].startswith(("<", "&lt;"))


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    if more <= 0:
        return " of ".join(names)
    return f"{', '.join(names[:MOST_NAMED])} en {more} andere"


def _found(groups: Sequence[Group]) -> str:
    firsts = [group.spans[0] for group in groups if group.spans]
    return "; ".join(f"`{span.leaf}` {_at(span)}" for span in firsts) or "voldoet"


def _said(cause: Cause) -> str:
    where = " en ".join(_at(span) for span in cause.spans[:2])
    if cause.code == "excluded":
        return f"uitgesloten door {cause.name} {where}".rstrip()
    if cause.code == "distance":
        return f"te ver uit elkaar: {cause.name} {where}"
    return f"geen {cause.name}"


def _at(span: LeafSpan) -> str:
    return f"op positie {span.start}{' van de titel' if span.in_title else ''}"
