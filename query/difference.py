"""What a changed query gains and loses over stored posts, and which terms are responsible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from query import ast
from query.archive import Archive, total
from query.block import Flags
from query.matcher import CompiledQuery, positive


@dataclass(frozen=True, slots=True)
class Responsible:
    """A term with the posts it gained or lost; `why`: added, dropped, lifted or taken (by NOT)."""

    leaf: str
    why: str
    posts: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Numbers of posts in the archive, ascending; terms by the number of posts, most first."""

    before: int
    after: int
    gained: tuple[int, ...]
    lost: tuple[int, ...]
    gained_by: tuple[Responsible, ...]
    lost_by: tuple[Responsible, ...]

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
    )  # fmt: skip


def _responsible(
    archive: Archive, numbers: tuple[int, ...], without: CompiledQuery, having: CompiledQuery,
    why: tuple[str, str],
) -> tuple[Responsible, ...]:  # fmt: skip
    """The leaves only one query asks for, and the NOTs only the other has, on the posts that differ."""
    if not numbers:
        return ()
    marks = archive.marked(numbers)
    also, barred_too = set(_asked(without)), set(_barred(having.tree))
    terms = [(leaf, having, why[0]) for leaf in _asked(having) if leaf not in also]
    terms += [(term, without, why[1]) for term in _barred(without.tree) if term not in barred_too]
    found: Counter[tuple[str, str]] = Counter()
    for term, query, how in terms:
        held = _both(archive.flags(term), marks)
        if posts := total(held):
            found[query.written(term), how] += posts
    return tuple(Responsible(leaf, how, posts) for (leaf, how), posts in found.most_common())


def _both(first: Sequence[Flags], second: Sequence[Flags]) -> list[Flags]:
    return [one & two for one, two in zip(first, second, strict=True)]


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
    matched, noisy = archive.flags(query.tree), archive.marked(noise)
    found: list[TermYield] = []
    for leaves, needed in _needed(query.tree, archive):
        for leaf in leaves:
            held = _both(archive.flags(leaf), matched)
            alone = total(_both(held, needed(leaf)))
            found.append(
                TermYield(query.written(leaf), total(held), alone, total(_both(held, noisy)))
            )
    return tuple(found)


Needed = Callable[[ast.Node], list[Flags]]


def _needed(tree: ast.Node, archive: Archive) -> Iterator[tuple[list[ast.Node], Needed]]:
    """Leaves with the posts that match through none but this one (among those that match).

    In a group of plain leaves: where it is the only one. In a group of more than that: where the
    group without it does not hold, which costs an answer per leaf.
    """
    for group in tree.parts if isinstance(tree, ast.And) else (tree,):
        parts = group.parts if isinstance(group, ast.Or) else (group,)
        leaves = list(dict.fromkeys(positive(group)))
        if any(isinstance(part, ast.And | ast.Or) for part in parts):
            yield leaves, lambda leaf, group=group: _lost(archive, _without(group, leaf))  # type: ignore[misc]
            continue
        times = [np.zeros(len(flags), np.int32) for flags in archive.marked(())]
        for leaf in leaves:
            for count, flags in zip(times, archive.flags(leaf), strict=True):
                count += flags
        once: list[Flags] = [count == 1 for count in times]
        yield leaves, lambda _, once=once: once  # type: ignore[misc]


def _lost(archive: Archive, left: ast.Node | None) -> list[Flags]:
    held = archive.marked(()) if left is None else archive.flags(left)
    return [~flags for flags in held]


def _without(node: ast.Node, leaf: ast.Node) -> ast.Node | None:
    """The tree without a leaf; None when nothing is left to ask for."""
    match node:
        case ast.And(parts=parts, without=without):
            kept = [left for part in parts if (left := _without(part, leaf)) is not None]
            return ast.And(tuple(kept), without, node.span) if len(kept) == len(parts) else None
        case ast.Or(parts=parts):
            kept = [left for part in parts if (left := _without(part, leaf)) is not None]
            return ast.Or(tuple(kept), node.span) if kept else None
    return None if node == leaf else node
