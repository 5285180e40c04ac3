"""Dossiers as the ingest decision sees them: the active query compiled once, lists that are valid."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from app.services.decide import ActiveDossier, ListEntry
from app.storage import Session
from app.storage import dossiers as dossier_rows
from app.storage.models import Dossier
from query import CompiledQuery, compile_query


def compiled_dossiers(
    session: Session, dossiers: Sequence[Dossier], today: date
) -> list[ActiveDossier]:
    """Dossiers with an active query version, ready to match; one without a query finds nothing."""
    ready = []
    for dossier in dossiers:
        version = dossier_rows.active_version(session, dossier)
        if version is None:
            continue
        query = _compiled(version.text, json.dumps(version.terms, sort_keys=True))
        ready.append(
            ActiveDossier(
                id=dossier.id,
                slug=dossier.slug,
                query_version_id=version.id,
                query_digest=version.digest,
                query=query,
                by_group="group" in query.fields,
                pseudonym_key=dossier.pseudonym_key,
                lists=tuple(list_entries(session, dossier.id, today)),
                places=dossier_rows.places(version.terms),
            )
        )
    return ready


def list_entries(session: Session, dossier_id: int, today: date) -> list[ListEntry]:
    """Account lists that have not expired with the members that count today, in order of name."""
    entries = []
    for row in dossier_rows.account_lists(session, dossier_id):
        if row.expires < today:
            continue
        members = dossier_rows.members(session, row.id, today)
        entries.append(
            ListEntry(
                name=row.name,
                kind=row.kind,
                accounts=frozenset((m.platform, m.handle) for m in members if m.handle),
                sources=frozenset(dossier_rows.member_sources(session, row.id, today)),
            )
        )
    return entries


@lru_cache(maxsize=512)
def _compiled(text: str, terms: str) -> CompiledQuery:
    return compile_query(text, json.loads(terms))
