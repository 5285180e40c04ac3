"""A believable notifier for tests: remembers what it carried, and fails when told to."""

from __future__ import annotations

from pathlib import Path

from app.errors import NotifyError
from app.notify.protocol import Parcel


class FakeNotifier:
    name = "fake"

    def __init__(self, *, failing: bool = False) -> None:
        self.failing = failing
        self.carried: dict[tuple[str, str, int, str], Parcel] = {}

    def deliver(self, parcel: Parcel, recipient: str, data_dir: Path) -> None:
        if self.failing:
            raise NotifyError("De ontvanger is niet bereikbaar.", recipient=recipient)
        self.carried[parcel.dossier, parcel.date, parcel.edition, recipient] = parcel
