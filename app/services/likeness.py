"""Nearly the same words: pure. One message through two sources, or two people who say the same?

Only a person can tell, so this proposes. Character shingles: three-word ones score an obvious copy
with a few changed words far too low (libraries.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SIZE = 5
LEAST_LETTERS = 60
#: Of a hundred: from here on it is worth asking a person.
ALIKE = 80
WINDOW = timedelta(days=3)
#: Words that stand in more posts than this say nothing of a copy.
COMMON = 40
NOISE = re.compile(r"https?://\S+|@[\w.@-]+|[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class Said:
    """One post as it is compared."""

    key: str
    text: str
    source: int
    author: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Alike:
    """Two posts, the older one first, and how alike they are, of a hundred."""

    first: str
    second: str
    likeness: int


def shingles(text: str) -> frozenset[str]:
    """Runs of five letters of the words themselves: no addresses, mentions or marks."""
    words = " ".join(NOISE.sub(" ", text.casefold()).split())
    return frozenset(words[n : n + SIZE] for n in range(max(0, len(words) - SIZE + 1)))


def likeness(one: frozenset[str], other: frozenset[str]) -> int:
    """Jaccard, of a hundred; a text that was cut off is measured by the part that it has."""
    if not one or not other:
        return 0
    shared = len(one & other)
    small, large = sorted((len(one), len(other)))
    whole = shared * 100 // (small + large - shared)
    part = shared * 100 // small if small * 2 >= large else 0
    return max(whole, part - 10)


def alike(posts: Sequence[Said]) -> list[Alike]:
    """Pairs from different sources within the window, that may have one author, and are alike."""
    ready = [
        (post, shingles(post.text)) for post in sorted(posts, key=lambda one: (one.at, one.key))
    ]
    ready = [(post, marks) for post, marks in ready if len(marks) >= LEAST_LETTERS]
    found = []
    for one, other in _candidates([marks for _, marks in ready]):
        (first, marks), (second, more) = ready[one], ready[other]
        if not _may_be_one(first, second):
            continue
        score = likeness(marks, more)
        if score >= ALIKE:
            found.append(Alike(first.key, second.key, score))
    return found


def _may_be_one(first: Said, second: Said) -> bool:
    if first.source == second.source or abs(second.at - first.at) > WINDOW:
        return False
    return first.author is None or second.author is None or first.author == second.author


def _candidates(marks: Iterable[frozenset[str]]) -> Iterator[tuple[int, int]]:
    """Pairs that share one of their rarest runs: everybody with everybody would be too much."""
    rows = list(marks)
    count: dict[str, int] = {}
    for row in rows:
        for run in row:
            count[run] = count.get(run, 0) + 1
    where: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        shared = (run for run in row if 1 < count[run] <= COMMON)
        for run in sorted(shared, key=lambda run: (count[run], run))[:30]:
            where.setdefault(run, []).append(number)
    seen = set()
    for numbers in where.values():
        for place, one in enumerate(numbers):
            for other in numbers[place + 1 :]:
                if (one, other) not in seen:
                    seen.add((one, other))
                    yield one, other
