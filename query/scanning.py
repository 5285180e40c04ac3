"""Which clues show in which texts: one scan of hyperscan over a folded block.

Clues are compiled as plain literals and the edges of the tokens are tested in numpy afterwards; only
literals of three bytes or fewer, which stand inside many words, carry their edges themselves.
hyperscan is imported here and nowhere else, on first use.
"""

from __future__ import annotations

import importlib
import re
import threading
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from query.block import WORDY, Block, Numbers, literal_of
from query.needs import Clue

SHORT = 3
#: Tables that a scanner grows to before it is compiled afresh.
MOST_BASES = 12


@cache
def available() -> bool:
    """Is hyperscan installed, and does it load on this processor."""
    try:
        importlib.import_module("hyperscan")
    except (ImportError, OSError):
        return False
    return True


class Scanner:
    """A compiled list of clues; `find` gives (text number, clue number) pairs, each once, in order."""

    def __init__(self, clues: Sequence[Clue], before: Scanner | None = None) -> None:
        """With `before`, only the clues that it does not hold yet are compiled."""
        known = 0 if before is None else before.count
        self.count: int = len(clues)
        literals = [_literal(clue) for clue in clues[known:]]
        edges = np.array(
            [(len(text or b""), left, right) for text, left, right in literals], np.int64
        )
        edges = edges.reshape(-1, 3)
        self._edges: Numbers = edges if before is None else np.concatenate((before._edges, edges))
        self._bases: list[tuple[Any, threading.Lock]] = [
            *(before._bases if before else ()),
            *_bases(literals, known),
        ]

    def extended(self, clues: Sequence[Clue]) -> Scanner:
        """A scanner of a longer list that begins with this one's; this one stays as it is."""
        if len(clues) == self.count:
            return self
        return Scanner(clues, self if len(self._bases) < MOST_BASES else None)

    def find(self, block: Block) -> Iterator[tuple[int, int]]:
        """Clues with their token edges in place; a literal inside a longer word is not told."""
        clues: list[int] = []
        ends: list[int] = []
        told, ended = clues.append, ends.append

        def note(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            told(number)
            ended(end)

        data = block.folded.tobytes()
        for base, lock in self._bases:
            with lock:
                base.scan(data, match_event_handler=note)
        return self._sound(block, np.array(clues, np.int64), np.array(ends, np.int64))

    def _sound(self, block: Block, clues: Numbers, ends: Numbers) -> Iterator[tuple[int, int]]:
        length, left, right = self._edges[clues].T
        before, after = WORDY[block.folded[ends - length - 1]], WORDY[block.folded[ends]]
        kept = ~((left > 0) & before) & ~((right > 0) & after)
        texts = np.searchsorted(block.starts, ends[kept] - 1, "right") - 1
        pairs = np.unique(texts * self.count + clues[kept])
        return zip((pairs // self.count).tolist(), (pairs % self.count).tolist(), strict=True)


def _bases(
    literals: Sequence[tuple[bytes | None, bool, bool]], first: int
) -> list[tuple[Any, threading.Lock]]:
    """Compiled tables with a lock each: a table has one working space."""
    plain: list[tuple[bytes, int]] = []
    edged: list[tuple[bytes, int]] = []
    for number, (literal, left, right) in enumerate(literals, start=first):
        if literal and len(literal) <= SHORT and (left or right):
            edged.append((_edged(literal, left=left, right=right), number))
        elif literal:
            plain.append((literal, number))
    return [
        (_compiled(patterns, literal=literal), threading.Lock())
        for patterns, literal in ((plain, True), (edged, False))
        if patterns
    ]


def _compiled(patterns: Sequence[tuple[bytes, int]], *, literal: bool) -> Any:
    hyperscan: Any = importlib.import_module("hyperscan")
    base = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    expressions, numbers = zip(*patterns, strict=True)
    base.compile(
        expressions=list(expressions), ids=list(numbers), elements=len(numbers), flags=0,
        literal=literal,
    )  # fmt: skip
    return base


def _literal(clue: Clue) -> tuple[bytes | None, bool, bool]:
    """(bytes to look for, they begin a token, they end a token)."""
    if clue.kind == "e":
        return literal_of(clue.pattern) or None, False, False
    if clue.kind == "@":
        return literal_of(f"@{clue.pattern}"), False, True
    piece, first, last = clue.solid
    literal = literal_of(piece)
    if literal is not None and clue.kind == "#" and first:
        return b"#" + literal, False, last
    return literal or None, first, last


def _edged(literal: bytes, *, left: bool, right: bool) -> bytes:
    """A short literal with the edges that numpy would test; a sign at its start needs none."""
    start = b"\\b" if left and WORDY[literal[0]] else b""
    end = b"\\b" if right and WORDY[literal[-1]] else b""
    return start + re.escape(literal) + end
