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
from functools import cache
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
    skip = _everyday() | {fold(word) for phrase in known for word in phrase.split()}
    names: set[str] = set()
    posts: Counter[tuple[str, str]] = Counter()
    authors: dict[tuple[str, str], set[str]] = {}
    for one in said:
        text = _ADDRESS.sub(" ", one.text)
        folded = fold(text)
        anchors = [name for name, pattern in ANCHORS.items() if pattern.search(folded)]
        words, capitals = _words(text)
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


def _words(text: str) -> tuple[set[str], set[str]]:
    """(folded words, folded words written with a capital that does not begin a sentence)."""
    words: set[str] = set()
    capitals: set[str] = set()
    begins = True
    end = 0
    for found in _WORD.finditer(text):
        raw = found.group()
        begins = begins or bool(re.search(r"[.!?\n:;•>\"“]", text[end : found.start()]))
        key = fold(raw)
        if raw[0] not in "@#" and SHORTEST <= len(key) <= LONGEST:
            if raw[0].isupper() and not (begins or raw.isupper()):
                capitals.add(key)
            else:
                words.add(key)
        begins = False
        end = found.end()
    return words, capitals


@cache
def _everyday() -> frozenset[str]:
    """Words that say nothing: function words, and words that any post about reception holds."""
    found = {
        word
        for row in lexicon.rows("function_words.tsv", 1)
        for cell in row.cells
        for entry in cell.split(";")
        for word in fold(entry).split()
    }
    return frozenset(found | COMMON)


COMMON = frozenset(
    (
        "gemeente gemeenten mensen opvang noodopvang crisisopvang asielzoeker asielzoekers azc "
        "vluchteling vluchtelingen statushouder statushouders inwoner inwoners buurt wijk dorp "
        "straat vandaag morgen gisteren vanavond avond ochtend weken week maand maanden jaren "
        "iemand niemand iedereen allemaal gewoon helemaal eigenlijk misschien natuurlijk gelukkig "
        "komen komt kunnen worden wordt hebben heeft willen moeten zullen zouden gekomen geweest "
        "weten zeggen zegt vinden vindt gaan staan staat maken maakt geven geeft krijgen krijgt "
        "wonen woont blijven blijft horen hoort lezen leest denken denkt vragen vraag vraagt "
        "waarom wanneer hoeveel waarover welke weer straks nooit altijd steeds eerst daarna "
        "anders genoeg tegen zonder onder boven naast tussen tijdens volgens tijdelijk "
        "bericht berichten graag groot grote klein kleine goede beter nieuwe eerste laatste "
        "andere zelfs samen dezelfde onze jullie hopen hoop lekker mooie prima zeker echte "
    ).split()
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
