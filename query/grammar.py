"""The pyparsing grammar, over the kinds of the tokens (query-language.md §1-2).

A query is a string of one character per token (`l` a leaf, `A` AND, `O` OR, `N` NOT, `D` NEAR and the
two brackets), so that positions in the grammar are token numbers. AND and juxtaposition stand on a
level of their own, because pyparsing 3.3.3 mistakes an operator level with an optional AND.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyparsing as pp

from query import ast
from query.errors import Problem, QuerySyntaxError
from query.tokens import AND, CLOSE, LEAF, NEAR, NOT, OPEN, OR, Token

#: Fifty brackets in pyparsing take more frames than Python allows by itself.
STACK = 10_000
_PARSING = threading.Lock()


@dataclass(frozen=True, slots=True)
class At:
    """A leaf or a NEAR, by token number."""

    number: int


@dataclass(frozen=True, slots=True)
class Close:
    """Two operands and the NEAR between them."""

    left: Any
    near: At
    right: Any


@dataclass(frozen=True, slots=True)
class Minus:
    """An operand that is subtracted, and the NOT before it."""

    sign: At
    operand: Any


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """A group, or the query itself: something, and what is taken off it at the end."""

    parts: tuple[Any, ...]


@cache
def _grammar() -> pp.ParserElement:
    def sign(char: str) -> pp.ParserElement:
        return pp.Literal(char).leave_whitespace()

    def at(_text: str, place: int, _found: pp.ParseResults) -> list[At]:
        return [At(place)]

    def close(found: pp.ParseResults) -> list[Any]:
        parts = list(found)
        return [parts[0] if len(parts) == 1 else Close(*parts)]

    query = pp.Forward()
    leaf = sign(LEAF).set_parse_action(at)
    near = sign(NEAR).set_parse_action(at)
    group = sign(OPEN).suppress() + query + sign(CLOSE).suppress()
    unary = leaf | group
    prox = (unary + pp.Opt(near + unary)).set_parse_action(close)
    less = sign(NOT).set_parse_action(at)
    minus = (less + unary).set_parse_action(lambda found: [Minus(found[0], found[1])])
    both = prox + pp.ZeroOrMore(prox | (sign(AND).suppress() + (minus | prox)))
    both = both.set_parse_action(lambda found: [All(tuple(found))])
    either = both + pp.ZeroOrMore(sign(OR).suppress() + both)
    either = either.set_parse_action(lambda found: [Any_(tuple(found))])
    query <<= ((either + pp.ZeroOrMore(minus)) | pp.OneOrMore(minus)).set_parse_action(
        lambda found: [Whole(tuple(found))]
    )
    return query


def build(tokens: Sequence[Token]) -> ast.Node:
    """The tree of tokens that passed the structural check; raises `QuerySyntaxError`."""
    kinds = "".join(token.kind for token in tokens)
    try:
        found = _parsed(kinds)
    except pp.ParseException as error:
        place = tokens[min(error.loc, len(tokens) - 1)]
        raise QuerySyntaxError(
            [
                Problem(
                    "operand", place.start, place.end - place.start,
                    "Hier klopt de volgorde van termen en operatoren niet.", "Zet haakjes.",
                )
            ]
        ) from error  # fmt: skip
    return _Tree(tokens).node(found)


def _parsed(kinds: str) -> Any:
    """One parse at a time, so that nobody lowers the limit under another thread's parse."""
    with _PARSING:
        deep = sys.getrecursionlimit()
        sys.setrecursionlimit(max(deep, STACK))
        try:
            return _grammar().parse_string(kinds, parse_all=True)[0]
        finally:
            sys.setrecursionlimit(deep)


class _Tree:
    """From what the grammar grouped to the nodes of the tree, with their spans."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens

    def node(self, found: Any) -> ast.Node:
        match found:
            case At(number=number):
                leaf = self._tokens[number].leaf
                assert leaf is not None
                return leaf
            case Close(left=left, near=near, right=right):
                token = self._tokens[near.number]
                first, second = self.node(left), self.node(right)
                span = (first.span[0], second.span[1])
                return ast.Near(first, second, token.distance, token.ordered, span)
            case All(parts=parts):
                return self._all(parts)
            case Any_(parts=parts):
                nodes = tuple(self.node(part) for part in parts)
                return nodes[0] if len(nodes) == 1 else ast.Or(nodes, _span(nodes))
            case Whole(parts=parts):
                return self._all(_spread(parts))
        raise AssertionError(found)

    def _all(self, parts: tuple[Any, ...]) -> ast.Node:
        good: list[ast.Node] = []
        without: list[ast.Node] = []
        starts: list[int] = []
        for part in parts:
            if isinstance(part, Minus):
                starts.append(self._tokens[part.sign.number].start)
                without.append(self.node(part.operand))
            else:
                good.append(self.node(part))
        if len(good) == 1 and not without:
            return good[0]
        first, last = _span([*good, *without])
        return ast.And(tuple(good), tuple(without), (min([first, *starts]), last))


def _spread(parts: tuple[Any, ...]) -> tuple[Any, ...]:
    """`a AND b NOT c` is one group of three: the ANDs of a group and what it takes off are one."""
    match parts:
        case (Any_(parts=(All(parts=inner),)), *rest):
            return (*inner, *rest)
    return parts


def _span(nodes: Sequence[ast.Node]) -> ast.Span:
    return min(node.span[0] for node in nodes), max(node.span[1] for node in nodes)


def check_meaning(node: ast.Node, *, positive: bool = True) -> list[Problem]:
    """What the grammar lets through and the meaning does not: only negatives, odd NEAR operands."""
    problems: list[Problem] = []
    match node:
        case ast.And(parts=parts, without=without):
            good = [part for part in parts if not _only_negative(part)]
            if not good and positive:
                return [_negative_only(node)]
            for part in parts:
                problems += [] if _only_negative(part) else check_meaning(part)
            for part in without:
                problems += check_meaning(part)
        case ast.Or(parts=parts):
            for part in parts:
                problems += check_meaning(part)
        case ast.Near(left=left, right=right):
            for side in (left, right):
                if not _may_be_near(side):
                    problems.append(
                        Problem(
                            "near-operand", side.span[0], side.span[1] - side.span[0],
                            "Naast NEAR kan alleen een term staan, of (a OR b).",
                            "Schrijf bijvoorbeeld azc* NEAR/5 (Molenweg OR Rietmeer).",
                        )
                    )  # fmt: skip
    return problems


def _only_negative(node: ast.Node) -> bool:
    return isinstance(node, ast.And) and all(_only_negative(part) for part in node.parts)


def _may_be_near(node: ast.Node) -> bool:
    if isinstance(node, ast.Or):
        return all(_may_be_near(part) and not isinstance(part, ast.Or) for part in node.parts)
    return isinstance(node, ast.LEAVES) and not isinstance(node, ast.Field)


def _negative_only(node: ast.Node) -> Problem:
    return Problem(
        "negative-only", node.span[0], node.span[1] - node.span[0],
        "Hier staat alleen wat niet mag; er is niets om te vinden.",
        "Zet er een term voor die wel gevonden moet worden: a NOT b.",
    )  # fmt: skip
