"""Carry approved editions to their desks: no approval, no delivery (R43)."""

from __future__ import annotations

import structlog

from analysis import report_text
from app import notify
from app.errors import NotifyError
from app.notify.protocol import Parcel
from app.services import reports
from app.services.house import House
from app.storage import Session
from app.storage import deliveries as delivery_rows
from app.storage.models import Report

log = structlog.get_logger("klankbord.delivery")


def deliver_open(house: House) -> tuple[int, int]:
    """(arrived, failed): try everything that is still open; one failure harms no other."""
    with house.database.read() as session:
        work = [
            (
                delivery.id,
                delivery.notifier,
                delivery.recipient,
                _parcel(session, dossier.slug, row),
            )
            for delivery, row, dossier in delivery_rows.open_ones(session, house.clock.now())
        ]
    arrived = failed = 0
    for delivery_id, notifier, recipient, parcel in work:
        try:
            notify.get(notifier).deliver(parcel, recipient, house.settings.data_dir)
        except NotifyError as error:
            failed += 1
            with house.database.write() as session:
                times = delivery_rows.failed(session, delivery_id)
            log.warning("delivery-failed", recipient=recipient, times=times, why=error.message)
        else:
            arrived += 1
            with house.database.write() as session:
                delivery_rows.arrived(session, delivery_id, house.clock.now())
    return arrived, failed


def _parcel(session: Session, slug: str, row: Report) -> Parcel:
    edition = reports.shown(session, slug, row)
    return Parcel(
        dossier=slug,
        date=row.local_date.isoformat(),
        edition=row.edition,
        document=edition.document | {"interpretation": edition.interpretation},
        text=report_text.render(edition.document, edition.interpretation, edition.approved_by),
        approved_by=edition.approved_by or "",
    )
