"""What everybody may do with their own account: the password, and where they are told of work."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from app.api.dependencies import Caller, TheHouse
from app.api.schemas import In, Out
from app.api.security import COOKIE
from app.services import handing_out
from app.services.access import Principal
from app.services.audit import note
from app.services.handing_out import Told
from app.services.house import House
from app.services.people import change_own
from app.storage import audit as audit_rows

router = APIRouter(prefix="/me", tags=["gebruikers"])
Secret = Annotated[str, Field(min_length=1, max_length=1000)]


class PasswordIn(In):
    current: Secret
    password: Secret


class ToldIn(In):
    """Empty strings: no mail, no quiet hours. Hours are local, both or neither ("22:00")."""

    mail: Annotated[str, Field(max_length=254)] = ""
    quiet_from: Annotated[str, Field(max_length=5)] = ""
    quiet_to: Annotated[str, Field(max_length=5)] = ""


class ToldOut(Out):
    mail: str
    quiet_from: str
    quiet_to: str


@router.get("/work", summary="Hoeveel berichten een collega u gaf, per dossier")
def read_work(house: TheHouse, principal: Caller) -> dict[str, int]:
    with house.database.read() as session:
        return handing_out.everywhere(session, principal)


@router.get("/notices", summary="Waar en wanneer u hoort dat een collega u werk gaf")
def read_notices(house: TheHouse, principal: Caller) -> ToldOut:
    with house.database.read() as session:
        return ToldOut.model_validate(handing_out.told_of(session, principal))


@router.put("/notices", summary="Waar en wanneer u hoort dat een collega u werk gaf, wijzigen")
def change_notices(body: ToldIn, house: TheHouse, principal: Caller) -> ToldOut:
    tell_me(house, principal, Told(body.mail, body.quiet_from, body.quiet_to))
    return read_notices(house, principal)


def tell_me(house: House, principal: Principal, told: Told) -> None:
    """Set it and tell it in the log; the address itself does not stand there."""
    with house.database.write() as session:
        audit_rows.lock(session, principal.organisation_id)
        handing_out.tell_me(session, principal, told)
        note(house, session, principal.organisation_id, actor=principal.actor,
             action="notices-changed", subject=principal.username,
             facts={"mail": bool(told.mail.strip())})  # fmt: skip


@router.put("/password", status_code=204, summary="Uw eigen wachtwoord wijzigen")
def change_password(body: PasswordIn, house: TheHouse, principal: Caller, request: Request) -> None:
    change(house, principal, body.current, body.password, request.cookies.get(COOKIE, ""))


def change(house: House, principal: Principal, current: str, new: str, cookie: str) -> None:
    """Change it and tell it in the log of the organisation."""
    with house.database.write() as session:
        audit_rows.lock(session, principal.organisation_id)
        change_own(house, session, principal, current, new, cookie)
        note(house, session, principal.organisation_id, actor=principal.actor,
             action="password-changed", subject=principal.username)  # fmt: skip
