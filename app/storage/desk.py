"""What people do with hits: acts, open cards, saved views, hand-overs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.storage.models import (
    Answer,
    Context,
    HandOver,
    Hit,
    HitAct,
    HitOpen,
    Membership,
    QuestionTheme,
    SavedView,
    User,
)
from app.storage.posts import chunks


def hits_to_change(session: Session, dossier_id: int, keys: Iterable[str]) -> dict[str, Hit]:
    """Hits by post key, locked until the transaction ends."""
    found: dict[str, Hit] = {}
    for batch in chunks(keys):
        for hit in session.scalars(
            select(Hit)
            .where(Hit.dossier_id == dossier_id, Hit.post_key.in_(batch))
            .order_by(Hit.id)
            .with_for_update()
        ):
            found[hit.post_key] = hit
    return found


def add_act(session: Session, row: HitAct) -> None:
    session.add(row)


def acts(session: Session, hit_id: int) -> list[HitAct]:
    """Oldest first."""
    return list(session.scalars(select(HitAct).where(HitAct.hit_id == hit_id).order_by(HitAct.id)))


def batch(session: Session, dossier_id: int, name: str) -> list[tuple[HitAct, Hit]]:
    """The acts of one press on a button with their hits, locked."""
    rows = session.execute(
        select(HitAct, Hit)
        .join(Hit, Hit.id == HitAct.hit_id)
        .where(Hit.dossier_id == dossier_id, HitAct.batch == name)
        .order_by(HitAct.id)
        .with_for_update(of=Hit)
    )
    return [(act, hit) for act, hit in rows]


def newest_act(session: Session, hit_id: int) -> HitAct | None:
    return session.scalar(
        select(HitAct).where(HitAct.hit_id == hit_id).order_by(HitAct.id.desc()).limit(1)
    )


def contexts(session: Session, hit_id: int) -> list[Context]:
    """What was said around a hit and is no hit itself, oldest first."""
    return list(
        session.scalars(
            select(Context)
            .where(Context.hit_id == hit_id)
            .order_by(Context.published_at, Context.id)
        )
    )


def hand_overs_of(session: Session, dossier_id: int, post_key: str) -> list[HandOver]:
    return list(
        session.scalars(
            select(HandOver)
            .where(HandOver.dossier_id == dossier_id, HandOver.post_key == post_key)
            .order_by(HandOver.id)
        )
    )


def answered_with(session: Session, hit_ids: Iterable[int]) -> dict[int, tuple[int, str]]:
    """(answer id, title of its theme) per hit that stands answered from the answer bank.

    The act that answered it is the one of the instant at which it was answered; an act that was
    taken back left another instant, or none.
    """
    found: dict[int, tuple[int, str]] = {}
    for some in chunks(hit_ids):
        rows = session.execute(
            select(HitAct.hit_id, Answer.id, QuestionTheme.title)
            .join(Hit, Hit.id == HitAct.hit_id)
            .join(Answer, Answer.id == HitAct.answer_id)
            .join(QuestionTheme, QuestionTheme.id == Answer.theme_id)
            .where(
                HitAct.hit_id.in_(some),
                HitAct.at == Hit.answered_at,
                Hit.work_state == "beantwoord",
            )
            .order_by(HitAct.id)
        )
        for hit_id, answer_id, title in rows:
            found[hit_id] = answer_id, title
    return found


def uses_of_answers(session: Session, dossier_id: int) -> dict[int, int]:
    """Theme id → how many hits stand answered with an answer of that theme."""
    rows = session.execute(
        select(Answer.theme_id, func.count(HitAct.hit_id.distinct()))
        .join(HitAct, HitAct.answer_id == Answer.id)
        .join(Hit, Hit.id == HitAct.hit_id)
        .where(
            Hit.dossier_id == dossier_id,
            Hit.work_state == "beantwoord",
            HitAct.at == Hit.answered_at,
        )
        .group_by(Answer.theme_id)
    )
    return {theme_id: int(count) for theme_id, count in rows}


def opened(session: Session, hit_id: int, user_id: int, now: datetime) -> None:
    row = session.get(HitOpen, (hit_id, user_id))
    if row is None:
        session.add(HitOpen(hit_id=hit_id, user_id=user_id, seen_at=now))
    else:
        row.seen_at = now


def open_with(
    session: Session, hit_ids: Iterable[int], since: datetime
) -> dict[int, list[tuple[int, str]]]:
    """Per hit who had it open lately: (user id, name)."""
    found: dict[int, list[tuple[int, str]]] = {}
    for some in chunks(hit_ids):
        rows = session.execute(
            select(HitOpen.hit_id, User.id, User.name)
            .join(User, User.id == HitOpen.user_id)
            .where(HitOpen.hit_id.in_(some), HitOpen.seen_at >= since)
            .order_by(User.name)
        )
        for hit_id, user_id, name in rows:
            found.setdefault(hit_id, []).append((user_id, name))
    return found


def colleagues(session: Session, organisation_id: int, dossier_id: int) -> list[User]:
    """Who may be given a post: everybody with a role in the dossier that answers, by name."""
    return list(
        session.scalars(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.organisation_id == organisation_id,
                or_(Membership.dossier_id == dossier_id, Membership.dossier_id.is_(None)),
                Membership.role.in_(("webcare", "adviseur")),
                User.disabled_at.is_(None),
            )
            .distinct()
            .order_by(User.name)
        )
    )


def views(session: Session, dossier_id: int, user_id: int) -> list[SavedView]:
    """A person's own views and the team's, by name."""
    return list(
        session.scalars(
            select(SavedView)
            .where(
                SavedView.dossier_id == dossier_id,
                or_(SavedView.user_id == user_id, SavedView.user_id.is_(None)),
            )
            .order_by(SavedView.name, SavedView.id)
        )
    )


def view(session: Session, dossier_id: int, user_id: int, view_id: int) -> SavedView | None:
    """One view that this person may see."""
    return session.scalar(
        select(SavedView).where(
            SavedView.id == view_id,
            SavedView.dossier_id == dossier_id,
            or_(SavedView.user_id == user_id, SavedView.user_id.is_(None)),
        )
    )


def add_view(session: Session, row: SavedView) -> SavedView:
    session.add(row)
    session.flush()
    return row


def hand_overs(session: Session, dossier_id: int) -> list[HandOver]:
    """Newest first."""
    return list(
        session.scalars(
            select(HandOver).where(HandOver.dossier_id == dossier_id).order_by(HandOver.id.desc())
        )
    )


def add_hand_over(session: Session, row: HandOver) -> HandOver:
    session.add(row)
    session.flush()
    return row
