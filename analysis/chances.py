"""Chances beside risks: offers, support and open questions that invite contact (R3, R28)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.records import ReportPost
from analysis.recount import codes_that_count

TEMPORARY = frozenset({"crisisnoodopvang", "noodopvang"})


def is_in_favour(row: ReportPost) -> bool:
    """A judged post that is for this reception."""
    return row.status == "gelabeld" and row.stance == "pro"


def is_for_temporary(row: ReportPost) -> bool:
    """Support or help where people name a passing form of reception (R28)."""
    return (
        row.status == "gelabeld"
        and row.reception_form in TEMPORARY
        and ("S4" in codes_that_count(row) or row.stance == "pro")
    )


def chances(rows: Sequence[ReportPost], questions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Offers (S4), compliments (B5), voices for this reception, questions that a fact answers."""
    codes = [(row, set(codes_that_count(row))) for row in rows]
    offers = sum("S4" in found for _, found in codes)
    support = sum("B5" in found for _, found in codes)
    waiting = [
        question
        for question in questions
        if question["kind"] != "bestuurlijk" and question.get("answered", "nee") == "nee"
    ]
    return {
        "n": sum(bool(found & {"S4", "B5"}) or is_in_favour(row) for row, found in codes),
        "offers": offers,
        "support": support,
        "in_favour": sum(map(is_in_favour, rows)),
        "temporary": sum(map(is_for_temporary, rows)),
        "open_questions": [
            {"theme": question["theme"], "label": question["label"], "n": question["n"]}
            for question in waiting[:5]
        ],
    }
