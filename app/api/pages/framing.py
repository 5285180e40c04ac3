"""What surrounds every page, and how a form proves that it came from one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Annotated, Any

from fastapi import Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from app.api.dependencies import Desk, house_of
from app.api.security import FORM_COOKIE, equal
from app.errors import NotAllowed
from app.services import handing_out
from app.services.access import Permission, Principal, Scope
from app.services.house import House
from app.storage import Session
from app.storage import users as user_rows
from app.storage.models import Organisation
from dashboards import views

#: Which page a permission opens, in the order of the navigation.
NAVIGATION: tuple[tuple[views.Page, Permission], ...] = (
    ("report", Permission.NUMBERS),
    ("posts", Permission.POSTS),
    ("labelling", Permission.LABEL),
    ("sources", Permission.SOURCES_READ),
    ("imports", Permission.SOURCES_READ),
    ("query", Permission.QUERIES_READ),
    ("account-lists", Permission.LISTS_READ),
    ("moments", Permission.NUMBERS),
    ("questions", Permission.REPORTS),
    ("answers", Permission.REPORTS),
    ("alerts", Permission.REPORTS),
    ("delivery", Permission.DELIVERY),
    ("users", Permission.USERS),
    ("retention", Permission.RETENTION),
    ("audit", Permission.AUDIT),
)


def _form_token(csrf: Annotated[str, Form(max_length=200)] = "") -> str:
    """Absent is as wrong as another one: the proof says so, not the form."""
    return csrf


Csrf = Annotated[str, Depends(_form_token)]


def outside_frame(house: House, active: views.Page, csrf: str = "") -> views.Frame:
    """The frame before anybody signed in."""
    return views.Frame(
        organisation="", csrf=csrf, active=active, version=version("klankbord"), demo=house.demo
    )


def person_frame(
    house: House,
    session: Session,
    principal: Principal,
    active: views.Page,
    scope: Scope | None = None,
    notice: str = "",
) -> views.Frame:
    """The frame of a signed-in person, inside a dossier or above them."""
    organisation = session.get_one(Organisation, principal.organisation_id)
    permissions = scope.permissions if scope is not None else frozenset()
    return views.Frame(
        organisation=organisation.name,
        csrf=principal.csrf_token or "",
        active=active,
        version=version("klankbord"),
        user_name=principal.name,
        demo=house.demo,
        dossier_slug=scope.dossier.slug if scope is not None else None,
        dossier_title=scope.dossier.title if scope is not None else None,
        permissions=frozenset(one.value for one in permissions),
        navigation=tuple(page for page, needed in NAVIGATION if needed in permissions),
        notice=notice,
        given=handing_out.waiting(session, scope) if scope is not None else 0,
    )


def desk_frame(desk: Desk, active: views.Page, notice: str = "") -> views.Frame:
    return person_frame(desk.house, desk.session, desk.scope.principal, active, desk.scope, notice)


@contextmanager
def whole(desk: Desk) -> Iterator[None]:
    """What fails in here leaves nothing behind, and the page can still be shown."""
    with desk.session.begin_nested():
        yield


def page(text: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(text, status)


def back(address: str, fallback: str) -> RedirectResponse:
    """303 to a path of our own; anything that leaves the site goes to `fallback`."""
    local = (
        address.startswith("/") and not address.startswith(("//", "/\\")) and "\\" not in address
    )
    clean = all(ord(char) > 32 for char in address)
    return RedirectResponse(address if local and clean else fallback, status_code=303)


def prove(desk: Desk, csrf: str) -> None:
    """A form of ours carries the token of the session; raises `NotAllowed`."""
    token = desk.scope.principal.csrf_token
    if token is None or not equal(csrf, [token]):
        raise NotAllowed(
            "Dit formulier is verlopen. Laad de pagina opnieuw en probeer het nog eens."
        )


def prove_form_cookie(request: Request, csrf: str) -> None:
    """The sign-in form has no session yet: its token belongs to a cookie set with the form."""
    cookie = request.cookies.get(FORM_COOKIE, "")
    if not cookie or not equal(csrf, [form_token(house_of(request), cookie)]):
        raise NotAllowed(
            "Dit formulier is verlopen. Laad de pagina opnieuw en probeer het nog eens."
        )


def form_token(house: House, cookie: str) -> str:
    return house.vault.token_hash(f"form:{cookie}")


def organisation_name(session: Session) -> str:
    """The one organisation of a small installation; empty when there are several."""
    rows: list[Any] = user_rows.organisations(session)
    return str(rows[0].name) if len(rows) == 1 else ""
