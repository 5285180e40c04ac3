"""The members of an account list: an account or a whole source, from and until a day (R4, R40, P2).

Nobody private is on a list by accident: a handle that looks like a private person needs a reason of
its own, an end within ninety days, and a second person, before it counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.clock import FIRST_YEAR, LAST_YEAR, local_date
from app.errors import Conflict, InvalidInput, NotAllowed
from app.services.private_persons import looks_private
from app.services.setup_file import account_of
from app.storage import Session
from app.storage import account_lists as list_rows
from app.storage import sources as source_rows
from app.storage.models import AccountList, AccountListMember, Dossier

SOURCE = "bron:"
#: A private person stands on a list for so many days at most (P2).
MOST_DAYS = 90
MOST_MEMBERS = 2_000
MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """One member as somebody asks for it; `account` is `@naam@server`, `@naam` or `bron:naam`.

    `line`: where it stands in a CSV, 0 elsewhere.
    """

    account: str
    starts: date | None = None
    ends: date | None = None
    reason: str = ""
    line: int = 0


def spelled(text: str) -> str:
    """An account in its one spelling; raises `InvalidInput` when it is none."""
    if text.startswith(SOURCE):
        return SOURCE + text.removeprefix(SOURCE).strip()
    platform, handle = account_of(text)
    return f"@{handle}@{platform}" if platform else f"@{handle}"


def once(accounts: Iterable[str]) -> list[str]:
    """Each account once, in its one spelling."""
    return list(dict.fromkeys(spelled(text) for text in accounts))


def name_of(member: AccountListMember, source: str | None) -> str:
    """A member as it is written and shown."""
    if source is not None:
        return SOURCE + source
    return f"@{member.handle}" + (f"@{member.platform}" if member.platform else "")


def add(
    session: Session,
    dossier: Dossier,
    row: AccountList,
    wanted: Sequence[Wanted],
    *,
    now: datetime,
    asked_by: int | None,
) -> list[AccountListMember]:
    """The members that are new or got other dates; raises `InvalidInput`, then nothing is kept.

    A member that is there already and is asked for without dates is left as it is.
    """
    there = {name_of(m, slug): m for m, slug in list_rows.every_member(session, row.id)}
    if len(there) + len(wanted) > MOST_MEMBERS:
        raise InvalidInput(f"Een lijst heeft hooguit {MOST_MEMBERS} leden.", field="accounts")
    touched, faults = [], []
    for one in wanted:
        try:
            name = spelled(one.account)
            known = there.get(name)
            if known is not None and (one.starts, one.ends) in ((None, None), _dates(known)):
                continue
            member = known or _named(session, dossier, row, name, now)
            _date(member, row, one, local_date(now))
        except InvalidInput as error:
            faults.append((one.line, error))
            continue
        member.asked_by, member.agreed_by, member.agreed_at = asked_by, None, None
        there[name] = member
        session.add(member)
        touched.append(member)
    refuse(faults)
    session.flush()
    return touched


def refuse(faults: Sequence[tuple[int, InvalidInput]]) -> None:
    """Raise what is wrong with some of many, by line; nothing is kept. Silent without faults."""
    if not faults:
        return
    if faults[0][0] == 0:
        raise faults[0][1]
    told = [f"Regel {line}: {error.message.rstrip('.')}." for line, error in faults[:MOST_TOLD]]
    more = f" En nog {len(faults) - MOST_TOLD} regels." if len(faults) > MOST_TOLD else ""
    lines = [{"line": line, "message": error.message} for line, error in faults]
    raise InvalidInput(f"Er is niets opgenomen. {' '.join(told)}{more}", field="csv", lines=lines)


def agree(member: AccountListMember, user_id: int, now: datetime) -> None:
    """The second person agrees; raises `Conflict` when nobody waits, `NotAllowed` for the asker."""
    if not member.doubtful or member.agreed_at is not None:
        raise Conflict("Dit lid wacht niet op instemming.")
    if member.asked_by == user_id:
        raise NotAllowed("Wie het vroeg, kan niet zelf instemmen: dat doet een tweede persoon.")
    member.agreed_by, member.agreed_at = user_id, now


def state_of(member: AccountListMember, row: AccountList, today: date) -> str:
    """`waiting`, `ended`, `later` or `counts`: what the member does today."""
    if member.doubtful and member.agreed_at is None:
        return "waiting"
    if row.expires < today or (member.ends is not None and member.ends < today):
        return "ended"
    if member.starts is not None and member.starts > today:
        return "later"
    return "counts"


def member_json(
    member: AccountListMember, source: str | None, row: AccountList, today: date
) -> dict[str, Any]:
    """A member as the edges show it."""
    return {
        "id": member.id,
        "account": name_of(member, source),
        "from": member.starts.isoformat() if member.starts else None,
        "until": member.ends.isoformat() if member.ends else None,
        "reason": member.reason or "",
        "private": member.doubtful,
        "state": state_of(member, row, today),
    }


def _dates(member: AccountListMember) -> tuple[date | None, date | None]:
    return member.starts, member.ends


def _named(
    session: Session, dossier: Dossier, row: AccountList, name: str, now: datetime
) -> AccountListMember:
    member = AccountListMember(account_list_id=row.id, platform="", handle="", added_at=now)
    if name.startswith(SOURCE):
        slug = name.removeprefix(SOURCE)
        source = source_rows.by_slug(session, slug)
        if source is None or source.organisation_id != dossier.organisation_id:
            raise InvalidInput(f"Er is geen bron {slug!r}.", field="accounts")
        member.source_id = source.id
        return member
    member.platform, member.handle = account_of(name)
    return member


def _date(member: AccountListMember, row: AccountList, one: Wanted, today: date) -> None:
    """Set the dates and the reason; raises `InvalidInput` on dates or a person that cannot be."""
    name = spelled(one.account)
    for day in (one.starts, one.ends):
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise InvalidInput(f"{name}: de datum ligt te ver weg.", field="accounts")
    if one.starts and one.ends and one.ends < one.starts:
        raise InvalidInput(f"{name}: de einddatum ligt voor de begindatum.", field="until")
    member.starts, member.ends = one.starts, one.ends
    member.reason = one.reason.strip()
    member.doubtful = not name.startswith(SOURCE) and looks_private(_handle(one.account))
    if not member.doubtful:
        if member.reason == row.reason:
            member.reason = ""  # the list says it already
        return
    member.ends = one.ends or row.expires
    last = today + timedelta(days=MOST_DAYS)
    if not member.reason or not today <= member.ends <= last:
        raise InvalidInput(
            f"{name} lijkt een privépersoon. Dat kan alleen met een eigen reden, een einddatum tot "
            f"en met {last.isoformat()} ({MOST_DAYS} dagen) en de instemming van een tweede persoon.",
            field="accounts",
        )


def _handle(text: str) -> str:
    """The handle as it was written: capitals tell a first name from a surname."""
    return text.strip().lstrip("@").partition("@")[0]
