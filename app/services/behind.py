"""The posts behind a number of a stored edition: by its frozen rows, never by what is true today."""

from __future__ import annotations

from datetime import date, datetime

from analysis.behind import Edition, UnknownNumber, behind
from analysis.records import ReportPost, SourceAccount, Window
from analysis.where import platforms_of
from app.errors import InvalidInput
from app.services.frozen import row_from_json
from app.services.house import House
from app.storage import Session
from app.storage import reports as report_rows
from app.storage.models import Report

#: When a post was published, and its key: enough to find it and to keep the order.
Place = tuple[datetime, str]
#: How many numbers are remembered at once.
MOST_KNOWN = 100


def places_behind(
    house: House, session: Session, dossier_id: int, edition: str, name: str
) -> list[Place]:
    """(published, post key) of the posts that a number counts, newest first. Raises `InvalidInput`.

    Frozen rows never change, so what was found for a number is remembered for the pages after it.
    """
    report = _report(session, dossier_id, edition)
    known = house.behind.get((report.id, report.digest, name))
    if known is None:
        known = [(row.published_at, row.post_key) for row in _rows_behind(session, report, name)]
        while len(house.behind) >= MOST_KNOWN:
            house.behind.pop(next(iter(house.behind)), None)
        house.behind[report.id, report.digest, name] = known
    return known


def _rows_behind(session: Session, report: Report, name: str) -> list[ReportPost]:
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
