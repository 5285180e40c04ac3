"""Reminders: the adviser before the deadline of a draft, the deputy at it (R43)."""

from __future__ import annotations

from datetime import datetime, timedelta

from analysis.dutch import long_date, moment
from app.errors import Conflict
from app.services.alerts import after_quiet, route_of
from app.services.approval import REMIND_BEFORE, approve_before
from app.services.cadence import active
from app.services.house import House
from app.storage import Session, outbox, signals
from app.storage.models import AlertRoute, Dossier, Notice, Report

#: Older drafts are no news any more; they say on their page that nobody approved them.
NEWS = timedelta(days=2)


def remind(house: House) -> int:
    """Write the notices that are due now; how many are new."""
    now = house.clock.now()
    written = 0
    with house.database.read() as session:
        work = [dossier.id for dossier in active(session, now)]
    for dossier_id in work:
        try:
            with house.database.write() as session:
                written += _of(session, session.get_one(Dossier, dossier_id), now)
        except Conflict:  # another worker wrote the same notice
            continue
    return written


def _of(session: Session, dossier: Dossier, now: datetime) -> int:
    people = route_of(session, dossier.id, "approval")
    written = 0
    for report in signals.drafts_since(session, dossier.id, now - NEWS):
        deadline = approve_before(dossier, report)
        for number, person in enumerate(people[:2], start=1):
            due = deadline - REMIND_BEFORE if number == 1 else deadline
            if now >= due:
                notice = _notice(dossier, report, person, number, deadline, now)
                written += outbox.add_notice(session, notice)
    return written


def _notice(
    dossier: Dossier,
    report: Report,
    person: AlertRoute,
    number: int,
    deadline: datetime,
    now: datetime,
) -> Notice:
    day = long_date(report.local_date)
    late = "is nog niet goedgekeurd" if number > 1 else "wacht op uw goedkeuring"
    return Notice(
        dossier_id=dossier.id, key=f"approval:{report.id}:{number}", name=person.name,
        notifier=person.notifier, recipient=person.recipient,
        subject=f"Het verslag van {day} {late}"[:200],
        body=f"Het verslag van {day} voor {dossier.title} {late}. Het wordt verwacht voor "
        f"{moment(deadline)}. Een verslag dat niemand goedkeurt, blijft een concept en wordt "
        "niet verstuurd.",
        created_at=now, not_before=after_quiet(person, now),
    )  # fmt: skip
