"""A believable world outside the house: sources that say what a test told them to say."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from analysis.labellers.fake import FakeLabeller
from analysis.records import Labelled, Post
from app.outbound import Outbound
from app.records import Discovery, FetchedPost, FetchResult, FetchState

Answer = FetchResult | Exception | Callable[[FetchState], FetchResult]


class World:
    """A source of every kind; per address it gives its answers one by one, then "not modified"."""

    title = "De wereld van deze proef"
    terms = "Alleen voor proeven."
    tried = "Nergens tegen."
    settings = ()
    on = True

    def __init__(self) -> None:
        self._answers: dict[str, list[Answer]] = {}
        self._lock = threading.Lock()
        self.asked: list[str] = []

    def shows(self, address: str, *posts: FetchedPost, deleted: Sequence[str] = ()) -> None:
        """The next fetch of this address finds these posts."""
        self.answers(
            address,
            lambda state: FetchResult("ok", posts=posts, deleted_ids=tuple(deleted), state=state),
        )

    def answers(self, address: str, *answers: Answer) -> None:
        self._answers.setdefault(address, []).extend(answers)

    def fetch(self, state: FetchState, outbound: Outbound, now: datetime) -> FetchResult:
        with self._lock:
            self.asked.append(state.address)
            waiting = self._answers.get(state.address, [])
            answer = waiting.pop(0) if waiting else FetchResult("not-modified", state=state)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, FetchResult) else answer(state)

    def discover(self, address: str, outbound: Outbound, now: datetime) -> Discovery:
        return Discovery("empty")


class Told(FakeLabeller):
    """A labeller that can be told what to say of a text, and given another model."""

    def __init__(self, **judgements: Labelled) -> None:
        super().__init__()
        self.say: dict[str, Labelled] = dict(judgements)
        self.version = "1"

    @property
    def model(self) -> str:
        return self.version.rjust(64, "0")

    def label(self, posts: Sequence[Post]) -> list[Labelled]:
        return [self.say.get(post.text, Labelled(status="geen")) for post in posts]


def of_codes(*codes: str, question: bool = False, threat: bool = False) -> Labelled:
    """A judgement with these sub-labels and the labels that follow from them."""
    names = {"I": "informatiebehoefte", "B": "betekenisgeving", "S": "schadebeperking"}
    return Labelled(
        status="gelabeld",
        labels=tuple(name for letter, name in names.items() if any(c[0] == letter for c in codes)),
        sub_labels=codes,
        is_question=question,
        threat=threat,
    )
