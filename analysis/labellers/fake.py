"""A labeller for tests: says what it was told, by exact text, and `geen` for all the rest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from analysis import scheme
from analysis.records import Labelled, Post


class FakeLabeller:
    """Takes its judgements from a mapping of text to Labelled; the mapping is its model."""

    name = "fake"
    guide = scheme.GUIDE

    def __init__(self, judgements: Mapping[str, Labelled] | None = None) -> None:
        self._judgements = dict(judgements or {})

    @property
    def model(self) -> str:
        told = {text: asdict(labelled) for text, labelled in self._judgements.items()}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def label(self, posts: Sequence[Post]) -> list[Labelled]:
        return [self._judgements.get(post.text, Labelled(status="geen")) for post in posts]
