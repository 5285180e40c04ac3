"""Normal form and canonical text; its hash names the version.

Laws: parse(print(n)) = n; the normal form means what the raw tree means; normalising twice changes
nothing.
"""

from __future__ import annotations

import hashlib

from query import ast
from query.subsume import without_subsumed


def normal(node: ast.Node) -> ast.Node:
    """N-ary groups, OR groups as sorted sets without what they hold already, NOT over OR spread."""
    match node:
        case ast.Or(parts=parts):
            return _normal_or([normal(part) for part in parts])
        case ast.And():
            return _normal_and(node)
        case ast.Near(left=left, right=right, distance=distance, ordered=ordered):
            return ast.Near(normal(left), normal(right), distance, ordered)
    return node


def _normal_or(parts: list[ast.Node]) -> ast.Node:
    flat: list[ast.Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, ast.Or) else [part])
    kept = without_subsumed(_unique(flat))
    return kept[0] if len(kept) == 1 else ast.Or(tuple(sorted(kept, key=text_of)))


def _normal_and(node: ast.And) -> ast.Node:
    good: list[ast.Node] = []
    bad: list[ast.Node] = []
    for part in (normal(one) for one in node.parts):
        if isinstance(part, ast.And):
            good.extend(part.parts)
            bad.extend(part.without)
        else:
            good.append(part)
    for part in (normal(one) for one in node.without):
        bad.extend(part.parts if isinstance(part, ast.Or) else [part])
    good, bad = _unique(good), sorted(without_subsumed(_unique(bad)), key=text_of)
    if len(good) == 1 and not bad:
        return good[0]
    return ast.And(tuple(good), tuple(bad))


def _unique(nodes: list[ast.Node]) -> list[ast.Node]:
    return list(dict.fromkeys(nodes))


def text_of(node: ast.Node) -> str:
    """The node as query text that parses to the same node."""
    match node:
        case ast.Word(text=text) | ast.Emoji(text=text):
            return text
        case ast.Wildcard(pattern=pattern):
            return pattern
        case ast.Hashtag(pattern=pattern):
            return f"#{pattern}"
        case ast.Handle(name=name):
            return f"@{name}"
        case ast.Phrase(words=words, slop=slop):
            return f'"{" ".join(words)}"' + (f"~{slop}" if slop else "")
        case ast.Exact(words=words):
            return "{" + " ".join(words) + "}"
        case ast.Field(name=name, value=value):
            return f'{name}:"{value}"'
        case ast.Placeholder(name=name, optional=optional):
            return f"<{name}{'?' if optional else ''}>"
        case ast.Near(left=left, right=right, distance=distance, ordered=ordered):
            word = "ONEAR" if ordered else "NEAR"
            return f"{_operand(left)} {word}/{distance} {_operand(right)}"
        case ast.Or(parts=parts):
            return " OR ".join(_operand(part) for part in parts)
        case ast.And(parts=parts, without=without):
            good = " AND ".join(_operand(part, near=True) for part in parts)
            return f"{good}{''.join(f' NOT {_operand(part)}' for part in without)}".strip()
    raise AssertionError(node)


def _operand(node: ast.Node, *, near: bool = False) -> str:
    if isinstance(node, ast.And | ast.Or) or (isinstance(node, ast.Near) and not near):
        return f"({text_of(node)})"
    return text_of(node)


def digest(canonical: str) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
