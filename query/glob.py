"""Wildcards within one token, matched in time that cannot run away."""

from __future__ import annotations


def glob(pattern: str, text: str) -> bool:
    """True when `*` (zero or more) and `?` (exactly one) make the pattern fit the whole text."""
    pieces = pattern.split("*")
    if len(pieces) == 1:
        return len(text) == len(pattern) and _fits(pattern, text, 0)
    first, *middle, last = pieces
    if len(text) < len(first) + len(last) or not _fits(first, text, 0):
        return False
    end = len(text) - len(last)
    if not _fits(last, text, end):
        return False
    at = len(first)
    for piece in middle:
        at = _find(piece, text, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


def _fits(piece: str, text: str, at: int) -> bool:
    if "?" not in piece:
        return text.startswith(piece, at)
    return all(want in ("?", got) for want, got in zip(piece, text[at:], strict=False))


def _find(piece: str, text: str, at: int, end: int) -> int:
    """The first place at or after `at` where the piece fits before `end`; -1 for none."""
    if "?" not in piece:
        return text.find(piece, at, end)
    for place in range(at, end - len(piece) + 1):
        if _fits(piece, text, place):
            return place
    return -1
