"""activations with their reason and second person, and recall probes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "query_activation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("query_version_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("persons", sa.JSON(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("backfilled", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by"],
            ["user_account.id"],
            name=op.f("fk_query_activation_approved_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["user_account.id"],
            name=op.f("fk_query_activation_asked_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_query_activation_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["query_version_id"],
            ["query_version.id"],
            name=op.f("fk_query_activation_query_version_id_query_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_query_activation")),
    )
    op.create_index(
        "ix_query_activation_dossier", "query_activation", ["dossier_id", "id"], unique=False
    )
    op.create_table(
        "recall_probe",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("query_version_id", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=160), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("strata", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_recall_probe_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["query_version_id"],
            ["query_version.id"],
            name=op.f("fk_recall_probe_query_version_id_query_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_probe")),
    )
    op.create_index("ix_recall_probe_dossier", "recall_probe", ["dossier_id", "id"], unique=False)
    op.create_table(
        "probe_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("probe_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("post_key", sa.String(length=64), nullable=False),
        sa.Column("stratum", sa.String(length=20), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=True),
        sa.Column("judged_by", sa.String(length=160), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "stratum IN ('places', 'topics', 'neither')", name=op.f("ck_probe_item_stratum")
        ),
        sa.ForeignKeyConstraint(
            ["probe_id"], ["recall_probe.id"], name=op.f("fk_probe_item_probe_id_recall_probe")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probe_item")),
        sa.UniqueConstraint("probe_id", "post_key", name=op.f("uq_probe_item_probe_id_post_key")),
    )
    op.create_index(op.f("ix_probe_item_probe_id"), "probe_item", ["probe_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_probe_item_probe_id"), table_name="probe_item")
    op.drop_table("probe_item")
    op.drop_index("ix_recall_probe_dossier", table_name="recall_probe")
    op.drop_table("recall_probe")
    op.drop_index("ix_query_activation_dossier", table_name="query_activation")
    op.drop_table("query_activation")
