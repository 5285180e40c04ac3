"""The tree of a query: frozen nodes, each with its span in the text as typed.

Spans do not take part in equality, so that a tree and its reprinted twin are equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Span = tuple[int, int]
NOWHERE: Span = (0, 0)


@dataclass(frozen=True, slots=True)
class Word:
    """One folded token; also matches the hashtag of that word, never a mention."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A folded pattern with `*` (zero or more) and `?` (exactly one) within one token."""

    pattern: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Hashtag:
    """Only the hashtag; the pattern may hold wildcards."""

    pattern: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Handle:
    """Only the mention; `name` may hold `@host`."""

    name: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Emoji:
    """One emoji sequence."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Consecutive folded tokens, each possibly with wildcards; at most `slop` others between."""

    words: tuple[str, ...]
    slop: int = 0
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Exact:
    """Case- and accent-exact tokens on the NFC text."""

    words: tuple[str, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the document: site, source, lang, group, url or title."""

    name: str
    value: str
    quoted: bool = field(default=False, compare=False)
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name to be filled with the dossier's values; `optional` for `<name?>`."""

    name: str
    optional: bool = False
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """Two operands at most `distance` tokens apart; `ordered` for ONEAR."""

    left: Node
    right: Node
    distance: int
    ordered: bool = False
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All `parts`, and none of `without`."""

    parts: tuple[Node, ...]
    without: tuple[Node, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of `parts`."""

    parts: tuple[Node, ...]
    span: Span = field(default=NOWHERE, compare=False)


Leaf = Word | Wildcard | Hashtag | Handle | Emoji | Phrase | Exact | Field | Placeholder
Node = Leaf | Near | And | Or
LEAVES = (Word, Wildcard, Hashtag, Handle, Emoji, Phrase, Exact, Field, Placeholder)
