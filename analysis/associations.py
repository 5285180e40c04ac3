"""New associations: words that people bring together with the reception, never names (R6, R50).

A word counts when several authors use it in one window. Whatever anybody writes with a capital
inside a sentence is treated as a name and left out, as are handles, hashtags, addresses, numbers and
the words of the dossier's own query. Only words and counts leave this file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from analysis import lexicon
from analysis.enough import LEAST_TO_COMPARE, too_few
from query.text import fold

LEAST_AUTHORS, SHORTEST, LONGEST = 3, 5, 30
TOP = 8
#: What a word is brought together with: the forms of reception and the words for people.
ANCHORS = {
    "azc": re.compile(r"\b(azc\w*|asielzoekerscentr\w*|asielcentrum)\b"),
    "noodopvang": re.compile(r"\b(crisis)?(nood)?opvang\w*"),
    "statushouders": re.compile(r"\b(statushouder|vergunninghouder)\w*"),
    "asielzoekers": re.compile(r"\basielzoeker\w*"),
    "vluchtelingen": re.compile(r"\bvluchteling\w*"),
}
_WORD = re.compile(r"[@#]?[^\W\d_]+(?:-[^\W\d_]+)*")
_BREAK = re.compile(r"[.!?\n:;•>\"“]")
_ADDRESS = re.compile(r"(?i:https?://|www\.)\S+")


@dataclass(frozen=True, slots=True)
class Said:
    """One post for this measure only: its words, and a pseudonym to count authors by."""

    text: str
    author: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two words that came together: in how many posts, of how many authors."""

    word: str
    anchor: str
    n: int
    authors: int


def pairs(said: Sequence[Said], known: Iterable[str] = ()) -> list[Pair]:
    """Words beside an anchor, used by at least three authors; `known` are words to leave out."""
    skip = everyday_words() | {fold(word) for phrase in known for word in phrase.split()}
    names: set[str] = set()
    posts: Counter[tuple[str, str]] = Counter()
    authors: dict[tuple[str, str], set[str]] = {}
    for one in said:
        text = _ADDRESS.sub(" ", one.text)
        folded = fold(text)
        anchors = [name for name, pattern in ANCHORS.items() if pattern.search(folded)]
        words, capitals = words_and_names(text)
        names |= capitals
        for anchor in anchors:
            for word in words - skip:
                posts[word, anchor] += 1
                authors.setdefault((word, anchor), set()).add(one.author)
    found = [
        Pair(word, anchor, n, len(authors[word, anchor]))
        for (word, anchor), n in posts.items()
        if word not in names
        and len(authors[word, anchor]) >= LEAST_AUTHORS
        and not ANCHORS[anchor].search(word)
    ]
    return sorted(found, key=lambda pair: (-pair.authors, -pair.n, pair.word, pair.anchor))


def words_and_names(text: str) -> tuple[set[str], set[str]]:
    """(words in small letters, words with a capital inside a sentence), both folded.

    The first word of a sentence counts as neither: it may be a name.
    """
    words: set[str] = set()
    capitals: set[str] = set()
    begins = True
    end = 0
    for found in _WORD.finditer(text):
        raw = found.group()
        begins = begins or _BREAK.search(text, end, found.start()) is not None
        key = _folded(raw)
        if raw[0] not in "@#" and SHORTEST <= len(key) <= LONGEST:
            if raw[0].islower():
                words.add(key)
            elif not (begins or raw.isupper()):
                capitals.add(key)
        begins = False
        end = found.end()
    return words, capitals


@lru_cache(maxsize=50_000)
def _folded(word: str) -> str:
    return fold(word)


@cache
def everyday_words() -> frozenset[str]:
    """Words that say nothing here: function words, and what any post about reception holds."""
    return frozenset(
        word
        for asset in ("function_words.tsv", "everyday_words.tsv")
        for row in lexicon.rows(asset, 2)
        for entry in row.cells[0].split(";")
        for word in fold(entry).split()
    )


def associations(
    found: Sequence[Pair], seen_before: Iterable[Sequence[str]], n: int, days_known: int
) -> dict[str, Any]:
    """What is new this week and what returns; `seen_before` are (word, anchor) of earlier days."""
    before = {(word, anchor) for word, anchor in seen_before}
    rows = [
        {
            "word": pair.word, "anchor": pair.anchor, "n": pair.n, "authors": pair.authors,
            "new": bool(days_known) and (pair.word, pair.anchor) not in before,
        }
        for pair in found
    ]  # fmt: skip
    rows.sort(key=lambda row: not row["new"])
    enough = n >= LEAST_TO_COMPARE
    return {
        "n": n,
        "rows": rows[:TOP] if enough else [],
        "days_known": days_known,
        "note": _note(enough, rows, n),
    }


def _note(enough: bool, rows: Sequence[Mapping[str, Any]], n: int) -> str:
    if not enough:
        return too_few("nieuwe verbanden", n, LEAST_TO_COMPARE)
    return "" if rows else "Geen verband dat drie of meer afzenders leggen."
