"""Which words people use for the people and the reception, and whether a word is taken over (R32).

The tracker never corrects residents: governments drift as well. It tells per voice (the municipality,
the press, the conversation) which word of a family stands first, and since when.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from analysis.days import OWN, PRESS, RESIDENTS, DayCounts
from analysis.enough import LEAST_TO_COMPARE, too_few

#: Words for the same thing: when one of a family is used more, the others are used less.
FAMILIES = {
    "mensen": (
        "asielzoekers", "vluchtelingen", "statushouders", "migranten", "nieuwkomers",
        "ontheemden", "oekraïners", "buitenlanders",
    ),
    "opvang": ("azc", "opvang", "noodopvang", "crisisopvang"),
}  # fmt: skip
FAMILY_TITLES = {"mensen": "Woorden voor de mensen", "opvang": "Woorden voor de opvang"}
VOICES = (OWN, PRESS, RESIDENTS)
LEAST_SIDE = 10
#: The share of a word must move this far between the days before and after.
LEAST_MOVE = 0.2

Day = tuple[date, Mapping[str, Mapping[str, int]]]


def tracked(days: Sequence[DayCounts]) -> list[dict[str, Any]]:
    """Per family the use of each word by each voice, and what was taken over since when."""
    lines = [(one.date, one.detail.get("terms", {})) for one in days if one.detail]
    return [_family(name, words, lines) for name, words in FAMILIES.items()]


def _family(name: str, words: Sequence[str], days: Sequence[Day]) -> dict[str, Any]:
    total: dict[str, Counter[str]] = {voice: Counter() for voice in VOICES}
    for _, terms in days:
        for word in words:
            for voice, n in terms.get(word, {}).items():
                if voice in total:
                    total[voice][word] += int(n)
    n = sum(total[RESIDENTS].values())
    rows: list[dict[str, Any]] = [
        {"term": word, **{voice: total[voice][word] for voice in VOICES}}
        for word in words
        if any(total[voice][word] for voice in VOICES)
    ]
    rows.sort(key=lambda row: (-row[RESIDENTS], str(row["term"])))
    enough = n >= LEAST_TO_COMPARE
    return {
        "family": name,
        "label": FAMILY_TITLES[name],
        "n": n,
        "rows": rows,
        "adopted": _adopted(words, days) if enough else [],
        "note": "" if enough else too_few("het overnemen van woorden", n, LEAST_TO_COMPARE),
    }  # fmt: skip


def _adopted(words: Sequence[str], days: Sequence[Day]) -> list[dict[str, Any]]:
    """The one word of the family that gained most: what others lose is the same story."""
    found = [one for word in words if (one := adoption(word, words, days)) is not None]
    found.sort(key=lambda one: one["before"] / one["before_of"] - one["after"] / one["after_of"])
    return found[:1]


def adoption(word: str, family: Sequence[str], days: Sequence[Day]) -> dict[str, Any] | None:
    """The day since which the conversation uses `word` more, when that shows; None otherwise.

    The cut that parts the days best: the share of the word in its family before and after it. Told
    with the day on which the municipality itself first used the word, if it did.
    """
    shares: list[tuple[date, int, int]] = []
    first_own: date | None = None
    for day, terms in sorted(days):
        mine = int(terms.get(word, {}).get(RESIDENTS, 0))
        every = sum(int(terms.get(one, {}).get(RESIDENTS, 0)) for one in family)
        shares.append((day, mine, every))
        if first_own is None and terms.get(word, {}).get(OWN, 0):
            first_own = day
    best: tuple[float, int] | None = None
    for cut in range(1, len(shares)):
        before, after = shares[:cut], shares[cut:]
        n, m = sum(e for _, _, e in before), sum(e for _, _, e in after)
        if n < LEAST_SIDE or m < LEAST_SIDE:
            continue
        p, q = sum(x for _, x, _ in before) / n, sum(x for _, x, _ in after) / m
        gain = (q - p) ** 2 * n * m / (n + m)
        if q - p >= LEAST_MOVE and (best is None or gain > best[0]):
            best = gain, cut
    if best is None:
        return None
    cut = best[1]
    before, after = shares[:cut], shares[cut:]
    return {
        "term": word,
        "since": shares[cut][0].isoformat(),
        "own_since": first_own.isoformat() if first_own else None,
        "before": sum(x for _, x, _ in before), "before_of": sum(e for _, _, e in before),
        "after": sum(x for _, x, _ in after), "after_of": sum(e for _, _, e in after),
    }  # fmt: skip
