"""What a platform's own search could run of a query, split within its limits, the loss stated.

A search at the source may bring too much: everything that comes in is held against the query again.
What it must not do silently is bring too little, so every term that it cannot run is a `Loss`. Limits
are those of November 2026 (sources.md).
"""

from __future__ import annotations

from query.matcher import CompiledQuery
from query.targets import bluesky, mastodon, x
from query.targets.parts import Export, Loss, SourceQuery

__all__ = ["Export", "Loss", "SourceQuery", "exports"]


def exports(query: CompiledQuery) -> tuple[Export, ...]:
    """The query for the search of Mastodon, Bluesky and X."""
    return (mastodon.export(query), bluesky.export(query), x.export(query))
