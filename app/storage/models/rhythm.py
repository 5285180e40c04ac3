"""The rhythm of the reports and who is told: cadence, peaks, evaluations, feeds, routes, notices."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.models.base import Base


class CadenceStep(Base):
    """A proposal to report more often, what a person said of it, and when it ended (R44)."""

    __tablename__ = "cadence_step"
    __table_args__ = (UniqueConstraint("dossier_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]]
    every_hours: Mapped[int]
    until: Mapped[datetime]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_why: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column(default=1)


class PeakCause(Base):
    """Why a day had a peak: one of the five causes of the handreiking (R22)."""

    __tablename__ = "peak_cause"
    __table_args__ = (UniqueConstraint("dossier_id", "local_date"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    local_date: Mapped[date]
    cause: Mapped[str] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[str] = mapped_column(String(160))
    created_at: Mapped[datetime]


class MomentEvaluation(Base):
    """The ten minutes after a moment: three answers beside numbers of stored editions (R20)."""

    __tablename__ = "moment_evaluation"
    __table_args__ = (UniqueConstraint("dossier_id", "moment_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    moment_key: Mapped[str] = mapped_column(String(300))
    went_well: Mapped[str] = mapped_column(Text, default="")
    surprised: Mapped[str] = mapped_column(Text, default="")
    adjust: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[str] = mapped_column(String(160))
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class FeedToken(Base):
    """The secret part of a feed's address: stored hashed, shown once, revocable."""

    __tablename__ = "feed_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Recipient(Base):
    """Who gets the approved reports of a dossier; ended, and kept until the dossier itself is over, so
    that the log can be read."""

    __tablename__ = "recipient"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    notifier: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(300))
    note: Mapped[str] = mapped_column(String(200), default="")
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AlertRoute(Base):
    """Who is told of what, in which order: what nobody answers goes to the next (R18)."""

    __tablename__ = "alert_route"
    __table_args__ = (
        UniqueConstraint("dossier_id", "kind", "position"),
        CheckConstraint("position >= 1", name="position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    kind: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(160))
    notifier: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(300))
    quiet_from: Mapped[str | None] = mapped_column(String(5))
    quiet_to: Mapped[str | None] = mapped_column(String(5))


class Notice(Base):
    """A short message to one person; `key` makes it once, whatever crashes."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("dossier_id", "key"),
        Index("ix_notice_open", "sent_at", "not_before"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    key: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(160))
    notifier: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[datetime | None]
    handed_at: Mapped[datetime | None]
