"""A person corrects a label: checked against the role, appended, never overwritten (R42, P11)."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.scheme import GUIDE
from app.errors import InvalidInput, NotAllowed, NotFound
from app.services import labels
from app.services.access import Permission, Scope
from app.services.house import House
from app.storage import Session
from app.storage import labels as label_rows
from app.storage import posts as post_rows
from app.storage import users as user_rows
from app.storage.models import Annotation, Hit


def correct(
    house: House,
    session: Session,
    scope: Scope,
    post_key: str,
    *,
    status: str,
    sub_labels: Sequence[str],
    confirmed: bool,
    remark: str,
    version: int,
) -> Annotation:
    """Append a person's label to a hit. S2, S3 and S6 are only for those who judge threats.

    Raises `NotFound`, `NotAllowed`, `InvalidInput`, and `Conflict` when the hit changed meanwhile.
    """
    hit = _hit(session, scope, post_key)
    serious = bool(label_rows.THREAT_CODES & set(sub_labels))
    if (serious or confirmed) and not scope.may(Permission.THREATS):
        raise NotAllowed("Alleen wie dreiging beoordeelt, geeft of bevestigt S2, S3 en S6.")
    if confirmed and not serious:
        raise InvalidInput("Bevestigen kan alleen met S2, S3 of S6.", field="confirmed")
    if not scope.may(Permission.THREATS) and _is_candidate(session, scope, hit):
        raise NotAllowed("Dit bericht wacht op wie dreiging beoordeelt.")
    return labels.annotate(
        session,
        hit,
        user_id=scope.principal.user_id,
        output=labels.person_says(status, sub_labels, confirmed),
        confirmed=confirmed,
        note=remark,
        guide=GUIDE,
        house=house,
        expected_version=version,
    )


def said_of(session: Session, scope: Scope, post_key: str) -> list[tuple[Annotation, str | None]]:
    """Everything people said of a hit with their names, oldest first."""
    rows = label_rows.history(session, _hit(session, scope, post_key).id)
    return [(row, user_rows.name_of(session, row.user_id)) for row in rows]


def _hit(session: Session, scope: Scope, post_key: str) -> Hit:
    hit = post_rows.hit_in(session, scope.dossier.id, post_key)
    if hit is None:
        raise NotFound("Dit bericht staat niet in dit dossier.", post_key=post_key)
    return hit


def _is_candidate(session: Session, scope: Scope, hit: Hit) -> bool:
    run = label_rows.active_run(session, scope.dossier.id)
    said = label_rows.predictions(session, run.id, [hit.id]).get(hit.id) if run else None
    people = label_rows.newest_annotations(session, [hit.id]).get(hit.id)
    output = labels.effective(said.output if said else {"status": hit.status}, people)
    judged = people is not None and people.confirmed
    serious = bool(label_rows.THREAT_CODES & set(output.get("sub_labels", ())))
    return not judged and (serious or bool(output.get("threat", False)))
