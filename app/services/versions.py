"""Query versions: text with its placeholder values and `group:` lists frozen, under one hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import rfc8785

from app.services.access import Scope
from app.services.house import House
from app.storage import Session
from app.storage import dossiers as dossier_rows
from app.storage.models import Dossier, QueryVersion
from query import compile_query


def new_version(
    session: Session,
    dossier: Dossier,
    *,
    text: str,
    values: Mapping[str, Sequence[str]],
    template: str | None,
    note: str,
    author: str,
    now: datetime,
) -> QueryVersion:
    """Append a version; raises `query.QueryError` when text or values do not hold."""
    frozen = {name: list(several) for name, several in values.items()}
    compiled = compile_query(text, frozen)
    lists = _frozen_lists(session, dossier.id) if "group:" in text else {}
    return dossier_rows.add_version(
        session,
        dossier.id,
        text=text,
        values=frozen,
        lists=lists,
        template=template,
        canonical=compiled.canonical,
        digest=version_digest(compiled.canonical, frozen, lists),
        note=note,
        author=author,
        now=now,
    )


def propose(
    house: House,
    session: Session,
    scope: Scope,
    *,
    text: str,
    values: Mapping[str, Sequence[str]] | None,
    note: str,
) -> QueryVersion:
    """A new version by a person; without `values` the dossier's own are frozen into it."""
    return new_version(
        session,
        scope.dossier,
        text=text,
        values=dossier_rows.terms(session, scope.dossier.id) if values is None else values,
        template=None,
        note=note,
        author=scope.principal.name,
        now=house.clock.now(),
    )


def version_digest(
    canonical: str, values: Mapping[str, Sequence[str]], lists: Mapping[str, Any]
) -> str:
    """SHA-256 over canonical text, placeholder values and lists: the name of the version."""
    document: dict[str, Any] = {
        "canonical": canonical,
        "terms": {name: list(several) for name, several in values.items()},
        "lists": dict(lists),
    }
    return hashlib.sha256(rfc8785.dumps(document)).hexdigest()


def _frozen_lists(session: Session, dossier_id: int) -> dict[str, Any]:
    return {
        row.name: {
            "kind": row.kind,
            "accounts": [
                f"{m.handle}@{m.platform}" if m.platform else m.handle
                for m in dossier_rows.members(session, row.id)
                if m.handle
            ],
            "sources": sorted(dossier_rows.member_sources(session, row.id)),
        }
        for row in dossier_rows.account_lists(session, dossier_id)
    }
