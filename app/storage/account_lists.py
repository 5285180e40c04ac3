"""Members of account lists whatever their state, and the stored hits that they are about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.storage.models import (
    AccountList,
    AccountListMember,
    Dossier,
    Hit,
    PostRow,
    Regrouping,
    SourceRow,
)
from app.storage.posts import chunks

Grouped = tuple[Hit, PostRow, SourceRow]


def every_member(session: Session, list_id: int) -> list[tuple[AccountListMember, str | None]]:
    """(member, slug of its source), also those that wait or ended: sources last, then by name."""
    rows = session.execute(
        select(AccountListMember, SourceRow.slug)
        .outerjoin(SourceRow, SourceRow.id == AccountListMember.source_id)
        .where(AccountListMember.account_list_id == list_id)
        .order_by(
            SourceRow.slug.is_not(None), AccountListMember.platform, AccountListMember.handle,
            SourceRow.slug,
        )
    )  # fmt: skip
    return [(member, slug) for member, slug in rows]


def member(session: Session, list_id: int, member_id: int) -> AccountListMember | None:
    return session.scalar(
        select(AccountListMember).where(
            AccountListMember.account_list_id == list_id, AccountListMember.id == member_id
        )
    )


def remove_member(session: Session, member_id: int) -> None:
    session.execute(delete(AccountListMember).where(AccountListMember.id == member_id))


def members_of_dossier(session: Session, dossier_id: int) -> list[AccountListMember]:
    """Every member of every list of a dossier."""
    return list(
        session.scalars(
            select(AccountListMember)
            .join(AccountList, AccountList.id == AccountListMember.account_list_id)
            .where(AccountList.dossier_id == dossier_id)
            .order_by(AccountListMember.id)
        )
    )


def hits_of(
    session: Session, dossier_id: int, authors: Iterable[str], source_ids: Iterable[int]
) -> list[Grouped]:
    """The dossier's hits by these pseudonyms or of these sources, each once, in order of id."""
    found: dict[int, Grouped] = {}
    query = (
        select(Hit, PostRow, SourceRow)
        .join(PostRow, PostRow.id == Hit.post_id)
        .join(SourceRow, SourceRow.id == PostRow.source_id)
        .where(Hit.dossier_id == dossier_id)
    )
    for batch in chunks(authors):
        for hit, post, source in session.execute(query.where(Hit.author.in_(batch))):
            found[hit.id] = (hit, post, source)
    for numbers in chunks(source_ids):
        for hit, post, source in session.execute(query.where(PostRow.source_id.in_(numbers))):
            found[hit.id] = (hit, post, source)
    return [found[key] for key in sorted(found)]


def any_hit(session: Session, dossier_id: int) -> bool:
    return session.scalar(select(Hit.id).where(Hit.dossier_id == dossier_id).limit(1)) is not None


def regroupings(session: Session, hit_id: int) -> list[Regrouping]:
    """How the group of a hit changed since it was stored, oldest first."""
    return list(
        session.scalars(
            select(Regrouping).where(Regrouping.hit_id == hit_id).order_by(Regrouping.id)
        )
    )


def ending(session: Session, first: date, last: date) -> list[tuple[str, str, date]]:
    """(dossier, list, last day) of lists that end between these days in dossiers that still run."""
    rows = session.execute(
        select(Dossier.slug, AccountList.name, AccountList.expires)
        .join(AccountList, AccountList.dossier_id == Dossier.id)
        .where(
            AccountList.expires >= first,
            AccountList.expires <= last,
            AccountList.expires < Dossier.ends,
            Dossier.ends >= first,
            Dossier.cleared_at.is_(None),
        )
        .order_by(AccountList.expires, Dossier.slug, AccountList.name)
    )
    return [(slug, name, day) for slug, name, day in rows]
