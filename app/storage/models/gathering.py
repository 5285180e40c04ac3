"""Around the gathering of posts: imports that can be undone, proposals that a person decides."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.models.base import Base, one_of

PROPOSAL_STATES = ("open", "approved", "rejected")


class ImportRun(Base):
    """One file (or one question heard at the desk) that was taken in, whole or not at all."""

    __tablename__ = "import_run"
    __table_args__ = (Index("ix_import_run_dossier", "dossier_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    profile: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(200))
    file_hash: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    new: Mapped[int]
    matched: Mapped[int]
    actor: Mapped[str] = mapped_column(String(160))
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class ImportPost(Base):
    """Which posts an import brought, so that undoing it takes exactly those away again."""

    __tablename__ = "import_post"

    import_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), primary_key=True)
    post_key: Mapped[str] = mapped_column(String(64), primary_key=True)


class SourceProposal(Base):
    """A public place that matched posts point at (R48); a person approves it, with a reason."""

    __tablename__ = "source_proposal"
    __table_args__ = (
        UniqueConstraint("dossier_id", "kind", "address"),
        CheckConstraint(one_of("state", PROPOSAL_STATES), name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    kind: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10), default="open")
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str | None] = mapped_column(String(160))
    decided_at: Mapped[datetime | None]


class ProposalSighting(Base):
    """One matched post that points at a proposed place; the count of these is the number seen."""

    __tablename__ = "proposal_sighting"
    __table_args__ = (Index("ix_proposal_sighting_post_key", "post_key"),)

    proposal_id: Mapped[int] = mapped_column(ForeignKey("source_proposal.id"), primary_key=True)
    post_key: Mapped[str] = mapped_column(String(64), primary_key=True)


class CopyProposal(Base):
    """Two posts with nearly the same words within a few days: one message, or two?"""

    __tablename__ = "copy_proposal"
    __table_args__ = (
        UniqueConstraint("dossier_id", "first_key", "second_key"),
        CheckConstraint(one_of("state", PROPOSAL_STATES), name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    first_key: Mapped[str] = mapped_column(String(64), index=True)
    second_key: Mapped[str] = mapped_column(String(64), index=True)
    likeness: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="open")
    created_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str | None] = mapped_column(String(160))
    decided_at: Mapped[datetime | None]
