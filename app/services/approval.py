"""Until when an edition must be approved, and what is said when nobody did (R43).

A draft that nobody approves stays a draft, says so, and is never sent. Who is reminded stands in the
routes of the dossier (`alert_route`, kind `approval`): the first is the adviser, the next the deputy.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.clock import first_instant_at
from app.services.reports import due_at
from app.storage.models import Dossier, Report

AFTER_DRAFT, AFTER_INTERIM = timedelta(hours=1), timedelta(minutes=30)
#: How long before the deadline the first person is reminded.
REMIND_BEFORE = timedelta(minutes=20)


def approve_before(dossier: Dossier, report: Report) -> datetime:
    """The instant before which this edition should be approved."""
    if report.kind == "interim":
        return report.window_to + AFTER_INTERIM
    if report.kind == "correction":
        return report.drafted_at + AFTER_DRAFT
    return daily_deadline(dossier, report.local_date)


def daily_deadline(dossier: Dossier, day: date) -> datetime:
    """The deadline of the daily edition of a local day: the next morning."""
    if not dossier.approve_by:
        return due_at(dossier, day) + AFTER_DRAFT
    hour, minute = (int(part) for part in dossier.approve_by.split(":"))
    return first_instant_at(day + timedelta(days=1), hour, minute)
