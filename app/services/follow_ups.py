"""Points to come back to: an owner, a day, and nothing closes without feedback (R11)."""

from __future__ import annotations

from datetime import date

from app.errors import Conflict, InvalidInput, NotFound
from app.services.house import House
from app.storage import Session
from app.storage import desk as desk_rows
from app.storage import talk as rows
from app.storage.models import Dossier, FollowUp, User

LEAST_FEEDBACK = 5


def add(session: Session, dossier: Dossier, title: str, owner_id: int, due: date) -> FollowUp:
    """A new point for a colleague of this organisation. Raises `InvalidInput`."""
    if not title.strip():
        raise InvalidInput("Schrijf op waar u op terugkomt.", field="title")
    row = FollowUp(
        dossier_id=dossier.id,
        title=title.strip()[:300],
        owner_id=_owner(session, dossier, owner_id),
        due=due,
        version=1,
    )
    session.add(row)
    session.flush()
    return row


def change(
    session: Session, dossier: Dossier, row: FollowUp, owner_id: int, due: date, version: int
) -> None:
    """Another owner or another day. Raises `Conflict` when it is closed or was changed."""
    _must_be_open(row, version)
    row.owner_id, row.due = _owner(session, dossier, owner_id), due
    row.version += 1


def close(house: House, row: FollowUp, feedback: str, version: int) -> None:
    """Close a point with what was reported back, and to whom. Raises `InvalidInput` without it."""
    _must_be_open(row, version)
    if len(feedback.strip()) < LEAST_FEEDBACK:
        raise InvalidInput(
            "Schrijf op wat u hebt teruggekoppeld; zonder dat sluit een punt niet.",
            field="feedback",
        )
    row.feedback, row.closed_at = feedback.strip(), house.clock.now()
    row.version += 1


def of(session: Session, dossier: Dossier, follow_up_id: int) -> FollowUp:
    """A point of this dossier; raises `NotFound`."""
    row = rows.follow_up(session, dossier.id, follow_up_id)
    if row is None:
        raise NotFound("Dit punt staat niet in dit dossier.")
    return row


def people(session: Session, dossier: Dossier) -> list[User]:
    """Who can own a point: colleagues that see this dossier."""
    return desk_rows.colleagues(session, dossier.organisation_id, dossier.id)


def _owner(session: Session, dossier: Dossier, owner_id: int) -> int:
    if owner_id not in {user.id for user in people(session, dossier)}:
        raise InvalidInput("Kies een collega die dit dossier ziet.", field="owner")
    return owner_id


def _must_be_open(row: FollowUp, version: int) -> None:
    if row.version != version:
        raise Conflict(
            "Dit punt is intussen gewijzigd. Laad de pagina opnieuw.", version=row.version
        )
    if row.closed_at is not None:
        raise Conflict("Dit punt is al gesloten.")
