"""Retention with its proofs (P6), and requests of data subjects (P8), for a beheerder."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from app.api.dependencies import Desk, auditing, reading, writing
from app.api.schemas import In, Out, camel
from app.services import retention, subjects
from app.services.access import Permission
from app.services.subjects import Found
from app.storage import removals

router = APIRouter(prefix="/dossiers/{slug}", tags=["bewaren en wissen"])
Short = Annotated[str, Field(max_length=2000)]


class CountsOut(Out):
    """How many per class: text of posts, threat evidence, tuning buffer, pseudonym keys."""

    post_text: int
    threat_evidence: int
    buffer: int
    pseudonym_keys: int


class RunOut(Out):
    """What went at one moment, of one class, and why."""

    at: datetime
    kind: str
    reason: str
    count: int


class RetentionOut(Out):
    """`wouldGo` is a dry run: nothing is touched."""

    keep_text_days: int
    keep_threat_days: int
    ends: date
    cleared_at: datetime | None
    would_go: CountsOut
    removed: list[RunOut]


class ConfirmIn(In):
    confirm: Literal[True]


class ProofOut(Out):
    """One proof of deletion; only keys and numbers stand in it."""

    id: int
    at: datetime
    kind: str
    reason: str
    count: int
    post_key: str | None


class ProofsOut(Out):
    proofs: list[ProofOut]
    next: int | None


class SubjectIn(In):
    """A `handle` (`@naam@server`) or a `url`; the `reason` never names the person."""

    handle: Short = ""
    url: Short = ""
    reason: Annotated[str, Field(max_length=500)]


class ErasureIn(SubjectIn):
    confirm: Literal[True]


class SubjectOut(Out):
    """What the dossier holds of it; evidence of a threat stays until its own term."""

    posts: int
    kept_as_evidence: int
    context: int
    buffer: int


class ErasedOut(SubjectOut):
    erased: int


@router.get("/retention", summary="Wat nu weg zou gaan, en wat al weg is")
def read_retention(desk: Annotated[Desk, reading(Permission.RETENTION)]) -> RetentionOut:
    dossier = desk.scope.dossier
    gone = removals.runs(desk.session, dossier.organisation_id, dossier.id)
    return RetentionOut(
        keep_text_days=dossier.keep_text_days,
        keep_threat_days=dossier.keep_threat_days,
        ends=dossier.ends,
        cleared_at=dossier.cleared_at,
        would_go=_counts(retention.would_go(desk.house, desk.session, dossier)),
        removed=[RunOut(at=at, kind=kind, reason=why, count=n) for at, kind, why, n in gone],
    )


@router.post("/retention", summary="Nu verwijderen wat zijn termijn heeft gehad")
def retain_now(body: ConfirmIn, desk: Annotated[Desk, reading(Permission.RETENTION)]) -> CountsOut:
    return _counts(retain(desk))


@router.get("/retention/proofs", summary="De bewijzen van verwijdering, nieuwste eerst")
def read_proofs(
    desk: Annotated[Desk, reading(Permission.RETENTION)],
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ProofsOut:
    dossier = desk.scope.dossier
    rows = removals.proofs(desk.session, dossier.organisation_id, dossier.id, before, limit + 1)
    shown = [ProofOut.model_validate(row) for row in rows[:limit]]
    return ProofsOut(proofs=shown, next=shown[-1].id if len(rows) > limit else None)


@router.post("/subject-requests/search", summary="Wat is er van deze persoon of dit bericht")
def search_subject(
    body: SubjectIn, desk: Annotated[Desk, auditing(Permission.RETENTION)]
) -> SubjectOut:
    return SubjectOut.model_validate(look(desk, body.handle, body.url, body.reason).numbers())


@router.post("/subject-requests/export", summary="Alles van deze persoon, om te overhandigen")
def export_subject(
    body: SubjectIn, desk: Annotated[Desk, auditing(Permission.RETENTION)]
) -> dict[str, Any]:
    exported: dict[str, Any] = camel(hand_over(desk, body.handle, body.url, body.reason))
    return exported


@router.post("/subject-requests/erasure", summary="Alles van deze persoon wissen en buiten houden")
def erase_subject(
    body: ErasureIn, desk: Annotated[Desk, writing(Permission.RETENTION)]
) -> ErasedOut:
    return ErasedOut.model_validate(erase(desk, body.handle, body.url, body.reason))


def retain(desk: Desk) -> dict[str, int]:
    """Each class is a transaction of its own, so this one must not stay open."""
    actor, dossier = desk.scope.principal.actor, desk.scope.dossier
    desk.session.expunge(dossier)
    desk.session.rollback()
    return retention.retain_dossier(desk.house, dossier, actor=actor)


def look(desk: Desk, handle: str, url: str, reason: str) -> Found:
    """Find, and tell in the log that somebody looked; never whom for."""
    asked, why = subjects.checked(handle, url, reason)
    found = subjects.find(desk.house, desk.session, desk.scope, asked)
    desk.note("subject-searched", reason=why, facts={"by": asked.by, **found.numbers()})
    return found


def hand_over(desk: Desk, handle: str, url: str, reason: str) -> dict[str, Any]:
    """Export, told in the log."""
    asked, why = subjects.checked(handle, url, reason)
    found = subjects.find(desk.house, desk.session, desk.scope, asked)
    desk.note("subject-exported", reason=why, facts={"by": asked.by, **found.numbers()})
    return subjects.export(desk.house, desk.session, desk.scope, found)


def erase(desk: Desk, handle: str, url: str, reason: str) -> dict[str, int]:
    """Erase, told in the log."""
    asked, why = subjects.checked(handle, url, reason)
    found = subjects.find(desk.house, desk.session, desk.scope, asked)
    numbers = subjects.erase(desk.house, desk.session, desk.scope, found)
    desk.note("subject-erased", reason=why, facts={"by": asked.by, **numbers})
    return numbers


def _counts(counts: dict[str, int]) -> CountsOut:
    return CountsOut(**{name.replace("-", "_"): count for name, count in counts.items()})
