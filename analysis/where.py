"""Who and where: platforms, pages, link domains, and what shifted since last week (R33, R34, R38)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import sqrt
from typing import Any

from analysis.days import DayCounts
from analysis.enough import LEAST_TO_COMPARE, too_few
from analysis.records import ReportPost, SourceAccount

#: What people call a kind of source.
PLATFORMS = {
    "feed": "Nieuws, blogs en fora",
    "mastodon": "Mastodon en verwante servers",
    "bluesky": "Bluesky",
    "bekendmakingen": "Officiële bekendmakingen",
    "politie": "Politieberichten",
    "import": "Ingelezen bestanden",
    "desk": "Balie en telefoon",
}
BASE_DAYS, TOP = 7, 8
#: A shift: the share moved by this much, and by more than chance makes (z).
LEAST_MOVE, LEAST_Z = 0.15, 2.6


def platforms_of(sources: Sequence[SourceAccount]) -> dict[str, str]:
    """Source slug to the name of its platform."""
    return {source.slug: PLATFORMS.get(source.kind, source.kind) for source in sources}


def where(
    rows: Sequence[ReportPost],
    everything: Sequence[ReportPost],
    today: Mapping[str, Any],
    earlier: Sequence[DayCounts],
    day: Any,
) -> dict[str, Any]:
    """Platforms, pages and domains of the day, with the shifts against the seven days before."""
    base = [
        one.detail
        for one in earlier
        if one.detail and day - timedelta(days=BASE_DAYS) <= one.date < day
    ]
    return {
        "platforms": _ranked(today["platforms"]),
        "domains": domains(rows, everything),
        "shifts": [
            *shifts(today["platforms"], [one.get("platforms", {}) for one in base], "platform"),
            *shifts(today["sources"], [one.get("sources", {}) for one in base], "source"),
        ],
        "shift_note": _shift_note(sum(today["platforms"].values()), base),
    }


def reactions(
    rows: Sequence[ReportPost], everything: Sequence[ReportPost], domain: str
) -> list[ReportPost]:
    """Other posts in the conversations in which a link to this site was shared (R34)."""
    threads = {row.thread for row in rows if row.thread and domain in row.domains}
    linked = {row.post_key for row in rows if domain in row.domains}
    return [
        row
        for row in everything
        if row.thread in threads and row.status != "ruis" and row.post_key not in linked
    ]


def domains(rows: Sequence[ReportPost], everything: Sequence[ReportPost]) -> list[dict[str, Any]]:
    """Most shared sites: posts with such a link, and other posts in the same conversations (R34)."""
    posts: Counter[str] = Counter()
    threads: dict[str, set[str]] = {}
    linked: dict[str, set[str]] = {}
    for row in rows:
        for domain in row.domains:
            posts[domain] += 1
            linked.setdefault(domain, set()).add(row.post_key)
            if row.thread:
                threads.setdefault(domain, set()).add(row.thread)
    talk: dict[str, list[str]] = {}
    for row in everything:
        if row.thread and row.status != "ruis":
            talk.setdefault(row.thread, []).append(row.post_key)
    return [
        {
            "domain": domain,
            "n": n,
            "reactions": len(
                {key for thread in threads.get(domain, ()) for key in talk[thread]} - linked[domain]
            ),
        }
        for domain, n in _top(posts)
    ]


def shifts(
    today: Mapping[str, int], base: Sequence[Mapping[str, int]], kind: str
) -> list[dict[str, Any]]:
    """Names whose share of the posts moved: today against the days before, largest move first."""
    before: Counter[str] = Counter()
    for counts in base:
        before.update(counts)
    n, m = sum(today.values()), sum(before.values())
    if n < LEAST_TO_COMPARE or m < LEAST_TO_COMPARE:
        return []
    found = []
    for name in sorted({*today, *before}):
        one, other = today.get(name, 0), before.get(name, 0)
        move = one / n - other / m
        both = (one + other) / (n + m)
        error = sqrt(both * (1 - both) * (1 / n + 1 / m))
        if abs(move) >= LEAST_MOVE and error > 0 and abs(move) / error >= LEAST_Z:
            found.append(
                {
                    "kind": kind, "name": name, "n": one, "of": n,
                    "before": other, "before_of": m, "move": round(move, 3),
                }
            )  # fmt: skip
    return sorted(found, key=lambda row: (-abs(row["move"]), row["name"]))


def _shift_note(n: int, base: Sequence[Mapping[str, Any]]) -> str:
    m = sum(sum(one.get("platforms", {}).values()) for one in base)
    least = min(n, m)
    if least < LEAST_TO_COMPARE:
        return too_few("verschuivingen tussen platforms", least, LEAST_TO_COMPARE)
    return ""


def _ranked(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"name": name, "n": n} for name, n in _top(counts)]


def _top(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:TOP]
