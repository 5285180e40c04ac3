"""imports that can be undone, proposals, identity and volume per source, re-checks of posts"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATES = "state IN ('open', 'approved', 'rejected')"
#: Every new column may be empty, so that the previous release can go on writing beside this one.
COLUMNS: tuple[tuple[str, tuple[tuple[str, sa.types.TypeEngine[Any]], ...]], ...] = (
    (
        "source",
        (
            ("identity", sa.String(length=20)),
            ("volume", sa.String(length=10)),
            ("volume_at", sa.DateTime(timezone=True)),
        ),
    ),
    (
        "post",
        (
            ("checked_at", sa.DateTime(timezone=True)),
            ("context_at", sa.DateTime(timezone=True)),
        ),
    ),
    ("post_address", (("reference", sa.Text()),)),
)


def upgrade() -> None:
    for table, columns in COLUMNS:
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=160), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_import_run_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_import_run_source_id_source")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_index("ix_import_run_dossier", "import_run", ["dossier_id", "created_at"])
    op.create_table(
        "import_post",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("post_key", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_run.id"], name=op.f("fk_import_post_import_id_import_run")
        ),
        sa.PrimaryKeyConstraint("import_id", "post_key", name=op.f("pk_import_post")),
    )
    op.create_table(
        "source_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=160), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_source_proposal_state")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_source_proposal_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_proposal")),
        sa.UniqueConstraint(
            "dossier_id", "kind", "address", name=op.f("uq_source_proposal_dossier_id_kind_address")
        ),
    )
    op.create_table(
        "proposal_sighting",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("post_key", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["source_proposal.id"],
            name=op.f("fk_proposal_sighting_proposal_id_source_proposal"),
        ),
        sa.PrimaryKeyConstraint("proposal_id", "post_key", name=op.f("pk_proposal_sighting")),
    )
    op.create_index("ix_proposal_sighting_post_key", "proposal_sighting", ["post_key"])
    op.create_table(
        "copy_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("first_key", sa.String(length=64), nullable=False),
        sa.Column("second_key", sa.String(length=64), nullable=False),
        sa.Column("likeness", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=160), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_copy_proposal_state")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_copy_proposal_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copy_proposal")),
        sa.UniqueConstraint(
            "dossier_id",
            "first_key",
            "second_key",
            name=op.f("uq_copy_proposal_dossier_id_first_key_second_key"),
        ),
    )
    for column in ("first_key", "second_key"):
        op.create_index(op.f(f"ix_copy_proposal_{column}"), "copy_proposal", [column])


def downgrade() -> None:
    for column in ("second_key", "first_key"):
        op.drop_index(op.f(f"ix_copy_proposal_{column}"), table_name="copy_proposal")
    op.drop_table("copy_proposal")
    op.drop_index("ix_proposal_sighting_post_key", table_name="proposal_sighting")
    op.drop_table("proposal_sighting")
    op.drop_table("source_proposal")
    op.drop_table("import_post")
    op.drop_index("ix_import_run_dossier", table_name="import_run")
    op.drop_table("import_run")
    for table, columns in COLUMNS:
        with op.batch_alter_table(table) as batch_op:
            for name, _ in columns:
                batch_op.drop_column(name)
