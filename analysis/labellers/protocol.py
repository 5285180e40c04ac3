"""What every labeller promises, so that rules, models and plug-ins are interchangeable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from analysis.records import Labelled, Post


@runtime_checkable
class Labeller(Protocol):
    """A named, hashed way to judge posts under one version of the guide.

    `model` is the SHA-256 (hex) of everything that decides the outcome. The same text under the
    same model gives the same output, whatever the batch. `label` keeps the order and the number of
    posts; it raises ModelUnavailable and nothing else, whatever the texts hold.
    """

    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def guide(self) -> str: ...

    def label(self, posts: Sequence[Post]) -> list[Labelled]: ...
