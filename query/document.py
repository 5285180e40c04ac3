"""What a query is evaluated on: a neutral document that never heard of posts or tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Document:
    """A text with an optional title and fields (`site`, `source`, `lang`, `group`, `url`).

    Plain terms search title and text; phrases and NEAR never cross from one into the other.
    """

    text: str
    title: str = ""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
