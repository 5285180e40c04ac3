"""questions that one answer serves: clusters, the posts in them, what people said of them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question_cluster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=True),
        sa.Column("paraphrase", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_question_cluster_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_cluster")),
        sa.UniqueConstraint("dossier_id", "name", name=op.f("uq_question_cluster_dossier_id_name")),
    )
    op.create_table(
        "question_place",
        sa.Column("hit_id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("placed_by", sa.Integer(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_id"],
            ["question_cluster.id"],
            name=op.f("fk_question_place_cluster_id_question_cluster"),
        ),
        sa.ForeignKeyConstraint(["hit_id"], ["hit.id"], name=op.f("fk_question_place_hit_id_hit")),
        sa.ForeignKeyConstraint(
            ["placed_by"],
            ["user_account.id"],
            name=op.f("fk_question_place_placed_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("hit_id", name=op.f("pk_question_place")),
    )
    op.create_index(
        op.f("ix_question_place_cluster_id"), "question_place", ["cluster_id"], unique=False
    )
    op.create_table(
        "question_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hit_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("said_by", sa.Integer(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hit_id"], ["hit.id"], name=op.f("fk_question_pair_hit_id_hit")),
        sa.ForeignKeyConstraint(
            ["other_id"], ["hit.id"], name=op.f("fk_question_pair_other_id_hit")
        ),
        sa.ForeignKeyConstraint(
            ["said_by"], ["user_account.id"], name=op.f("fk_question_pair_said_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_pair")),
    )
    op.create_index(op.f("ix_question_pair_hit_id"), "question_pair", ["hit_id"], unique=False)
    op.create_index(op.f("ix_question_pair_other_id"), "question_pair", ["other_id"], unique=False)


def downgrade() -> None:
    op.drop_table("question_pair")
    op.drop_table("question_place")
    op.drop_table("question_cluster")
