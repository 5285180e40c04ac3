"""What a query needs to match at all: required groups of clues, interned so that queries share them.

A clue is a necessary sign of a leaf: some token that its pattern fits. A group is a set of clues, one
of which must show; a query needs all its groups. What is subtracted, the order in a phrase and the
distance of NEAR are left to the evaluator, so a group may promise too much and never too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from query import ast
from query.text import token_key

Group = frozenset["Clue"]
#: The group of a query that may match without any sign in its text (a field of the document).
ANY: Group = frozenset()


@dataclass(frozen=True, slots=True)
class Clue:
    """`kind`: w a word (also inside a mention), # a hashtag, @ a mention, e an emoji."""

    kind: str
    pattern: str

    @property
    def solid(self) -> tuple[str, bool, bool]:
        """(longest piece without wildcards, it begins the token, it ends the token)."""
        pieces = re.split(r"[*?]", self.pattern)
        number = max(range(len(pieces)), key=lambda n: len(pieces[n]))
        return pieces[number], number == 0, number == len(pieces) - 1

    @property
    def weight(self) -> float:
        """How often it may show, roughly: short pieces often."""
        return float(3.0 ** -min(len(self.solid[0]), 12))


def needs(tree: ast.Node) -> tuple[Group, ...]:
    """The required groups of a filled tree, the one that shows least often first."""
    groups = dict.fromkeys(_needs(tree))
    return tuple(sorted(groups, key=weight)) or (ANY,)


def weight(group: Group) -> float:
    """The sum of what its clues weigh; a group that says nothing weighs most."""
    return sum(clue.weight for clue in group) if group else float("inf")


def _needs(node: ast.Node) -> list[Group]:
    match node:
        case ast.And(parts=parts):
            return [group for part in parts for group in _needs(part)]
        case ast.Near(left=left, right=right):
            return [*_needs(left), *_needs(right)]
        case ast.Or(parts=parts):
            return [_either(parts)]
        case ast.Field(name="title", value=value):
            return [frozenset({_rarest("w", value.split())})]
        case ast.Field() | ast.Placeholder():
            return []
    return [frozenset({clue_of(node)})]


def _either(parts: Iterable[ast.Node]) -> Group:
    """One clue of each alternative; an alternative without any leaves nothing to go by."""
    found: set[Clue] = set()
    for part in parts:
        groups = _needs(part)
        lightest = min(groups, key=weight, default=ANY)
        if not lightest:
            return ANY
        found |= lightest
    return frozenset(found)


def clue_of(leaf: ast.Node) -> Clue:
    """The clue of a leaf that is searched in the text."""
    match leaf:
        case ast.Word(text=text):
            return Clue("w", text)
        case ast.Wildcard(pattern=pattern):
            return Clue("w", pattern)
        case ast.Hashtag(pattern=pattern):
            return Clue("#", pattern)
        case ast.Handle(name=name):
            return Clue("@", name)
        case ast.Emoji(text=text):
            return Clue("e", text)
        case ast.Phrase(words=words):
            return _rarest("w", words)
        case ast.Exact(words=words):
            return _rarest("w", [token_key(word) for word in words])
    raise AssertionError(leaf)


def _rarest(kind: str, words: Iterable[str]) -> Clue:
    return min((Clue(kind, word) for word in words), key=lambda clue: clue.weight)
