"""What later editions need to know of a day: small counts, without a post key, kept for long.

`summary` of one edition is what its successors compare with: shifts, terms, forms and waves are told
from these lines and never from posts that may be gone by then (R27, R30, R32, R33).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from analysis.records import ReportPost
from analysis.recount import codes_that_count
from analysis.sides import per_side

#: How many names of domains and terms a day keeps.
MOST = 40
OWN, PRESS, RESIDENTS = "eigen", "pers", "gesprek"
PRESS_GROUPS = frozenset({"journalists"})
PROTEST = frozenset({"B3", "S1"})


@dataclass(frozen=True, slots=True)
class DayCounts:
    """The counts of one earlier edition; `detail` is its `summary`, empty for older editions."""

    date: date
    counts: Mapping[str, int]
    phase: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def voice(row: ReportPost) -> str:
    """Who speaks: the municipality, the press, or the rest of the conversation."""
    if row.own:
        return OWN
    return PRESS if row.group in PRESS_GROUPS else RESIDENTS


def summary(
    rows: Sequence[ReportPost], everything: Iterable[ReportPost], platforms: Mapping[str, str]
) -> dict[str, Any]:
    """One day in small counts. `rows` are counted posts; `everything` holds own posts as well."""
    spoken = [row for row in everything if row.status != "ruis" and not row.late]
    return {
        "sources": _counted(row.source for row in rows),
        "platforms": _counted(platforms.get(row.source, row.source) for row in rows),
        "domains": _counted((d for row in rows for d in row.domains), MOST),
        "terms": terms(spoken),
        "forms": forms(rows),
        "reasons": _counted(reason for row in rows for reason in row.reasons),
        "own": sum(row.own for row in spoken),
        "initiatives": per_side(rows),
    }


def terms(spoken: Iterable[ReportPost]) -> dict[str, dict[str, int]]:
    """Posts per term and voice (R32)."""
    found: dict[str, Counter[str]] = {}
    for row in spoken:
        for term in row.terms_used:
            found.setdefault(term, Counter())[voice(row)] += 1
    ranked = sorted(found.items(), key=lambda item: (-sum(item[1].values()), item[0]))[:MOST]
    return {term: dict(sorted(counts.items())) for term, counts in sorted(ranked)}


def forms(rows: Iterable[ReportPost]) -> dict[str, dict[str, int]]:
    """Per form of reception named: posts, against, for, criticism or protest, offers of help (R27)."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        if row.reception_form is None or row.status != "gelabeld":
            continue
        counts = found.setdefault(row.reception_form, Counter())
        codes = set(codes_that_count(row))
        counts["n"] += 1
        counts["contra"] += row.stance == "contra"
        counts["pro"] += row.stance == "pro"
        counts["protest"] += bool(codes & PROTEST)
        counts["offers"] += "S4" in codes
    return {form: dict(found[form]) for form in sorted(found)}


def _counted(names: Iterable[str], most: int | None = None) -> dict[str, int]:
    ranked = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))[:most]
    return dict(sorted(ranked))


__all__ = ["DayCounts", "forms", "summary", "terms", "voice"]
