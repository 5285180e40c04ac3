"""Which clues show in a text, by its tokens: pure Python, each distinct token looked up once.

The path for texts that a block does not speak for, for small batches, and where hyperscan is not
installed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from query.document import Document
from query.glob import glob
from query.needs import Clue
from query.text import token_keys

#: Tokens kept with their clues; beyond it the memory starts afresh.
MOST_TOKENS = 200_000


class Memo:
    """A set of clues, and what each token met so far shows of them."""

    def __init__(self, clues: Sequence[Clue]) -> None:
        self._plain: dict[tuple[str, str], int] = {}
        self._prefixes: dict[tuple[str, str], list[int]] = {}
        self._patterns: list[tuple[str, str, int]] = []
        self._sizes: set[int] = set()
        self._known: dict[tuple[str, str], tuple[int, ...]] = {}
        for number, clue in enumerate(clues):
            self._add(number, clue)

    def _add(self, number: int, clue: Clue) -> None:
        kind, pattern = clue.kind, clue.pattern
        if kind in "@e" or ("*" not in pattern and "?" not in pattern):
            self._plain[kind, pattern] = number
        elif pattern.endswith("*") and "*" not in pattern[:-1] and "?" not in pattern:
            self._prefixes.setdefault((kind, pattern[:-1]), []).append(number)
            self._sizes.add(len(pattern) - 1)
        else:
            self._patterns.append((kind, pattern, number))

    def find(self, document: Document) -> set[int]:
        """The numbers of the clues that show in title or text."""
        found: set[int] = set()
        for text in (document.text, document.title):
            for key in set(token_keys(text)):
                clues = self._known.get(key)
                if clues is None:
                    clues = self._remembered(key)
                if clues:
                    found.update(clues)
        return found

    def _remembered(self, key: tuple[str, str]) -> tuple[int, ...]:
        if len(self._known) >= MOST_TOKENS:
            self._known.clear()
        clues = self._known[key] = tuple(self._look_up(*key))
        return clues

    def _look_up(self, kind: str, key: str) -> Iterable[int]:
        if kind == "emoji":
            yield from self._exactly("e", key)
            return
        if kind == "mention":
            name = key.partition("@")[0]
            for wanted in {key, name, name.partition(".")[0]}:
                yield from self._exactly("@", wanted)
            key = name
        yield from self._like("w", key)
        if kind == "hashtag":
            yield from self._like("#", key)

    def _exactly(self, kind: str, key: str) -> Iterable[int]:
        number = self._plain.get((kind, key))
        return () if number is None else (number,)

    def _like(self, kind: str, key: str) -> Iterable[int]:
        yield from self._exactly(kind, key)
        for size in self._sizes:
            if size <= len(key):
                yield from self._prefixes.get((kind, key[:size]), ())
        for other, pattern, number in self._patterns:
            if other == kind and glob(pattern, key):
                yield number
