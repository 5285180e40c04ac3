"""Dossiers with their terms, moments, query versions and account lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from app.storage.models import (
    AccountList,
    AccountListMember,
    Dossier,
    DossierTerm,
    MomentRow,
    Organisation,
    QueryVersion,
    SearchQuery,
    SourceRow,
)

MAIN_QUERY = "hoofdzoekopdracht"
PLACE_NAMES = ("plaatsnaam", "opvanglocatie", "straatnaam", "bijnaam plaats", "gemeentenaam")


def by_slug(session: Session, slug: str) -> Dossier | None:
    return session.scalar(select(Dossier).where(Dossier.slug == slug))


def everything(session: Session) -> list[Dossier]:
    return list(session.scalars(select(Dossier).order_by(Dossier.slug)))


def organisation(session: Session, dossier: Dossier) -> Organisation:
    return session.get_one(Organisation, dossier.organisation_id)


def terms(session: Session, dossier_id: int) -> dict[str, list[str]]:
    """Placeholder values in the order in which they were given."""
    found: dict[str, list[str]] = {}
    for row in session.scalars(
        select(DossierTerm)
        .where(DossierTerm.dossier_id == dossier_id)
        .order_by(DossierTerm.name, DossierTerm.position)
    ):
        found.setdefault(row.name, []).append(row.value)
    return found


def places(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The dossier's place names among its placeholder values."""
    return tuple(
        str(value) for name in PLACE_NAMES for value in values.get(name, ()) if str(value).strip()
    )


def add_terms(session: Session, dossier_id: int, values: Mapping[str, Iterable[str]]) -> None:
    for name, several in values.items():
        session.add_all(
            DossierTerm(dossier_id=dossier_id, name=name, value=value, position=position)
            for position, value in enumerate(several)
        )


def replace_terms(session: Session, dossier_id: int, values: Mapping[str, Iterable[str]]) -> None:
    """Other values for these placeholders; the rest is left alone."""
    for name in values:
        session.execute(
            delete(DossierTerm).where(
                DossierTerm.dossier_id == dossier_id, DossierTerm.name == name
            )
        )
    session.flush()
    add_terms(session, dossier_id, values)
    session.flush()


def moments(session: Session, dossier_id: int) -> list[MomentRow]:
    return list(
        session.scalars(
            select(MomentRow)
            .where(MomentRow.dossier_id == dossier_id)
            .order_by(MomentRow.at, MomentRow.id)
        )
    )


def moment(session: Session, dossier_id: int, moment_id: int) -> MomentRow | None:
    return session.scalar(
        select(MomentRow).where(MomentRow.dossier_id == dossier_id, MomentRow.id == moment_id)
    )


def active_version(session: Session, dossier: Dossier) -> QueryVersion | None:
    if dossier.query_version_id is None:
        return None
    return session.get(QueryVersion, dossier.query_version_id)


def versions(session: Session, dossier_id: int) -> list[QueryVersion]:
    return list(
        session.scalars(
            select(QueryVersion)
            .join(SearchQuery, SearchQuery.id == QueryVersion.search_query_id)
            .where(SearchQuery.dossier_id == dossier_id)
            .order_by(QueryVersion.number)
        )
    )


def version_numbered(session: Session, dossier_id: int, number: int) -> QueryVersion | None:
    return session.scalar(
        select(QueryVersion)
        .join(SearchQuery, SearchQuery.id == QueryVersion.search_query_id)
        .where(SearchQuery.dossier_id == dossier_id, QueryVersion.number == number)
    )


def add_version(
    session: Session,
    dossier_id: int,
    *,
    text: str,
    values: Mapping[str, list[str]],
    lists: Mapping[str, Any],
    template: str | None,
    canonical: str,
    digest: str,
    note: str,
    author: str,
    now: datetime,
) -> QueryVersion:
    """Append the next version of the dossier's query; versions are never edited."""
    query = session.scalar(
        select(SearchQuery).where(
            SearchQuery.dossier_id == dossier_id, SearchQuery.name == MAIN_QUERY
        )
    )
    if query is None:
        query = SearchQuery(dossier_id=dossier_id, name=MAIN_QUERY)
        session.add(query)
        session.flush()
    last = session.scalar(
        select(func.max(QueryVersion.number)).where(QueryVersion.search_query_id == query.id)
    )
    version = QueryVersion(
        search_query_id=query.id,
        number=(last or 0) + 1,
        text=text,
        terms=dict(values),
        lists=dict(lists),
        template=template,
        canonical=canonical,
        digest=digest,
        note=note,
        author=author,
        created_at=now,
    )
    session.add(version)
    session.flush()
    return version


def account_lists(session: Session, dossier_id: int) -> list[AccountList]:
    return list(
        session.scalars(
            select(AccountList)
            .where(AccountList.dossier_id == dossier_id)
            .order_by(AccountList.name)
        )
    )


def account_list(session: Session, dossier_id: int, name: str) -> AccountList | None:
    return session.scalar(
        select(AccountList).where(AccountList.dossier_id == dossier_id, AccountList.name == name)
    )


def account_list_by_id(session: Session, dossier_id: int, list_id: int) -> AccountList | None:
    return session.scalar(
        select(AccountList).where(AccountList.dossier_id == dossier_id, AccountList.id == list_id)
    )


def remove_list(session: Session, row: AccountList) -> None:
    """A list goes with its members; what the hits show of it is the caller's to change."""
    session.execute(delete(AccountListMember).where(AccountListMember.account_list_id == row.id))
    session.delete(row)


def members(session: Session, list_id: int, today: date | None = None) -> list[AccountListMember]:
    """The members that count: whoever looks like a private person only once two people agreed (P2).

    With `today` only those whose own dates hold that day.
    """
    return list(
        session.scalars(
            select(AccountListMember)
            .where(AccountListMember.account_list_id == list_id, *_counting(today))
            .order_by(AccountListMember.platform, AccountListMember.handle)
        )
    )


def member_sources(session: Session, list_id: int, today: date | None = None) -> list[str]:
    """Slugs of the whole sources on a list that count (see `members`)."""
    return list(
        session.scalars(
            select(SourceRow.slug)
            .join(AccountListMember, AccountListMember.source_id == SourceRow.id)
            .where(AccountListMember.account_list_id == list_id, *_counting(today))
        )
    )


def _counting(today: date | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        or_(AccountListMember.doubtful.is_(False), AccountListMember.agreed_at.is_not(None))
    ]
    if today is not None:
        found.append(or_(AccountListMember.starts.is_(None), AccountListMember.starts <= today))
        found.append(or_(AccountListMember.ends.is_(None), AccountListMember.ends >= today))
    return found
