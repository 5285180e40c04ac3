"""Bluesky: `app.bsky.feed.searchPosts`, words are AND, phrases in quotes, no OR and no wildcards.

Its maintainers ask not to use search as a data source; the stream is the way, and this is the help
for looking back further than it goes.
"""

from __future__ import annotations

from query import ast
from query.matcher import CompiledQuery
from query.targets.parts import MOST_QUERIES, Export, Reading, SourceQuery


def export(query: CompiledQuery) -> Export:
    """One search per alternative of the narrowest group; language and site go beside it."""
    params: dict[str, str] = {}
    tree = query.tree
    for part in tree.parts if isinstance(tree, ast.And) else (tree,):
        if isinstance(part, ast.Field) and part.name in ("lang", "site") and "*" not in part.value:
            params["lang" if part.name == "lang" else "domain"] = part.value
    reading = Reading(query, by_field=lambda _: None)
    terms = reading.searches(MOST_QUERIES)
    searches = tuple(SourceQuery(term, (), dict(params)) for term in terms)
    return Export("bluesky", "Bluesky", searches, reading.losses)
