"""What a changed query gains and loses over stored posts, and which terms are responsible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from query import ast
from query.archive import Archive
from query.matcher import CompiledQuery, Finder, positive
from query.prepared import prepare

#: Posts of which the responsible terms are looked up; beyond it the newest stand for all.
MOST_READ = 2_000


@dataclass(frozen=True, slots=True)
class Responsible:
    """A term with the posts it gained or lost; `why`: added, dropped, lifted or taken (by NOT)."""

    leaf: str
    why: str
    posts: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Numbers of posts in the archive, ascending; terms by the number of posts, most first.

    `read`: of how many posts the terms were looked up, of the gained and the lost ones.
    """

    before: int
    after: int
    gained: tuple[int, ...]
    lost: tuple[int, ...]
    gained_by: tuple[Responsible, ...]
    lost_by: tuple[Responsible, ...]
    read: tuple[int, int]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class TermYield:
    """Of one term: matching posts that hold it, those that would go without it, and noise among them."""

    leaf: str
    posts: int
    alone: int
    noise: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def difference(old: CompiledQuery, new: CompiledQuery, archive: Archive) -> Difference:
    """Compare two queries over all posts of the archive."""
    had, has = set(archive.numbers(old)), set(archive.numbers(new))
    gained, lost = tuple(sorted(has - had)), tuple(sorted(had - has))
    return Difference(
        len(had), len(has), gained, lost,
        _responsible(archive, gained, old, new, ("added", "lifted")),
        _responsible(archive, lost, new, old, ("dropped", "taken")),
        (min(len(gained), MOST_READ), min(len(lost), MOST_READ)),
    )  # fmt: skip


def _responsible(
    archive: Archive, numbers: tuple[int, ...], without: CompiledQuery, having: CompiledQuery,
    why: tuple[str, str],
) -> tuple[Responsible, ...]:  # fmt: skip
    """The leaves only one query asks for, and the NOTs only the other has, on the posts that differ."""
    asked = [leaf for leaf in _asked(having) if leaf not in set(_asked(without))]
    barred = [term for term in _barred(without.tree) if term not in set(_barred(having.tree))]
    found: Counter[tuple[str, str]] = Counter()
    for number in numbers[-MOST_READ:]:
        finder = Finder(prepare(archive.document(number)))
        found.update((having.written(leaf), why[0]) for leaf in asked if finder.holds(leaf))
        found.update((without.written(term), why[1]) for term in barred if finder.holds(term))
    return tuple(Responsible(leaf, how, posts) for (leaf, how), posts in found.most_common())


def _asked(query: CompiledQuery) -> list[ast.Node]:
    return list(dict.fromkeys(positive(query.tree)))


def _barred(node: ast.Node) -> Iterator[ast.Node]:
    """Every term that some NOT of the tree takes off, alternatives apart."""
    match node:
        case ast.And(parts=parts, without=without):
            for part in without:
                yield from part.parts if isinstance(part, ast.Or) else (part,)
            for part in parts:
                yield from _barred(part)
        case ast.Or(parts=parts):
            for part in parts:
                yield from _barred(part)


def term_yields(
    query: CompiledQuery, archive: Archive, noise: Collection[int] = ()
) -> tuple[TermYield, ...]:
    """Per term, in the order of the query. `noise`: numbers of posts labelled as noise by a person."""
    matched = archive.numbers(query)
    noisy = set(noise)
    found = []
    for leaf in _asked(query):
        held = set(archive.numbers(CompiledQuery(leaf))) & set(matched)
        left = _without(query.tree, leaf)
        kept = set() if left is None else set(archive.numbers(CompiledQuery(left)))
        found.append(TermYield(query.written(leaf), len(held), len(held - kept), len(held & noisy)))
    return tuple(found)


def _without(node: ast.Node, leaf: ast.Node) -> ast.Node | None:
    """The tree without a leaf; None when nothing is left to ask for."""
    match node:
        case ast.And(parts=parts, without=without):
            kept = [_without(part, leaf) for part in parts]
            left = tuple(part for part in kept if part is not None)
            return ast.And(left, without, node.span) if len(left) == len(parts) else None
        case ast.Or(parts=parts):
            left = tuple(_some(_without(part, leaf) for part in parts))
            return ast.Or(left, node.span) if left else None
    return None if node == leaf else node


def _some(nodes: Iterable[ast.Node | None]) -> Iterator[ast.Node]:
    return (node for node in nodes if node is not None)
