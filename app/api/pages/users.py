"""The people of a dossier or organisation for its beheerder, and everybody's own password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.api.dependencies import Caller, Desk, TheHouse, reading, writing
from app.api.pages.framing import Csrf, desk_frame, page, person_frame, prove, whole
from app.api.routes import me
from app.api.routes import users as acts
from app.api.routes.users import TokenId, Username
from app.api.security import COOKIE, equal
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.services import handing_out, people
from app.services.access import Permission, Principal
from app.services.handing_out import Told
from app.services.house import House
from app.services.people import Person
from app.services.users import LEAST_PASSWORD
from app.storage.models import ROLES
from dashboards import admin_views, pages, paths, views, wording

router = APIRouter(include_in_schema=False)
Word = Annotated[str, Form(max_length=200)]
Flag = Annotated[str, Form(max_length=5)]
Secret = Annotated[str, Form(max_length=1000)]
SAVED = {
    "rol": "De rollen zijn gewijzigd. Dat werkt meteen.",
    "uit": "Het account is uitgezet en overal afgemeld.",
    "aan": "Het account is weer aangezet.",
    "token": "Het token is ingetrokken.",
}
Refusal = (InvalidInput, Conflict, NotFound)


@router.get("/dossiers/{slug}/users")
def users_page(
    desk: Annotated[Desk, reading(Permission.USERS)],
    saved: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    return _page(desk, notice=SAVED.get(saved, ""))


@router.post("/dossiers/{slug}/users")
def add_form(
    desk: Annotated[Desk, writing(Permission.USERS)],
    csrf: Csrf,
    username: Word = "",
    name: Word = "",
    role: Word = "",
    everywhere: Flag = "",
) -> Response:
    """The answer is the page itself: the password is shown this once."""
    prove(desk, csrf)
    wanted = username.strip().casefold()
    draft = admin_views.PersonDraft(wanted, name, role, everywhere == "ja")
    try:
        with whole(desk):
            password = acts.add(desk, wanted, name.strip(), role, draft.everywhere)
    except Refusal as error:
        return _page(desk, problem=error.message, draft=draft)
    return _page(desk, password=(wanted, password))


@router.post("/dossiers/{slug}/users/{username}/roles")
def role_form(
    username: Username,
    desk: Annotated[Desk, writing(Permission.USERS)],
    csrf: Csrf,
    role: Word = "",
    everywhere: Flag = "",
    act: Annotated[str, Form(max_length=10)] = "give",
) -> Response:
    """Give a role or (`act` take) take it away."""
    prove(desk, csrf)
    do = acts.take if act == "take" else acts.give
    try:
        with whole(desk):
            do(desk, username, role, everywhere == "ja")
    except Refusal as error:
        return _page(desk, problem=error.message)
    return _back(desk, "rol")


@router.post("/dossiers/{slug}/users/{username}/switch")
def switch_form(
    username: Username,
    desk: Annotated[Desk, writing(Permission.USERS)],
    csrf: Csrf,
    disabled: Flag = "",
) -> Response:
    prove(desk, csrf)
    try:
        with whole(desk):
            acts.switch(desk, username, disabled == "ja")
    except Refusal as error:
        return _page(desk, problem=error.message)
    return _back(desk, "uit" if disabled == "ja" else "aan")


@router.post("/dossiers/{slug}/users/{username}/password")
def reset_form(
    username: Username, desk: Annotated[Desk, writing(Permission.USERS)], csrf: Csrf
) -> Response:
    prove(desk, csrf)
    try:
        with whole(desk):
            password = acts.reset(desk, username)
    except Refusal as error:
        return _page(desk, problem=error.message)
    return _page(desk, password=(username, password))


@router.post("/dossiers/{slug}/users/{username}/tokens/{token_id}/revocation")
def revoke_form(
    username: Username,
    token_id: TokenId,
    desk: Annotated[Desk, writing(Permission.USERS)],
    csrf: Csrf,
) -> Response:
    prove(desk, csrf)
    acts.revoke(desk, username, token_id)
    return _back(desk, "token")


@router.get(paths.ACCOUNT)
def password_page(
    house: TheHouse, principal: Caller, saved: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    notice = "Opgeslagen waar u hoort van werk." if saved == "bericht" else ""
    return _password(house, principal, notice=notice)


@router.post(paths.ACCOUNT)
def password_form(
    request: Request,
    house: TheHouse,
    principal: Caller,
    csrf: Csrf,
    current: Secret = "",
    new: Secret = "",
    again: Secret = "",
) -> Response:
    if principal.csrf_token is None or not equal(csrf, [principal.csrf_token]):
        raise NotAllowed("Dit formulier is verlopen. Laad de pagina opnieuw.")
    if new != again:
        return _password(house, principal, problem="De twee nieuwe wachtwoorden zijn niet gelijk.")
    try:
        me.change(house, principal, current, new, request.cookies.get(COOKIE, ""))
    except InvalidInput as error:
        return _password(house, principal, problem=error.message)
    return _password(house, principal, done=True)


@router.post(paths.NOTICES)
def notices_form(
    house: TheHouse,
    principal: Caller,
    csrf: Csrf,
    mail: Annotated[str, Form(max_length=300)] = "",
    quiet_from: Annotated[str, Form(max_length=20)] = "",
    quiet_to: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    if principal.csrf_token is None or not equal(csrf, [principal.csrf_token]):
        raise NotAllowed("Dit formulier is verlopen. Laad de pagina opnieuw.")
    told = Told(mail, quiet_from, quiet_to)
    try:
        me.tell_me(house, principal, told)
    except InvalidInput as error:
        return _password(house, principal, mail_problem=error.message, told=told)
    return RedirectResponse(f"{paths.ACCOUNT}?saved=bericht", 303)


def _password(
    house: House,
    principal: Principal,
    *,
    problem: str = "",
    done: bool = False,
    mail_problem: str = "",
    told: Told | None = None,
    notice: str = "",
) -> Response:
    with house.database.read() as session:
        said = "Uw wachtwoord is gewijzigd. Andere apparaten zijn afgemeld." if done else notice
        frame = person_frame(house, session, principal, "password", notice=said)
        told = told or handing_out.told_of(session, principal)
    view = admin_views.PasswordView(
        frame, LEAST_PASSWORD, problem, done, told.mail, told.quiet_from, told.quiet_to,
        bool(house.settings.mail_host), mail_problem,
    )  # fmt: skip
    return page(pages.render_admin("password", view), 400 if problem or mail_problem else 200)


def _page(
    desk: Desk,
    *,
    notice: str = "",
    problem: str = "",
    draft: admin_views.PersonDraft | None = None,
    password: tuple[str, str] = ("", ""),
) -> Response:
    found = people.people(desk.house, desk.session, desk.scope)
    view = admin_views.UsersView(
        frame=desk_frame(desk, "users", notice),
        people=tuple(_person(desk, one) for one in found),
        roles=tuple(views.Choice(role, wording.title("role", role)) for role in ROLES),
        wide=people.is_wide(desk.session, desk.scope),
        draft=draft or admin_views.PersonDraft(),
        problem=problem,
        password=password[1],
        password_of=password[0],
    )
    return page(pages.render_admin("users", view), 400 if problem else 200)


def _person(desk: Desk, one: Person) -> admin_views.PersonView:
    slug = desk.scope.dossier.slug
    return admin_views.PersonView(
        username=one.username,
        name=one.name,
        roles=tuple(admin_views.RoleView(role, place, place == slug) for role, place in one.roles),
        tokens=tuple(
            admin_views.TokenView(
                row.id, row.dossier, row.role, row.expires_at, row.last_used_at, row.state
            )
            for row in one.tokens
        ),
        disabled=one.disabled,
        locked=one.locked,
        whole=one.whole,
        self=one.username == desk.scope.principal.username,
    )


def _back(desk: Desk, saved: str) -> Response:
    return RedirectResponse(f"{paths.dossier(desk.scope.dossier.slug, 'users')}?saved={saved}", 303)
