"""`klankbord query match`: a case in, a verdict out, whatever the case (contracts.md, seam S6)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from query.compiling import compile_query
from query.document import Document
from query.errors import Problem, QueryError
from query.matcher import CompiledQuery
from query.prepared import prepare

MOST_KEPT = 512


def match_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """One answer per line, in order; a line that is no case is refused as a line."""
    kept: dict[str, CompiledQuery | QueryError] = {}
    for number, line in enumerate(lines, start=1):
        try:
            case = json.loads(line)
        except (ValueError, RecursionError):
            yield _bad_line(number, None, "Dit is geen geldige JSON.")
            continue
        yield match_case(case, number=number, kept=kept)


def match_case(
    case: Any, *, number: int | None = None, kept: dict[str, Any] | None = None
) -> dict[str, Any]:
    """`{"id","query","text"}` with optional `title`, `fields` and `terms` → the verdict."""
    fault = _fault(case)
    if fault is not None:
        name = case.get("id") if isinstance(case, Mapping) else None
        return _bad_line(number, name if isinstance(name, str | int) else None, fault)
    assert isinstance(case, Mapping)
    name = case.get("id")
    compiled = _compiled(case, kept)
    if isinstance(compiled, QueryError):
        problems = [problem.as_json() for problem in compiled.problems]
        return _answer(name, "error", error=problems[0] if problems else None, errors=problems)
    fields = {key: _several(value) for key, value in (case.get("fields") or {}).items()}
    document = Document(case["text"], case.get("title") or "", fields)
    verdict = compiled.match(prepare(document))
    spans = [
        {"start": span.start, "end": span.end, "leaf": span.leaf}
        for span in verdict.spans
        if not span.in_title
    ]
    return _answer(name, "match" if verdict.matched else "nomatch", spans=spans)


def _compiled(case: Mapping[str, Any], kept: dict[str, Any] | None) -> CompiledQuery | QueryError:
    terms = case.get("terms") or {}
    key = json.dumps([case["query"], terms], sort_keys=True)
    if kept is not None and key in kept:
        found: CompiledQuery | QueryError = kept[key]
        return found
    try:
        compiled: CompiledQuery | QueryError = compile_query(case["query"], terms)
    except QueryError as error:
        compiled = error
    if kept is not None:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[key] = compiled
    return compiled


def _fault(case: Any) -> str | None:
    if not isinstance(case, Mapping):
        return "Een regel is een object met id, query en text."
    for name in ("query", "text"):
        if not isinstance(case.get(name), str):
            return f"{name} ontbreekt of is geen tekst."
    if not isinstance(case.get("title", ""), str | None):
        return "title is geen tekst."
    terms = case.get("terms")
    if terms is not None and not (
        isinstance(terms, Mapping)
        and all(isinstance(name, str) and _is_list(value) for name, value in terms.items())
    ):
        return "terms is een object: naam van de plaatshouder → lijst van waarden."
    fields = case.get("fields")
    if fields is not None and not (
        isinstance(fields, Mapping)
        and all(
            isinstance(name, str) and (isinstance(value, str) or _is_list(value))
            for name, value in fields.items()
        )
    ):
        return "fields is een object: veld → waarde of lijst van waarden."
    return None


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _several(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _bad_line(number: int | None, name: str | int | None, message: str) -> dict[str, Any]:
    problem = Problem("bad-line", 0, 0, message, 'Schrijf {"id":"1","query":"azc*","text":"…"}.')
    answer = _answer(name, "error", error=problem.as_json(), errors=[problem.as_json()])
    return answer | ({"line": number} if number is not None else {})


def _answer(
    name: Any,
    verdict: str,
    *,
    spans: list[dict[str, Any]] | None = None,
    error: dict[str, Any] | None = None,
    errors: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    return {
        "id": name,
        "verdict": verdict,
        "spans": spans or [],
        "error": error,
        "errors": errors or [],
    }
