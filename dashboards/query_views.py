"""What the analyst's pages show: a query read, edited, compared and probed, as frozen values.

As everywhere every text is plain text and may be hostile; offsets are code points of the text as typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from dashboards.views import Frame, Mark


@dataclass(frozen=True, slots=True)
class PlaceholderView:
    name: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProblemView:
    """One warning or error of the query: where (1-based line and column), what, and what to do."""

    message: str
    hint: str = ""
    line: int | None = None
    column: int | None = None
    fragment: str = ""
    severity: str = "warning"
    offset: int = 0
    length: int = 0
    fix: str | None = None


@dataclass(frozen=True, slots=True)
class QueryVersionView:
    number: int
    created_at: datetime
    created_by: str
    note: str = ""
    active: bool = False
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class QueryView:
    """The active version, read-only. `text` as written, `canonical` as the engine reads it."""

    frame: Frame
    text: str = ""
    canonical: str = ""
    number: int | None = None
    version_hash: str = ""
    placeholders: tuple[PlaceholderView, ...] = ()
    problems: tuple[ProblemView, ...] = ()
    versions: tuple[QueryVersionView, ...] = ()
    may_write: bool = False
    may_agree: bool = False
    newer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrialPostView:
    """One post found by a trial, masked; `status` None: from the tuning buffer."""

    published: datetime
    source: str
    title: str
    text: str
    marks: tuple[Mark, ...] = ()
    status: str | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class TermRow:
    """What one term brings; `noise` of its matches were labelled as noise."""

    leaf: str
    posts: int
    matched: int
    alone: int
    noise: int


@dataclass(frozen=True, slots=True)
class TrialView:
    """The outcome of a trial over what is kept; `rates`: (source, count, kept, offered)."""

    count: int
    posts: int
    from_buffer: int
    canonical: str
    per_day: tuple[tuple[date, int], ...] = ()
    rates: tuple[tuple[str, int, int, int], ...] = ()
    terms: tuple[TermRow, ...] = ()
    removed: tuple[tuple[str, int, int], ...] = ()
    newest: tuple[TrialPostView, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryEditView:
    """The editor: the text as typed, its problems at their place, and what it would find.

    `base` is the version it started from, `templates` (slug, title) of the shipped ones.
    """

    frame: Frame
    text: str
    note: str = ""
    base: int | None = None
    placeholders: tuple[PlaceholderView, ...] = ()
    problems: tuple[ProblemView, ...] = ()
    trial: TrialView | None = None
    templates: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class QueryDiffView:
    """Two versions beside each other; `…_by` are (term, why, posts)."""

    frame: Frame
    old: int
    new: int
    numbers: tuple[int, ...]
    old_text: str = ""
    new_text: str = ""
    before: int = 0
    after: int = 0
    gained: int = 0
    lost: int = 0
    gained_by: tuple[tuple[str, str, int], ...] = ()
    lost_by: tuple[tuple[str, str, int], ...] = ()
    gained_posts: tuple[TrialPostView, ...] = ()
    lost_posts: tuple[TrialPostView, ...] = ()


@dataclass(frozen=True, slots=True)
class ProbeItemView:
    """One post to judge; `text` None: no longer kept."""

    post_key: str
    position: int
    stratum: str
    verdict: str | None
    source: str = ""
    title: str = ""
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ProbeView:
    """A recall probe; `suggestions` are (term, texts, adds), `strata` (name, posts, rate)."""

    frame: Frame
    probe_id: int
    number: int
    items: tuple[ProbeItemView, ...]
    estimate: str
    recall: tuple[float, float, float] | None = None
    strata: tuple[tuple[str, int, float], ...] = ()
    suggestions: tuple[tuple[str, int, int], ...] = ()
    author: str = ""
    created_at: datetime | None = None
    judged: int = field(default=0)
