"""answers given and work handed out: which answer a post got, labels taken back, who is told of work"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0006"
branch_labels = None
depends_on = None

#: Where a person is told of work, and the hours in which that waits.
ACCOUNT = (("mail", 254), ("quiet_from", 5), ("quiet_to", 5))


def upgrade() -> None:
    with op.batch_alter_table("hit_act") as batch:
        batch.add_column(sa.Column("answer_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_hit_act_answer_id_answer"), "answer", ["answer_id"], ["id"]
        )
    with op.batch_alter_table("annotation") as batch:
        batch.add_column(sa.Column("withdraws", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_annotation_withdraws_annotation"), "annotation", ["withdraws"], ["id"]
        )
    for name, length in ACCOUNT:
        op.add_column("user_account", sa.Column(name, sa.String(length=length), nullable=True))
    op.create_index("ix_hit_owner", "hit", ["owner_id", "dossier_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_hit_owner", table_name="hit")
    for name, _ in reversed(ACCOUNT):
        op.drop_column("user_account", name)
    op.execute(sa.text("DELETE FROM annotation WHERE withdraws IS NOT NULL"))
    with op.batch_alter_table("annotation") as batch:
        batch.drop_constraint(op.f("fk_annotation_withdraws_annotation"), type_="foreignkey")
        batch.drop_column("withdraws")
    with op.batch_alter_table("hit_act") as batch:
        batch.drop_constraint(op.f("fk_hit_act_answer_id_answer"), type_="foreignkey")
        batch.drop_column("answer_id")
