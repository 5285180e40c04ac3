"""The family of query errors, and the problem that each of them carries.

QueryError
├── QuerySyntaxError          the text is not in the language
├── UnknownPlaceholder        no such placeholder
├── MissingPlaceholderValue   a placeholder without values
├── QueryTooLarge             beyond the limits
└── UnknownTemplate           no such shipped template
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

#: More than this nobody reads, and a hostile text could ask for thousands with a fix each.
MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and what to do. Offsets in code points of the text as typed.

    `severity` is `error`, `warning` or `notice`; it follows from the list a problem stands in.
    """

    code: str
    offset: int
    length: int
    message: str
    hint: str = ""
    fix: str | None = None
    severity: str = "error"

    def as_json(self) -> dict[str, object]:
        """The six keys of contracts.md (`query match`)."""
        return {
            "code": self.code,
            "message": self.message,
            "offset": self.offset,
            "length": self.length,
            "hint": self.hint,
            "fix": self.fix,
        }


class Problems(list[Problem]):
    """Holds the lowest offsets only, so that a hostile text asks for no memory: each fix is a text."""

    def append(self, problem: Problem) -> None:
        super().append(problem)
        if len(self) >= 2 * MOST_PROBLEMS:
            self.sort(key=_place)
            del self[MOST_PROBLEMS:]

    def extend(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.append(problem)


def _place(problem: Problem) -> tuple[int, int, str]:
    return problem.offset, problem.length, problem.code


def in_order(problems: Iterable[Problem], severity: str = "error") -> list[Problem]:
    """Each once, lowest offset first, at most `MOST_PROBLEMS`; a notice stays a notice."""
    unique = dict.fromkeys(problems)
    ordered = sorted(unique, key=_place)
    return [
        problem if problem.severity == "notice" else replace(problem, severity=severity)
        for problem in ordered[:MOST_PROBLEMS]
    ]


class QueryError(Exception):
    """Carries every problem of one text, lowest offset first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(in_order(problems))
        super().__init__(self.problems[0].message if self.problems else "")


class QuerySyntaxError(QueryError):
    """The text is not in the language."""


class UnknownPlaceholder(QueryError):
    """A placeholder that is neither the handreiking's nor the dossier's."""


class MissingPlaceholderValue(QueryError):
    """A placeholder without a value to search for."""


class QueryTooLarge(QueryError):
    """Beyond the limits on characters, terms, depth or leaves."""


class UnknownTemplate(QueryError):
    """No shipped template has that name."""


def raise_for(problems: Sequence[Problem]) -> None:
    """Raise the error that fits the first problem; nothing when there is none."""
    if not problems:
        return
    first = in_order(problems)[0]
    kind = {
        "placeholder-unknown": UnknownPlaceholder,
        "placeholder-empty": MissingPlaceholderValue,
        "too-big": QueryTooLarge,
    }.get(first.code, QuerySyntaxError)
    raise kind(problems)
