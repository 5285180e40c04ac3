"""A person corrects a label: checked against the role, appended, never overwritten (R42, P11)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from analysis.scheme import GUIDE
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.services import labels
from app.services.access import Permission, Scope
from app.services.house import House
from app.storage import Session
from app.storage import desk as desk_rows
from app.storage import labels as label_rows
from app.storage import posts as post_rows
from app.storage import users as user_rows
from app.storage.models import Annotation, Hit, HitAct


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
    may_say(scope, hit, sub_labels, confirmed=confirmed)
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


def may_say(scope: Scope, hit: Hit, sub_labels: Sequence[str], *, confirmed: bool) -> None:
    """Whether this person may give these labels to this hit; raises when not."""
    serious = bool(label_rows.THREAT_CODES & set(sub_labels))
    if (serious or confirmed) and not scope.may(Permission.THREATS):
        raise NotAllowed("Alleen wie dreiging beoordeelt, geeft of bevestigt S2, S3 en S6.")
    if confirmed and not serious:
        raise InvalidInput("Bevestigen kan alleen met S2, S3 of S6.", field="confirmed")
    if not scope.may(Permission.THREATS) and hit.is_candidate:
        raise NotAllowed("Dit bericht wacht op wie dreiging beoordeelt.")


def judge(
    house: House,
    session: Session,
    scope: Scope,
    post_key: str,
    *,
    confirm: bool,
    sub_labels: Sequence[str],
    reason: str,
    version: int,
) -> int:
    """Confirm or dismiss a threat candidate; returns the hit's new version.

    Confirmed it counts from now on as S2, S3 or S6 (the labeller's codes unless others are given);
    dismissed it keeps its other labels. Raises as `correct` does.
    """
    hit = _hit(session, scope, post_key)
    codes = list(sub_labels) or _codes(session, scope, hit)
    if confirm:
        if not label_rows.THREAT_CODES & set(codes):
            raise InvalidInput("Kies S2, S3 of S6 om te bevestigen.", field="subLabels")
    else:
        codes = [code for code in codes if code not in label_rows.THREAT_CODES]
    correct(
        house, session, scope, post_key, status="gelabeld" if codes else "geen",
        sub_labels=codes, confirmed=confirm, remark=reason, version=version,
    )  # fmt: skip
    desk_rows.add_act(
        session,
        HitAct(
            hit_id=hit.id, user_id=scope.principal.user_id or None,
            act="confirm" if confirm else "dismiss", before={}, after={"codes": codes},
            text=reason, batch=secrets.token_hex(8), at=house.clock.now(),
        ),
    )  # fmt: skip
    return hit.version


def take_back(
    house: House, session: Session, scope: Scope, post_key: str, annotation_id: int
) -> int:
    """Undo the newest label of a person; returns the hit's new version.

    Raises `NotFound`, `NotAllowed` where a threat was judged and the caller may not, and `Conflict`
    when somebody said something else since.
    """
    hit = _hit(session, scope, post_key)
    said = {row.id: row for row in label_rows.history(session, hit.id)}
    row = said.get(annotation_id)
    if row is None or row.withdraws is not None:
        raise NotFound("Dit label is er niet.", post_key=post_key)
    newest = label_rows.newest_annotations(session, [hit.id]).get(hit.id)
    if newest is None or newest.id != row.id:
        raise Conflict("Iemand gaf intussen een ander label; dat blijft staan.")
    left = labels.withdraw(house, session, hit, row, scope.principal.user_id)
    grave = label_rows.THREAT_CODES & {*row.sub_labels, *(left.sub_labels if left else ())}
    if (grave or hit.is_candidate) and not scope.may(Permission.THREATS):
        raise NotAllowed("Alleen wie dreiging beoordeelt, neemt dit terug.")
    return hit.version


def _codes(session: Session, scope: Scope, hit: Hit) -> list[str]:
    """The sub-labels of the effective label."""
    run = label_rows.active_run(session, scope.dossier.id)
    said = label_rows.predictions(session, run.id, [hit.id]).get(hit.id) if run else None
    people = label_rows.newest_annotations(session, [hit.id]).get(hit.id)
    output = labels.effective(said.output if said else {"status": hit.status}, people)
    return list(output.get("sub_labels", ()))


def said_of(session: Session, scope: Scope, post_key: str) -> list[tuple[Annotation, str | None]]:
    """Everything people said of a hit with their names, oldest first."""
    rows = label_rows.history(session, _hit(session, scope, post_key).id)
    return [(row, user_rows.name_of(session, row.user_id)) for row in rows]


def counting(session: Session, scope: Scope, post_key: str) -> Annotation | None:
    """The person's label that counts now; None when the computer's does."""
    hit = _hit(session, scope, post_key)
    return label_rows.newest_annotations(session, [hit.id]).get(hit.id)


def _hit(session: Session, scope: Scope, post_key: str) -> Hit:
    hit = post_rows.hit_in(session, scope.dossier.id, post_key)
    if hit is None:
        raise NotFound("Dit bericht staat niet in dit dossier.", post_key=post_key)
    return hit
