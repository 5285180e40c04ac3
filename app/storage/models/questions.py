"""Clusters of questions: what one answer serves, which posts stand in it, what people said of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.models.base import Base


class QuestionCluster(Base):
    """Questions that one answer serves. `name` is the start of the key of its first post, so that it
    is the same on both databases; `theme` is a person's word for the theme, else None; `paraphrase`
    is a person's own wording (trust.md P11).
    """

    __tablename__ = "question_cluster"
    __table_args__ = (UniqueConstraint("dossier_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    name: Mapped[str] = mapped_column(String(16))
    theme: Mapped[str | None] = mapped_column(String(40))
    paraphrase: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class QuestionPlace(Base):
    """The cluster a hit stands in; `placed_by` is the person who put it there, None for the computer."""

    __tablename__ = "question_place"

    hit_id: Mapped[int] = mapped_column(ForeignKey("hit.id"), primary_key=True)
    cluster_id: Mapped[int] = mapped_column(ForeignKey("question_cluster.id"), index=True)
    placed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    placed_at: Mapped[datetime]


class QuestionPair(Base):
    """An example that people gave: these two ask the same, or do not. Append-only."""

    __tablename__ = "question_pair"

    id: Mapped[int] = mapped_column(primary_key=True)
    hit_id: Mapped[int] = mapped_column(ForeignKey("hit.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("hit.id"), index=True)
    same: Mapped[bool]
    said_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    said_at: Mapped[datetime]
