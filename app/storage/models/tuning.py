"""Tuning a query: who switched which version on and why, and what a recall probe found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.models.base import Base, one_of

STRATA = ("places", "topics", "neither")
VERDICTS = ("relevant", "irrelevant", "unsure")


class QueryActivation(Base):
    """One switch of a dossier to a version; a version that names a person needs two people (P2)."""

    __tablename__ = "query_activation"
    __table_args__ = (Index("ix_query_activation_dossier", "dossier_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    query_version_id: Mapped[int] = mapped_column(ForeignKey("query_version.id"))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")
    persons: Mapped[list[Any]]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    activated_at: Mapped[datetime | None]
    backfilled: Mapped[int] = mapped_column(default=0)


class RecallProbe(Base):
    """A sample of posts outside a version, to be judged: what does this query miss (R45)?"""

    __tablename__ = "recall_probe"
    __table_args__ = (Index("ix_recall_probe_dossier", "dossier_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    query_version_id: Mapped[int] = mapped_column(ForeignKey("query_version.id"))
    author: Mapped[str] = mapped_column(String(160))
    seed: Mapped[int]
    strata: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class ProbeItem(Base):
    """One post of a probe; only its key stands here, its text lives and dies with the buffer."""

    __tablename__ = "probe_item"
    __table_args__ = (
        UniqueConstraint("probe_id", "post_key"),
        CheckConstraint(one_of("stratum", STRATA), name="stratum"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    probe_id: Mapped[int] = mapped_column(ForeignKey("recall_probe.id"), index=True)
    position: Mapped[int]
    post_key: Mapped[str] = mapped_column(String(64))
    stratum: Mapped[str] = mapped_column(String(20))
    verdict: Mapped[str | None] = mapped_column(String(20))
    judged_by: Mapped[str | None] = mapped_column(String(160))
    judged_at: Mapped[datetime | None]
