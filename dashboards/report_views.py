"""What the pages around the report show: the timeline, answers, signals. Frozen, plain text only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from dashboards.figures import Chart
from dashboards.views import Choice, Frame


@dataclass(frozen=True, slots=True)
class EvaluationView:
    """The ten minutes after a moment, with the numbers of two days before and after."""

    went_well: str = ""
    surprised: str = ""
    adjust: str = ""
    author: str = ""
    version: int = 0
    before_days: int = 0
    after_days: int = 0
    numbers: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineMoment:
    """A moment with its local date and time as a form wants them; `evaluation` None: too early."""

    moment_id: int
    at: datetime
    day: str
    clock: str
    kind: str
    title: str
    version: int
    past: bool
    phase: str
    evaluation: EvaluationView | None = None


@dataclass(frozen=True, slots=True)
class PeakView:
    date: date
    posts: int
    mean: float
    cause: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TimelineView:
    """The page of moments; `causes` and `kinds` are (value, words)."""

    frame: Frame
    moments: tuple[TimelineMoment, ...] = ()
    peaks: tuple[PeakView, ...] = ()
    chart: Chart | None = None
    phase: str = ""
    causes: tuple[tuple[str, str], ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    may_write: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ThemeView:
    """One theme with its draft and its public answer; versions guard the forms."""

    slug: str
    title: str
    kind: str
    asked: int
    answered_by: str = ""
    paraphrase: str = ""
    version: int = 0
    text: str = ""
    state: str = ""
    review_on: str = ""
    answer_version: int = 0
    waits: bool = False
    public_text: str = ""
    public_since: datetime | None = None
    overdue: bool = False
    hours: int | None = None
    used: int = 0


@dataclass(frozen=True, slots=True)
class RumourView:
    rumour_id: int
    claim: str
    status: str
    answer: str
    first_seen: datetime
    version: int


@dataclass(frozen=True, slots=True)
class FollowUpView:
    follow_up_id: int
    title: str
    owner: str
    owner_id: int
    due: date
    version: int
    late: bool = False
    feedback: str = ""
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AnswersView:
    frame: Frame
    themes: tuple[ThemeView, ...] = ()
    rumours: tuple[RumourView, ...] = ()
    follow_ups: tuple[FollowUpView, ...] = ()
    colleagues: tuple[Choice, ...] = ()
    rumour_states: tuple[str, ...] = ()
    today: str = ""
    may_write: bool = False
    may_approve: bool = False
    public_path: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SignalView:
    alert_id: int
    kind: str
    text: str
    raised_at: datetime
    version: int
    told: int = 0
    link: str = ""
    snoozed_until: datetime | None = None
    decision: str = ""
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class StepView:
    """A proposal to report more often, or a step that runs or ran."""

    step_id: int
    reason: str
    every_hours: int
    until: datetime
    version: int
    confirmed: bool = False
    closed: str = ""
    proposed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RouteView:
    kind: str
    title: str
    lines: str = ""


@dataclass(frozen=True, slots=True)
class ToldView:
    at: datetime
    name: str
    subject: str
    state: str


@dataclass(frozen=True, slots=True)
class SignalsView:
    frame: Frame
    open: tuple[SignalView, ...] = ()
    answered: tuple[SignalView, ...] = ()
    steps: tuple[StepView, ...] = ()
    past_steps: tuple[StepView, ...] = ()
    routes: tuple[RouteView, ...] = ()
    told: tuple[ToldView, ...] = ()
    notifiers: tuple[str, ...] = ()
    may_answer: bool = False
    may_decide: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PublicAnswer:
    slug: str
    title: str
    text: str
    unknown: bool
    review_on: date | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class PublicAnswersView:
    """What anybody may read: approved answers, facts and choices apart."""

    frame: Frame
    title: str
    slug: str
    factual: tuple[PublicAnswer, ...] = ()
    political: tuple[PublicAnswer, ...] = field(default=())
