"""A believable source without a network: plays results in order, and keeps to the protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.outbound import Outbound
from app.records import Discovery, FeedCandidate, FetchResult, FetchState
from app.sources.protocol import NOTHING
from app.sources.refused import refusal


class FakeSource:
    """Answers with the given results one by one; after the last one nothing has changed."""

    title = "Nagebootste bron"
    terms = "Alleen voor proeven: er wordt niets opgehaald."
    tried = "Nergens tegen: deze bron bestaat niet."
    settings = ()
    on = True

    def __init__(self, results: Sequence[FetchResult] = ()) -> None:
        self._results = list(results)
        self.asked: list[FetchState] = []

    def fetch(self, state: FetchState, outbound: Outbound, now: datetime) -> FetchResult:
        """The next result; the state comes back with it, as a source that answered does."""
        self.asked.append(state)
        refused = refusal(state.address)
        if refused is not None:
            return FetchResult("private-refused", detail=refused)
        if not self._results:
            return FetchResult("not-modified", state=state)
        return self._results.pop(0)

    def discover(
        self, address: str, outbound: Outbound, now: datetime, settings: Mapping[str, str] = NOTHING
    ) -> Discovery:
        """What the next fetch would bring, without using it up."""
        refused = refusal(address)
        if refused is not None:
            return Discovery("private-refused", detail=refused)
        posts = self._results[0].posts if self._results else ()
        candidate = FeedCandidate(address, self.title, "fake", len(posts))
        return Discovery("ok" if posts else "empty", (candidate,), posts[:5])
