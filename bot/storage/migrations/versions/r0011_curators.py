"""Who decides about drafts and where they read them; where an entry comes from, and who was told of it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OURS = (("author_id", sa.String(length=200), ""), ("links", sa.Text(), "[]"), ("topics", sa.Text(), "[]"))
DRAFTS = (
    *OURS,
    ("audience", sa.Text(), '["everyone"]'),
    ("hub", sa.String(length=100), "company"),
    ("people", sa.Text(), "[]"),
)
ENTRIES = (*OURS, ("owner_id", sa.String(length=200), ""))


def upgrade() -> None:
    for name, columns in (("faq_drafts", DRAFTS), ("faq_entries", ENTRIES)):
        with op.batch_alter_table(name) as table:
            for column, kind, empty in columns:
                table.add_column(sa.Column(column, kind, nullable=False, server_default=empty))
    op.create_table(
        "faq_reviewers",
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "person_id", name=op.f("pk_faq_reviewers")),
    )
    op.create_index("ix_faq_reviewers_person_id", "faq_reviewers", ["person_id"])
    op.create_table(
        "faq_review_cards",
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("conversation", sa.String(length=500), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "conversation", "key", name=op.f("pk_faq_review_cards")),
    )
    op.create_table(
        "questions_told",
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "person_id", name=op.f("pk_questions_told")),
    )


def downgrade() -> None:
    for name in ("questions_told", "faq_review_cards", "faq_reviewers"):
        op.drop_table(name)
    for name, columns in (("faq_drafts", DRAFTS), ("faq_entries", ENTRIES)):
        with op.batch_alter_table(name) as table:
            for column, _, _ in columns:
                table.drop_column(column)
