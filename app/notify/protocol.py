"""What a notifier is: it carries an edition or a short message to one recipient, or says it cannot.

`Means.handing_over` is called at the point of no return, just before something leaves our hands that
cannot be asked back: whoever crashes after it does not send again by himself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from app.errors import NotifyError

if TYPE_CHECKING:
    from app.outbound import Outbound

GROUP = "klankbord.notifiers"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One approved edition, ready to carry. `document` is the report JSON of contracts.md.

    `pdf` is empty where the libraries for it are missing; `link` is empty without a public address.
    """

    dossier: str
    date: str
    edition: int
    document: dict[str, Any]
    text: str
    approved_by: str
    title: str = ""
    pdf: bytes = b""
    link: str = ""

    @property
    def key(self) -> str:
        """One name for this edition, the same at every try."""
        return f"{self.dossier}/{self.date}/{self.edition}"


@dataclass(frozen=True, slots=True)
class Message:
    """A reminder or a signal: no text of a post and no name is ever in it."""

    key: str
    dossier: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Mail:
    """How mail leaves the house; `security` is starttls, tls or none."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "starttls"


def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Means:
    """What a notifier may use."""

    data_dir: Path
    outbound: Callable[[], Outbound]
    mail: Mail | None = None
    webhook_secret: bytes = field(default=b"", repr=False)
    handing_over: Callable[[], None] = _nothing


class Notifier(Protocol):
    """`repeats` says that the same parcel twice makes no second copy, so that it may be sent again."""

    name: str
    repeats: bool

    def deliver(self, parcel: Parcel, recipient: str, means: Means) -> None:
        """Raises `NotifyError` when it did not arrive; with `unsure=True` when nobody can know."""

    def tell(self, message: Message, recipient: str, means: Means) -> None:
        """The same for a short message."""


def get(name: str) -> Notifier:
    """The registered notifier of that name; raises `NotifyError`."""
    for entry in entry_points(group=GROUP):
        if entry.name == name:
            found: Notifier = entry.load()()
            return found
    raise NotifyError(f"Onbekende bezorger {name!r}.", notifier=name)


def names() -> list[str]:
    return sorted(entry.name for entry in entry_points(group=GROUP))
