"""answers given and work handed out: which answer a post got, labels taken back, who is told of work, and quick lists"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

#: Where a person is told of work, and the hours in which that waits.
ACCOUNT = (("mail", 254), ("quiet_from", 5), ("quiet_to", 5))
#: Everything a list or a count of hits asks for, so that neither reads the hits themselves. The
#: second goes in the order in which choices are counted.
ASKED = (
    "group_kind", "status", "work_state", "owner_id", "urgency", "sentiment", "locality", "theme",
    "source_id", "is_i", "is_b", "is_s", "codes", "own", "is_question", "is_candidate",
)  # fmt: skip
INDEXES = {
    "ix_hit_page": ("dossier_id", "published_at", "post_key", *ASKED, "version", "id"),
    "ix_hit_facets": ("dossier_id", *ASKED, "published_at"),
    "ix_hit_key": ("post_key", "dossier_id"),
    "ix_hit_owner": ("owner_id", "dossier_id"),
    "ix_hit_author": ("dossier_id", "author", "published_at"),
}
#: What the wider ones do as well; the second would draw counts away from the index that holds all.
OLDER = {
    "ix_hit_dossier": ("dossier_id", "published_at", "post_key"),
    "ix_hit_work": ("dossier_id", "work_state", "published_at"),
}


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
    op.add_column("hit", sa.Column("source_id", sa.Integer(), nullable=True))
    op.execute(
        sa.text(
            "UPDATE hit SET source_id = (SELECT post.source_id FROM post WHERE post.id = hit.post_id)"
        )
    )
    for name in OLDER:
        op.drop_index(name, table_name="hit")
    for name, columns in INDEXES.items():
        op.create_index(name, "hit", list(columns), unique=False)


def downgrade() -> None:
    for name in reversed(INDEXES):
        op.drop_index(name, table_name="hit")
    for name, columns in OLDER.items():
        op.create_index(name, "hit", list(columns), unique=False)
    op.drop_column("hit", "source_id")
    for name, _ in reversed(ACCOUNT):
        op.drop_column("user_account", name)
    op.execute(sa.text("DELETE FROM annotation WHERE withdraws IS NOT NULL"))
    with op.batch_alter_table("annotation") as batch:
        batch.drop_constraint(op.f("fk_annotation_withdraws_annotation"), type_="foreignkey")
        batch.drop_column("withdraws")
    with op.batch_alter_table("hit_act") as batch:
        batch.drop_constraint(op.f("fk_hit_act_answer_id_answer"), type_="foreignkey")
        batch.drop_column("answer_id")
