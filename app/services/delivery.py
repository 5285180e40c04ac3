"""Carry approved editions to their desks: no approval, no delivery (R43)."""

from __future__ import annotations

import structlog

from analysis import report_text
from app.notify.protocol import Parcel
from app.services import reports
from app.services.carrying import carry
from app.services.house import House
from app.services.report_pages import standalone_view
from app.storage import Session
from app.storage import deliveries as delivery_rows
from app.storage.models import Delivery, Report
from dashboards import paths
from dashboards.pdf import PdfUnavailable, render_pdf

log = structlog.get_logger("klankbord.delivery")
#: Desks that get the PDF as well.
WITH_PDF = frozenset({"mail"})


def deliver_open(house: House) -> tuple[int, int]:
    """(arrived, failed): try everything that is still open; one failure harms no other."""
    with house.database.read() as session:
        work = [
            (delivery.id, delivery.notifier, delivery.recipient, dossier.slug, row.id)
            for delivery, row, dossier in delivery_rows.open_ones(session, house.clock.now())
        ]
    arrived = failed = 0
    parcels: dict[tuple[int, bool], Parcel] = {}
    for delivery_id, notifier, recipient, slug, report_id in work:
        wanted = report_id, notifier in WITH_PDF
        if wanted not in parcels:
            with house.database.read() as session:
                row = session.get_one(Report, report_id)
                parcels[wanted] = parcel_of(house, session, slug, row, wanted[1])
        parcel = parcels[wanted]
        came = carry(
            house, Delivery, delivery_id, notifier, recipient,
            lambda desk, means, parcel=parcel, to=recipient: desk.deliver(parcel, to, means),  # type: ignore[misc]
        )  # fmt: skip
        arrived += came is True
        failed += came is False
    return arrived, failed


def parcel_of(house: House, session: Session, slug: str, row: Report, pdf: bool) -> Parcel:
    """An edition with everything its readers may want."""
    edition = reports.shown(session, slug, row)
    link = house.settings.public_url.rstrip("/")
    made = b""
    if pdf:
        try:
            made = render_pdf(standalone_view(edition))
        except PdfUnavailable as error:
            log.warning("pdf-unavailable", why=str(error))
    return Parcel(
        dossier=slug,
        date=row.local_date.isoformat(),
        edition=row.edition,
        document=edition.document | {"interpretation": edition.interpretation},
        text=report_text.render(edition.document, edition.interpretation, edition.approved_by),
        approved_by=edition.approved_by or "",
        title=str(edition.document["title"]),
        pdf=made,
        link=f"{link}{paths.report(slug, row.local_date)}" if link else "",
    )
