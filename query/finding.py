"""Where one leaf stands in one part of a document: stretches of token positions, both included."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from query import ast
from query.glob import glob
from query.prepared import Part

Stretch = tuple[int, int]


def stretches(leaf: ast.Node, part: Part) -> list[Stretch]:
    """Every place of a leaf (not of a field) in a part, in order."""
    match leaf:
        case ast.Word(text=key):
            return _single(part.words.get(key, ()))
        case ast.Wildcard(pattern=pattern):
            return _single(part.positions(pattern))
        case ast.Hashtag(pattern=pattern):
            return _single(part.positions(pattern, tags=True))
        case ast.Handle(name=name):
            return [(at, at) for at, mention in part.mentions if same_account(name, mention)]
        case ast.Emoji(text=key):
            return _single(part.emoji.get(key, ()))
        case ast.Phrase(words=words, slop=slop):
            return _phrase(part, words, slop)
        case ast.Exact(words=words):
            return _exact(part, words)
        case ast.Or(parts=parts):
            return sorted({place for one in parts for place in stretches(one, part)})
    return []


def _single(positions: Sequence[int]) -> list[Stretch]:
    return [(at, at) for at in positions]


def same_account(wanted: str, mention: str) -> bool:
    """A mention is compared whole, or by its first label when the query names no host."""
    if wanted == mention:
        return True
    if "@" in wanted:
        return False
    name = mention.partition("@")[0]
    return wanted in (name, name.partition(".")[0])


def _like(pattern: str, key: str | None) -> bool:
    if key is None:
        return False
    return glob(pattern, key) if "*" in pattern or "?" in pattern else pattern == key


def _phrase(part: Part, words: tuple[str, ...], slop: int) -> list[Stretch]:
    """Words in order with at most `slop` others between them in total; an emoji is such another."""
    keys = part.as_words
    found = []
    for start in _starts(part, words[0]):
        end = _follow(keys, words, start, slop)
        if end is not None:
            found.append((start, end))
    return found


def _starts(part: Part, word: str) -> Sequence[int]:
    if "*" in word or "?" in word:
        return [at for at, key in enumerate(part.as_words) if _like(word, key)]
    return part.phrase_starts.get(word, ())


def _follow(keys: list[str | None], words: tuple[str, ...], start: int, slop: int) -> int | None:
    """The nearest end of a phrase from `start`; tries every way to spend the slop."""
    reached = {start: 0}
    for word in words[1:]:
        following: dict[int, int] = {}
        for at, spent in reached.items():
            for gap in range(slop - spent + 1):
                place = at + 1 + gap
                if place >= len(keys):
                    break
                if _like(word, keys[place]):
                    best = following.get(place)
                    following[place] = spent + gap if best is None else min(best, spent + gap)
        if not following:
            return None
        reached = following
    return min(reached)


def _exact(part: Part, words: tuple[str, ...]) -> list[Stretch]:
    """Exact words in a row; a mention counts inside a phrase, never on its own."""
    size = len(words)
    return [
        (start, start + size - 1)
        for start in part.exact_starts.get(words[0], ())
        if tuple(part.as_written[start : start + size]) == words
        and not (size == 1 and part.tokens[start].kind == "mention")
    ]


def near(
    left: Sequence[Stretch], right: Sequence[Stretch], distance: int, *, ordered: bool
) -> Iterator[tuple[Stretch, Stretch]]:
    """Pairs of non-overlapping places with at most `distance` tokens between their nearest ends."""
    by_start = sorted(right)
    starts = [place[0] for place in by_start]
    by_end = sorted(right, key=lambda place: place[1])
    ends = [place[1] for place in by_end]
    for first in left:
        low, high = first[1] + 1, first[1] + 1 + distance
        for second in by_start[bisect_left(starts, low) : bisect_left(starts, high + 1)]:
            yield first, second
        if ordered:
            continue
        low, high = first[0] - 1 - distance, first[0] - 1
        for second in by_end[bisect_left(ends, low) : bisect_left(ends, high + 1)]:
            yield first, second
