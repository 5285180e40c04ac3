"""What the lists and administration pages show, as frozen values (see `dashboards.views`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from dashboards.views import Choice, Frame


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


@dataclass(frozen=True, slots=True)
class TokenView:
    """`state` is a code of `wording.TOKEN_STATES`."""

    id: int
    dossier: str
    role: str
    expires: datetime
    last_used: datetime | None = None
    state: str = "valid"


@dataclass(frozen=True, slots=True)
class RoleView:
    """`here`: in this dossier; `everywhere`: in the whole organisation; else in `dossier`."""

    role: str
    dossier: str | None
    here: bool = False

    @property
    def everywhere(self) -> bool:
        return self.dossier is None


@dataclass(frozen=True, slots=True)
class PersonView:
    """`whole`: the reader may shut the account, give it a password, revoke its tokens."""

    username: str
    name: str
    roles: tuple[RoleView, ...] = ()
    tokens: tuple[TokenView, ...] = ()
    disabled: bool = False
    locked: bool = False
    whole: bool = False
    self: bool = False


@dataclass(frozen=True, slots=True)
class PersonDraft:
    username: str = ""
    name: str = ""
    role: str = ""
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class UsersView:
    """`password` of `password_of` is shown this once and stands nowhere else; `wide`: the reader
    administers the whole organisation."""

    frame: Frame
    people: tuple[PersonView, ...] = ()
    roles: tuple[Choice, ...] = ()
    wide: bool = False
    draft: PersonDraft = field(default_factory=PersonDraft)
    problem: str = ""
    password: str = ""
    password_of: str = ""


@dataclass(frozen=True, slots=True)
class PasswordView:
    """One's own account: the password, and where one is told of work a colleague gave."""

    frame: Frame
    least: int
    problem: str = ""
    done: bool = False
    mail: str = ""
    quiet_from: str = ""
    quiet_to: str = ""
    mail_goes: bool = True
    mail_problem: str = ""


@dataclass(frozen=True, slots=True)
class RemovalView:
    """What went at one moment: `kind` is a code of `wording.REMOVALS`."""

    at: datetime
    kind: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class SubjectDraft:
    """The form of a request as it was filled in; it is kept nowhere but in the page."""

    handle: str = ""
    url: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SubjectFound:
    posts: int
    kept_as_evidence: int
    context: int
    buffer: int
    erased: int = 0


@dataclass(frozen=True, slots=True)
class RetentionView:
    """`going`: (class, how many) that have had their term; `gone`: the proofs, newest first."""

    frame: Frame
    keep_text_days: int
    keep_threat_days: int
    ends: date
    cleared_at: datetime | None = None
    going: tuple[tuple[str, int], ...] = ()
    gone: tuple[RemovalView, ...] = ()
    draft: SubjectDraft = field(default_factory=SubjectDraft)
    found: SubjectFound | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class AuditLineView:
    """One line; `action` is the stable English code, `facts` short "name: value" pieces."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str = ""
    dossier: str = ""
    reason: str = ""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditGiven:
    """The filter form exactly as it stands in the address bar."""

    actor: str = ""
    action: str = ""
    dossier: str = ""
    first: str = ""
    last: str = ""

    def query(self) -> dict[str, str]:
        """The names and values as they stand in the address."""
        return {
            "actor": self.actor, "action": self.action, "dossier": self.dossier,
            "from": self.first, "to": self.last,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class AuditView:
    """`broken_at` is the first line that does not fit the chain, or None; `wide`: all dossiers."""

    frame: Frame
    lines: tuple[AuditLineView, ...] = ()
    broken_at: int | None = None
    wide: bool = False
    actors: tuple[Choice, ...] = ()
    actions: tuple[Choice, ...] = ()
    dossiers: tuple[Choice, ...] = ()
    given: AuditGiven = field(default_factory=AuditGiven)
    problem: str = ""
    paged: bool = False
    next_before: int | None = None


#: Every view that `dashboards.pages.render_admin` draws.
@dataclass(frozen=True, slots=True)
class RecipientDraft:
    """What somebody typed, given back when it was refused."""

    notifier: str = "mail"
    address: str = ""
    note: str = ""


NO_RECIPIENT = RecipientDraft()


@dataclass(frozen=True, slots=True)
class RecipientLine:
    recipient_id: int
    kind: str
    address: str
    note: str
    created_at: datetime
    by: str
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A feed without its secret: that is shown once."""

    feed_id: int
    note: str
    created_at: datetime
    by: str
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """Where approved reports go; `desks` are those of the installation, `secret` a new feed's address."""

    frame: Frame
    desks: tuple[tuple[str, str], ...] = ()
    recipients: tuple[RecipientLine, ...] = ()
    feeds: tuple[FeedLine, ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    secret: str = ""
    draft: RecipientDraft = NO_RECIPIENT
    problem: str = ""


AdminView = UsersView | PasswordView | RetentionView | AuditView | DeliveryView
