"""What the platforms have in common: terms without wildcards, required groups, and what gets lost.

`missed` losses make a search bring too little; `extra` losses bring too much, which costs only traffic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from query import ast
from query.matcher import CompiledQuery

#: More searches than this for one query is a burden on the platform.
MOST_QUERIES = 200


@dataclass(frozen=True, slots=True)
class Loss:
    """`kind`: missed or extra; `leaf` as the query writes it, empty for the query as a whole."""

    kind: str
    leaf: str
    message: str


@dataclass(frozen=True, slots=True)
class SourceQuery:
    """One search: its text, or a hashtag timeline when `tags` are given; `params` go beside it."""

    text: str
    tags: tuple[str, ...] = ()
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Export:
    """All searches that together bring what the query finds, but for the losses."""

    target: str
    title: str
    queries: tuple[SourceQuery, ...]
    losses: tuple[Loss, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "target": self.target,
            "title": self.title,
            "queries": [
                {"text": q.text, "tags": list(q.tags), "params": dict(q.params)}
                for q in self.queries
            ],
            "losses": [
                {"kind": loss.kind, "leaf": loss.leaf, "message": loss.message}
                for loss in self.losses
            ],
        }


class Reading:
    """One query read for one platform; collects the losses in the order of the query."""

    def __init__(
        self, query: CompiledQuery, *, by_field: Callable[[ast.Field], str | None]
    ) -> None:
        self._query = query
        self._by_field = by_field
        self._losses: dict[Loss, None] = {}

    @property
    def losses(self) -> tuple[Loss, ...]:
        return tuple(self._losses)

    def lose(self, kind: str, node: ast.Node | None, message: str) -> None:
        """Note what this platform cannot do."""
        leaf = "" if node is None else self._query.written(node)
        self._losses[Loss(kind, leaf, message)] = None

    def groups(self) -> list[list[str]]:
        """The required groups, each a list of alternatives without wildcards."""
        tree = self._query.tree
        found = [self._alternatives(group) for group in _required(tree)]
        return [group for group in found if group]

    def narrowest(self) -> list[str]:
        """The group to search by where a platform knows no OR: one search per alternative.

        The one that loses least, then the shortest; the losses of the others do not count.
        """
        before = dict(self._losses)
        best: tuple[tuple[int, int], list[str], dict[Loss, None]] | None = None
        for group in _required(self._query.tree):
            self._losses = dict(before)
            terms = self._alternatives(group)
            rank = (sum(loss.kind == "missed" for loss in self._losses), len(terms))
            if terms and (best is None or rank < best[0]):
                best = (rank, terms, self._losses)
        self._losses = before if best is None else best[2]
        return [] if best is None else best[1]

    def searches(self, most: int) -> list[str]:
        """The terms of the narrowest group, at most `most`, with what that loses."""
        terms = self.narrowest()
        if not terms:
            self.lose("missed", None, "geen enkel deel kan bij deze bron gezocht worden")
        elif isinstance(self._query.tree, ast.And | ast.Near):
            self.lose("extra", None, "de bron kent geen OR; alleen de kleinste groep wordt gezocht")
        if len(terms) > most:
            self.lose("missed", None, f"alleen de eerste {most} van {len(terms)} zoekvragen")
        return terms[:most]

    def without(self) -> list[str]:
        """What may be taken off at the source: only what no wildcard or bracket makes wider."""
        tree = self._query.tree
        terms: list[str] = []
        for part in tree.without if isinstance(tree, ast.And) else ():
            for leaf in part.parts if isinstance(part, ast.Or) else (part,):
                if isinstance(leaf, ast.Word | ast.Hashtag | ast.Phrase) and not _loose(leaf):
                    terms += [term for term in [self._term(leaf)] if term]
                else:
                    self.lose("extra", leaf, "wordt bij de bron niet uitgesloten")
        return terms

    def _alternatives(self, group: Sequence[ast.Node]) -> list[str]:
        """Empty when one alternative cannot be searched: then the group cannot be asked."""
        terms: dict[str, None] = {}
        for leaf in group:
            term = self._term(leaf)
            if term is None and isinstance(leaf, ast.Field):
                return []
            if term is not None:
                terms[term] = None
        return list(terms)

    def _term(self, leaf: ast.Node) -> str | None:
        match leaf:
            case ast.Word(text=text) | ast.Emoji(text=text):
                return text
            case ast.Hashtag(pattern=pattern):
                return self._plain(leaf, pattern, "#")
            case ast.Handle(name=name):
                return f"@{name}"
            case ast.Wildcard(pattern=pattern):
                return self._plain(leaf, pattern, "")
            case ast.Phrase(words=words, slop=slop):
                return self._phrase(leaf, words, slop)
            case ast.Exact(words=words):
                self.lose("extra", leaf, "hoofdletters en accenten tellen bij de bron niet")
                return f'"{" ".join(words)}"' if len(words) > 1 else words[0]
            case ast.Field():
                found = self._by_field(leaf)
                if found is None:
                    self.lose("extra", leaf, "dit veld kan de bron niet zoeken")
                return found
        return None

    def _plain(self, leaf: ast.Node, pattern: str, sign: str) -> str | None:
        """Without the wildcard only the word itself is found, not its other forms."""
        if "*" not in pattern and "?" not in pattern:
            return sign + pattern
        solid = pattern.strip("*")
        if re.search(r"[*?]", solid) or len(solid) < 2:
            self.lose("missed", leaf, "een patroon kan de bron niet zoeken")
            return None
        self.lose("missed", leaf, f"de bron vindt alleen {solid} zelf, zonder * erbij")
        return sign + solid

    def _phrase(self, leaf: ast.Node, words: tuple[str, ...], slop: int) -> str:
        solid = [word.strip("*") for word in words]
        if any("*" in word or "?" in word for word in words):
            self.lose("missed", leaf, "de bron vindt de woordgroep alleen zonder * erin")
        if slop:
            self.lose("missed", leaf, "de bron vindt de woorden alleen direct na elkaar")
        return f'"{" ".join(word.replace("?", "") for word in solid)}"'


def _required(node: ast.Node) -> Iterator[list[ast.Node]]:
    """Lists of leaves of which one must hit; a distance becomes two lists."""
    match node:
        case ast.And(parts=parts):
            for part in parts:
                yield from _required(part)
        case ast.Near(left=left, right=right):
            yield from _required(left)
            yield from _required(right)
        case ast.Or(parts=parts):
            yield [leaf for part in parts for leaf in _cheapest(part)]
        case _:
            yield [node]


def _cheapest(node: ast.Node) -> list[ast.Node]:
    """Of an alternative that asks several things, the group with the fewest terms."""
    return min(_required(node), key=len)


def _loose(leaf: ast.Node) -> bool:
    match leaf:
        case ast.Phrase(words=words, slop=slop):
            return bool(slop) or any("*" in word or "?" in word for word in words)
        case ast.Hashtag(pattern=pattern):
            return "*" in pattern or "?" in pattern
    return False
