"""The form for a new source and the proposals beside it, as frozen values (see `dashboards.views`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SettingView:
    """One thing that a kind of source wants to know; a secret's `value` is never filled in."""

    name: str
    title: str
    kind: str = "text"
    value: str = ""
    required: bool = False
    secret: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceForm:
    """A new source of one kind, and what a test fetch showed.

    `kinds`: (code, Dutch title); `candidates`: (address, title, items or None);
    `may_force`: the test fetch failed, and it may be saved all the same.
    """

    kind: str
    kinds: tuple[tuple[str, str], ...] = ()
    terms: str = ""
    tried: str = ""
    starts_off: bool = False
    settings: tuple[SettingView, ...] = ()
    address: str = ""
    title: str = ""
    own: bool = False
    problem: str = ""
    shown: str = ""
    candidates: tuple[tuple[str, str, int | None], ...] = ()
    may_force: bool = False


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A public place that found posts point at; a person decides, with a reason."""

    name: str
    kind: str
    address: str
    seen: int


@dataclass(frozen=True, slots=True)
class GapView:
    starts: datetime
    ends: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source. `reason` is a code, `reason_text` the Dutch words beside it (trust.md §5)."""

    slug: str
    title: str
    kind: str
    address: str
    reason: str
    reason_text: str
    enabled: bool = True
    own: bool = False
    healthy: bool = True
    last_ok: datetime | None = None
    last_error_at: datetime | None = None
    next_check: datetime | None = None
    complete_until: datetime | None = None
    failures: int = 0
    posts: int | None = None
    gaps: tuple[GapView, ...] = ()
    volume: str = ""
    detail: str = ""
