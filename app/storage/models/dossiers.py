"""What is followed and why: dossiers with their terms, moments, queries and account lists."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.models.base import Base, one_of

PHASES = ("before", "during", "after")
RECEPTION_KINDS = ("crisisnoodopvang", "noodopvang", "azc", "statushouders", "anders")
GROUP_KINDS = (
    "journalists",
    "politicians",
    "action_groups",
    "organisations",
    "officers",
    "municipalities",
    "own",
)


class Dossier(Base):
    """One decision about one reception location: the purpose that everything is bound to (P1)."""

    __tablename__ = "dossier"
    __table_args__ = (
        CheckConstraint(one_of("phase", PHASES), name="phase"),
        CheckConstraint(one_of("reception_kind", RECEPTION_KINDS), name="reception_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    reception_kind: Mapped[str] = mapped_column(String(30))
    stated_duration: Mapped[str | None] = mapped_column(String(200))
    phase: Mapped[str] = mapped_column(String(10))
    purpose: Mapped[str] = mapped_column(Text)
    legal_ground: Mapped[str] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(Text, default="")
    necessity: Mapped[str] = mapped_column(Text)
    starts: Mapped[date]
    ends: Mapped[date]
    report_at: Mapped[str] = mapped_column(String(5))
    #: The local hour at which the report must be approved; empty: an hour after `report_at`.
    approve_by: Mapped[str | None] = mapped_column(String(5))
    keep_text_days: Mapped[int] = mapped_column(default=90)
    keep_threat_days: Mapped[int] = mapped_column(default=30)
    buffer_enabled: Mapped[bool] = mapped_column(default=True)
    pseudonym_key: Mapped[str] = mapped_column(String(80))
    query_version_id: Mapped[int | None]
    cleared_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class DossierTerm(Base):
    """One value of one placeholder: `<plaatsnaam>` may have many."""

    __tablename__ = "dossier_term"
    __table_args__ = (UniqueConstraint("dossier_id", "name", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    value: Mapped[str] = mapped_column(String(300))
    position: Mapped[int]


class MomentRow(Base):
    """A defining moment on the timeline (handreiking 7.3)."""

    __tablename__ = "moment"
    __table_args__ = (UniqueConstraint("dossier_id", "at", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(default=1)


class SearchQuery(Base):
    __tablename__ = "search_query"
    __table_args__ = (UniqueConstraint("dossier_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))


class QueryVersion(Base):
    """Text with its placeholder values and `group:` lists frozen; never edited, only followed up."""

    __tablename__ = "query_version"
    __table_args__ = (UniqueConstraint("search_query_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    search_query_id: Mapped[int] = mapped_column(ForeignKey("search_query.id"), index=True)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    terms: Mapped[dict[str, Any]]
    lists: Mapped[dict[str, Any]]
    template: Mapped[str | None] = mapped_column(String(80))
    canonical: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(160))
    created_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]


class AccountList(Base):
    """A named group of public accounts, with a reason and an expiry date (R4, R40, P2)."""

    __tablename__ = "account_list"
    __table_args__ = (
        UniqueConstraint("dossier_id", "name"),
        CheckConstraint(one_of("kind", GROUP_KINDS), name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text)
    expires: Mapped[date]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class AccountListMember(Base):
    """A public account (`platform`, `handle`) or a whole source, from and until a day.

    `doubtful`: it looks like a private person, and counts only once a second person agreed (P2).
    """

    __tablename__ = "account_list_member"
    __table_args__ = (UniqueConstraint("account_list_id", "platform", "handle", "source_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_list_id: Mapped[int] = mapped_column(ForeignKey("account_list.id"), index=True)
    platform: Mapped[str] = mapped_column(String(200), default="")
    handle: Mapped[str] = mapped_column(String(200), default="")
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id"))
    starts: Mapped[date | None]
    ends: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(Text)
    doubtful: Mapped[bool] = mapped_column(default=False, server_default=false())
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    agreed_at: Mapped[datetime | None]
    added_at: Mapped[datetime]


class Regrouping(Base):
    """A stored hit that got another group when an account list changed: before and after.

    It goes with its hit; `verify` reads from it that an edition counted the hit as it then was.
    """

    __tablename__ = "hit_regrouping"

    id: Mapped[int] = mapped_column(primary_key=True)
    hit_id: Mapped[int] = mapped_column(ForeignKey("hit.id", ondelete="CASCADE"), index=True)
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    at: Mapped[datetime]
