"""the report on the desk: rhythm, routes and notices, feeds, evaluations, answered signals"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

#: Columns that may be empty, so that the previous release can go on writing beside this one.
COLUMNS: tuple[tuple[str, tuple[tuple[str, sa.types.TypeEngine[Any]], ...]], ...] = (
    (
        "alert",
        (
            ("key", sa.String(length=200)),
            ("told_at", sa.DateTime(timezone=True)),
            ("snoozed_until", sa.DateTime(timezone=True)),
            ("decision", sa.String(length=10)),
            ("reason", sa.Text()),
        ),
    ),
    (
        "delivery",
        (
            ("lease_owner", sa.String(length=200)),
            ("lease_until", sa.DateTime(timezone=True)),
            ("handed_at", sa.DateTime(timezone=True)),
        ),
    ),
    ("dossier", (("approve_by", sa.String(length=5)),)),
    (
        "report",
        (
            ("summary", sa.JSON()),
            ("core", sa.JSON()),
            ("core_by", sa.String(length=160)),
        ),
    ),
)
#: Columns with a default of the database, for rows that the previous release writes.
COUNTERS = (("position", "0"), ("version", "1"))


def upgrade() -> None:
    op.create_table(
        "alert_route",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("notifier", sa.String(length=40), nullable=False),
        sa.Column("recipient", sa.String(length=300), nullable=False),
        sa.Column("quiet_from", sa.String(length=5), nullable=True),
        sa.Column("quiet_to", sa.String(length=5), nullable=True),
        sa.CheckConstraint("position >= 1", name=op.f("ck_alert_route_position")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_alert_route_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_route")),
        sa.UniqueConstraint(
            "dossier_id", "kind", "position", name=op.f("uq_alert_route_dossier_id_kind_position")
        ),
    )
    op.create_table(
        "cadence_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("every_hours", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_why", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by"],
            ["user_account.id"],
            name=op.f("fk_cadence_step_confirmed_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_cadence_step_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cadence_step")),
        sa.UniqueConstraint("dossier_id", "key", name=op.f("uq_cadence_step_dossier_id_key")),
    )
    op.create_table(
        "dossier_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=160), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_note_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_note")),
    )
    op.create_index("ix_dossier_note_dossier", "dossier_note", ["dossier_id", "kind"], unique=False)
    op.create_table(
        "feed_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_feed_token_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_feed_token_made_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_token_token_hash")),
    )
    op.create_index(op.f("ix_feed_token_dossier_id"), "feed_token", ["dossier_id"], unique=False)
    op.create_table(
        "moment_evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("moment_key", sa.String(length=300), nullable=False),
        sa.Column("went_well", sa.Text(), nullable=False),
        sa.Column("surprised", sa.Text(), nullable=False),
        sa.Column("adjust", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=160), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_moment_evaluation_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moment_evaluation")),
        sa.UniqueConstraint(
            "dossier_id", "moment_key", name=op.f("uq_moment_evaluation_dossier_id_moment_key")
        ),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("notifier", sa.String(length=40), nullable=False),
        sa.Column("recipient", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=200), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_notice_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("dossier_id", "key", name=op.f("uq_notice_dossier_id_key")),
    )
    op.create_index("ix_notice_open", "notice", ["sent_at", "not_before"], unique=False)
    op.create_table(
        "peak_cause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("cause", sa.String(length=30), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=160), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_peak_cause_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peak_cause")),
        sa.UniqueConstraint(
            "dossier_id", "local_date", name=op.f("uq_peak_cause_dossier_id_local_date")
        ),
    )
    for table, columns in COLUMNS:
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    with op.batch_alter_table("alert") as batch_op:
        for name, default in COUNTERS:
            batch_op.add_column(
                sa.Column(name, sa.Integer(), server_default=default, nullable=False)
            )
        batch_op.create_unique_constraint(op.f("uq_alert_dossier_id_key"), ["dossier_id", "key"])


def downgrade() -> None:
    with op.batch_alter_table("alert") as batch_op:
        batch_op.drop_constraint(op.f("uq_alert_dossier_id_key"), type_="unique")
        for name, _ in COUNTERS:
            batch_op.drop_column(name)
    for table, columns in COLUMNS:
        with op.batch_alter_table(table) as batch_op:
            for name, _ in columns:
                batch_op.drop_column(name)
    op.drop_table("peak_cause")
    op.drop_index("ix_notice_open", table_name="notice")
    op.drop_table("notice")
    op.drop_table("moment_evaluation")
    op.drop_index(op.f("ix_feed_token_dossier_id"), table_name="feed_token")
    op.drop_table("feed_token")
    op.drop_index("ix_dossier_note_dossier", table_name="dossier_note")
    op.drop_table("dossier_note")
    op.drop_table("cadence_step")
    op.drop_table("alert_route")
