"""Editions with their frozen input rows, deliveries, and the due column of recurring work."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.models.base import Base, one_of

KINDS = ("daily", "interim", "correction")


class Report(Base):
    """An edition of the omgevingsanalyse: numbers frozen when drafted, a person approves."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("dossier_id", "local_date", "edition"),
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint(one_of("status", ("draft", "approved")), name="status"),
        Index(
            "uq_report_daily",
            "dossier_id",
            "local_date",
            unique=True,
            sqlite_where=text("kind = 'daily'"),
            postgresql_where=text("kind = 'daily'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    local_date: Mapped[date]
    kind: Mapped[str] = mapped_column(String(12))
    edition: Mapped[int]
    status: Mapped[str] = mapped_column(String(10), default="draft")
    window_from: Mapped[datetime]
    window_to: Mapped[datetime]
    document: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    query_version_id: Mapped[int] = mapped_column(ForeignKey("query_version.id"))
    label_run_id: Mapped[int] = mapped_column(ForeignKey("label_run.id"))
    annotation_mark: Mapped[int]
    interpretation: Mapped[str] = mapped_column(Text, default="")
    interpretation_by: Mapped[str | None] = mapped_column(String(160))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    approved_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    drafted_at: Mapped[datetime]
    #: Small counts for later editions, so that they need not read this whole document.
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    #: The five lines as a person edited them; empty: as they were drafted.
    core: Mapped[list[Any] | None] = mapped_column(JSON)
    core_by: Mapped[str | None] = mapped_column(String(160))


class ReportInput(Base):
    """One frozen input row: labels and keys, no text; `digest` seals it."""

    __tablename__ = "report_input"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    post_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    row: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int]
    prediction_digest: Mapped[str] = mapped_column(String(64))


class Delivery(Base):
    """Once per edition and recipient, whatever crashes."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("report_id", "notifier", "recipient"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    notifier: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(300))
    delivered_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    #: Who is carrying it now (leases run on real time), and when it was put into other hands.
    lease_owner: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[datetime | None]
    handed_at: Mapped[datetime | None]


class Job(Base):
    """Recurring work of the worker: when it is due and who holds it (leases run on real time)."""

    __tablename__ = "job"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    next_due_at: Mapped[datetime | None]
    last_done_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[datetime | None]
