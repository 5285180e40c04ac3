"""Proposals that a person decides: places to follow, and posts that may be one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from app.storage.models import (
    CopyProposal,
    Hit,
    PostOrigin,
    PostRow,
    ProposalSighting,
    SourceProposal,
    SourceRow,
)


def recent_hits(
    session: Session, dossier_id: int, since: datetime
) -> list[tuple[Hit, PostRow, SourceRow]]:
    """Hits stored since then with their post and its first source, oldest first."""
    rows = session.execute(
        select(Hit, PostRow, SourceRow)
        .join(PostRow, PostRow.id == Hit.post_id)
        .join(SourceRow, SourceRow.id == PostRow.source_id)
        .where(Hit.dossier_id == dossier_id, Hit.stored_at >= since)
        .order_by(Hit.published_at, Hit.id)
    )
    return [(hit, post, source) for hit, post, source in rows]


def sight(
    session: Session, dossier_id: int, kind: str, address: str, post_key: str, now: datetime
) -> None:
    """Note that a post points at a place; once per post, whatever is run twice."""
    row = session.scalar(
        select(SourceProposal).where(
            SourceProposal.dossier_id == dossier_id,
            SourceProposal.kind == kind,
            SourceProposal.address == address,
        )
    )
    if row is None:
        row = SourceProposal(
            dossier_id=dossier_id,
            kind=kind,
            address=address,
            state="open",
            first_seen=now,
            last_seen=now,
            reason="",
        )
        session.add(row)
        session.flush()
    if session.get(ProposalSighting, (row.id, post_key)) is None:
        session.add(ProposalSighting(proposal_id=row.id, post_key=post_key))
        row.last_seen = now


def places(
    session: Session, dossier_id: int, state: str, least: int
) -> list[tuple[SourceProposal, int]]:
    """Proposed places with the number of posts that point at them, most seen first."""
    number = func.count(ProposalSighting.post_key)
    rows = session.execute(
        select(SourceProposal, number)
        .join(ProposalSighting, ProposalSighting.proposal_id == SourceProposal.id)
        .where(SourceProposal.dossier_id == dossier_id, SourceProposal.state == state)
        .group_by(SourceProposal.id)
        .having(number >= least)
        .order_by(number.desc(), SourceProposal.address)
    )
    return [(row, int(count)) for row, count in rows]


def place(session: Session, dossier_id: int, number: int) -> SourceProposal | None:
    return session.scalar(
        select(SourceProposal).where(
            SourceProposal.id == number, SourceProposal.dossier_id == dossier_id
        )
    )


def propose_copy(
    session: Session, dossier_id: int, first: str, second: str, likeness: int, now: datetime
) -> bool:
    """Note that two posts may be one; false when that was proposed before, either way round."""
    there = session.scalar(
        select(CopyProposal.id).where(
            CopyProposal.dossier_id == dossier_id,
            or_(
                (CopyProposal.first_key == first) & (CopyProposal.second_key == second),
                (CopyProposal.first_key == second) & (CopyProposal.second_key == first),
            ),
        )
    )
    if there is not None:
        return False
    session.add(
        CopyProposal(
            dossier_id=dossier_id,
            first_key=first,
            second_key=second,
            likeness=likeness,
            state="open",
            created_at=now,
            reason="",
        )
    )
    return True


def copies(session: Session, dossier_id: int, state: str) -> list[CopyProposal]:
    return list(
        session.scalars(
            select(CopyProposal)
            .where(CopyProposal.dossier_id == dossier_id, CopyProposal.state == state)
            .order_by(CopyProposal.likeness.desc(), CopyProposal.id)
        )
    )


def copy(session: Session, dossier_id: int, number: int) -> CopyProposal | None:
    return session.scalar(
        select(CopyProposal).where(CopyProposal.id == number, CopyProposal.dossier_id == dossier_id)
    )


def move_origins(session: Session, from_post: int, to_post: int) -> None:
    """All sources that brought one post brought the other one too, from now on."""
    there = set(session.scalars(select(PostOrigin.source_id).where(PostOrigin.post_id == to_post)))
    for row in list(session.scalars(select(PostOrigin).where(PostOrigin.post_id == from_post))):
        if row.source_id not in there:
            session.add(
                PostOrigin(
                    post_id=to_post,
                    source_id=row.source_id,
                    origin_key=row.origin_key,
                    seen_at=row.seen_at,
                )
            )
    session.flush()


def forget_post(session: Session, dossier_id: int, keys: Iterable[str]) -> None:
    """A post that goes takes along what was proposed because of it."""
    for key in keys:
        mine = select(SourceProposal.id).where(SourceProposal.dossier_id == dossier_id)
        session.execute(
            delete(ProposalSighting).where(
                ProposalSighting.post_key == key, ProposalSighting.proposal_id.in_(mine)
            )
        )
        session.execute(
            delete(CopyProposal).where(
                CopyProposal.dossier_id == dossier_id,
                CopyProposal.state == "open",
                or_(CopyProposal.first_key == key, CopyProposal.second_key == key),
            )
        )
