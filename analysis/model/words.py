"""The words of a post as the model reads them: nothing of what a person is, one form for many spellings.

Identity words (assets/identity.tsv) are replaced before any feature is made, so none can carry
weight (guide D14). Handles, links and digits lose their content. Hashtags are divided here and
only here: the query engine sees one token (labels.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from analysis.labellers.identity import stand_in
from analysis.lexicon import entries, rows
from analysis.pipeline import Tokens

LINK, HANDLE = "http", "@"
_LONGEST_TAG = 60
_SHORTEST_PIECE = 2

_DIGIT = re.compile(r"\d")
_DRAWN_OUT = re.compile(r"([^\W\d])\1\1+")
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f\u200d]")
_ENDINGS = (
    *("heden", "ingen", "lijke", "eren", "ende", "tjes", "jes", "tje", "je", "ing", "en"),
    *("e", "t", "s"),
)
_SHORTEST_STEM = 4


def words_of(tokens: Tokens) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """What the model reads, and for every word the token it came from."""
    words: list[str] = []
    origins: list[int] = []
    for at, token in enumerate(tokens.words):
        if token[0] == "#" and len(token) > 2:
            start = tokens.starts[at]
            pieces = divided(tokens.cleaned.text[start + 1 : start + len(token)])
        elif "/" in token and not token.startswith(LINK):
            pieces = tuple(piece for piece in token.split("/") if piece) or (token,)
        else:
            pieces = (token,)
        for piece in pieces:
            word = read_word(piece)
            if word:
                words.append(word)
                origins.append(at)
    return tuple(words), tuple(origins)


@lru_cache(maxsize=1 << 16)
def read_word(word: str) -> str:
    """One word in the form the model knows; empty when it must not be seen."""
    if not word.strip():
        return ""
    if word[0] == "@" and len(word) > 1:
        return HANDLE
    if word.startswith((LINK, "www.")):
        return LINK
    if not word.isascii():
        word = _SKIN.sub("", word)
    other = stand_in(word)
    if other is not None:
        return other
    return _DRAWN_OUT.sub(r"\1\1", _DIGIT.sub("0", word))


@lru_cache(maxsize=1 << 14)
def divided(tag: str) -> tuple[str, ...]:
    """`GeenAzcHier` and `geenazchier` both as geen, azc, hier; a tag that does not divide stays."""
    tag = tag[:_LONGEST_TAG]
    parts = _CAMEL.findall(tag)
    if len(parts) > 1 and "".join(parts) == tag and not tag.isupper():
        return tuple(part.lower() for part in parts)
    return _pieces(tag.lower(), _known()) or (tag.lower(),)


def _pieces(tag: str, known: frozenset[str]) -> tuple[str, ...] | None:
    """The division into the fewest known words, if there is one."""
    best: list[tuple[str, ...] | None] = [(), *([None] * len(tag))]
    for end in range(_SHORTEST_PIECE, len(tag) + 1):
        for start in range(end - 1):
            before = best[start]
            if before is None or tag[start:end] not in known:
                continue
            now = best[end]
            if now is None or len(before) + 1 < len(now):
                best[end] = (*before, tag[start:end])
    return best[len(tag)]


def stem(word: str) -> str:
    """A word without its commonest ending; enough to bring `helpen` and `helpt` together."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


@cache
def _known() -> frozenset[str]:
    """The words of the reviewed lists that may be part of a hashtag."""
    lists: Sequence[tuple[str, int, int]] = (
        ("classes.tsv", 3, 1),
        ("sentiment.tsv", 4, 2),
        ("themes.tsv", 4, 2),
        ("terms.tsv", 4, 2),
        ("function_words.tsv", 2, 0),
    )
    found: Iterable[str] = (
        entry.strip("*")
        for name, columns, cell in lists
        for row in rows(name, columns)
        for entry in entries(row.cells[cell])
    )
    return frozenset(w for w in found if w.isalpha() and len(w) >= _SHORTEST_PIECE)
