"""Is it alive, is it ready: no sign-in, no detail that helps a stranger."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.api.dependencies import TheHouse
from app.api.schemas import Out
from app.errors import AppError
from app.services.readiness import readiness

router = APIRouter(tags=["gezondheid"])


class Alive(Out):
    status: str


class Ready(Out):
    """`checks` are true when in order; `lag_s` is how long the oldest due source has waited."""

    status: str
    checks: dict[str, bool]
    lag_s: int | None


@router.get("/livez", summary="Het proces leeft")
def livez() -> Alive:
    return Alive(status="ok")


@router.get("/readyz", summary="Database, migraties en worker zijn in orde")
def readyz(house: TheHouse, response: Response) -> Ready:
    try:
        found = readiness(house)
    except AppError:
        response.status_code = 503
        return Ready(status="unavailable", checks={"database": False}, lag_s=None)
    response.status_code = 200 if found.ready else 503
    return Ready(
        status="ok" if found.ready else "unavailable", checks=found.checks, lag_s=found.lag_s
    )
