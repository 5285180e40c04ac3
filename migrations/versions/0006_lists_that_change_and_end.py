"""lists that change and end: members with dates and a second person, hits that change group"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PEOPLE = ("asked_by", "agreed_by")


def upgrade() -> None:
    op.create_table(
        "hit_regrouping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hit_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hit_id"], ["hit.id"], name=op.f("fk_hit_regrouping_hit_id_hit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hit_regrouping")),
    )
    op.create_index(op.f("ix_hit_regrouping_hit_id"), "hit_regrouping", ["hit_id"], unique=False)
    with op.batch_alter_table("account_list_member") as batch:
        batch.add_column(sa.Column("starts", sa.Date(), nullable=True))
        batch.add_column(sa.Column("ends", sa.Date(), nullable=True))
        batch.add_column(sa.Column("reason", sa.Text(), nullable=True))
        batch.add_column(
            sa.Column("doubtful", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        for name in PEOPLE:
            batch.add_column(sa.Column(name, sa.Integer(), nullable=True))
            batch.create_foreign_key(
                op.f(f"fk_account_list_member_{name}_user_account"), "user_account", [name], ["id"]
            )
        batch.add_column(sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("account_list_member") as batch:
        for name in PEOPLE:
            batch.drop_constraint(
                op.f(f"fk_account_list_member_{name}_user_account"), type_="foreignkey"
            )
        for name in ("agreed_at", *PEOPLE, "doubtful", "reason", "ends", "starts"):
            batch.drop_column(name)
    op.drop_index(op.f("ix_hit_regrouping_hit_id"), table_name="hit_regrouping")
    op.drop_table("hit_regrouping")
