"""The webcare desk: what people did with a hit, who has it open, saved views, hand-overs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.models.base import Base, one_of

ACTS = ("assign", "status", "priority", "note", "invite", "answer", "dismiss", "confirm", "undo")


class HitAct(Base):
    """One act on a hit with what was before and after, so that it can be undone; append-only.

    Acts of one press on a button share a `batch`.
    """

    __tablename__ = "hit_act"
    __table_args__ = (
        CheckConstraint(one_of("act", ACTS), name="act"),
        Index("ix_hit_act_hit", "hit_id", "id"),
        Index("ix_hit_act_batch", "batch"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hit_id: Mapped[int] = mapped_column(ForeignKey("hit.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    act: Mapped[str] = mapped_column(String(20))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    text: Mapped[str] = mapped_column(Text, default="")
    batch: Mapped[str] = mapped_column(String(32))
    #: The approved answer that was given, when it came from the answer bank.
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id"))
    at: Mapped[datetime]


class HitOpen(Base):
    """Who looked at a hit last: a colleague sees that somebody else has it open."""

    __tablename__ = "hit_open"

    hit_id: Mapped[int] = mapped_column(ForeignKey("hit.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    seen_at: Mapped[datetime]


class SavedView(Base):
    """A set of filters under a name: of one person, or of the team when `user_id` is empty."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("dossier_id", "user_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class HandOver(Base):
    """A threat handed over to police or prosecutor: when, to whom, under which reference (R19).

    It outlives the hit: only its key stands here, never its text.
    """

    __tablename__ = "hand_over"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    post_key: Mapped[str] = mapped_column(String(64))
    recipient: Mapped[str] = mapped_column(String(200))
    reference: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(Text, default="")
    by_user: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
