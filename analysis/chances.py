"""Chances beside risks: offers, support and open questions that invite contact (R3, R28)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.records import ReportPost
from analysis.recount import codes_that_count

TEMPORARY = frozenset({"crisisnoodopvang", "noodopvang"})


def chances(rows: Sequence[ReportPost], questions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Offers (S4), compliments (B5), voices for this reception, questions that a fact answers."""
    codes = [(row, set(codes_that_count(row))) for row in rows]
    offers = sum("S4" in found for _, found in codes)
    support = sum("B5" in found for _, found in codes)
    favour = sum(row.status == "gelabeld" and row.stance == "pro" for row in rows)
    temporary = sum(
        row.reception_form in TEMPORARY and ("S4" in found or row.stance == "pro")
        for row, found in codes
        if row.status == "gelabeld"
    )
    waiting = [
        question
        for question in questions
        if question["kind"] != "bestuurlijk" and question.get("answered", "nee") == "nee"
    ]
    return {
        "n": sum(
            bool(found & {"S4", "B5"}) or (row.status == "gelabeld" and row.stance == "pro")
            for row, found in codes
        ),
        "offers": offers,
        "support": support,
        "in_favour": favour,
        "temporary": temporary,
        "open_questions": [
            {"theme": question["theme"], "label": question["label"], "n": question["n"]}
            for question in waiting[:5]
        ],
    }
