"""Sign in and out."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from app.api.dependencies import TheHouse, caller
from app.api.pages.framing import (
    Csrf,
    back,
    form_token,
    organisation_name,
    outside_frame,
    page,
    prove_form_cookie,
)
from app.api.security import COOKIE, FORM_COOKIE, equal
from app.errors import NotAllowed, NotSignedIn
from app.services.house import House
from app.services.users import sign_in, sign_out
from dashboards import pages, paths, views

router = APIRouter(include_in_schema=False)
Secret = Annotated[str, Form(max_length=1000)]
MAY = {
    "adviseur": "leest, duidt en keurt goed",
    "webcare": "leest berichten, verbetert labels, beoordeelt dreiging",
    "analist": "stemt zoekopdracht en bronnen af",
    "beheerder": "beheert bronnen, gebruikers en termijnen",
    "lezer": "ziet de cijfers",
    "auditor": "ziet cijfers en logboek",
}


@router.get(paths.SIGN_IN)
def sign_in_page(request: Request, house: TheHouse, next: str = "") -> Response:
    return _form(request, house, next_path=next[:2000])


@router.post(paths.SIGN_IN)
def sign_in_form(
    request: Request,
    house: TheHouse,
    csrf: Csrf,
    username: Annotated[str, Form(max_length=200)],
    password: Secret,
    next: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    prove_form_cookie(request, csrf)
    try:
        cookie, _ = sign_in(house, username, password)
    except NotSignedIn as error:
        return _form(
            request, house, username=username, problem=error.message, next_path=next, status=401
        )
    answer = back(next, paths.OVERVIEW)
    answer.set_cookie(
        COOKIE, cookie, max_age=house.settings.session_hours * 3600, httponly=True, samesite="lax", path="/",
        secure=house.settings.cookie_secure,
    )  # fmt: skip
    answer.delete_cookie(FORM_COOKIE, path=paths.SIGN_IN)
    return answer


@router.post(paths.SIGN_OUT)
def sign_out_form(request: Request, house: TheHouse, csrf: Csrf) -> Response:
    principal = caller(request)
    if not equal(csrf, [principal.csrf_token]):
        raise NotAllowed("Dit formulier is verlopen. Laad de pagina opnieuw.")
    sign_out(house, request.cookies[COOKIE])
    answer = back(paths.SIGN_IN, paths.SIGN_IN)
    answer.delete_cookie(COOKIE, path="/")
    return answer


def _form(
    request: Request,
    house: House,
    *,
    username: str = "",
    problem: str = "",
    next_path: str = "",
    status: int = 200,
) -> Response:
    cookie = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    frame = outside_frame(house, "sign-in", form_token(house, cookie))
    with house.database.read() as session:
        name = organisation_name(session)
    accounts = tuple(
        views.DemoAccount(user, password, role, MAY.get(role, ""))
        for user, _, role, password in house.demo_accounts
    )
    view = views.SignInView(
        frame=views.Frame(
            organisation=name, csrf=frame.csrf, active=frame.active, version=frame.version,
            demo=frame.demo,
        ),
        username=username,
        problem=problem,
        next_path=next_path,
        demo_accounts=accounts if house.demo else (),
    )  # fmt: skip
    answer = page(pages.render_sign_in(view), status)
    answer.set_cookie(
        FORM_COOKIE, cookie, httponly=True, samesite="strict", path=paths.SIGN_IN,
        secure=house.settings.cookie_secure,
    )  # fmt: skip
    return answer
