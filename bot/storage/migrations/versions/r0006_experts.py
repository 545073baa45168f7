"""Experts, what they answered, and who was asked to become one."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "experts",
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("joined_at", TIME, nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("hubs", sa.Text(), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("works_from", sa.String(length=5), nullable=False),
        sa.Column("works_to", sa.String(length=5), nullable=False),
        sa.Column("weekly_limit", sa.Integer(), nullable=False),
        sa.Column("back_on", sa.Date()),
        sa.Column("stand_in", sa.String(length=200), nullable=False),
        sa.Column("not_mine", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_experts")),
    )
    op.create_index("ix_experts_stand_in", "experts", ["stand_in"])
    op.create_table(
        "experts_evidence",
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("readers", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_experts_evidence")),
    )
    op.create_table(
        "expert_invitations",
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_expert_invitations")),
    )


def downgrade() -> None:
    for table in ("expert_invitations", "experts_evidence", "experts"):
        op.drop_table(table)
