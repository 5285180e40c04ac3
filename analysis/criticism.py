"""Criticism of those who decide, and its reasons: late, not involved, the location (R29)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from analysis.enough import LEAST, too_few
from analysis.gleaning import REASONS
from analysis.records import ReportPost
from analysis.recount import codes_that_count

ADMINISTRATORS = "bestuur"


def is_about_them(row: ReportPost) -> bool:
    """A criticism (B3) that is aimed at those who decide."""
    return row.target == ADMINISTRATORS and "B3" in codes_that_count(row)


def of_administrators(rows: Sequence[ReportPost]) -> dict[str, Any]:
    """Posts that criticise the administration, and how many give which reason; one may give several."""
    critical = [row for row in rows if is_about_them(row)]
    found = Counter(reason for row in critical for reason in row.reasons)
    n = len(critical)
    return {
        "n": n,
        "reasons": [
            {"reason": reason, "label": label, "n": found[reason]}
            for reason, label in REASONS.items()
        ]
        if n >= LEAST
        else [],
        "without_reason": sum(not row.reasons for row in critical),
        "enough": n >= LEAST,
        "note": "" if n >= LEAST else too_few("de redenen van kritiek op bestuurders", n),
    }
