"""Search queries: check, match, and the versions of a dossier (seam S6)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import Field, StringConstraints

from app.api.dependencies import Caller, Desk, reading, writing
from app.api.schemas import In, Out, Remark
from app.errors import NotFound
from app.services import versions
from app.services.access import Permission
from app.storage import dossiers as dossier_rows
from app.storage.models import QueryVersion
from query import check
from query.matching_lines import match_case

router = APIRouter(tags=["zoekopdrachten"])
Term = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Terms = Annotated[dict[str, list[Term]], Field(max_length=100)]
QueryText = Annotated[str, StringConstraints(max_length=20_000)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


class CheckIn(In):
    query: QueryText
    terms: Terms | None = None


class ProblemOut(Out):
    """An error or warning: `offset` and `length` in code points of the text as given."""

    code: str
    message: str
    offset: int
    length: int
    hint: str | None
    fix: str | None


class CheckOut(Out):
    ok: bool
    canonical: str | None
    version: str | None
    placeholders: list[str]
    warnings: list[ProblemOut]
    errors: list[ProblemOut]


class MatchIn(In):
    query: QueryText
    text: Annotated[str, StringConstraints(max_length=100_000)]
    title: Annotated[str, StringConstraints(max_length=10_000)] = ""
    terms: Terms | None = None
    fields: Annotated[dict[str, str | list[str]], Field(max_length=20)] = {}


class LeafSpanOut(Out):
    start: int
    end: int
    leaf: str


class MatchOut(Out):
    verdict: str
    spans: list[LeafSpanOut]
    error: ProblemOut | None
    errors: list[ProblemOut]


class VersionOut(Out):
    """A query version: text with its placeholder values frozen; never edited."""

    number: int
    text: str
    terms: dict[str, list[str]]
    canonical: str
    version: str
    template: str | None
    note: str
    author: str
    created_at: datetime
    activated_at: datetime | None
    active: bool


class VersionIn(In):
    """A new version; `terms` null freezes the dossier's values. The note says why.

    It finds nothing until it is activated.
    """

    query: QueryText
    terms: Terms | None = None
    note: Annotated[Remark, Field(min_length=1)]


@router.post("/queries/check", summary="Een zoekopdracht nakijken")
def check_query(body: CheckIn, _: Caller) -> CheckOut:
    return CheckOut.model_validate(check(body.query, body.terms).as_json())


@router.post("/queries/match", summary="Een zoekopdracht tegen een tekst houden")
def match_query(body: MatchIn, _: Caller) -> MatchOut:
    case: dict[str, Any] = {"id": None, **body.model_dump()}
    return MatchOut.model_validate(match_case(case))


@router.get("/dossiers/{slug}/queries", summary="De versies van de zoekopdracht")
def list_versions(desk: Annotated[Desk, reading(Permission.QUERIES_READ)]) -> list[VersionOut]:
    rows = dossier_rows.versions(desk.session, desk.scope.dossier.id)
    return [_out(desk, row) for row in rows]


@router.get("/dossiers/{slug}/queries/{number}", summary="Een versie van de zoekopdracht")
def read_version(
    number: Number, desk: Annotated[Desk, reading(Permission.QUERIES_READ)]
) -> VersionOut:
    return _out(desk, version_of(desk, number))


@router.post("/dossiers/{slug}/queries", status_code=201, summary="Een nieuwe versie maken")
def add_version(
    body: VersionIn, desk: Annotated[Desk, writing(Permission.QUERIES_WRITE)], response: Response
) -> VersionOut:
    row = versions.propose(
        desk.house, desk.session, desk.scope, text=body.query, values=body.terms, note=body.note
    )
    desk.note("query-version-added", str(row.number), reason=body.note)
    response.headers["Location"] = f"/v1/dossiers/{desk.scope.dossier.slug}/queries/{row.number}"
    return _out(desk, row)


def version_of(desk: Desk, number: int) -> QueryVersion:
    """A version of this dossier; raises `NotFound`."""
    row = dossier_rows.version_numbered(desk.session, desk.scope.dossier.id, number)
    if row is None:
        raise NotFound(f"Dit dossier heeft geen versie {number}.")
    return row


def _out(desk: Desk, row: QueryVersion) -> VersionOut:
    return VersionOut(
        number=row.number,
        text=row.text,
        terms=row.terms,
        canonical=row.canonical,
        version=row.digest,
        template=row.template,
        note=row.note,
        author=row.author,
        created_at=row.created_at,
        activated_at=row.activated_at,
        active=row.id == desk.scope.dossier.query_version_id,
    )
