"""Which word classes a single word belongs to: whole words, beginnings (`asiel*`), ends (`*azc`)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache

_DRAWN_OUT = re.compile(r"(.)\1\1")
_SHORTEST_PART = 3
MENTION = "mention"
"""The class of every @handle."""


class WordClasses:
    """A look-up from word to class names; `*` may stand at the start, the end, or both."""

    def __init__(
        self,
        members: Iterable[tuple[str, str]],
        stand_in: Callable[[str], str | None] = lambda word: None,
        keeps: Callable[[str], bool] = lambda name: True,
    ) -> None:
        """`members` holds (class, entry) pairs of one word each.

        A word with a `stand_in` has the classes of that word, and of its own those that it `keeps`.
        """
        self._stand_in = stand_in
        self._keeps = keeps
        self._whole: dict[str, set[str]] = defaultdict(set)
        self._starts: dict[str, set[str]] = defaultdict(set)
        self._ends: dict[str, set[str]] = defaultdict(set)
        self._inside: dict[str, set[str]] = defaultdict(set)
        for name, entry in members:
            table = {
                (False, False): self._whole,
                (False, True): self._starts,
                (True, False): self._ends,
                (True, True): self._inside,
            }[entry.startswith("*"), entry.endswith("*")]
            table[entry.strip("*")].add(name)
        self.of = lru_cache(maxsize=1 << 16)(self._of)

    def _of(self, word: str) -> tuple[str, ...]:
        found = self._exactly(word)
        if not found and _DRAWN_OUT.search(word):  # "schaaande" is what is left of "schaaaaande"
            found = self._exactly(_DRAWN_OUT.sub(r"\1", word))
            found |= self._exactly(_DRAWN_OUT.sub(r"\1\1", word))
        if word.startswith("@") and len(word) > 1:
            found.add(MENTION)
        if word.startswith(("#", "@")):
            found |= self._exactly(word[1:])
        other = self._stand_in(word.lstrip("#"))
        if other is not None:
            found = {name for name in found if self._keeps(name)} | self._exactly(other)
        return tuple(sorted(found))

    def _exactly(self, word: str) -> set[str]:
        found = set(self._whole.get(word, ()))
        for at in range(_SHORTEST_PART, len(word) + 1):
            found |= self._starts.get(word[:at], set())
            found |= self._ends.get(word[-at:], set())
        for part, names in self._inside.items():
            if part in word:
                found |= names
        return found
