"""Lists of public accounts, each with a reason and an end (R4, R40, P2)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import Field

from app.api.dependencies import Desk, IfMatch, must_match, reading, set_version, writing
from app.api.schemas import GroupName, In, Line, Out, Prose
from app.clock import local_date
from app.errors import InvalidInput, NotFound
from app.services import account_lists as lists
from app.services.access import Permission
from app.services.list_import import read_members
from app.services.list_members import Wanted
from app.storage import account_lists as list_rows
from app.storage import dossiers as dossier_rows
from app.storage.models import AccountList, AccountListMember

router = APIRouter(prefix="/dossiers/{slug}/account-lists", tags=["accountlijsten"])
ListId = Annotated[int, Path(ge=1, le=2**31 - 1)]
MemberId = Annotated[int, Path(ge=1, le=2**31 - 1)]
Accounts = Annotated[list[Line], Field(min_length=1, max_length=500)]
Name = Annotated[Line, Field(max_length=120)]
Reason = Annotated[Prose, Field(min_length=1, max_length=2000)]


class AccountListIn(In):
    """`accounts`: `@naam@server`, `@naam`, or `bron:naam` for a whole source."""

    kind: GroupName
    name: Name
    reason: Reason
    expires: date
    accounts: Accounts


class AccountListPatch(In):
    """What changes of a list; its members have operations of their own."""

    kind: GroupName | None = None
    name: Name | None = None
    reason: Reason | None = None
    expires: date | None = None


class MemberIn(In):
    """A member with its own days; a handle that looks like a private person needs all three."""

    account: Line
    from_: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None
    reason: Annotated[Prose, Field(max_length=2000)] = ""


class MembersIn(In):
    members: Annotated[list[MemberIn], Field(min_length=1, max_length=500)]


class ImportIn(In):
    """A CSV with account, van, tot en reden; all of it is taken in, or nothing."""

    csv: Annotated[str, Field(min_length=1, max_length=500_000)]


class MemberOut(Out):
    """`state`: counts, later, ended, or waiting for a second person (`private`)."""

    id: int
    account: str
    from_: Annotated[str | None, Field(alias="from")]
    until: str | None
    reason: str
    private: bool
    state: str


class AccountListOut(Out):
    """`expiresSoon`: within two weeks, and before the dossier ends."""

    id: int
    name: str
    kind: str
    reason: str
    expires: date
    expired: bool
    expires_soon: bool
    accounts: list[str]
    members: list[MemberOut]
    version: int


@router.get("", summary="De accountlijsten van een dossier")
def list_lists(desk: Annotated[Desk, reading(Permission.LISTS_READ)]) -> list[AccountListOut]:
    rows = dossier_rows.account_lists(desk.session, desk.scope.dossier.id)
    return [_out(desk, row) for row in rows]


@router.post("", status_code=201, summary="Een lijst maken, of accounts aan een lijst toevoegen")
def put_list(
    body: AccountListIn, desk: Annotated[Desk, writing(Permission.LISTS)], response: Response
) -> AccountListOut:
    principal = desk.scope.principal
    lists.put_list(
        desk.house, desk.session, desk.scope.dossier, body.model_dump(),
        actor=principal.actor, asked_by=principal.user_id,
    )  # fmt: skip
    row = dossier_rows.account_list(desk.session, desk.scope.dossier.id, body.name)
    if row is None:
        raise NotFound("Deze lijst staat niet in dit dossier.")
    response.headers["Location"] = f"/v1/dossiers/{desk.scope.dossier.slug}/account-lists/{row.id}"
    return _answer(desk, row, response)


@router.get("/{list_id}", summary="Een accountlijst")
def read_list(
    list_id: ListId, desk: Annotated[Desk, reading(Permission.LISTS_READ)], response: Response
) -> AccountListOut:
    return _answer(desk, list_of(desk, list_id), response)


@router.put("/{list_id}", summary="Een accountlijst vervangen, met haar leden")
def replace_list(
    list_id: ListId,
    body: AccountListIn,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.LISTS)],
    response: Response,
) -> AccountListOut:
    return _changed(desk, list_id, version, body.model_dump(), response)


@router.patch("/{list_id}", summary="Naam, soort, reden of einddatum van een lijst wijzigen")
def change_list(
    list_id: ListId,
    body: AccountListPatch,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.LISTS)],
    response: Response,
) -> AccountListOut:
    values = body.model_dump(exclude_none=True)
    if not values:
        raise InvalidInput("Er staat niets in dit verzoek om te wijzigen.", field="verzoek")
    return _changed(desk, list_id, version, values, response)


@router.delete("/{list_id}", status_code=204, summary="Een accountlijst verwijderen")
def remove_list(
    list_id: ListId, version: IfMatch, desk: Annotated[Desk, writing(Permission.LISTS)]
) -> None:
    row = list_of(desk, list_id)
    must_match(row.version, version)
    desk.note("list-removed", row.name, reason=row.reason)
    lists.remove_list(desk.house, desk.session, desk.scope.dossier, row)


@router.post("/{list_id}/members", summary="Leden aan een lijst toevoegen, met eigen data")
def add_members(
    list_id: ListId,
    body: MembersIn,
    desk: Annotated[Desk, writing(Permission.LISTS)],
    response: Response,
) -> AccountListOut:
    wanted = [Wanted(one.account, one.from_, one.until, one.reason) for one in body.members]
    return _answer(desk, take_in(desk, list_id, wanted), response)


@router.post("/{list_id}/import", summary="Leden uit een CSV opnemen: alles of niets")
def import_members(
    list_id: ListId,
    body: ImportIn,
    desk: Annotated[Desk, writing(Permission.LISTS)],
    response: Response,
) -> AccountListOut:
    return _answer(desk, take_in(desk, list_id, read_members(body.csv)), response)


@router.delete("/{list_id}/members/{member_id}", summary="Een lid van een lijst halen")
def remove_member(
    list_id: ListId,
    member_id: MemberId,
    version: IfMatch,
    desk: Annotated[Desk, writing(Permission.LISTS)],
    response: Response,
) -> AccountListOut:
    row = list_of(desk, list_id)
    must_match(row.version, version)
    take_off(desk, row, member_of(desk, row, member_id))
    return _answer(desk, row, response)


@router.post(
    "/{list_id}/members/{member_id}/agreement",
    summary="Als tweede persoon instemmen met een privépersoon op een lijst",
)
def agree(
    list_id: ListId,
    member_id: MemberId,
    desk: Annotated[Desk, writing(Permission.LISTS)],
    response: Response,
) -> AccountListOut:
    row = list_of(desk, list_id)
    agree_with(desk, row, member_of(desk, row, member_id))
    return _answer(desk, row, response)


def list_of(desk: Desk, list_id: int) -> AccountList:
    """The list in this dossier; raises `NotFound`."""
    row = dossier_rows.account_list_by_id(desk.session, desk.scope.dossier.id, list_id)
    if row is None:
        raise NotFound("Deze lijst staat niet in dit dossier.")
    return row


def member_of(desk: Desk, row: AccountList, member_id: int) -> AccountListMember:
    """The member of this list; raises `NotFound`."""
    member = list_rows.member(desk.session, row.id, member_id)
    if member is None:
        raise NotFound("Dit lid staat niet op deze lijst.")
    return member


def take_in(desk: Desk, list_id: int, wanted: list[Wanted]) -> AccountList:
    """Add members and tell it in the log."""
    row = list_of(desk, list_id)
    added = lists.add_members(
        desk.house, desk.session, desk.scope.dossier, row, wanted,
        asked_by=desk.scope.principal.user_id,
    )  # fmt: skip
    row.version += 1
    desk.note("list-changed", row.name, reason=row.reason, facts={"added": added})
    return row


def take_off(desk: Desk, row: AccountList, member: AccountListMember) -> None:
    """Take a member off and tell it in the log."""
    hits = lists.remove_member(desk.house, desk.session, desk.scope.dossier, row, member)
    desk.note("list-member-removed", row.name, facts={"hits": hits})


def agree_with(desk: Desk, row: AccountList, member: AccountListMember) -> None:
    """The second person agrees, and it is told in the log with the reason that was given."""
    user_id = desk.scope.principal.user_id
    hits = lists.agree(desk.house, desk.session, desk.scope.dossier, row, member, user_id)
    facts = {"second_person": True, "hits": hits}
    desk.note("list-member-agreed", row.name, reason=member.reason or "", facts=facts)


def change(desk: Desk, row: AccountList, values: dict[str, Any]) -> None:
    """Change a list as a whole and tell it in the log."""
    lists.change_list(
        desk.house, desk.session, desk.scope.dossier, row, values,
        asked_by=desk.scope.principal.user_id,
    )  # fmt: skip
    desk.note("list-changed", row.name, reason=row.reason, facts={"fields": sorted(values)})


def _changed(
    desk: Desk, list_id: int, version: int, values: dict[str, Any], response: Response
) -> AccountListOut:
    row = list_of(desk, list_id)
    must_match(row.version, version)
    change(desk, row, values)
    return _answer(desk, row, response)


def _answer(desk: Desk, row: AccountList, response: Response) -> AccountListOut:
    desk.session.flush()
    set_version(response, row.version)
    return _out(desk, row)


def _out(desk: Desk, row: AccountList) -> AccountListOut:
    today = local_date(desk.house.clock.now())
    shown = lists.list_json(desk.session, row, today)
    return AccountListOut.model_validate({**shown, "version": row.version})
