"""Leaves of one OR group that another leaf of the group finds already: `opvangen` under `opvang*`.

Twenty thousand leaves may stand beside a thousand patterns, so no pattern is held against every
word: a prefix is looked up, and any other pattern first searches its longest plain piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from query import ast
from query.glob import glob

BETWEEN = "\n"


def without_subsumed(nodes: Sequence[ast.Node]) -> list[ast.Node]:
    """The nodes that are needed, in the same order; what they find together stays the same."""
    patterns = [node.pattern for node in nodes if isinstance(node, ast.Wildcard)]
    words = {node.text for node in nodes if isinstance(node, ast.Word)}
    heads = frozenset(pattern[:-1] for pattern in patterns if _is_prefix(pattern))
    keys = words | {node.pattern for node in nodes if isinstance(node, ast.Hashtag)}
    covered = _covered(keys, patterns)
    return [node for node in nodes if not _is_subsumed(node, words, heads, covered)]


def _is_subsumed(node: ast.Node, words: set[str], heads: frozenset[str], covered: set[str]) -> bool:
    match node:
        case ast.Word(text=text):
            return text in covered
        case ast.Hashtag(pattern=text):
            return text in words or text in covered
        case ast.Wildcard(pattern=pattern):
            solid = re.split(r"[*?]", pattern, maxsplit=1)[0]
            longest = len(solid) - 1 if _is_prefix(pattern) else len(solid)
            return any(solid[:size] in heads for size in range(1, longest + 1))
    return False


def _is_prefix(pattern: str) -> bool:
    return pattern.endswith("*") and "*" not in pattern[:-1] and "?" not in pattern


def _covered(keys: Iterable[str], patterns: Sequence[str]) -> set[str]:
    """The plain keys that one of the patterns matches."""
    left = {key for key in keys if "*" not in key and "?" not in key}
    found: set[str] = set()
    if not left or not patterns:
        return found
    heads = {pattern[:-1] for pattern in patterns if _is_prefix(pattern)}
    found = {key for key in left if any(key[:size] in heads for size in range(1, len(key) + 1))}
    rest = sorted(left - found)
    joined = BETWEEN + BETWEEN.join(rest) + BETWEEN
    for pattern in patterns:
        piece = max(re.split(r"[*?]", pattern), key=len)
        if not piece:
            found.update(key for key in rest if glob(pattern, key))
        elif not _is_prefix(pattern):
            found.update(_matching(pattern, piece, joined))
    return found


def _matching(pattern: str, piece: str, joined: str) -> Iterable[str]:
    """The keys of a joined text that hold a piece of the pattern and match it whole."""
    at = joined.find(piece)
    while at >= 0:
        start = joined.rfind(BETWEEN, 0, at) + 1
        end = joined.find(BETWEEN, at)
        if glob(pattern, joined[start:end]):
            yield joined[start:end]
        at = joined.find(piece, end)
