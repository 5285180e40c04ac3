"""What police, COA or colleagues know beside the posts, written down by a person (R15, R5).

A statement says whose it is, who noted it and when; it is never counted. It stands in every edition that
is drafted from then on and in the drafts that wait; an approved edition keeps what it said.
"""

from __future__ import annotations

from analysis.diagnosis import ASPECTS, SUBJECTS, Statement, with_statements
from app.errors import InvalidInput, NotFound
from app.services.house import House
from app.services.shares import refuse_shares
from app.storage import Session, talk
from app.storage import reports as report_rows
from app.storage.models import Dossier, DossierNote

ORIGINS = ("politie", "COA", "gemeente", "veiligheidsregio", "inwoners aan tafel", "een ander")
LONGEST = 500
#: Subject to the words of the form.
TITLES = {
    **ASPECTS,
    "initiatief-voor": "Een initiatief dat de opvang steunt",
    "initiatief-tegen": "Een initiatief tegen de opvang",
}


def statements(session: Session, dossier_id: int) -> tuple[Statement, ...]:
    """Every statement that stands, newest first."""
    rows = sorted(talk.notes(session, dossier_id), key=lambda row: (row.created_at, row.id))
    return tuple(
        Statement(row.kind, row.origin, row.text, row.author, row.created_at.isoformat())
        for row in reversed(rows)
    )


def add(
    house: House, session: Session, dossier: Dossier, subject: str, origin: str, text: str, by: str
) -> DossierNote:
    """Write a statement down on a colleague's name; raises `InvalidInput`."""
    if subject not in SUBJECTS:
        raise InvalidInput(f"Kies waar het over gaat: {', '.join(SUBJECTS)}.", field="subject")
    if origin not in ORIGINS:
        raise InvalidInput(f"Kies van wie dit komt: {', '.join(ORIGINS)}.", field="origin")
    words = " ".join(text.split())
    if not words:
        raise InvalidInput("Schrijf op wat er bekend is, in eigen woorden.", field="text")
    if len(words) > LONGEST:
        raise InvalidInput(
            f"Houd het bij {LONGEST} tekens; dit zijn er {len(words)}.", field="text"
        )
    refuse_shares(words, "text")
    row = DossierNote(
        dossier_id=dossier.id, kind=subject, origin=origin, text=words, author=by,
        created_at=house.clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _refresh(session, dossier)
    return row


def withdraw(session: Session, dossier: Dossier, note_id: int) -> DossierNote:
    """Take a statement back; approved editions keep it. Raises `NotFound`."""
    row = talk.note(session, dossier.id, note_id)
    if row is None:
        raise NotFound("Deze opmerking staat niet (meer) in dit dossier.")
    session.delete(row)
    session.flush()
    _refresh(session, dossier)
    return row


def _refresh(session: Session, dossier: Dossier) -> None:
    """Drafts show what is stated now; whoever had one open is told that it changed."""
    said = statements(session, dossier.id)
    for report in report_rows.drafts(session, dossier.id):
        changed = with_statements(report.document, said)
        if changed != report.document:
            report.document = changed
            report.version += 1
