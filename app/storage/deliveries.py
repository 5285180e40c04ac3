"""Once per edition and recipient: the row is made with the approval, and ticked off on arrival.

A desk that fails is tried again ever later, up to once a day, for more than a week.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.storage.models import Delivery, Dossier, Recipient, Report

MOST_FAILURES = 20
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(days=1)


def add(session: Session, report_id: int, recipients: Iterable[tuple[str, str]]) -> None:
    """One open delivery per (notifier, recipient); what is there already is left alone."""
    there = {
        (row.notifier, row.recipient)
        for row in session.scalars(select(Delivery).where(Delivery.report_id == report_id))
    }
    session.add_all(
        Delivery(report_id=report_id, notifier=notifier, recipient=recipient)
        for notifier, recipient in recipients
        if (notifier, recipient) not in there
    )


def recipients(session: Session, dossier_id: int) -> list[Recipient]:
    """Everybody who was ever added, those who get the reports now first."""
    return list(
        session.scalars(
            select(Recipient)
            .where(Recipient.dossier_id == dossier_id)
            .order_by(Recipient.ended_at.is_not(None), Recipient.id)
        )
    )


def recipient(session: Session, dossier_id: int, recipient_id: int) -> Recipient | None:
    return session.scalar(
        select(Recipient).where(Recipient.dossier_id == dossier_id, Recipient.id == recipient_id)
    )


def of_report(session: Session, report_id: int) -> list[Delivery]:
    return list(
        session.scalars(
            select(Delivery).where(Delivery.report_id == report_id).order_by(Delivery.id)
        )
    )


def state_of(row: Delivery) -> str:
    """What came of a delivery, in Dutch."""
    if row.delivered_at is not None:
        return "bezorgd"
    if row.handed_at is not None:
        return "overgedragen, maar of het aankwam is niet bekend"
    if row.failures >= MOST_FAILURES:
        return f"na {row.failures} pogingen niet bezorgd"
    return "nog niet gelukt, wordt opnieuw geprobeerd" if row.failures else "wacht op bezorging"


def open_ones(session: Session, now: datetime) -> list[tuple[Delivery, Report, Dossier]]:
    """What has still to arrive and may be tried now, oldest first; only approved editions (R43)."""
    rows = session.execute(
        select(Delivery, Report, Dossier)
        .join(Report, Report.id == Delivery.report_id)
        .join(Dossier, Dossier.id == Report.dossier_id)
        .where(
            Delivery.delivered_at.is_(None),
            Delivery.failures < MOST_FAILURES,
            Report.status == "approved",
        )
        .order_by(Delivery.id)
    )
    return [
        (delivery, report, dossier)
        for delivery, report, dossier in rows
        if report.approved_at is None or report.approved_at + paused(delivery.failures) <= now
    ]


def paused(failures: int) -> timedelta:
    """How long after its approval an edition is tried again: pauses double up to a day."""
    pauses = (min(FIRST_PAUSE * 2**turn, LONGEST_PAUSE) for turn in range(failures))
    return sum(pauses, timedelta())
