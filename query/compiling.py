"""From text to tree to compiled query, and the check that says everything that is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from query import ast, placeholders
from query.errors import Problem, Problems, QueryError, in_order, raise_for
from query.grammar import build, check_meaning
from query.lexer import lex
from query.matcher import CompiledQuery
from query.placeholders import Values
from query.printer import digest, normal, text_of
from query.remedies import with_fixes
from query.structure import check_structure

MOST_CHARACTERS = 10_000


@dataclass(frozen=True, slots=True)
class Check:
    """Everything `klankbord query check` says; `canonical` and `version` are None when not ok.

    The canonical text holds the placeholders as names; a version that is stored hashes them filled.
    """

    ok: bool
    canonical: str | None
    version: str | None
    placeholders: list[str]
    warnings: list[Problem]
    errors: list[Problem]

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "canonical": self.canonical,
            "version": self.version,
            "placeholders": self.placeholders,
            "warnings": [problem.as_json() for problem in self.warnings],
            "errors": [problem.as_json() for problem in self.errors],
        }


Reading = tuple[ast.Node | None, list[Problem], list[Problem]]


def _read(text: str) -> Reading:
    """(tree or None, errors, warnings); the fix of a lone error is a query that holds, or none."""
    tree, errors, warnings = _read_once(text)
    if errors and errors[0].code != "too-big":
        errors = with_fixes(text, errors, lambda better: len(_read_once(better)[1]))
    return tree, errors, warnings


def _read_once(text: str) -> Reading:
    """(tree or None, errors, warnings), lowest offset first."""
    if len(text) > MOST_CHARACTERS:
        problem = Problem(
            "too-big", MOST_CHARACTERS, len(text) - MOST_CHARACTERS,
            f"De zoekopdracht heeft {len(text)} tekens; het meeste is {MOST_CHARACTERS}.",
            "Verdeel de zoekopdracht.",
        )  # fmt: skip
        return None, [problem], []
    lexed = lex(text)
    shape = check_structure(text, lexed.tokens)
    if not lexed.complete:
        shape.errors = _before(lexed.tokens[-1].start if lexed.tokens else 0, shape.errors)
    errors = in_order(_told_once([*lexed.errors, *shape.errors]))
    warnings = in_order([*lexed.warnings, *shape.warnings], "warning")
    if not lexed.tokens and not errors:
        message, hint = "De zoekopdracht is leeg.", "Schrijf minstens een term."
        errors = [Problem("empty", 0, len(text), message, hint)]
    if errors:
        return None, errors, warnings
    try:
        tree = build(lexed.tokens)
    except QueryError as error:
        return None, list(error.problems), warnings
    meaning = check_meaning(tree)
    return (None if meaning else tree), in_order(meaning), warnings


def _before(end: int, problems: Problems) -> Problems:
    """The problems that the unread rest of a text cannot have made."""
    return Problems(p for p in problems if p.offset < end and p.code != "paren-open")


def _told_once(problems: list[Problem]) -> list[Problem]:
    """A control character is told as such, not again as a strange character."""
    control = {problem.offset for problem in problems if problem.code == "control"}
    return [p for p in problems if p.code == "control" or p.offset not in control]


def parse(text: str) -> ast.Node:
    """The tree of a text; raises `QueryError` with every problem."""
    tree, errors, _ = _read(text)
    raise_for(errors)
    assert tree is not None
    return tree


def check(text: str, terms: Values | None = None) -> Check:
    """Never raises: the problems are in the answer. `terms`: placeholder name → values."""
    tree, errors, warnings = _read(text)
    if tree is None:
        return Check(False, None, None, [], warnings, errors)
    names = placeholders.names(tree)
    errors = placeholders.check_names(tree, terms, text)
    if terms is not None:
        try:
            placeholders.fill(tree, terms, text)
            warnings = in_order([*warnings, *placeholders.dropped(tree, terms)], "warning")
        except QueryError as error:
            errors = list(error.problems)
    if errors:
        return Check(False, None, None, names, warnings, in_order(errors))
    canonical = text_of(normal(tree))
    return Check(True, canonical, digest(canonical), names, warnings, [])


def fill(tree: ast.Node, terms: Values) -> ast.Node:
    """Placeholders replaced by their values; raises `QueryError`."""
    return placeholders.fill(tree, terms)


def compile_query(text: str, terms: Values | None = None) -> CompiledQuery:
    """A compiled query; raises `QueryError` when text or values do not hold."""
    return CompiledQuery(placeholders.fill(parse(text), terms or {}, text), text)


def canonical(text: str) -> str:
    """The canonical text, placeholders as names; raises `QueryError`."""
    return text_of(normal(parse(text)))
