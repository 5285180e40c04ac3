"""An immutable segment of posts in memory, for backtests and previews (query-language.md §4.2).

Words, hashtags, mentions, emoji and plain phrases are answered from the index as sets of posts; what
depends on more (a distance, a loose phrase, exact capitals, a field) is answered by the plain evaluator
on the few posts that hold the words. OR groups are kept by their set of leaves, so that a query of which
one list was edited pays for that list alone. Nothing is stored: a segment is rebuilt at will.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from query import ast
from query.block import Flags
from query.document import Document
from query.glob import glob
from query.indexing import EMOJI, MENTION, Index, Ints, index
from query.matcher import Finder
from query.prepared import prepare
from query.text import token_key

#: Kept groups per segment; a place list of 20,000 leaves is one of them.
MOST_KEPT = 256
NONE: Ints = np.zeros(0, np.int32)
Stretch = tuple[int, int]
Keys = Mapping[int, frozenset[ast.Node]]
NO_KEYS: Keys = {}


@dataclass(frozen=True)
class Segment:
    """Posts in the order given (oldest first), with their index; make one with `build`."""

    documents: tuple[Document, ...]
    index: Index = field(repr=False, compare=False)
    _kept: dict[ast.Node | frozenset[ast.Node], Flags] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def build(cls, documents: Iterable[Document]) -> Segment:
        """Index the documents; some 15 microseconds for a post of 255 characters."""
        kept = tuple(documents)
        titles = [(number, one.title) for number, one in enumerate(kept) if one.title]
        return cls(kept, index([one.text for one in kept], titles))

    def __len__(self) -> int:
        return len(self.documents)

    def posts(self, node: ast.Node, keys: Keys = NO_KEYS) -> Flags:
        """A flag per post: does the filled tree hold on it. Not to be changed by the caller.

        `keys`: the sets of leaves of the OR groups by the identity of their node, for who asks many
        segments and makes them once.
        """
        match node:
            case ast.And(parts=parts, without=without):
                found = self._all(parts, keys)
                for part in without:
                    if not found.any():
                        break
                    found = found & ~self.posts(part, keys)
                return found
            case ast.Phrase(slop=0):
                return self._flags([node])
            case ast.Or() | ast.Near() | ast.Field() | ast.Exact() | ast.Phrase():
                return self._remembered(node, keys)
        return self._flags([node])

    def forget(self) -> None:
        """Drop the kept groups; the next answer is made afresh."""
        self._kept.clear()

    def _all(self, parts: Sequence[ast.Node], keys: Keys = NO_KEYS) -> Flags:
        found = None
        for part in parts:
            flags = self.posts(part, keys)
            found = flags if found is None else found & flags
        return np.ones(len(self), bool) if found is None else found

    def _remembered(self, node: ast.Node, keys: Keys) -> Flags:
        key: ast.Node | frozenset[ast.Node] = node
        if isinstance(node, ast.Or):
            key = keys.get(id(node)) or frozenset(node.parts)
        flags = self._kept.get(key)
        if flags is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            flags = self._kept[key] = self._flags([node])
        return flags

    def _flags(self, nodes: Sequence[ast.Node]) -> Flags:
        """The posts of any of the nodes."""
        found: Flags = np.zeros(len(self), bool)
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            match node:
                case ast.Or(parts=parts):
                    waiting.extend(parts)
                case ast.And():
                    found |= self.posts(node)
                case ast.Word(text=text):
                    self._add(found, self._word(text))
                case ast.Wildcard(pattern=pattern):
                    self._add(found, self._pattern(pattern))
                case ast.Hashtag(pattern=pattern):
                    for tokens in self._tokens(self._pattern(pattern)):
                        found[self._posts_of(tokens[self.index.tag[tokens]])] = True
                case ast.Handle(name=name):
                    self._add(found, self._accounts(name))
                case ast.Emoji(text=text):
                    self._add(found, self._word(EMOJI + text))
                case ast.Phrase(words=words, slop=0):
                    found[self._posts_of(self._phrase(words))] = True
                case _:
                    self._ask(found, node)
        return found

    def _add(self, found: Flags, stretches: Iterable[Stretch]) -> None:
        bounds, posts = self.index.bounds, self.index.posts
        for first, last in stretches:
            found[posts[bounds[first] : bounds[last]]] = True

    def _tokens(self, stretches: Iterable[Stretch]) -> Iterator[Ints]:
        bounds, tokens = self.index.bounds, self.index.tokens
        for first, last in stretches:
            yield tokens[bounds[first] : bounds[last]]

    def _posts_of(self, tokens: Ints) -> Ints:
        posts: Ints = self.index.post_of[self.index.row[tokens]]
        return posts

    # --- words: stretches of the sorted vocabulary -----------------------------------------------

    @cached_property
    def _joined(self) -> str:
        return "\n" + "\n".join(self.index.words) + "\n"

    @cached_property
    def _line_starts(self) -> list[int]:
        lengths = [len(word) + 1 for word in self.index.words]
        return [int(n) for n in np.cumsum([1, *lengths])]

    def _word(self, word: str) -> list[Stretch]:
        words = self.index.words
        number = bisect_left(words, word)
        return [(number, number + 1)] if number < len(words) and words[number] == word else []

    def _pattern(self, pattern: str) -> list[Stretch]:
        """The words that a pattern fits, mentions and emoji apart."""
        if "*" not in pattern and "?" not in pattern:
            return self._word(pattern)
        plain = pattern[-1] == "*" and pattern.count("*") == 1 and "?" not in pattern
        head = pattern[:-1] if plain else re.split(r"[*?]", pattern, maxsplit=1)[0]
        if head:
            first = bisect_left(self.index.words, head)
            last = bisect_left(self.index.words, head + "\U0010ffff", first)
            if plain:
                return [(first, last)]
            numbers: Iterable[int] = range(first, last)
        else:
            numbers = self._holding(max(re.split(r"[*?]", pattern), key=len))
        return [(n, n + 1) for n in numbers if glob(pattern, self.index.words[n])
                and self.index.words[n][0] not in (MENTION, EMOJI)]  # fmt: skip

    def _holding(self, piece: str) -> Iterator[int]:
        """The words that hold a piece, found in one text of all words."""
        at = self._joined.find(piece) if piece else -1
        if not piece:
            yield from range(len(self.index.words))
        while at >= 0:
            number = bisect_left(self._line_starts, at + 1) - 1
            yield number
            if number + 1 >= len(self._line_starts):
                return
            at = self._joined.find(piece, self._line_starts[number + 1])

    def _accounts(self, name: str) -> list[Stretch]:
        """Mentions are compared whole, or by their first label when no host is asked."""
        found = self._word(MENTION + name)
        if "@" not in name:
            for sign in (".", "@"):
                start = f"{MENTION}{name}{sign}"
                first = bisect_left(self.index.words, start)
                last = bisect_left(self.index.words, start + "\U0010ffff", first)
                found += [(n, n + 1) for n in range(first, last) if self._is_account(name, n)]
        return found

    def _is_account(self, name: str, number: int) -> bool:
        whole = self.index.words[number][1:].partition("@")[0]
        return name in (whole, whole.partition(".")[0])

    # --- phrases ---------------------------------------------------------------------------------

    def _phrase(self, words: Sequence[str]) -> Ints:
        """The tokens where a plain phrase begins."""
        stretches = [self._pattern(word) for word in words]
        sizes = [sum(self._size(stretch) for stretch in each) for each in stretches]
        rarest = min(range(len(words)), key=lambda n: sizes[n])
        if not sizes[rarest] and not self._may_name(words[rarest]):
            return NONE
        named = self._named(words[rarest])
        at: Ints = np.concatenate((*self._tokens(stretches[rarest]), named)) - rarest
        row, sequence = self.index.row, self.index.sequence
        at = at[(at >= 0) & (at + len(words) <= len(sequence))]
        at = at[row[at] == row[at + len(words) - 1]]
        for place, (word, each) in enumerate(zip(words, stretches, strict=True)):
            if place != rarest and len(at):
                at = at[self._is(at + place, word, each)]
        return at

    def _size(self, stretch: Stretch) -> int:
        return int(self.index.bounds[stretch[1]] - self.index.bounds[stretch[0]])

    def _may_name(self, word: str) -> bool:
        return word in self._tokens_named or "*" in word or "?" in word

    def _named(self, word: str) -> Ints:
        """The mentions that a phrase sees as this word."""
        if "*" not in word and "?" not in word:
            kept = self._tokens_named.get(word, [])
        else:
            kept = [t for name, ts in self._tokens_named.items() if glob(word, name) for t in ts]
        return np.array(kept, np.int32)

    @cached_property
    def _tokens_named(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for token, name in self._name_at.items():
            found.setdefault(name, []).append(token)
        return found

    @cached_property
    def _name_at(self) -> Mapping[int, str]:
        return {token: name.partition("@")[0] for token, name in self.index.names.items()}

    def _is(self, tokens: Ints, word: str, stretches: Sequence[Stretch]) -> Flags:
        """Which tokens are, to a phrase, a word of these stretches."""
        seen = self.index.sequence[tokens]
        found: Flags = np.zeros(len(tokens), bool)
        if len(stretches) > 8:
            wanted = np.array([n for first, last in stretches for n in range(first, last)])
            found = np.isin(seen, wanted)
        else:
            for first, last in stretches:
                found |= (seen >= first) & (seen < last)
        if self._name_at:
            for place in np.flatnonzero(seen < 0).tolist():
                found[place] = _fits(word, self._name_at[int(tokens[place])])
        return found

    # --- what the evaluator decides --------------------------------------------------------------

    def _ask(self, found: Flags, node: ast.Node) -> None:
        """Ask the evaluator about the posts that hold the words of a node."""
        for number in np.flatnonzero(self._may_hold(node) & ~found).tolist():
            if Finder(prepare(self.documents[number])).holds(node):
                found[number] = True

    def _may_hold(self, node: ast.Node) -> Flags:
        match node:
            case ast.Near(left=left, right=right):
                return self.posts(left) & self.posts(right)
            case ast.Phrase(words=words):
                return self._all([ast.Phrase((word,)) for word in words])
            case ast.Exact(words=words):
                return self._flags([ast.Phrase(tuple(token_key(word) for word in words))])
            case ast.Field(name="title", value=value):
                return self._all([ast.Phrase((word,)) for word in value.split()])
            case ast.Field(name="url"):
                return np.array([_has_address(one) for one in self.documents], bool)
            case ast.Field(name=name):
                return np.array([name in one.fields for one in self.documents], bool)
        raise AssertionError(node)


def _fits(pattern: str, word: str) -> bool:
    return glob(pattern, word) if "*" in pattern or "?" in pattern else pattern == word


def _has_address(document: Document) -> bool:
    texts = (document.text, document.title)
    return "url" in document.fields or any("://" in t or "www." in t.lower() for t in texts)
