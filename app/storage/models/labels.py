"""What is said of hits: label runs with predictions, people's annotations, themes and signals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.models.base import Base


class LabelRun(Base):
    """One labeller (name, model hash, guide version) over a dossier; one run is active."""

    __tablename__ = "label_run"
    __table_args__ = (UniqueConstraint("dossier_id", "labeller", "model", "guide"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    labeller: Mapped[str] = mapped_column(String(80))
    model: Mapped[str] = mapped_column(String(64))
    guide: Mapped[str] = mapped_column(String(40))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Prediction(Base):
    """What a run said of a hit. `digest` seals `output`, so that a changed label is seen."""

    __tablename__ = "prediction"
    __table_args__ = (UniqueConstraint("run_id", "hit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("label_run.id"))
    hit_id: Mapped[int] = mapped_column(ForeignKey("hit.id"), index=True)
    output: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class Annotation(Base):
    """What a person said of a hit. Append-only; the newest one wins over every run.

    A row that `withdraws` an earlier one says nothing of its own: the earlier one counts no more.
    """

    __tablename__ = "annotation"
    __table_args__ = (Index("ix_annotation_hit", "hit_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hit_id: Mapped[int] = mapped_column(ForeignKey("hit.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    status: Mapped[str] = mapped_column(String(20))
    labels: Mapped[list[Any]]
    sub_labels: Mapped[list[Any]]
    output: Mapped[dict[str, Any]]
    confirmed: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")
    guide: Mapped[str] = mapped_column(String(40))
    withdraws: Mapped[int | None] = mapped_column(ForeignKey("annotation.id"))
    created_at: Mapped[datetime]


class QuestionTheme(Base):
    __tablename__ = "question_theme"
    __table_args__ = (UniqueConstraint("dossier_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(30))
    answered_by: Mapped[str] = mapped_column(String(120), default="")
    paraphrase: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)


class Rumour(Base):
    """A claim in circulation: *unverified* until a person sets another status (D8)."""

    __tablename__ = "rumour"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    claim: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(30))
    first_seen: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)


class FollowUp(Base):
    """A point to come back to; nothing closes without feedback text (R11)."""

    __tablename__ = "follow_up"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    title: Mapped[str] = mapped_column(String(300))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    due: Mapped[date]
    feedback: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class Answer(Base):
    """An answer to a theme; "nog niet bekend" carries a review date (R7)."""

    __tablename__ = "answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("question_theme.id"))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(30))
    review_on: Mapped[date | None]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    approved_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class Alert(Base):
    """A signal: raised once per `key`, answered with act, watch or ignore and a reason (R18, R41)."""

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("dossier_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    kind: Mapped[str] = mapped_column(String(40))
    raised_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    acknowledged_at: Mapped[datetime | None]
    #: What it is about, so that the same thing is raised once; empty in rows of older releases.
    key: Mapped[str | None] = mapped_column(String(200))
    #: How many people of the route were told, and when the last of them.
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    told_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class DossierNote(Base):
    """What people know beside the posts: the diagnosis in three aspects, initiatives (R5, R15)."""

    __tablename__ = "dossier_note"
    __table_args__ = (Index("ix_dossier_note_dossier", "dossier_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    kind: Mapped[str] = mapped_column(String(20))
    origin: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(160))
    created_at: Mapped[datetime]
