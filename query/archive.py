"""Backtests and previews: what a query finds in all posts kept, how much, and what each part costs.

An archive is segments, oldest first, and a tail of the newest posts that is simply scanned. It is a
value: adding posts makes another archive, and a deletion rebuilds only the segment it falls in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from query import ast
from query.block import Flags
from query.document import Document
from query.matcher import CompiledQuery, Finder, positive
from query.prepared import prepare
from query.printer import text_of
from query.segment import Segment

#: Posts of a segment, and of a tail before it becomes one.
SEGMENT, TAIL = 50_000, 5_000
#: Sets of leaves remembered so that segments recognise them at once.
MOST_GROUPS = 1_024


@dataclass(frozen=True, slots=True)
class LeafCount:
    """Of one leaf: the posts that hold it, and how many of those the whole query matches."""

    leaf: str
    posts: int
    matched: int


@dataclass(frozen=True, slots=True)
class Removal:
    """What one NOT took off: posts that match but for the NOTs, and those that it alone took off."""

    leaf: str
    posts: int
    alone: int


@dataclass(frozen=True, slots=True)
class Preview:
    """`newest`: numbers of posts in the archive, newest first; the last two are empty unless asked."""

    count: int
    posts: int
    newest: tuple[int, ...]
    leaves: tuple[LeafCount, ...] = ()
    removed: tuple[Removal, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Archive:
    """Posts by number from 0, oldest first: those of the segments, then those of the tail."""

    segments: tuple[Segment, ...] = ()
    tail: tuple[Document, ...] = ()
    _known: dict[frozenset[ast.Node], frozenset[ast.Node]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def build(cls, documents: Iterable[Document], size: int = SEGMENT) -> Archive:
        """Segments of `size` posts; the remainder is a segment too when it is worth one."""
        kept = list(documents)
        parts = [kept[start : start + size] for start in range(0, len(kept), size)]
        tail = parts.pop() if parts and len(parts[-1]) < min(TAIL, size) else []
        return cls(tuple(Segment.build(part) for part in parts), tuple(tail))

    def __len__(self) -> int:
        return sum(map(len, self.segments)) + len(self.tail)

    def document(self, number: int) -> Document:
        """The post of a number; raises IndexError beyond the last."""
        for segment in self.segments:
            if number < len(segment):
                return segment.documents[number]
            number -= len(segment)
        return self.tail[number]

    def with_posts(self, documents: Iterable[Document]) -> Archive:
        """Another archive with newer posts; a tail that grew long becomes a segment."""
        tail = (*self.tail, *documents)
        if len(tail) < TAIL:
            return Archive(self.segments, tail, self._known)
        return Archive((*self.segments, *Archive.build(tail, SEGMENT).segments), (), self._known)

    def without(self, numbers: Iterable[int]) -> Archive:
        """Another archive without these posts; the numbers after them move up."""
        gone = set(numbers)
        first, segments = 0, []
        for segment in self.segments:
            here = range(first, first + len(segment))
            if gone.isdisjoint(here):
                segments.append(segment)
            else:
                left = [d for n, d in zip(here, segment.documents, strict=True) if n not in gone]
                segments.append(Segment.build(left))
            first += len(segment)
        tail = [d for n, d in enumerate(self.tail, start=first) if n not in gone]
        return Archive(tuple(segments), tuple(tail), self._known)

    def preview(self, query: CompiledQuery, newest: int = 50, *, details: bool = False) -> Preview:
        """Count and newest posts of a query; with `details` what each leaf and each NOT does."""
        found = self.flags(query.tree)
        count = sum(int(np.count_nonzero(flags)) for flags in found)
        if not details:
            return Preview(count, len(self), self._newest(found, newest))
        return Preview(
            count, len(self), self._newest(found, newest), self._leaves(query, found),
            self._removed(query),
        )  # fmt: skip

    def forget(self) -> None:
        """Drop the groups that the segments keep, so that the next answer is a cold one."""
        for segment in self.segments:
            segment.forget()

    def count(self, node: ast.Node) -> int:
        """The number of posts on which a filled tree holds."""
        return total(self.flags(node))

    def flags(self, node: ast.Node) -> list[Flags]:
        """A flag per post for a filled tree, segment by segment and then the tail."""
        return [flags for _, flags in self._flags(node)]

    def marked(self, numbers: Iterable[int]) -> list[Flags]:
        """The same for posts by number."""
        marks: Flags = np.zeros(len(self), bool)
        marks[list(numbers)] = True
        return np.split(marks, np.cumsum([len(segment) for segment in self.segments]))

    def numbers(self, query: CompiledQuery) -> list[int]:
        """The numbers of all posts that match, ascending."""
        return [n for first, flags in self._flags(query.tree) for n in _places(flags, first)]

    def _flags(self, node: ast.Node) -> Iterator[tuple[int, Flags]]:
        """(number of the first post, a flag per post) of each segment and of the tail."""
        first, keys = 0, dict(self._keys(node))
        for segment in self.segments:
            yield first, segment.posts(node, keys)
            first += len(segment)
        held = [Finder(prepare(document)).holds(node) for document in self.tail]
        yield first, np.array(held, bool)

    def _keys(self, node: ast.Node) -> Iterator[tuple[int, frozenset[ast.Node]]]:
        """The OR groups of a tree by identity, each set of leaves always as the same object."""
        match node:
            case ast.And(parts=parts, without=without):
                for part in (*parts, *without):
                    yield from self._keys(part)
            case ast.Or(parts=parts):
                if len(self._known) >= MOST_GROUPS:
                    self._known.clear()
                leaves = frozenset(parts)
                yield id(node), self._known.setdefault(leaves, leaves)

    def _newest(self, found: Sequence[Flags], most: int) -> tuple[int, ...]:
        first, numbers = len(self), list[int]()
        for flags in reversed(found):
            first -= len(flags)
            if len(numbers) < most:
                places = np.flatnonzero(flags)[::-1][: most - len(numbers)]
                numbers += (places + first).tolist()
        return tuple(numbers)

    def _leaves(self, query: CompiledQuery, found: Sequence[Flags]) -> tuple[LeafCount, ...]:
        counts = []
        for leaf in dict.fromkeys(positive(query.tree)):
            held = self.flags(leaf)
            both = zip(held, found, strict=True)
            counts.append(
                LeafCount(query.written(leaf), total(held), total(one & two for one, two in both))
            )
        return tuple(counts)

    def _removed(self, query: CompiledQuery) -> tuple[Removal, ...]:
        tree = query.tree
        if not isinstance(tree, ast.And) or not tree.without or not tree.parts:
            return ()
        wanted = self.flags(ast.And(tree.parts))
        terms = [term for part in tree.without for term in _terms(part)]
        took = [self.flags(term) for term in terms]
        often = [sum(each, np.zeros(len(each[0]), np.int32)) for each in zip(*took, strict=True)]
        removed = []
        for term, flags in zip(terms, took, strict=True):
            taken = [one & two for one, two in zip(wanted, flags, strict=True)]
            alone = [one & (times == 1) for one, times in zip(taken, often, strict=True)]
            name = text_of(term) if isinstance(term, ast.And | ast.Near) else query.written(term)
            removed.append(Removal(name, total(taken), total(alone)))
        return tuple(removed)


def _terms(node: ast.Node) -> tuple[ast.Node, ...]:
    """What a NOT takes off, each alternative apart."""
    return (
        tuple(t for part in node.parts for t in _terms(part))
        if isinstance(node, ast.Or)
        else (node,)
    )


def total(flags: Iterable[Flags]) -> int:
    """The number of posts that are flagged."""
    return sum(int(np.count_nonzero(one)) for one in flags)


def _places(flags: Flags, first: int) -> list[int]:
    places: list[int] = (np.flatnonzero(flags) + first).tolist()
    return places
