"""What holds in a channel for questions that go to experts, and what experts said in threads."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("channels") as channels:
        channels.add_column(sa.Column("has_outsiders", sa.Boolean(), nullable=False, server_default=sa.false()))
        channels.add_column(sa.Column("asks_first", sa.Boolean(), nullable=False, server_default=sa.true()))
        channels.add_column(sa.Column("next_after", sa.Integer(), nullable=False, server_default="240"))
        channels.add_column(sa.Column("answer_within", sa.Integer(), nullable=False, server_default="480"))
        channels.add_column(sa.Column("for_experts", sa.Boolean(), nullable=False, server_default=sa.false()))
        channels.add_column(sa.Column("lead", sa.String(length=200), nullable=False, server_default=""))
        channels.add_column(sa.Column("shadow", sa.Boolean(), nullable=False, server_default=sa.false()))
        channels.add_column(sa.Column("shadow_bar", sa.Float(), nullable=False, server_default="0.9"))
    op.create_table(
        "escalation_proposals",
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("said_id", sa.String(length=500), nullable=False),
        sa.Column("escalation_id", sa.String(length=32), nullable=False),
        sa.Column("card", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "said_id", name=op.f("pk_escalation_proposals")),
    )
    op.create_index("ix_escalation_proposals_escalation_id", "escalation_proposals", ["escalation_id"])
    op.create_index("ix_escalation_proposals_card", "escalation_proposals", ["card"])


def downgrade() -> None:
    op.drop_table("escalation_proposals")
    with op.batch_alter_table("channels") as channels:
        for column in ("shadow_bar", "shadow", "lead", "for_experts", "answer_within", "next_after", "asks_first"):
            channels.drop_column(column)
        channels.drop_column("has_outsiders")
