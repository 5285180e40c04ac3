"""Exports of other tools and questions heard at the desk (R10): look first, then whole or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AwareDatetime, Field

from app.api.dependencies import Desk, reading
from app.api.schemas import In, Out, Prose
from app.errors import InvalidInput, NotAllowed, NotFound
from app.services import imports
from app.services.access import Permission
from app.storage import imports as rows

router = APIRouter(prefix="/dossiers/{slug}", tags=["invoer"])
ImportId = Annotated[int, Path(ge=1, le=2**31 - 1)]
Words = Annotated[str, Query(max_length=200)]
BODY = {
    "requestBody": {
        "required": True,
        "description": "het bestand zelf: CSV, XLSX, JSON of NDJSON",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class ImportRunOut(Out):
    """One import; `profile` is `balie` for a question heard at the desk."""

    id: int
    profile: str
    file: str
    rows: int
    new: int
    matched: int
    actor: str
    at: datetime
    undone_at: datetime | None


class ProblemOut(Out):
    """`stops`: this row cannot be a post; else it can, and this is worth knowing."""

    row: int
    column: str
    message: str
    stops: bool


class SampleOut(Out):
    """A row as a post; accounts and numbers of persons are masked."""

    row: int
    published_at: datetime | None
    date_rule: str
    title: str
    text: str


class PreviewOut(Out):
    """What an import would do. `mapping`: field to column; `importedBefore`: the very same file."""

    profile: str
    form: str
    encoding: str
    separator: str
    columns: list[str]
    mapping: dict[str, str]
    unused: list[str]
    rows: int
    posts: int
    new: int
    matched: int
    changed: int
    copies: int
    first: datetime | None
    last: datetime | None
    imported_before: int | None
    problems: list[ProblemOut]
    sample: list[SampleOut]


class TakenOut(Out):
    """What an import did; `skipped` rows could not be posts."""

    id: int
    source: str
    profile: str
    rows: int
    new: int
    changed: int
    matched: int
    copies: int
    skipped: int


class UndoneOut(Out):
    id: int
    removed: int


class DeskQuestionIn(In):
    """A question heard at the desk, on the phone or at a meeting; who asked is never noted."""

    question: Annotated[Prose, Field(min_length=1, max_length=imports.MOST_QUESTION)]
    heard_at: AwareDatetime | None = None
    where: Annotated[str, Field(max_length=200)] = ""


async def raw_body(request: Request) -> bytes:
    """The file as it was sent, whatever its media type says."""
    return await request.body()


@router.get("/imports", summary="Wat er is ingelezen, het nieuwste eerst")
def list_imports(desk: Annotated[Desk, reading(Permission.SOURCES_READ)]) -> list[ImportRunOut]:
    found = imports.import_list(desk.house, desk.scope.dossier.slug)
    return [ImportRunOut(id=one.pop("import"), **one) for one in found]


@router.post(
    "/imports/preview", summary="Laten zien wat een bestand zou brengen", openapi_extra=BODY
)
def preview_import(
    data: Annotated[bytes, Depends(raw_body)],
    desk: Annotated[Desk, reading(Permission.SOURCES_WRITE)],
    name: Words = "bestand",
    profile: Annotated[str | None, Query(max_length=40)] = None,
    map: Annotated[list[Words] | None, Query(description="veld=kolom, bijv. text=Bericht")] = None,
) -> PreviewOut:
    """Nothing is stored. A 422 says what is wrong with the file as a whole."""
    return PreviewOut(**looked_at(desk, data, name, profile, pairs(map or [])))


@router.post("/imports", status_code=201, summary="Een bestand inlezen", openapi_extra=BODY)
def take_in_import(
    data: Annotated[bytes, Depends(raw_body)],
    desk: Annotated[Desk, reading(Permission.SOURCES_WRITE)],
    response: Response,
    name: Words = "bestand",
    profile: Annotated[str | None, Query(max_length=40)] = None,
    map: Annotated[list[Words] | None, Query(description="veld=kolom, bijv. text=Bericht")] = None,
    skip_bad: Annotated[bool, Query(alias="skipBad")] = False,
) -> TakenOut:
    """All of it or nothing; 409 when the very same file was taken in before."""
    done = taken(desk, data, name, profile, pairs(map or []), skip_bad)
    response.headers["Location"] = f"/v1/dossiers/{desk.scope.dossier.slug}/imports"
    return TakenOut(id=done.pop("import"), **done)


@router.post("/imports/{import_id}/undo", summary="Een invoer terugdraaien")
def undo_import(
    import_id: ImportId, desk: Annotated[Desk, reading(Permission.SOURCES_READ)]
) -> UndoneOut:
    """What a later import or another source brought too, stays. A file asks for `sources:write`, a
    question of the desk for `posts:status`."""
    return UndoneOut(id=import_id, removed=undone(desk, import_id))


@router.post("/desk-questions", status_code=201, summary="Een vraag van de balie vastleggen")
def note_question(
    body: DeskQuestionIn, desk: Annotated[Desk, reading(Permission.STATUS)]
) -> TakenOut:
    """The question counts among the posts of the dossier, whatever the search query says (R10)."""
    done = heard(desk, body.question, body.heard_at, body.where)
    return TakenOut(id=done.pop("import"), **done)


# The acts, shared with the pages. Each opens its own transaction: reading a file may take a while,
# and no lock is held meanwhile.


def looked_at(
    desk: Desk, data: bytes, name: str, profile: str | None, mapping: dict[str, str]
) -> dict[str, Any]:
    """What a file would bring. Raises `InvalidInput`."""
    slug = _left(desk)
    read = imports.understood(data, name, profile or None, mapping, desk.house.clock.now())
    return imports.preview(desk.house, slug, read)


def taken(
    desk: Desk,
    data: bytes,
    name: str,
    profile: str | None,
    mapping: dict[str, str],
    skip_bad: bool,
) -> dict[str, Any]:
    """Store a file. Raises `InvalidInput` and `Conflict`."""
    slug, actor = _left(desk), desk.scope.principal.actor
    read = imports.understood(data, name, profile or None, mapping, desk.house.clock.now())
    return imports.take_in(desk.house, slug, read, skip_bad=skip_bad, actor=actor)


def heard(desk: Desk, question: str, at: datetime | None, where: str) -> dict[str, Any]:
    """Store a question. Raises `InvalidInput`."""
    slug, actor = _left(desk), desk.scope.principal.actor
    moment = at or desk.house.clock.now()
    return imports.heard(desk.house, slug, question, moment, where, actor=actor)


def undone(desk: Desk, import_id: int) -> int:
    """Take an import back: a file by who may write sources, a question by who may note one.

    Raises `NotFound`, `NotAllowed` and `Conflict`.
    """
    run = rows.run_of(desk.session, desk.scope.dossier.id, import_id)
    if run is None:
        raise NotFound("Deze invoer staat niet in dit dossier.")
    if not may_undo(desk, run.profile):
        raise NotAllowed("Deze invoer mag u niet terugdraaien.")
    slug = _left(desk)
    done = imports.undo(desk.house, slug, import_id, desk.scope.principal.actor)
    return int(done["removed"])


def may_undo(desk: Desk, profile: str) -> bool:
    needed = Permission.STATUS if profile == imports.DESK else Permission.SOURCES_WRITE
    return desk.scope.may(needed)


def pairs(given: list[str]) -> dict[str, str]:
    """`text=Bericht` as field and column; raises `InvalidInput`."""
    found = {}
    for pair in given:
        name, sign, column = pair.partition("=")
        if not sign:
            raise InvalidInput(f"map {pair!r}: schrijf veld=kolom.", field="map")
        found[name.strip()] = column.strip()
    return found


def _left(desk: Desk) -> str:
    """The slug, with the reading transaction ended: the work may take a while."""
    slug = desk.scope.dossier.slug
    desk.session.rollback()
    return slug
