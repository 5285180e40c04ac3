"""What is wrong is said as problem+json, in Dutch, with its place, and never as 422 or 500."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from app import errors
from app.api.problems import STATUSES, status_of
from query import QueryError
from tests.api.town import PLACE, Town

SURROGATE = b'{"query": "azc \\ud800", "terms": null}'
HOSTILE: list[tuple[str, str, bytes]] = [
    ("POST", "/v1/queries/check", b""),
    ("POST", "/v1/queries/check", b"{"),
    ("POST", "/v1/queries/check", b"[]"),
    ("POST", "/v1/queries/check", b"null"),
    ("POST", "/v1/queries/check", b'"azc"'),
    ("POST", "/v1/queries/check", b'{"query": 1}'),
    ("POST", "/v1/queries/check", b'{"query": NaN}'),
    ("POST", "/v1/queries/check", b'{"query": "azc", "onzin": 1}'),
    ("POST", "/v1/queries/check", b'{"query": "azc", "terms": {"plaatsnaam": "x"}}'),
    ("POST", "/v1/queries/check", SURROGATE),
    ("POST", "/v1/queries/check", b'{"query": "\xff"}'),
    ("POST", "/v1/queries/check", b'{"query": ' + b"[" * 5000 + b"]" * 5000 + b"}"),
    ("POST", f"{PLACE}/moments", b'{"at": "2026-12-01T20:00:00", "kind": "x", "title": "y"}'),
    ("POST", f"{PLACE}/moments", b'{"at": "morgen", "kind": "x", "title": "y"}'),
    ("POST", f"{PLACE}/moments", b'{"at": "2026-12-01T20:00:00Z", "kind": "", "title": "y"}'),
    (
        "POST",
        f"{PLACE}/moments",
        b'{"at": "2026-12-01T20:00:00Z", "kind": "x", "title": "a\\u0000"}',
    ),
    ("POST", f"{PLACE}/account-lists", b'{"kind": "buren", "name": "x"}'),
    ("GET", f"{PLACE}/posts?label=iets", b""),
    ("GET", f"{PLACE}/posts?onbekend=1", b""),
    ("GET", f"{PLACE}/posts?cursor=onzin", b""),
    ("GET", f"{PLACE}/posts?limit=0", b""),
    ("GET", f"{PLACE}/posts?limit=9999", b""),
    ("GET", f"{PLACE}/posts?from=gisteren", b""),
    ("GET", f"{PLACE}/posts?from=2026-11-20&to=2026-11-01", b""),
    ("GET", f"{PLACE}/posts?accountList=bestaat-niet", b""),
    ("GET", f"{PLACE}/posts/niet-een-sleutel", b""),
    ("GET", f"{PLACE}/reports/gisteren", b""),
    ("GET", f"{PLACE}/reports?cursor=onzin", b""),
    ("GET", f"{PLACE}/moments/99999999999999999999", b""),
]


@pytest.mark.parametrize(("method", "path", "body"), HOSTILE)
def test_a_malformed_request_is_a_400_that_says_what_and_where(
    town: Town, method: str, path: str, body: bytes
) -> None:
    way = town.token("webcare" if "account-lists" in path else "adviseur")
    answer = town.ask(method, path, way, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code", "instance"} <= set(problem)
    assert problem["detail"]
    assert "Traceback" not in answer.text


def test_a_wrong_query_is_told_with_offset_and_correction(town: Town) -> None:
    body = {"query": "azc NOT kinder OR opvang", "note": "proef"}
    answer = town.ask("POST", f"{PLACE}/queries", town.token("analist"), json=body)
    assert answer.status_code == 400
    (first, *_) = answer.json()["errors"]
    assert first["offset"] > 0
    assert first["hint"]
    assert len(town.ask("GET", f"{PLACE}/queries", town.token("analist")).json()) == 1


def test_every_error_of_the_house_has_a_status() -> None:
    def family(kind: type[Exception]) -> list[type[Exception]]:
        return [kind, *(below for child in kind.__subclasses__() for below in family(child))]

    for kind in (*family(errors.AppError), *family(QueryError)):
        assert any(ancestor in STATUSES for ancestor in kind.__mro__), kind
    assert status_of(errors.Conflict("x", version=2)) == 412
    assert status_of(errors.Conflict("x")) == 409
    assert status_of(ValueError("x")) == 500


def test_an_unknown_path_and_method_are_problems_in_v1_and_pages_elsewhere(town: Town) -> None:
    assert town.ask("GET", "/v1/bestaat-niet", {}).json()["code"] == "not-found"
    assert town.ask("DELETE", "/v1/dossiers", {}).json()["code"] == "method-not-allowed"
    page = town.ask("GET", "/bestaat-niet", {})
    assert page.status_code == 404
    assert page.text.startswith("<!doctype html>")


def test_a_commit_that_fails_is_a_5xx_and_nothing_is_kept(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = town.token("adviseur")
    body = {"at": "2026-12-01T20:00:00Z", "kind": "besluit", "title": "Besluit"}

    def broken(self: Any) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    with monkeypatch.context() as patch:
        patch.setattr("sqlalchemy.engine.base.Connection._commit_impl", broken)
        answer = town.ask("POST", f"{PLACE}/moments", way, json=body)
    assert answer.status_code == 503
    assert "disk" in answer.json()["detail"]
    assert town.ask("GET", f"{PLACE}/moments", way).json() == []


def test_a_fault_of_our_own_tells_nothing_of_the_inside(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = town.token("adviseur")

    def boom(*_: Any) -> None:
        raise RuntimeError("geheim")

    monkeypatch.setattr("app.api.routes.moments.dossier_rows.moments", boom)
    answer = town.ask("GET", f"{PLACE}/moments", way)
    assert answer.status_code == 500
    assert "geheim" not in answer.text


def test_a_body_over_the_limit_is_413_whether_it_says_so_or_not(town: Town) -> None:
    way = town.token("adviseur") | {"Content-Type": "application/json"}
    large = b'{"query": "' + b"a" * 1_100_000 + b'"}'
    client: TestClient = town.client
    assert client.post("/v1/queries/check", content=large, headers=way).status_code == 413
    streamed = client.post("/v1/queries/check", content=iter([large]), headers=way)
    assert streamed.status_code == 413


def test_not_ready_when_the_database_is_away(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    assert town.ask("GET", "/livez", {}).json() == {"status": "ok"}
    assert town.ask("GET", "/readyz", {}).json()["checks"] == {"database": True, "migrations": True}

    def away(_: Any) -> None:
        raise errors.StorageError("weg")

    monkeypatch.setattr("app.api.routes.health.readiness", away)
    answer = town.ask("GET", "/readyz", {})
    assert answer.status_code == 503
    assert "weg" not in answer.text
