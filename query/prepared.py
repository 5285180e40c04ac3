"""A document made ready: tokenised once, found many times."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from query.document import Document
from query.glob import glob
from query.text import Token, exact_key, fold, tokenize, urls


class Part:
    """The tokens of a title or a text, with their positions by key."""

    def __init__(self, text: str, *, in_title: bool) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.in_title = in_title

    @cached_property
    def words(self) -> dict[str, list[int]]:
        """Positions of words and hashtags by key."""
        return _index([t.key if t.kind in ("word", "hashtag") else None for t in self.tokens])

    @cached_property
    def tags(self) -> dict[str, list[int]]:
        return _index([t.key if t.kind == "hashtag" else None for t in self.tokens])

    @cached_property
    def emoji(self) -> dict[str, list[int]]:
        return _index([t.key if t.kind == "emoji" else None for t in self.tokens])

    @cached_property
    def mentions(self) -> list[tuple[int, str]]:
        """(position, folded name) of every mention."""
        return [(at, t.key) for at, t in enumerate(self.tokens) if t.kind == "mention"]

    @cached_property
    def sorted_words(self) -> list[str]:
        return sorted(self.words)

    @cached_property
    def sorted_tags(self) -> list[str]:
        return sorted(self.tags)

    @cached_property
    def as_words(self) -> list[str | None]:
        """What each token is as a word of a phrase: a mention its name, an emoji nothing."""
        return [_as_word(token) for token in self.tokens]

    @cached_property
    def as_written(self) -> list[str | None]:
        """The same, case and accents kept, for `{Exact}`."""
        return [_as_written(token) for token in self.tokens]

    @cached_property
    def phrase_starts(self) -> dict[str, list[int]]:
        return _index(self.as_words)

    @cached_property
    def exact_starts(self) -> dict[str, list[int]]:
        return _index(self.as_written)

    @cached_property
    def urls(self) -> list[tuple[int, int, str]]:
        """(start, end, folded address) of the URLs, which are no tokens."""
        return urls(self.text)

    def positions(self, pattern: str, *, tags: bool = False) -> list[int]:
        """Positions of the tokens that a key or a pattern with wildcards matches."""
        index = self.tags if tags else self.words
        if not index:
            return []
        if "*" not in pattern and "?" not in pattern:
            return index.get(pattern, [])
        keys = keys_like(self.sorted_tags if tags else self.sorted_words, pattern)
        return sorted(position for key in keys for position in index[key])


def _index(keys: Sequence[str | None]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for position, key in enumerate(keys):
        if key is not None:
            found.setdefault(key, []).append(position)
    return found


def _as_word(token: Token) -> str | None:
    if token.kind == "emoji":
        return None
    return token.key.partition("@")[0] if token.kind == "mention" else token.key


def _as_written(token: Token) -> str | None:
    if token.kind == "emoji":
        return None
    return exact_key(token.raw.partition("@")[0]) if token.kind == "mention" else token.raw


def keys_like(keys: Sequence[str], pattern: str) -> list[str]:
    """The sorted keys that a pattern matches; a plain prefix is found by bisection."""
    head = re.split(r"[*?]", pattern, maxsplit=1)[0]
    first = bisect_left(keys, head) if head else 0
    found = []
    plain_prefix = pattern == head + "*"
    for key in keys[first:]:
        if not key.startswith(head):
            break
        if plain_prefix or glob(pattern, key):
            found.append(key)
    return found


@dataclass(frozen=True)
class Prepared:
    """Title and text apart: phrases and NEAR never cross from one into the other."""

    document: Document
    parts: tuple[Part, ...] = field(compare=False)

    @cached_property
    def url_fields(self) -> list[str]:
        """The addresses that the document carries as a field, folded."""
        return [fold(value) for value in self.document.fields.get("url", ())]


def prepare(document: Document) -> Prepared:
    """Tokenise a document once for any number of queries."""
    parts = [Part(document.text, in_title=False)]
    if document.title:
        parts.append(Part(document.title, in_title=True))
    return Prepared(document, tuple(parts))
