"""who gets the report: recipients of a dossier, added and ended by a person"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("notifier", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_recipient_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_recipient_made_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient")),
    )
    op.create_index(op.f("ix_recipient_dossier_id"), "recipient", ["dossier_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_recipient_dossier_id"), table_name="recipient")
    op.drop_table("recipient")
