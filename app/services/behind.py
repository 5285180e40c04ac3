"""The posts behind a number of a stored edition: by its frozen rows, never by what is true today."""

from __future__ import annotations

from datetime import date

from analysis.behind import Edition, UnknownNumber, behind
from analysis.records import ReportPost, SourceAccount, Window
from analysis.where import platforms_of
from app.errors import InvalidInput
from app.services.frozen import row_from_json
from app.storage import Session
from app.storage import reports as report_rows
from app.storage.models import Report


def edition_name(day: date, number: int) -> str:
    """How an edition is called in an address: `2026-11-23.1`."""
    return f"{day.isoformat()}.{number}"


def rows_behind(session: Session, dossier_id: int, edition: str, name: str) -> list[ReportPost]:
    """The frozen rows that a number counts, newest first. Raises `InvalidInput`."""
    report = _report(session, dossier_id, edition)
    sources = [
        SourceAccount(row["slug"], row["kind"], row["title"], "", True, row["own"], None, None)
        for row in report.document["sources"]
    ]
    frozen = Edition(
        rows=[row_from_json(stored) for stored in report_rows.frozen_rows(session, report.id)],
        window=Window(report.window_from, report.window_to),
        platforms=platforms_of(sources),
    )
    try:
        return behind(frozen, name)
    except UnknownNumber as error:
        raise InvalidInput(
            "Dit cijfer staat niet in een verslag. Open het vanuit het verslag zelf.",
            field="behind",
        ) from error


def _report(session: Session, dossier_id: int, edition: str) -> Report:
    day, _, number = edition.partition(".")
    try:
        found = report_rows.newest(session, dossier_id, date.fromisoformat(day), int(number))
    except (ValueError, OverflowError) as error:
        raise InvalidInput("Schrijf de editie als 2026-11-23.1.", field="edition") from error
    if found is None:
        raise InvalidInput(f"Er is geen editie {edition} in dit dossier.", field="edition")
    return found
