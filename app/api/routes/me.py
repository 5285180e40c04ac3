"""What everybody may do with their own account: change the password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from app.api.dependencies import Caller, TheHouse
from app.api.schemas import In
from app.api.security import COOKIE
from app.services.access import Principal
from app.services.audit import note
from app.services.house import House
from app.services.people import change_own
from app.storage import audit as audit_rows

router = APIRouter(prefix="/me", tags=["gebruikers"])
Secret = Annotated[str, Field(min_length=1, max_length=1000)]


class PasswordIn(In):
    current: Secret
    password: Secret


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
