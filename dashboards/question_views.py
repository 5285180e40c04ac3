"""What the pages of asked questions show, as frozen values (see `dashboards.views`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboards.views import Choice, Frame


@dataclass(frozen=True, slots=True)
class ClusterView:
    """A question asked `n` times; `example` is the newest post, masked, for who may read posts."""

    name: str
    theme: str
    title: str
    kind: str
    by_person: bool
    paraphrase: str
    answered: str
    n: int
    lately: int
    first: datetime
    last: datetime
    version: int
    example: str = ""


@dataclass(frozen=True, slots=True)
class AskedView:
    """A post of one cluster; `hidden`: a possible threat, for those who judge it."""

    key: str
    published: datetime
    source: str
    text: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class SuggestionView:
    word: str
    n: int


@dataclass(frozen=True, slots=True)
class QuestionsView:
    """Clusters from `start` on, of one `theme` or all; `total` counts those under the filter."""

    frame: Frame
    clusters: tuple[ClusterView, ...]
    themes: tuple[Choice, ...]
    total: int
    theme: str = ""
    start: int = 0
    next_start: int | None = None
    suggestions: tuple[SuggestionView, ...] = ()
    may_write: bool = False
    may_read: bool = False
    may_add: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ClusterPageView:
    frame: Frame
    cluster: ClusterView
    posts: tuple[AskedView, ...]
    themes: tuple[Choice, ...]
    may_write: bool = False
    problem: str = ""
