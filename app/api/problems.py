"""The only table error → status; every error of `/v1` is problem+json (RFC 9457), in Dutch.

`code` is stable English; `type` is a URN of it. A malformed payload and a query that cannot be read
are 400, never 422 (NLGov API design rules).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from analysis.errors import AnalysisError, ModelUnavailable
from app import errors
from query import QueryError

MEDIA_TYPE = "application/problem+json"
#: Faulty lines of a file that are told one by one.
MOST_LINES = 100

#: The nearest class in an error's family decides.
STATUSES: dict[type[Exception], int] = {
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.NotAllowed: 403,
    errors.NotSignedIn: 401,
    errors.InvalidInput: 400,
    errors.ConfigError: 500,
    errors.SourceError: 502,
    errors.AddressRefused: 400,
    errors.StorageError: 503,
    errors.NotifyError: 502,
    errors.AppError: 500,
    QueryError: 400,
    ModelUnavailable: 503,
    AnalysisError: 400,
}
TITLES = {
    400: "Het verzoek klopt niet",
    401: "Niet aangemeld",
    403: "Geen toegang",
    404: "Niet gevonden",
    405: "Deze handeling bestaat hier niet",
    409: "Botsing met een andere wijziging",
    412: "Intussen gewijzigd",
    413: "Het verzoek is te groot",
    415: "Onbekend soort inhoud",
    428: "Zeg welke versie u wijzigt",
    500: "Er ging iets mis",
    502: "Een bron of ontvanger antwoordt niet goed",
    503: "Even niet beschikbaar",
}
CODES = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 415: "media-type"}

#: Pydantic's English in Dutch; anything else is "klopt niet".
MESSAGES = {
    "missing": "ontbreekt",
    "extra_forbidden": "is onbekend",
    "literal_error": "heeft een onbekende waarde",
    "enum": "heeft een onbekende waarde",
    "string_too_short": "is te kort",
    "string_too_long": "is te lang",
    "string_type": "moet tekst zijn",
    "string_unicode": "bevat tekens die geen tekst zijn",
    "string_pattern_mismatch": "heeft niet de juiste vorm",
    "int_type": "moet een heel getal zijn",
    "int_parsing": "moet een heel getal zijn",
    "bool_type": "moet waar of onwaar zijn",
    "bool_parsing": "moet waar of onwaar zijn",
    "date_from_datetime_parsing": "is geen datum (jjjj-mm-dd)",
    "date_parsing": "is geen datum (jjjj-mm-dd)",
    "timezone_aware": "mist de tijdzone",
    "datetime_parsing": "is geen tijdstip",
    "datetime_from_date_parsing": "is geen tijdstip",
    "greater_than_equal": "is te klein",
    "less_than_equal": "is te groot",
    "too_long": "heeft te veel delen",
    "too_short": "heeft te weinig delen",
    "json_invalid": "is geen geldige JSON",
    "list_type": "moet een lijst zijn",
    "dict_type": "moet een object zijn",
    "model_attributes_type": "moet een object zijn",
    "model_type": "moet een object zijn",
}


class Precondition(errors.AppError):
    """`If-Match` is missing, or names a version that is no more."""

    code = "precondition"


STATUSES[Precondition] = 412


def status_of(error: Exception) -> int:
    """The HTTP status of an error: that of its nearest class in `STATUSES`."""
    for kind in type(error).__mro__:
        if kind in STATUSES:
            status = STATUSES[kind]
            break
    else:
        return 500
    if isinstance(error, Precondition) and error.facts.get("missing"):
        return 428
    if isinstance(error, errors.Conflict) and "version" in error.facts:
        return 412
    return status


def detail_of(error: Exception, status: int) -> str:
    """What a caller may read of it; faults of our own tell nothing of the inside."""
    if isinstance(error, errors.AppError | AnalysisError):
        return error.message
    if isinstance(error, QueryError):
        return str(error)
    return "Het lukt nu niet. Probeer het later opnieuw." if status >= 500 else TITLES[status]


def problem_of(error: Exception, path: str) -> Response:
    """An error of ours as problem+json."""
    status = status_of(error)
    more: dict[str, Any] = {}
    if isinstance(error, QueryError):
        more["errors"] = [problem.as_json() for problem in error.problems]
        code = error.problems[0].code if error.problems else "query"
    else:
        known = isinstance(error, errors.AppError | AnalysisError)
        code = str(getattr(error, "code", "error")) if known else "error"
    if isinstance(error, errors.InvalidInput) and "field" in error.facts:
        more["field"] = str(error.facts["field"])
    lines = error.facts.get("lines") if isinstance(error, errors.InvalidInput) else None
    if isinstance(lines, list):
        more["errors"] = lines[:MOST_LINES]
    if isinstance(error, errors.SourceError):
        more["reason"] = error.reason
    return answer(status, code, detail_of(error, status), path, **more)


def answer(status: int, code: str, detail: str, path: str, **more: Any) -> Response:
    """One problem+json response."""
    body = {
        "type": f"urn:klankbord:problem:{code}",
        "title": TITLES.get(status, "Er ging iets mis"),
        "status": status,
        "code": code,
        "detail": detail,
        "instance": path,
        **more,
    }
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return Response(
        json.dumps(body, ensure_ascii=True), status, headers=headers, media_type=MEDIA_TYPE
    )


def of_validation(found: RequestValidationError, path: str) -> Response:
    """A payload or query string that does not fit: every place, in Dutch, without its content."""
    faults = [_fault(error) for error in found.errors()[:20]]
    first = faults[0] if faults else {"field": "verzoek", "message": "klopt niet"}
    more = f" (en nog {len(faults) - 1})" if len(faults) > 1 else ""
    return answer(
        400, "invalid-input", f"{first['field']} {first['message']}{more}.", path, errors=faults
    )


def _fault(error: dict[str, Any]) -> dict[str, str]:
    place = [str(part) for part in _without_kind(error.get("loc", ()))]
    field = ".".join(_printable(part) for part in place) or "verzoek"
    kind = str(error.get("type", ""))
    message = MESSAGES.get(kind, "klopt niet")
    if kind == "value_error":
        message = str(error.get("msg", "")).removeprefix("Value error, ") or message
    if kind in ("literal_error", "enum"):
        message += f"; kies uit {error.get('ctx', {}).get('expected', '')}"
    return {"field": field, "message": message}


def _without_kind(place: Sequence[Any]) -> Sequence[Any]:
    return place[1:] if place and place[0] in ("body", "query", "path", "header") else place


def _printable(part: str) -> str:
    return part.encode("ascii", "backslashreplace").decode("ascii")[:80]


def of_http(error: HTTPException, request: Request) -> Response:
    """What the framework itself refuses: an unknown path, a method that is not there."""
    status = error.status_code
    return answer(
        status, CODES.get(status, "invalid-input"), TITLES.get(status, str(error.detail)) + ".",
        request.url.path,
    )  # fmt: skip
