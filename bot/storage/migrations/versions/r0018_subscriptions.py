"""Subscriptions to calendars."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("feed", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("feed", "subject", "person_id", name=op.f("pk_subscriptions")),
    )
    op.create_index("ix_subscriptions_key", "subscriptions", ["key"], unique=True)


def downgrade() -> None:
    op.drop_table("subscriptions")
