"""On which side of the reception an initiative in a post stands: offers of help and peaceful calls (R5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from analysis.records import ReportPost
from analysis.recount import codes_that_count

FOR, AGAINST, UNCLEAR = "voor", "tegen", "onduidelijk"
SIDES = {
    FOR: "Initiatieven die de opvang steunen",
    AGAINST: "Initiatieven tegen de opvang",
    UNCLEAR: "Oproepen zonder duidelijke kant",
}


def side_of(row: ReportPost) -> str:
    """The side of an initiative in a post: an offer of help, or a peaceful call by its stance."""
    codes = codes_that_count(row)
    if "S4" in codes:
        return FOR
    if "S1" not in codes:
        return ""
    return {"pro": FOR, "contra": AGAINST}.get(row.stance, UNCLEAR)


def per_side(rows: Iterable[ReportPost]) -> dict[str, int]:
    """Posts per side; what a day keeps for its successors."""
    found = Counter(map(side_of, rows))
    return {side: found[side] for side in SIDES}
