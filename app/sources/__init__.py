"""Source kinds: found through the entry points `klankbord.sources`, one instance per process."""

from __future__ import annotations

import threading
from dataclasses import asdict
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from app.errors import InvalidInput
from app.sources.protocol import Source
from app.sources.refused import refusal

GROUP = "klankbord.sources"
_lock = threading.Lock()


@cache
def kinds() -> frozenset[str]:
    """The names of the registered kinds; looked for once, for it reads every installed package."""
    return frozenset(entry.name for entry in entry_points(group=GROUP))


def get(kind: str) -> Source:
    """The source of that kind; raises `InvalidInput`."""
    if kind not in kinds():
        raise InvalidInput(
            f"Onbekende soort bron {kind!r}; kies uit {', '.join(sorted(kinds()))}.", field="kind"
        )
    with _lock:
        return _built(kind)


@cache
def _built(kind: str) -> Source:
    (entry,) = entry_points(group=GROUP, name=kind)
    built: Source = entry.load()()
    return built


def describe(kind: str) -> dict[str, Any]:
    """`{"kind", "title", "terms", "tried", "on", "settings"}`: what it reads, on what basis, what
    was not tried, whether it is on when added, and what it wants to know."""
    source = get(kind)
    return {
        "kind": kind,
        "title": source.title,
        "terms": source.terms,
        "tried": source.tried,
        "on": source.on,
        "settings": [asdict(setting) for setting in source.settings],
    }


__all__ = ["Source", "describe", "get", "kinds", "refusal"]
