"""what people do with a hit: acts, open cards, saved views, hand-overs"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("post_key", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_user", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_user"], ["user_account.id"], name=op.f("fk_hand_over_by_user_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_hand_over_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    op.create_index(op.f("ix_hand_over_dossier_id"), "hand_over", ["dossier_id"], unique=False)
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_saved_view_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_saved_view_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint(
            "dossier_id", "user_id", "name", name=op.f("uq_saved_view_dossier_id_user_id_name")
        ),
    )
    op.create_index(op.f("ix_saved_view_dossier_id"), "saved_view", ["dossier_id"], unique=False)
    op.create_table(
        "hit_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hit_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "act IN ('assign', 'status', 'priority', 'note', 'invite', 'answer', 'dismiss', 'confirm', 'undo')",
            name=op.f("ck_hit_act_act"),
        ),
        sa.ForeignKeyConstraint(["hit_id"], ["hit.id"], name=op.f("fk_hit_act_hit_id_hit")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_hit_act_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hit_act")),
    )
    op.create_index("ix_hit_act_batch", "hit_act", ["batch"], unique=False)
    op.create_index("ix_hit_act_hit", "hit_act", ["hit_id", "id"], unique=False)
    op.create_table(
        "hit_open",
        sa.Column("hit_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hit_id"], ["hit.id"], name=op.f("fk_hit_open_hit_id_hit")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_hit_open_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("hit_id", "user_id", name=op.f("pk_hit_open")),
    )
    added: tuple[sa.Column[Any], ...] = (
        sa.Column("is_question", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_candidate", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("codes", sa.String(length=80), server_default="", nullable=False),
        sa.Column("urgency", sa.String(length=1), server_default="l", nullable=False),
        sa.Column("sentiment", sa.String(length=10), server_default="", nullable=False),
        sa.Column("theme", sa.String(length=40), server_default="", nullable=False),
    )
    for column in added:  # the default fills the rows that are there, and then goes
        op.add_column("hit", column)
    with op.batch_alter_table("hit") as batch:
        for column in added:
            batch.alter_column(column.name, server_default=None)
    op.add_column("hit", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_hit_candidate", "hit", ["dossier_id", "is_candidate", "published_at"], unique=False
    )
    op.create_index(
        "ix_hit_work", "hit", ["dossier_id", "work_state", "published_at"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_hit_work", table_name="hit")
    op.drop_index("ix_hit_candidate", table_name="hit")
    op.drop_column("hit", "answered_at")
    op.drop_column("hit", "theme")
    op.drop_column("hit", "sentiment")
    op.drop_column("hit", "urgency")
    op.drop_column("hit", "codes")
    op.drop_column("hit", "is_candidate")
    op.drop_column("hit", "is_question")
    op.drop_table("hit_open")
    op.drop_index("ix_hit_act_hit", table_name="hit_act")
    op.drop_index("ix_hit_act_batch", table_name="hit_act")
    op.drop_table("hit_act")
    op.drop_index(op.f("ix_saved_view_dossier_id"), table_name="saved_view")
    op.drop_table("saved_view")
    op.drop_index(op.f("ix_hand_over_dossier_id"), table_name="hand_over")
    op.drop_table("hand_over")
