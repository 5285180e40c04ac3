"""What was fetched: sources with their state, posts, hits, thread context and the tuning buffer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.models.base import Base, one_of

#: What lists and counts of hits ask for; two indexes hold all of it, so that neither reads the hits.
ASKED = (
    "group_kind", "status", "work_state", "owner_id", "urgency", "sentiment", "locality", "theme",
    "source_id", "is_i", "is_b", "is_s", "codes", "own", "is_question", "is_candidate",
)  # fmt: skip
WORK_STATES = ("nieuw", "in behandeling", "beantwoord", "geen actie")


class SourceRow(Base):
    """A public source of an organisation and the state of following it. "Due" is a column."""

    __tablename__ = "source"
    __table_args__ = (
        UniqueConstraint("organisation_id", "address"),
        Index("ix_source_next_check_at", "enabled", "next_check_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(String(2000))
    settings: Mapped[dict[str, Any]]
    own: Mapped[bool] = mapped_column(default=False)
    enabled: Mapped[bool] = mapped_column(default=True)
    next_check_at: Mapped[datetime | None]
    interval_s: Mapped[int] = mapped_column(default=900)
    failures: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(String(30))
    detail: Mapped[str] = mapped_column(Text, default="")
    last_ok: Mapped[datetime | None]
    last_error_at: Mapped[datetime | None]
    cursor: Mapped[str | None] = mapped_column(Text)
    complete_until: Mapped[datetime | None]
    #: How this source's items are known apart: empty for their own ids, else why not (items.py).
    identity: Mapped[str | None] = mapped_column(String(20))
    #: How much came in the last day against its own history, and when that was counted.
    volume: Mapped[str | None] = mapped_column(String(10))
    volume_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class DossierSource(Base):
    __tablename__ = "dossier_source"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)


class SourceValidator(Base):
    """ETag and Last-Modified belong to a URL, not to a source: pages of one feed share an ETag."""

    __tablename__ = "source_validator"
    __table_args__ = (UniqueConstraint("source_id", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    url: Mapped[str] = mapped_column(String(2000))
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)


class SourceGap(Base):
    """A stretch in which the source may have said things we did not see."""

    __tablename__ = "source_gap"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    starts: Mapped[datetime]
    ends: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(30))


class FetchRun(Base):
    __tablename__ = "fetch_run"
    __table_args__ = (Index("ix_fetch_run_source", "source_id", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    started_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(30))
    items: Mapped[int]
    new: Mapped[int]
    changed: Mapped[int]
    deleted: Mapped[int]
    matched: Mapped[int]
    wait_s: Mapped[int]


class PostRow(Base):
    """A post that at least one dossier matched. Known by `post_key`, never by its raw id (P4)."""

    __tablename__ = "post"
    __table_args__ = (Index("ix_post_published", "published_at", "post_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_key: Mapped[str] = mapped_column(String(64), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    lang: Mapped[str | None] = mapped_column(String(12))
    published_at: Mapped[datetime]
    date_rule: Mapped[str] = mapped_column(String(40))
    first_seen: Mapped[datetime]
    local_date: Mapped[date] = mapped_column(index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    thread_key: Mapped[str | None] = mapped_column(String(64), index=True)
    is_repost: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)
    edited_at: Mapped[datetime | None]
    #: When the source was last asked whether the post still stands, and for its thread.
    checked_at: Mapped[datetime | None]
    context_at: Mapped[datetime | None]


class PostAddress(Base):
    """The raw id and URL of a post, encrypted, apart from its text; opening one is audited (P4)."""

    __tablename__ = "post_address"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    canonical_id: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    #: The name by which the source itself wants to be asked for the post, encrypted too.
    reference: Mapped[str | None] = mapped_column(Text)


class PostAlias(Base):
    """A keyed name by which a copy in another source of the organisation is the same post."""

    __tablename__ = "post_alias"

    alias_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)


class PostOrigin(Base):
    """Every source that brought the same post; the first one is the post's own source."""

    __tablename__ = "post_origin"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    origin_key: Mapped[str] = mapped_column(String(64), index=True)
    seen_at: Mapped[datetime]


class Hit(Base):
    """A post in a dossier: everything that is *about* a post there lives here (house.md §4)."""

    __tablename__ = "hit"
    __table_args__ = (
        UniqueConstraint("post_id", "dossier_id"),
        CheckConstraint(one_of("work_state", WORK_STATES), name="work_state"),
        Index("ix_hit_page", "dossier_id", "published_at", "post_key", *ASKED, "version", "id"),
        Index("ix_hit_facets", "dossier_id", *ASKED, "published_at"),
        Index("ix_hit_key", "post_key", "dossier_id"),
        Index("ix_hit_candidate", "dossier_id", "is_candidate", "published_at"),
        Index("ix_hit_owner", "owner_id", "dossier_id"),
        Index("ix_hit_author", "dossier_id", "author", "published_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    post_key: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]
    #: The post's own source again, so that counting asks one table; empty until `upkeep` fills it
    #: in for hits that an older release stored.
    source_id: Mapped[int | None]
    query_version_id: Mapped[int] = mapped_column(ForeignKey("query_version.id"))
    spans: Mapped[list[Any]]
    author: Mapped[str | None] = mapped_column(String(64))
    group_kind: Mapped[str | None] = mapped_column(String(30))
    locality: Mapped[str] = mapped_column(String(10))
    locality_reason: Mapped[str] = mapped_column(String(200))
    own: Mapped[bool] = mapped_column(default=False)
    digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))
    is_i: Mapped[bool] = mapped_column(default=False)
    is_b: Mapped[bool] = mapped_column(default=False)
    is_s: Mapped[bool] = mapped_column(default=False)
    is_question: Mapped[bool] = mapped_column(default=False)
    is_candidate: Mapped[bool] = mapped_column(default=False)
    codes: Mapped[str] = mapped_column(String(80), default="")
    urgency: Mapped[str] = mapped_column(String(1), default="l")
    sentiment: Mapped[str] = mapped_column(String(10), default="")
    theme: Mapped[str] = mapped_column(String(40), default="")
    answered_at: Mapped[datetime | None]
    work_state: Mapped[str] = mapped_column(String(20), default="nieuw")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    priority: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    stored_at: Mapped[datetime]


class Context(Base):
    """Parents and replies of a hit, kept as long as the hit, outside all counts (R49)."""

    __tablename__ = "context"
    __table_args__ = (UniqueConstraint("hit_id", "post_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hit_id: Mapped[int] = mapped_column(ForeignKey("hit.id"), index=True)
    post_key: Mapped[str] = mapped_column(String(64))
    relation: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]


class BufferRow(Base):
    """An unmatched post kept briefly for query tuning: no author, a reservoir per source (P5)."""

    __tablename__ = "buffer"
    __table_args__ = (Index("ix_buffer_source", "source_id", "first_seen"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_key: Mapped[str] = mapped_column(String(64), unique=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    lang: Mapped[str | None] = mapped_column(String(12))
    published_at: Mapped[datetime]
    date_rule: Mapped[str] = mapped_column(String(40))
    first_seen: Mapped[datetime]
    local_date: Mapped[date]
    content_hash: Mapped[str] = mapped_column(String(64))


class BufferSample(Base):
    """How much of a source the buffer holds: offered against kept gives the sampling rate."""

    __tablename__ = "buffer_sample"

    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    offered: Mapped[int] = mapped_column(default=0)


class Removal(Base):
    """Proof that something was removed: what class, when, why; only keys and numbers (P6)."""

    __tablename__ = "removal"
    __table_args__ = (Index("ix_removal_post_key", "post_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"))
    post_key: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(30))
    count: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
