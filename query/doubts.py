"""Which terms ask for a second look, and what to write instead: the questions that lint asks."""

from __future__ import annotations

import re

from query import ast
from query.names import is_function, is_ordinary, looks_like_person
from query.text import token_key

__all__ = [
    "LONGEST_GUESS",
    "is_ordinary",
    "looks_like_person",
    "near_person",
    "removed",
    "wider",
    "words_of",
]

#: Shorter heads end too many other words: `amv*` is no reason to write `*amv*`.
SHORTEST_HEAD = 5
#: Without posts to look in, only a short head is likely to end other words.
LONGEST_GUESS = 8
OR_BEFORE = re.compile(r"\s*\bOR\s*$")
OR_AFTER = re.compile(r"^\s*OR\b\s*")
NOT_BEFORE = re.compile(r"\s*\b(?:AND\s+)?NOT\s*$")


def words_of(leaf: ast.Node) -> tuple[str, ...]:
    """The folded words of a phrase or of exact words; empty for any other leaf."""
    match leaf:
        case ast.Phrase(words=words):
            return words
        case ast.Exact(words=words):
            return tuple(token_key(word) for word in words)
    return ()


def near_person(node: ast.Near) -> bool:
    """A first name and one other word within two tokens, and no function among them."""
    match node.left, node.right:
        case (ast.Word(text=one), ast.Word(text=two)) if node.distance <= 2:
            names = looks_like_person((one, two)) or looks_like_person((two, one))
            return names and not (is_function(one) or is_function(two))
    return False


def wider(leaf: ast.Node) -> ast.Wildcard | None:
    """`*opvang*` for `opvang*`; None where a compound is not to be expected."""
    if not isinstance(leaf, ast.Wildcard):
        return None
    head = leaf.pattern[:-1]
    if not leaf.pattern.endswith("*") or re.search(r"[*?]", head) or len(head) < SHORTEST_HEAD:
        return None
    return ast.Wildcard(f"*{leaf.pattern}", leaf.span)


def removed(text: str, start: int, end: int) -> str | None:
    """The text without a term of an OR group, or without a NOT; None where neither is its place."""
    before, after = text[:start], text[end:]
    joined, following = OR_BEFORE.search(before), OR_AFTER.search(after)
    if joined is not None:
        return before[: joined.start()] + after
    if following is not None:
        return before + after[following.end() :]
    taken = NOT_BEFORE.search(before)
    return None if taken is None else before[: taken.start()] + after
