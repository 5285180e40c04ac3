"""Cuts a text into pieces that are plain, found by the query, or evidence for a label."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from dashboards.views import Mark, Reason

#: Direction overrides and isolates: they could make a name on the page read backwards.
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `found` when the query hit it, `evidence` when a label rests on it."""

    text: str
    found: bool = False
    evidence: bool = False


def pieces(text: str, marks: Iterable[Mark] = (), reasons: Iterable[Reason] = ()) -> list[Piece]:
    """The whole of `text` in order, cut at every edge of a span.

    Spans are [start, end) in code points of `text`; what falls outside the text is cut off, what
    is empty or reversed is left out. Joined together the pieces always give `text` back.
    """
    found = [_within(text, mark.start, mark.end) for mark in marks]
    evidence = [_within(text, reason.start, reason.end) for reason in reasons]
    edges = sorted({0, len(text), *(edge for span in (*found, *evidence) for edge in span)})
    return [
        Piece(text[start:end], _covers(found, start, end), _covers(evidence, start, end))
        for start, end in pairwise(edges)
    ]


def _within(text: str, start: int, end: int) -> tuple[int, int]:
    first = min(max(start, 0), len(text))
    return first, max(first, min(end, len(text)))


def _covers(spans: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    return any(first <= start and end <= after for first, after in spans)


def flat(value: object) -> str:
    """One line for places where no element can isolate it: page titles, options, attributes."""
    kept = (" " if unicodedata.category(c) == "Cc" else c for c in str(value))
    return " ".join("".join(c for c in kept if c not in _DIRECTION).split())
