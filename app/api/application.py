"""The application: one factory, routers in, every error out as a problem or a page."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from analysis.errors import AnalysisError
from app.api import problems
from app.api.dependencies import Entering, signed_in
from app.api.pages import account_lists as list_pages
from app.api.pages import alerts as alert_pages
from app.api.pages import answers as answer_pages
from app.api.pages import audit as audit_pages
from app.api.pages import delivery as delivery_pages
from app.api.pages import everywhere as everywhere_pages
from app.api.pages import framing, post, posts, query, reports, signing
from app.api.pages import imports as import_pages
from app.api.pages import labelling as labelling_pages
from app.api.pages import moments as moment_pages
from app.api.pages import questions as question_pages
from app.api.pages import retention as retention_pages
from app.api.pages import sources as source_pages
from app.api.pages import users as user_pages
from app.api.routes import (
    account_lists,
    alerts,
    answers,
    audit,
    desk,
    documentation,
    dossiers,
    everywhere,
    follow_ups,
    health,
    imports,
    labelling,
    me,
    moments,
    probes,
    queries,
    questions,
    recipients,
    report_feeds,
    retention,
    sources,
    statements,
    terms,
    tuning,
    users,
)
from app.api.routes import posts as post_routes
from app.api.routes import reports as report_routes
from app.api.security import API_VERSION, Guarded
from app.errors import AppError, NotFound, NotSignedIn
from app.services.access import ROLE_TABLE
from app.services.house import House
from dashboards import pages as drawn
from dashboards import paths, views
from dashboards.assets import static_files
from query import QueryError

log = structlog.get_logger("klankbord.api")
ABOUT = (
    "Klankbord volgt openbare bronnen rond een besluit over opvang. Elke bewerking noemt het recht "
    "dat zij vraagt (`x-scope`) en de rollen die dat recht hebben (`x-roles`)."
)
V1 = (
    dossiers, tuning, queries, probes, terms, desk, everywhere, labelling, post_routes, sources,
    imports, moments, account_lists, report_routes, report_feeds, recipients, statements, questions,
    answers, follow_ups, alerts, audit, users, me,
    retention,
)  # fmt: skip


def create_app(house: House) -> FastAPI:
    """A FastAPI application over one wired house."""
    app = FastAPI(
        title="Klankbord",
        version=API_VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        redirect_slashes=False,
    )
    app.state.house = house
    for part in V1:
        app.include_router(part.router, prefix="/v1")
    for page in (
        health,
        documentation,
        signing,
        reports,
        posts,
        post,
        everywhere_pages,
        labelling_pages,
        query,
        moment_pages,
        question_pages,
        answer_pages,
        delivery_pages,
        alert_pages,
        list_pages,
        user_pages,
        retention_pages,
        audit_pages,
        source_pages,
        import_pages,
    ):
        app.include_router(page.router)
    app.add_api_route(paths.STATIC + "{name}", static_file, include_in_schema=False)
    app.add_middleware(
        Guarded,
        body_limit=house.settings.body_limit,
        upload_limit=house.settings.upload_limit,
        secure=house.settings.cookie_secure,
    )
    for kind in (AppError, AnalysisError, QueryError, Exception):
        app.add_exception_handler(kind, _told)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def static_file(name: str) -> Response:
    """Our own assets; the address carries a hash, so they may be kept for ever."""
    found = static_files().get(name)
    if found is None:
        raise NotFound("Dit bestand bestaat niet.")
    content, kind = found
    keep = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(content, media_type=kind, headers=keep)


def _is_machine(request: Request) -> bool:
    return request.url.path.startswith(("/v1", "/livez", "/readyz", paths.STATIC))


async def _told(request: Request, error: Exception) -> Response:
    status = problems.status_of(error)
    if status >= 500:
        log.error("request-failed", path=request.url.path, kind=type(error).__name__,
                  exc_info=error if status == 500 else None)  # fmt: skip
    if _is_machine(request):
        return problems.problem_of(error, request.url.path)
    if isinstance(error, NotSignedIn) and request.method == "GET":
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        follow = f"?next={quote(target, safe='')}" if target != paths.OVERVIEW else ""
        return RedirectResponse(paths.SIGN_IN + follow, status_code=303)
    return _page(request, status, problems.detail_of(error, status))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if _is_machine(request):
        return problems.of_validation(error, request.url.path)
    return _page(
        request, 400, "Dit adres of formulier klopt niet. Ga terug en probeer het opnieuw."
    )


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if _is_machine(request):
        return problems.of_http(error, request)
    words = {404: "Deze pagina bestaat niet.", 405: "Dat kan op deze pagina niet."}
    return _page(request, error.status_code, words.get(error.status_code, "Dat lukt niet."))


def _page(request: Request, status: int, detail: str) -> Response:
    """An error for a person. It names nobody: the database may be what failed."""
    house: House = request.app.state.house
    title = problems.TITLES.get(status, "Er ging iets mis")
    view = views.ErrorView(framing.outside_frame(house, "error"), status, title, detail)
    return framing.page(drawn.render_error(view), status)


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The description, with the permission and roles of every operation (seam S8)."""
    if app.openapi_schema:
        return app.openapi_schema
    found = get_openapi(
        title=app.title, version=app.version, description=ABOUT, routes=app.routes,
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        tags=[{"name": tag} for tag in sorted({t for part in V1 for t in part.router.tags})],
    )  # fmt: skip
    found["info"]["x-release"] = version("klankbord")
    found.setdefault("components", {})["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "klankbord_session"},
    }
    for unused in ("HTTPValidationError", "ValidationError"):
        found["components"].get("schemas", {}).pop(unused, None)
    for path, route in operations():
        scope = scope_of(route)
        for method in route.methods or ():
            operation = found["paths"][path][method.lower()]
            operation["x-scope"] = scope
            operation["x-roles"] = _roles(scope)
            if scope != "public":
                operation["security"] = [{"bearer": []}, {"session": []}]
            operation["responses"] = _problems_for(operation["responses"], scope)
    app.openapi_schema = found
    return found


def operations() -> Iterator[tuple[str, APIRoute]]:
    """(whole path, route) of every operation that the description holds."""
    for prefix, parts in (("/v1", V1), ("", (health,))):
        for part in parts:
            for route in part.router.routes:
                if isinstance(route, APIRoute):
                    yield prefix + route.path_format, route


def scope_of(route: APIRoute) -> str:
    """The permission that a route asks for, read from its own dependencies."""
    calls = list(_calls(route.dependant))
    entering = [call for call in calls if isinstance(call, Entering)]
    if entering:
        return entering[0].permission.value
    return "signed-in" if signed_in in calls else "public"


def _calls(dependant: Dependant) -> Iterator[object]:
    for part in dependant.dependencies:
        yield part.call
        yield from _calls(part)


def _roles(scope: str) -> list[str]:
    if scope in ("public", "signed-in"):
        return sorted(ROLE_TABLE) if scope == "signed-in" else []
    return sorted(role for role, has in ROLE_TABLE.items() if any(p.value == scope for p in has))


def _problems_for(responses: dict[str, Any], scope: str) -> dict[str, Any]:
    """Every operation answers its errors as problem+json, and never 422."""
    kept = {code: value for code, value in responses.items() if code != "422"}
    wanted = ["400"] if scope == "public" else ["400", "401", "403", "404"]
    for code in wanted:
        kept.setdefault(
            code,
            {"description": problems.TITLES[int(code)], "content": {problems.MEDIA_TYPE: {}}},
        )
    return kept
