"""One filled tree to a compiled query: a verdict per document, with the spans that say why.

This plain evaluator is the definition; everything faster must agree with it exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from query import ast
from query.document import Document
from query.finding import Stretch, near, stretches
from query.glob import glob
from query.needs import Group, needs
from query.placeholders import leaves
from query.prepared import Part, Prepared, prepare
from query.printer import digest, normal, text_of
from query.terms import leaf_of
from query.text import fold


@dataclass(frozen=True, slots=True, order=True)
class LeafSpan:
    """Code points of the title or text as given, `end` exclusive; `leaf` as query text."""

    start: int
    end: int
    leaf: str
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """`spans` ascending: every positive leaf that hit, the text before the title."""

    matched: bool
    spans: tuple[LeafSpan, ...] = ()


@dataclass(frozen=True)
class CompiledQuery:
    """A query without placeholders, ready to be held against documents."""

    tree: ast.Node
    text: str = field(default="", compare=False)

    def written(self, leaf: ast.Node) -> str:
        """A leaf as the query writes it; the value of a placeholder in its canonical spelling."""
        return self._written.get(leaf) or text_of(leaf)

    @cached_property
    def _written(self) -> dict[ast.Node, str]:
        """What was typed for each leaf, the first time it was typed."""
        found: dict[ast.Node, str] = {}
        for leaf in leaves(self.tree) if self.text else ():
            typed = self.text[leaf.span[0] : leaf.span[1]]
            if typed and not typed.startswith(("<", "&lt;")):
                found.setdefault(leaf, " ".join(typed.split()))
        return found

    @cached_property
    def needs(self) -> tuple[Group, ...]:
        """The groups of clues without which nothing matches, for the engine."""
        return needs(self.tree)

    @cached_property
    def fields(self) -> frozenset[str]:
        """The names of the fields that it asks for."""
        return frozenset(leaf.name for leaf in leaves(self.tree) if isinstance(leaf, ast.Field))

    @cached_property
    def normal(self) -> ast.Node:
        return normal(self.tree)

    @cached_property
    def canonical(self) -> str:
        """The normal form as text, placeholders filled."""
        return text_of(self.normal)

    @cached_property
    def version(self) -> str:
        """SHA-256 of the canonical text."""
        return digest(self.canonical)

    def match(self, document: Document | Prepared) -> Verdict:
        """Does it match, and where."""
        ready = document if isinstance(document, Prepared) else prepare(document)
        return Finder(ready).verdict(self.tree, self.written)


class Finder:
    """Looks up leaves of one document, each once."""

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self._written: Callable[[ast.Node], str] = text_of
        self._known: dict[tuple[ast.Node, int], list[Stretch]] = {}

    def verdict(self, tree: ast.Node, written: Callable[[ast.Node], str] = text_of) -> Verdict:
        """`written` says how the query writes a leaf."""
        if not self.holds(tree):
            return Verdict(False)
        return Verdict(True, self.told(positive(tree), written))

    def told(
        self, nodes: Iterable[ast.Node], written: Callable[[ast.Node], str] = text_of
    ) -> tuple[LeafSpan, ...]:
        """Where leaves and NEARs stand, the text before the title, ascending."""
        self._written = written
        spans = {span for node in nodes for span in self._spans(node)}
        return tuple(sorted(spans, key=lambda s: (s.in_title, s.start, s.end, s.leaf)))

    def holds(self, node: ast.Node) -> bool:
        """The meaning of a tree on this document."""
        match node:
            case ast.Word(text=text):
                return any(text in part.words for part in self._prepared.parts)
            case ast.And(parts=parts, without=without):
                return all(self.holds(part) for part in parts) and not any(
                    self.holds(part) for part in without
                )
            case ast.Or(parts=parts):
                return any(self.holds(part) for part in parts)
            case ast.Near():
                return any(True for number in self._numbers() for _ in self._pairs(node, number))
            case ast.Field():
                return self._field(node)
        return any(self._places(node, number) for number in self._numbers())

    def _numbers(self) -> range:
        return range(len(self._prepared.parts))

    def _part(self, number: int) -> Part:
        return self._prepared.parts[number]

    def _places(self, node: ast.Node, number: int) -> list[Stretch]:
        key = (node, number)
        if key not in self._known:
            self._known[key] = stretches(node, self._part(number))
        return self._known[key]

    def _pairs(self, node: ast.Near, number: int) -> Iterator[tuple[Stretch, Stretch]]:
        left, right = self._places(node.left, number), self._places(node.right, number)
        return near(left, right, node.distance, ordered=node.ordered)

    def _field(self, node: ast.Field) -> bool:
        if node.name == "title":
            return any(self._title_places(node, part) for part in self._prepared.parts)
        if node.name == "url":
            written = (url for part in self._prepared.parts for _, _, url in part.urls)
            return any(
                _holds_url(node.value, url) for url in (*self._prepared.url_fields, *written)
            )
        values = [fold(value) for value in self._prepared.document.fields.get(node.name, ())]
        if node.name == "site":
            return any(_is_site(node.value, value) for value in values)
        return any(_is_value(node.value, value) for value in values)

    def _title_places(self, node: ast.Field, part: Part) -> list[Stretch]:
        if not part.in_title:
            return []
        return stretches(leaf_of(tuple(node.value.split()), node.span), part)

    def _spans(self, node: ast.Node) -> Iterator[LeafSpan]:
        for number in self._numbers():
            part = self._part(number)
            match node:
                case ast.Near():
                    yield from self._near_spans(node, number)
                case ast.Field(name="title"):
                    for place in self._title_places(node, part):
                        yield _span(part, place, self._written(node))
                case ast.Field(name="url", value=value):
                    for start, end, url in part.urls:
                        if _holds_url(value, url):
                            yield LeafSpan(start, end, self._written(node), part.in_title)
                case ast.Field():
                    pass
                case _:
                    for place in self._places(node, number):
                        yield _span(part, place, self._written(node))

    def _near_spans(self, node: ast.Near, number: int) -> Iterator[LeafSpan]:
        """Both sides of every pair, each under the leaf that stands there."""
        part = self._part(number)
        pairs = list(self._pairs(node, number))
        for side, which in ((node.left, 0), (node.right, 1)):
            wanted = {pair[which] for pair in pairs}
            for leaf in positive(side):
                for place in wanted.intersection(self._places(leaf, number)):
                    yield _span(part, place, self._written(leaf))


def positive(node: ast.Node) -> Iterator[ast.Node]:
    """Leaves and NEARs that may make a match; what is subtracted explains nothing."""
    match node:
        case ast.And(parts=parts) | ast.Or(parts=parts):
            for part in parts:
                yield from positive(part)
        case _:
            yield node


def _span(part: Part, place: Stretch, leaf: str) -> LeafSpan:
    first, last = part.tokens[place[0]], part.tokens[place[1]]
    return LeafSpan(first.start, last.end, leaf, part.in_title)


def _is_value(wanted: str, value: str) -> bool:
    return glob(wanted, value) if "*" in wanted or "?" in wanted else wanted == value


def _is_site(wanted: str, value: str) -> bool:
    """A site holds its subdomains: `site:ad.nl` finds `www.ad.nl`."""
    return _is_value(wanted, value) or value.endswith("." + wanted.removeprefix("www."))


def _holds_url(wanted: str, url: str) -> bool:
    return glob(f"*{wanted}*", url) if "*" in wanted else wanted in url
