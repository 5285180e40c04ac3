"""What each page shows, as frozen values. The service fills them; `dashboards.pages` draws them.

Every text is plain text and may be hostile: escaping is the work of the templates. Instants are
aware and shown in Dutch local time; `date` is the local date of the dossier (Europe/Amsterdam).
The forms and their field names stand in `dashboards.paths`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from dashboards.desk_views import AroundView as AroundView
from dashboards.desk_views import EventView as EventView
from dashboards.desk_views import InboxLine as InboxLine
from dashboards.desk_views import JustDone as JustDone
from dashboards.desk_views import OfferView as OfferView
from dashboards.desk_views import SavedViewLink as SavedViewLink
from dashboards.source_views import ProposalView, SourceForm, SourceView

Page = Literal[
    "sign-in",
    "overview",
    "report",
    "posts",
    "labelling",
    "model",
    "sources",
    "imports",
    "query",
    "account-lists",
    "moments",
    "questions",
    "answers",
    "alerts",
    "delivery",
    "users",
    "retention",
    "audit",
    "password",
    "error",
]


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page.

    `csrf` is the token of the session (or of the sign-in form); `permissions` are the names the
    service uses for what this user may do, as strings; the navigation shows only `navigation`.
    `given`: posts that a colleague gave this person, who did nothing with them yet.
    """

    organisation: str
    csrf: str
    active: Page
    product: str = "Klankbord"
    version: str = ""
    user_name: str | None = None
    demo: bool = False
    dossier_slug: str | None = None
    dossier_title: str | None = None
    permissions: frozenset[str] = frozenset()
    navigation: tuple[Page, ...] = ()
    notice: str = ""
    given: int = 0


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One row of the table of demo accounts on the sign-in page (demo mode only)."""

    username: str
    password: str
    role: str
    may: str = ""


@dataclass(frozen=True, slots=True)
class SignInView:
    """`problem` is the Dutch sentence after a failed try; `next_path` where to go afterwards."""

    frame: Frame
    username: str = ""
    problem: str = ""
    next_path: str = ""
    demo_accounts: tuple[DemoAccount, ...] = ()


@dataclass(frozen=True, slots=True)
class MomentView:
    """A defining moment; `kind` is shown as it is when `wording` does not know it."""

    at: datetime
    kind: str
    title: str
    past: bool = False


@dataclass(frozen=True, slots=True)
class DossierCard:
    """One visible dossier on the overview; the `latest_` fields are None before the first report."""

    slug: str
    title: str
    phase: str
    reception_kind: str
    latest_date: date | None = None
    latest_status: str | None = None
    latest_edition: int | None = None
    latest_posts: int | None = None
    next_moment: MomentView | None = None
    sources: int = 0
    sources_failing: int = 0
    may_see_posts: bool = False
    given: int = 0


@dataclass(frozen=True, slots=True)
class OverviewView:
    frame: Frame
    dossiers: tuple[DossierCard, ...] = ()


@dataclass(frozen=True, slots=True)
class StatementLine:
    """What somebody stated, to take it back."""

    statement_id: int
    origin: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """One edition. `document` is the Report JSON (`SituationReport.as_json()`), or None if missing.

    `version` guards the forms against a change by somebody else; `previous` and `next` are the
    dates of the neighbouring editions. `numbers_only` hides interpretation and advice (role lezer).
    `reason_texts` gives the Dutch words of the source reasons in the document (trust.md §5).
    `editions` are (number, kind, status) of the same day; `deadline` is when a draft must be
    approved, `overdue` that this is over; `deliveries` are (desk, what came of it).
    """

    frame: Frame
    day: date
    document: Mapping[str, Any] | None
    interpretation: str = ""
    interpretation_by: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    version: int = 0
    may_interpret: bool = False
    may_approve: bool = False
    may_see_posts: bool = False
    numbers_only: bool = False
    previous: date | None = None
    next: date | None = None
    reason_texts: Mapping[str, str] = field(default_factory=dict)
    core_by: str | None = None
    editions: tuple[tuple[int, str, str], ...] = ()
    deadline: datetime | None = None
    overdue: bool = False
    deliveries: tuple[tuple[str, str], ...] = ()
    may_correct: bool = False
    may_state: bool = False
    statements: tuple[StatementLine, ...] = ()
    statement_subjects: tuple[tuple[str, str], ...] = ()
    statement_origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A matched span, [start, end) in code points of the shown text (or title); `leaf` = why."""

    start: int
    end: int
    leaf: str
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Evidence for one label: the words in the post, and the rule name or sub-label it supports."""

    start: int
    end: int
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class PostView:
    """One post of a dossier. `text` and `title` are masked already; spans fit the masked text.

    `labels`, `sub_labels`, `status`, `group`, `locality` are codes of the guide; the page writes
    their Dutch titles. `sure` says how sure the computer is (a code of `wording.CERTAINTIES`).
    `threat_candidate`: S2, S3 or S6 (or threat) that no person judged yet;
    `may_confirm`: the reader may judge it; `text_hidden`: this reader may not read the text.
    """

    post_key: str
    published: datetime
    source_title: str
    text: str
    status: str
    title: str = ""
    marks: tuple[Mark, ...] = ()
    labels: tuple[str, ...] = ()
    sub_labels: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    group: str | None = None
    locality: str = "unknown"
    sentiment: str | None = None
    stance: str | None = None
    theme: str | None = None
    irony: bool = False
    doubt: bool = False
    is_question: bool = False
    by_person: bool = False
    sure: str = ""
    labelled_by: str | None = None
    late: bool = False
    origins: tuple[str, ...] = ()
    version: int = 0
    work_state: str = "nieuw"
    owner: str | None = None
    owner_name: str = ""
    priority: int = 0
    route: str | None = None
    urgency: str = "l"
    locality_reason: str = ""
    answered: datetime | None = None
    answered_with: str | None = None
    answered_in: timedelta | None = None
    offers: tuple[OfferView, ...] = ()
    open_with: tuple[str, ...] = ()
    may_work: bool = False
    may_label: bool = False
    may_confirm: bool = False
    may_open: bool = False
    threat_candidate: bool = False
    text_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a filter: the value in the address bar, what the user reads, how many."""

    value: str
    title: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class PostFilter:
    """The state of the filter form, exactly as it stands in the URL ("" is: no filter).

    `label` is one of the three labels, or `pages.THREATS` for threat candidates nobody judged yet;
    `problem` is a Dutch sentence when a value in the address is wrong.
    """

    label: str = ""
    sub_label: str = ""
    source: str = ""
    group: str = ""
    account_list: str = ""
    locality: str = ""
    status: str = ""
    work_state: str = ""
    owner: str = ""
    urgency: str = ""
    sentiment: str = ""
    theme: str = ""
    question: str = ""
    without_own: str = ""
    given: str = ""
    order: str = ""
    text: str = ""
    from_date: str = ""
    to_date: str = ""
    edition: str = ""
    behind: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PostsView:
    """A page of posts. `total` is None when counting was not asked; `next_cursor` "" on the last.

    `return_path` is where the forms come back to: the path and query string of this very page.
    `facets`: filter → value → how many, the other filters kept.
    """

    frame: Frame
    posts: tuple[PostView, ...] = ()
    filters: PostFilter = field(default_factory=PostFilter)
    sources: tuple[Choice, ...] = ()
    account_lists: tuple[Choice, ...] = ()
    groups: tuple[Choice, ...] = ()
    total: int | None = None
    next_cursor: str = ""
    cursor: str = ""
    may_read_text: bool = True
    return_path: str = ""
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    colleagues: tuple[Choice, ...] = ()
    saved: tuple[SavedViewLink, ...] = ()
    done: JustDone = field(default_factory=JustDone)
    may_work: bool = False
    may_export: bool = False
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class InboxView:
    """The inbox over every dossier; `next_cursor` "" on the last page."""

    frame: Frame
    lines: tuple[InboxLine, ...] = ()
    filters: PostFilter = field(default_factory=PostFilter)
    next_cursor: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PostPageView:
    """One post by itself: the card, the conversation, what was done, every approved answer."""

    frame: Frame
    post: PostView
    around: tuple[AroundView, ...] = ()
    events: tuple[EventView, ...] = ()
    colleagues: tuple[Choice, ...] = ()
    done: JustDone = field(default_factory=JustDone)
    may_work: bool = False


@dataclass(frozen=True, slots=True)
class OpenView:
    """The page between "open bij de bron" and the source, after the audit line was written.

    A form may not be redirected to another site under our content security policy, so the page
    shows `address` as a link (only when it is http or https). None: the address was not kept.
    """

    frame: Frame
    source_title: str
    address: str | None
    return_path: str = ""


@dataclass(frozen=True, slots=True)
class SourcesView:
    """`form` is None for who may only read."""

    frame: Frame
    sources: tuple[SourceView, ...] = ()
    not_seen: tuple[str, ...] = ()
    form: SourceForm | None = None
    proposals: tuple[ProposalView, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorView:
    """What went wrong, for a person: `title` and `detail` in Dutch, `status` the HTTP status."""

    frame: Frame
    status: int
    title: str
    detail: str
