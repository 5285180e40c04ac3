"""The account lists of a dossier and their forms: make, add, import, change, remove, agree."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response

from app.api.dependencies import Desk, reading, writing
from app.api.pages.framing import Csrf, desk_frame, page, prove, whole
from app.api.routes import account_lists as acts
from app.api.routes.account_lists import ListId, MemberId
from app.clock import local_date
from app.errors import Conflict, InvalidInput
from app.services import account_lists as lists
from app.services.access import Permission
from app.services.list_import import read_members
from app.services.list_members import Wanted
from app.storage import dossiers as dossier_rows
from app.storage.models import AccountList
from dashboards import admin_views, pages, paths

router = APIRouter(include_in_schema=False)
Version = Annotated[int, Form(ge=0, le=2**31 - 1)]
Text = Annotated[str, Form(max_length=2000)]
SAVED = {
    "gemaakt": "De lijst is opgeslagen.",
    "gewijzigd": "De lijst is gewijzigd. Bewaarde berichten van haar leden zijn bijgewerkt.",
    "leden": "De leden zijn opgenomen. Hun bewaarde berichten zijn bijgewerkt.",
    "weg": "Het lid is van de lijst gehaald.",
    "verwijderd": "De lijst is verwijderd.",
    "ingestemd": "U hebt ingestemd: dit account telt nu mee.",
}


@router.get("/dossiers/{slug}/account-lists")
def account_lists_page(
    desk: Annotated[Desk, reading(Permission.LISTS_READ)],
    saved: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    return _page(desk, notice=SAVED.get(saved, ""))


@router.post("/dossiers/{slug}/account-lists")
def make_form(
    desk: Annotated[Desk, writing(Permission.LISTS)],
    csrf: Csrf,
    kind: Annotated[str, Form(max_length=30)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    reason: Text = "",
    expires: Annotated[str, Form(max_length=12)] = "",
    accounts: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Make a list; one account on each line."""
    prove(desk, csrf)
    principal = desk.scope.principal
    given = admin_views.ListDraft(kind, name, reason, expires, accounts)
    values: dict[str, Any] = {
        "kind": kind, "name": name, "reason": reason,
        "accounts": [line.strip() for line in accounts.splitlines() if line.strip()],
    }  # fmt: skip
    try:
        if dossier_rows.account_list(desk.session, desk.scope.dossier.id, name.strip()):
            raise Conflict(f"Er is al een lijst {name.strip()!r} in dit dossier.")
        values["expires"] = _day(expires, "expires")
        with whole(desk):
            lists.put_list(
                desk.house, desk.session, desk.scope.dossier, values,
                actor=principal.actor, asked_by=principal.user_id,
            )  # fmt: skip
    except (InvalidInput, Conflict) as error:
        return _refused(desk, error.message, draft=given)
    return _back(desk, "gemaakt")


@router.post("/dossiers/{slug}/account-lists/{list_id}")
def change_form(
    list_id: ListId,
    desk: Annotated[Desk, writing(Permission.LISTS)],
    csrf: Csrf,
    version: Version,
    name: Annotated[str, Form(max_length=200)] = "",
    reason: Text = "",
    expires: Annotated[str, Form(max_length=12)] = "",
) -> Response:
    prove(desk, csrf)
    row = acts.list_of(desk, list_id)
    if row.version != version:
        return _refused(desk, _stale(row))
    try:
        values: dict[str, Any] = {
            "name": name, "reason": reason, "expires": _day(expires, "expires"),
        }  # fmt: skip
        with whole(desk):
            acts.change(desk, row, values)
    except (InvalidInput, Conflict) as error:
        return _refused(desk, error.message)
    return _back(desk, "gewijzigd")


@router.post("/dossiers/{slug}/account-lists/{list_id}/members")
def member_form(
    list_id: ListId,
    desk: Annotated[Desk, writing(Permission.LISTS)],
    csrf: Csrf,
    account: Annotated[str, Form(max_length=300)] = "",
    starts: Annotated[str, Form(alias="from", max_length=12)] = "",
    until: Annotated[str, Form(max_length=12)] = "",
    reason: Text = "",
) -> Response:
    prove(desk, csrf)
    try:
        wanted = Wanted(account, _day(starts, "from"), _day(until, "until"), reason)
        with whole(desk):
            acts.take_in(desk, list_id, [wanted])
    except InvalidInput as error:
        return _refused(desk, error.message)
    return _back(desk, "leden")


@router.post("/dossiers/{slug}/account-lists/{list_id}/import")
def import_form(
    list_id: ListId,
    desk: Annotated[Desk, writing(Permission.LISTS)],
    csrf: Csrf,
    csv: Annotated[str, Form(max_length=500_000)] = "",
) -> Response:
    prove(desk, csrf)
    try:
        with whole(desk):
            acts.take_in(desk, list_id, read_members(csv))
    except InvalidInput as error:
        return _refused(desk, error.message, csv=(list_id, csv))
    return _back(desk, "leden")


@router.post("/dossiers/{slug}/account-lists/{list_id}/removal")
def remove_form(
    list_id: ListId,
    desk: Annotated[Desk, writing(Permission.LISTS)],
    csrf: Csrf,
    version: Version,
    sure: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    prove(desk, csrf)
    row = acts.list_of(desk, list_id)
    if row.version != version:
        return _refused(desk, _stale(row))
    if sure != "ja":
        return _refused(desk, f"Vink aan dat u de lijst {row.name!r} wilt verwijderen.")
    desk.note("list-removed", row.name, reason=row.reason)
    lists.remove_list(desk.house, desk.session, desk.scope.dossier, row)
    return _back(desk, "verwijderd")


@router.post("/dossiers/{slug}/account-lists/{list_id}/members/{member_id}/removal")
def remove_member_form(
    list_id: ListId,
    member_id: MemberId,
    desk: Annotated[Desk, writing(Permission.LISTS)],
    csrf: Csrf,
) -> Response:
    prove(desk, csrf)
    row = acts.list_of(desk, list_id)
    acts.take_off(desk, row, acts.member_of(desk, row, member_id))
    return _back(desk, "weg")


@router.post("/dossiers/{slug}/account-lists/{list_id}/members/{member_id}/agreement")
def agree_form(
    list_id: ListId,
    member_id: MemberId,
    desk: Annotated[Desk, writing(Permission.LISTS)],
    csrf: Csrf,
) -> Response:
    prove(desk, csrf)
    row = acts.list_of(desk, list_id)
    acts.agree_with(desk, row, acts.member_of(desk, row, member_id))
    return _back(desk, "ingestemd")


def _page(
    desk: Desk,
    *,
    notice: str = "",
    problem: str = "",
    draft: admin_views.ListDraft | None = None,
    csv: tuple[int, str] | None = None,
) -> Response:
    today = local_date(desk.house.clock.now())
    rows = dossier_rows.account_lists(desk.session, desk.scope.dossier.id)
    view = admin_views.AccountListsView(
        frame=desk_frame(desk, "account-lists", notice),
        lists=tuple(_list(desk, row, today, csv) for row in rows),
        may_write=desk.scope.may(Permission.LISTS),
        draft=draft or admin_views.ListDraft(),
        problem=problem,
        today=today,
    )
    return page(pages.render_account_lists(view), 400 if problem else 200)


def _list(
    desk: Desk, row: AccountList, today: date, csv: tuple[int, str] | None
) -> admin_views.AccountListView:
    shown = lists.list_json(desk.session, row, today)
    return admin_views.AccountListView(
        id=row.id,
        name=row.name,
        kind=row.kind,
        reason=row.reason,
        expires=row.expires,
        version=row.version,
        expired=shown["expired"],
        days_left=(row.expires - today).days if shown["expires_soon"] else None,
        csv=csv[1] if csv is not None and csv[0] == row.id else "",
        members=tuple(
            admin_views.MemberView(
                id=one["id"],
                account=one["account"],
                starts=_iso(one["from"]),
                ends=_iso(one["until"]),
                reason=one["reason"],
                private=one["private"],
                state=one["state"],
            )
            for one in shown["members"]
        ),
    )


def _refused(
    desk: Desk,
    problem: str,
    draft: admin_views.ListDraft | None = None,
    csv: tuple[int, str] | None = None,
) -> Response:
    """What was asked was undone whole (`whole`), and the page says why."""
    return _page(desk, problem=problem, draft=draft, csv=csv)


def _stale(row: AccountList) -> str:
    return f"De lijst {row.name!r} is intussen door een ander gewijzigd. Kijk haar na en doe het opnieuw."


def _iso(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _day(text: str, field: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput(f"{text!r} is geen datum (jjjj-mm-dd).", field=field) from error


def _back(desk: Desk, saved: str) -> Response:
    place = paths.dossier(desk.scope.dossier.slug, "account-lists")
    return RedirectResponse(f"{place}?saved={saved}", 303)
