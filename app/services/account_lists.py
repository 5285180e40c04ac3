"""Account lists of public functions: shown, made, changed, removed (R4, R40, trust.md P2).

Whatever changes who counts on a list changes the stored hits of those accounts with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from pydantic import ValidationError

from app.clock import local_date
from app.errors import Conflict, InvalidInput, NotFound
from app.services import list_members
from app.services.audit import note
from app.services.house import House
from app.services.list_members import Wanted, name_of
from app.services.regrouping import Sender, regroup, senders
from app.services.setup_file import AccountListPart, in_dutch
from app.storage import Session
from app.storage import account_lists as list_rows
from app.storage import dossiers as dossier_rows
from app.storage.models import AccountList, AccountListMember, Dossier

#: A list that ends within so many days is told wherever it is shown.
REMIND = timedelta(days=14)


def account_lists(house: House, slug: str) -> list[dict[str, Any]]:
    """Every list of a dossier with its members as `@naam@server` or `bron:naam`."""
    today = local_date(house.clock.now())
    with house.database.read() as session:
        return [
            list_json(session, row, today)
            for row in dossier_rows.account_lists(session, _dossier(session, slug).id)
        ]


def list_json(session: Session, row: AccountList, today: date) -> dict[str, Any]:
    """One list as the edges show it; `accounts` are those that two people, or nobody, must doubt."""
    members = list_rows.every_member(session, row.id)
    dossier = session.get_one(Dossier, row.dossier_id)
    return {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "reason": row.reason,
        "expires": row.expires.isoformat(),
        "expired": row.expires < today,
        "expires_soon": today <= row.expires <= today + REMIND and row.expires < dossier.ends,
        "accounts": [
            name_of(member, slug)
            for member, slug in members
            if not member.doubtful or member.agreed_at is not None
        ],
        "members": [list_members.member_json(m, slug, row, today) for m, slug in members],
    }


def ending_soon(house: House) -> list[tuple[str, str, date]]:
    """(dossier, list, last day) of the lists that end within two weeks, before their dossier does."""
    today = local_date(house.clock.now())
    with house.database.read() as session:
        return list_rows.ending(session, today, today + REMIND)


def save_list(
    house: House, slug: str, values: Mapping[str, Any], members: Sequence[Wanted] | None = None
) -> int:
    """Make a list or add to it, from the command line; returns how many accounts are new."""
    with house.database.write() as session:
        dossier = _dossier(session, slug)
        return put_list(house, session, dossier, values, actor="cli", members=members)


def put_list(
    house: House,
    session: Session,
    dossier: Dossier,
    values: Mapping[str, Any],
    *,
    actor: str,
    asked_by: int | None = None,
    members: Sequence[Wanted] | None = None,
) -> int:
    """Make a list, or add accounts to the one of that name; returns how many members are new.

    `members` instead of `values["accounts"]` where each has dates and a reason of its own. Raises
    `InvalidInput` on a wrong value, `Conflict` when a list is of another kind.
    """
    given = {"accounts": [one.account for one in members or ()], **values}
    part = _checked(given)
    _not_past(part.expires, local_date(house.clock.now()))
    there = dossier_rows.account_list(session, dossier.id, part.name)
    if there is not None and there.kind != part.kind:
        raise Conflict(f"De lijst {part.name!r} bestaat al en is van het soort {there.kind}.")
    row = there or new_list(house, session, dossier, part)
    moved = there is not None and row.expires != part.expires
    row.reason, row.expires = part.reason, part.expires
    added = add_members(
        house, session, dossier, row,
        members or [Wanted(text, reason=part.reason) for text in part.accounts],
        asked_by=asked_by,
    )  # fmt: skip
    if moved:
        regroup(house, session, dossier, _senders(session, row))
    if there is not None:
        row.version += 1
    note(house, session, dossier.organisation_id, actor=actor, action="list-changed",
         subject=part.name, dossier=dossier.slug, reason=part.reason, facts={"added": added})  # fmt: skip
    return added


def new_list(
    house: House, session: Session, dossier: Dossier, part: AccountListPart
) -> AccountList:
    """An empty list; its members are added to it."""
    row = AccountList(
        dossier_id=dossier.id,
        kind=part.kind,
        name=part.name,
        reason=part.reason,
        expires=part.expires,
        created_at=house.clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def add_members(
    house: House,
    session: Session,
    dossier: Dossier,
    row: AccountList,
    wanted: Sequence[Wanted],
    *,
    asked_by: int | None,
) -> int:
    """Add members, or give them other dates; returns how many. Their stored hits follow at once."""
    touched = list_members.add(
        session, dossier, row, wanted, now=house.clock.now(), asked_by=asked_by
    )
    regroup(house, session, dossier, senders(touched))
    return len(touched)


def change_list(
    house: House,
    session: Session,
    dossier: Dossier,
    row: AccountList,
    values: Mapping[str, Any],
    *,
    asked_by: int | None,
) -> None:
    """Another name, kind, reason, end or (with `accounts`) other members; checked as a whole."""
    there = {name_of(m, slug): m for m, slug in list_rows.every_member(session, row.id)}
    whole = {
        "kind": row.kind, "name": row.name, "reason": row.reason, "expires": row.expires,
        "accounts": ["@niemand"],  # the members stay as they are unless others are given
    }  # fmt: skip
    part = _checked({**whole, **values})
    other = dossier_rows.account_list(session, dossier.id, part.name)
    if other is not None and other.id != row.id:
        raise Conflict(f"Er is al een lijst {part.name!r} in dit dossier.")
    if part.expires != row.expires:
        _not_past(part.expires, local_date(house.clock.now()))
    row.kind, row.name, row.reason, row.expires = part.kind, part.name, part.reason, part.expires
    row.version += 1
    session.flush()
    if "accounts" in values:
        wanted = list_members.once(part.accounts)
        _take_off(house, session, dossier, [m for name, m in there.items() if name not in wanted])
        fresh = [Wanted(text, reason=part.reason) for text in part.accounts]
        add_members(house, session, dossier, row, fresh, asked_by=asked_by)
    regroup(house, session, dossier, _senders(session, row))


def remove_list(house: House, session: Session, dossier: Dossier, row: AccountList) -> int:
    """A list goes with its members; the hits of those members lose the group it gave them."""
    changed = _senders(session, row)
    dossier_rows.remove_list(session, row)
    session.flush()
    return regroup(house, session, dossier, changed)


def remove_member(
    house: House, session: Session, dossier: Dossier, row: AccountList, member: AccountListMember
) -> int:
    """Take one member off a list; returns how many hits changed."""
    row.version += 1
    return _take_off(house, session, dossier, [member])


def _take_off(
    house: House, session: Session, dossier: Dossier, gone: Sequence[AccountListMember]
) -> int:
    changed = senders(gone)
    for member in gone:
        list_rows.remove_member(session, member.id)
    session.flush()
    return regroup(house, session, dossier, changed)


def agree(
    house: House,
    session: Session,
    dossier: Dossier,
    row: AccountList,
    member: AccountListMember,
    user_id: int,
) -> int:
    """The second person agrees with a private person on a list: from now on the member counts."""
    list_members.agree(member, user_id, house.clock.now())
    row.version += 1
    session.flush()
    return regroup(house, session, dossier, senders([member]))


def _senders(session: Session, row: AccountList) -> list[Sender]:
    return senders(member for member, _ in list_rows.every_member(session, row.id))


def _not_past(expires: date, today: date) -> None:
    if expires < today:
        raise InvalidInput("De einddatum ligt in het verleden.", field="expires")


def _checked(values: Mapping[str, Any]) -> AccountListPart:
    try:
        return AccountListPart.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(f"{place} {in_dutch(first)}.", field=place) from error


def _dossier(session: Session, slug: str) -> Dossier:
    found = dossier_rows.by_slug(session, slug)
    if found is None:
        raise NotFound(f"Er is geen dossier {slug!r}.", dossier=slug)
    return found
