"""The standing queries of all active dossiers, as one engine that is swapped, never changed.

Ingestion asks it once per batch. A dossier whose version changes costs one compilation of its new
words; whoever is matching with the old engine is not disturbed. A query with `group:` depends on the
dossier's own lists and is asked apart, post by post.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from query import CompiledQuery, Document, Verdict
from query.engine import Engine

#: Versions of yesterday that may stay in the engine before it is made afresh.
MOST_STALE = 200


class Standing:
    """Holds the engine of one process; safe to use from several threads."""

    def __init__(self) -> None:
        self._engine: Engine[int] = Engine.build({})
        self._lock = threading.Lock()

    @property
    def engine(self) -> Engine[int]:
        """The engine as it is now; its tally counts the posts that each path decided."""
        return self._engine

    def match(
        self, queries: Mapping[int, CompiledQuery], documents: Sequence[Document]
    ) -> list[dict[int, Verdict]]:
        """Per document the verdicts of these queries that match it, by their key (version id)."""
        engine = self._with(queries)
        return [
            {key: verdict for key, verdict in found.items() if key in queries}
            for found in engine.match(documents)
        ]

    def _with(self, queries: Mapping[int, CompiledQuery]) -> Engine[int]:
        with self._lock:
            engine = self._engine
            fresh = {key: query for key, query in queries.items() if key not in engine.queries}
            if len(engine.queries) + len(fresh) > len(queries) + MOST_STALE:
                engine = Engine.build(queries)
            elif not engine.queries:
                engine = Engine.build(fresh)
            else:
                for key, query in fresh.items():
                    engine = engine.with_query(key, query)
            self._engine = engine
            return engine
