"""Lists of public accounts, each with a reason and an end (R4, R40, P2)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import Field

from app.api.dependencies import Desk, IfMatch, must_match, reading, set_version, writing
from app.api.schemas import GroupName, In, Line, Out, Prose
from app.errors import NotFound
from app.services import account_lists as lists
from app.services.access import Permission
from app.storage import dossiers as dossier_rows
from app.storage.models import AccountList

router = APIRouter(prefix="/dossiers/{slug}/account-lists", tags=["accountlijsten"])
ListId = Annotated[int, Path(ge=1, le=2**31 - 1)]
Accounts = Annotated[list[Line], Field(min_length=1, max_length=500)]


class AccountListIn(In):
    """`accounts`: `@naam@server`, `@naam`, or `bron:naam` for a whole source."""

    kind: GroupName
    name: Annotated[Line, Field(max_length=120)]
    reason: Annotated[Prose, Field(min_length=1, max_length=2000)]
    expires: date
    accounts: Accounts


class AccountListOut(Out):
    id: int
    name: str
    kind: str
    reason: str
    expires: date
    accounts: list[str]
    version: int


@router.get("", summary="De accountlijsten van een dossier")
def list_lists(desk: Annotated[Desk, reading(Permission.LISTS_READ)]) -> list[AccountListOut]:
    rows = dossier_rows.account_lists(desk.session, desk.scope.dossier.id)
    return [_out(desk, row) for row in rows]


@router.post("", status_code=201, summary="Een lijst maken, of accounts aan een lijst toevoegen")
def put_list(
    body: AccountListIn, desk: Annotated[Desk, writing(Permission.LISTS)], response: Response
) -> AccountListOut:
    values: dict[str, Any] = body.model_dump()
    lists.put_list(
        desk.house, desk.session, desk.scope.dossier, values, actor=desk.scope.principal.actor
    )
    row = dossier_rows.account_list(desk.session, desk.scope.dossier.id, body.name)
    if row is None:
        raise NotFound("Deze lijst staat niet in dit dossier.")
    set_version(response, row.version)
    response.headers["Location"] = f"/v1/dossiers/{desk.scope.dossier.slug}/account-lists/{row.id}"
    return _out(desk, row)


@router.get("/{list_id}", summary="Een accountlijst")
def read_list(
    list_id: ListId, desk: Annotated[Desk, reading(Permission.LISTS_READ)], response: Response
) -> AccountListOut:
    row = _row(desk, list_id)
    set_version(response, row.version)
    return _out(desk, row)


@router.delete("/{list_id}", status_code=204, summary="Een accountlijst verwijderen")
def remove_list(
    list_id: ListId, version: IfMatch, desk: Annotated[Desk, writing(Permission.LISTS)]
) -> None:
    row = _row(desk, list_id)
    must_match(row.version, version)
    desk.note("list-removed", row.name, reason=row.reason)
    dossier_rows.remove_list(desk.session, row)


def _row(desk: Desk, list_id: int) -> AccountList:
    row = dossier_rows.account_list_by_id(desk.session, desk.scope.dossier.id, list_id)
    if row is None:
        raise NotFound("Deze lijst staat niet in dit dossier.")
    return row


def _out(desk: Desk, row: AccountList) -> AccountListOut:
    return AccountListOut(**lists.list_json(desk.session, row), version=row.version)
