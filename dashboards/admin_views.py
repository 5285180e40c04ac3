"""What the lists and administration pages show, as frozen values (see `dashboards.views`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from dashboards.views import Frame


@dataclass(frozen=True, slots=True)
class ListDraft:
    """The form for a new list as it was filled in, so that nobody types it twice."""

    kind: str = ""
    name: str = ""
    reason: str = ""
    expires: str = ""
    accounts: str = ""


@dataclass(frozen=True, slots=True)
class MemberView:
    """`state` is a code of `wording.MEMBER_STATES`; `private`: it needed a second person."""

    id: int
    account: str
    starts: date | None = None
    ends: date | None = None
    reason: str = ""
    private: bool = False
    state: str = "counts"


@dataclass(frozen=True, slots=True)
class AccountListView:
    """`days_left` is set when the list ends within two weeks; `csv` what could not be taken in."""

    id: int
    name: str
    kind: str
    reason: str
    expires: date
    version: int = 1
    expired: bool = False
    days_left: int | None = None
    members: tuple[MemberView, ...] = ()
    csv: str = ""


@dataclass(frozen=True, slots=True)
class AccountListsView:
    """Handles of organisations and public functions, never of private persons by accident."""

    frame: Frame
    lists: tuple[AccountListView, ...] = ()
    may_write: bool = False
    draft: ListDraft = field(default_factory=ListDraft)
    problem: str = ""
    today: date | None = None
