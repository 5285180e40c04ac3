"""A believable notifier for tests: remembers what it carried, and fails when told to."""

from __future__ import annotations

from app.errors import NotifyError
from app.notify.protocol import Means, Message, Parcel


class FakeNotifier:
    name = "fake"

    def __init__(self, *, failing: bool = False, repeats: bool = True) -> None:
        self.failing = failing
        self.repeats = repeats
        self.carried: dict[tuple[str, str, int, str], Parcel] = {}
        self.told: list[tuple[str, Message]] = []

    def deliver(self, parcel: Parcel, recipient: str, means: Means) -> None:
        if self.failing:
            raise NotifyError("De ontvanger is niet bereikbaar.", recipient=recipient)
        means.handing_over()
        self.carried[parcel.dossier, parcel.date, parcel.edition, recipient] = parcel

    def tell(self, message: Message, recipient: str, means: Means) -> None:
        if self.failing:
            raise NotifyError("De ontvanger is niet bereikbaar.", recipient=recipient)
        means.handing_over()
        self.told.append((recipient, message))
