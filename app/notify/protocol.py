"""What a notifier is: it carries an approved edition to one recipient, and says when it cannot."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol

from app.errors import NotifyError

GROUP = "klankbord.notifiers"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One approved edition, ready to carry. `document` is the report JSON of contracts.md."""

    dossier: str
    date: str
    edition: int
    document: dict[str, Any]
    text: str
    approved_by: str


class Notifier(Protocol):
    """Delivers the same parcel to the same recipient twice without a second copy."""

    name: str

    def deliver(self, parcel: Parcel, recipient: str, data_dir: Path) -> None:
        """Raises `NotifyError` when it did not arrive."""


def get(name: str) -> Notifier:
    """The registered notifier of that name; raises `NotifyError`."""
    for entry in entry_points(group=GROUP):
        if entry.name == name:
            found: Notifier = entry.load()()
            return found
    raise NotifyError(f"Onbekende bezorger {name!r}.", notifier=name)


def names() -> list[str]:
    return sorted(entry.name for entry in entry_points(group=GROUP))
