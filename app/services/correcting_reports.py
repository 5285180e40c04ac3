"""A correction: a new edition of a sealed day that says what changed and why (P11, item 4).

The approved edition stays as it was; the new one is a draft like any other and needs its own approval.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from analysis.report import ROWS
from app.errors import Conflict, InvalidInput, NotFound
from app.services.drafting import build_edition
from app.services.frozen import row_from_json
from app.services.house import House
from app.services.verify import LABEL_FIELDS
from app.storage import Session
from app.storage import reports as report_rows
from app.storage.models import Dossier, Report, ReportInput

LEAST_REASON = 5


def correct(house: House, session: Session, dossier: Dossier, day: date, reason: str) -> Report:
    """Draft a correction of the newest approved edition of a day.

    Raises `NotFound` without an edition, `Conflict` while a draft of that day waits (edit that one),
    `InvalidInput` without a reason.
    """
    if len(reason.strip()) < LEAST_REASON:
        raise InvalidInput("Schrijf op waarom het verslag wordt gecorrigeerd.", field="reason")
    old = report_rows.newest_whole(session, dossier.id, day)
    if old is None:
        raise NotFound(f"Er is geen verslag van {day.isoformat()}.")
    if old.status != "approved":
        raise Conflict("Dit verslag is nog een concept: pas dat aan in plaats van te corrigeren.")
    note: dict[str, Any] = {"of": old.edition, "reason": reason.strip(), "changes": []}
    row = build_edition(house, session, dossier, day, kind="correction", correction=note)
    note["changes"] = changes(
        old, report_rows.inputs(session, old.id), row, report_rows.inputs(session, row.id)
    )
    row.document = sealed_again(row.document, note)
    session.flush()
    return row


def sealed_again(document: dict[str, Any], note: dict[str, Any]) -> dict[str, Any]:
    """The document with what changed, under a new seal; the hash is about the numbers and stays."""
    from analysis.recount import document_seal

    changed = {**document, "correction": note}
    return {**changed, "seal": document_seal(changed)}


def changes(
    old: Report, before: list[ReportInput], new: Report, after: list[ReportInput]
) -> list[str]:
    """What is different, in sentences: numbers first, then the posts behind them."""
    told = [
        f"{label}: {old.document['counts'][name]} werd {new.document['counts'][name]}."
        for name, label in ROWS
        if old.document["counts"][name] != new.document["counts"][name]
    ]
    was = {row.post_key: row_from_json(row.row) for row in before}
    now = {row.post_key: row_from_json(row.row) for row in after}
    kept = {key for key, row in was.items() if not row.late}
    added, gone = set(now) - kept, kept - set(now)
    relabelled = sum(
        any(getattr(was[key], name) != getattr(now[key], name) for name in LABEL_FIELDS)
        for key in kept & set(now)
    )
    for count, one, more in (
        (len(added), "bericht kwam erbij", "berichten kwamen erbij"),
        (len(gone), "bericht verviel", "berichten vervielen"),
        (relabelled, "bericht kreeg een ander label", "berichten kregen een ander label"),
    ):
        if count:
            told.append(f"{count} {one if count == 1 else more}.")
    return told or ["De cijfers zijn gelijk gebleven."]
