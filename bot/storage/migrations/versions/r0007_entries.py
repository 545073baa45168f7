"""Approved FAQ entries, and what became of the drafts they were made from."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "faq_entries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("question", sa.String(length=500), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("source_url", sa.String(length=1000), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=False),
        sa.Column("approved_by_name", sa.String(length=200), nullable=False),
        sa.Column("approved_at", TIME, nullable=False),
        sa.Column("review_by", sa.Date()),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("hub", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("retired_by", sa.String(length=200), nullable=False),
        sa.Column("retired_by_name", sa.String(length=200), nullable=False),
        sa.Column("retired_at", TIME),
        sa.Column("replaced_by", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_entries")),
    )
    op.create_index("ix_faq_entries_state_approved_at", "faq_entries", ["state", "approved_at"])
    with op.batch_alter_table("faq_drafts") as drafts:
        drafts.add_column(sa.Column("entry_id", sa.String(length=32), nullable=False, server_default=""))
        drafts.add_column(sa.Column("decided_by", sa.String(length=200), nullable=False, server_default=""))
        drafts.add_column(sa.Column("decided_by_name", sa.String(length=200), nullable=False, server_default=""))
        drafts.add_column(sa.Column("word", sa.String(length=1000), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("faq_drafts") as drafts:
        for column in ("word", "decided_by_name", "decided_by", "entry_id"):
            drafts.drop_column(column)
    op.drop_table("faq_entries")
