"""What the page of imports shows, as frozen values (see `dashboards.views`)."""

from __future__ import annotations

from dataclasses import dataclass, field

from dashboards.views import Frame


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """The form of a question heard at the desk; day and clock are local and may be empty."""

    question: str = ""
    day: str = ""
    clock: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class RunView:
    """One import; instants in ISO 8601."""

    id: int
    profile: str
    file: str
    rows: int
    new: int
    matched: int
    at: str | None
    undone_at: str | None = None
    may_undo: bool = False


@dataclass(frozen=True, slots=True)
class RowProblem:
    """`stops`: this row cannot be a post."""

    row: int
    message: str
    stops: bool = False


@dataclass(frozen=True, slots=True)
class SampleRow:
    row: int
    published: str | None
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class PreviewView:
    """What a file would bring. `fields`: (name, Dutch title, chosen column or nothing)."""

    ticket: str
    file: str
    profile: str = ""
    recognised: str = ""
    form: str = ""
    encoding: str = ""
    columns: tuple[str, ...] = ()
    fields: tuple[tuple[str, str, str], ...] = ()
    rows: int = 0
    posts: int = 0
    new: int = 0
    matched: int = 0
    changed: int = 0
    first: str | None = None
    last: str | None = None
    before: int | None = None
    problems: tuple[RowProblem, ...] = ()
    sample: tuple[SampleRow, ...] = ()

    @property
    def stopping(self) -> int:
        return sum(one.stops for one in self.problems)


@dataclass(frozen=True, slots=True)
class ImportsView:
    """Questions from the desk and files; `profiles`: (name, title)."""

    frame: Frame
    runs: tuple[RunView, ...] = ()
    may_ask: bool = False
    may_import: bool = False
    profiles: tuple[tuple[str, str], ...] = ()
    draft: QuestionDraft = field(default_factory=QuestionDraft)
    seen: PreviewView | None = None
    problem: str = ""
