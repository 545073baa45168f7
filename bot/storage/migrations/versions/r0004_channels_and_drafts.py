"""Channels' policies, FAQ drafts, and which message a question was."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column("platform", sa.String(length=50), nullable=False),
        sa.Column("channel", sa.String(length=300), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("listening", sa.String(length=20), nullable=False),
        sa.Column("answer_from", sa.Float(), nullable=False),
        sa.Column("hubs", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("deciders", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("previous", sa.Text()),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.Column("changed_at", TIME),
        sa.Column("seen_at", TIME),
        sa.PrimaryKeyConstraint("platform", "channel", name=op.f("pk_channels")),
    )
    op.create_index("ix_channels_seen_at", "channels", ["seen_at"])
    op.create_table(
        "channel_deciders",
        sa.Column("platform", sa.String(length=50), nullable=False),
        sa.Column("channel", sa.String(length=300), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("platform", "channel", "person_id", name=op.f("pk_channel_deciders")),
    )
    op.create_index("ix_channel_deciders_person_id", "channel_deciders", ["person_id"])

    op.create_table(
        "faq_drafts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("question", sa.String(length=500), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("source_url", sa.String(length=1000), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("saved_by", sa.String(length=200), nullable=False),
        sa.Column("saved_by_name", sa.String(length=200), nullable=False),
        sa.Column("saved_at", TIME, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_drafts")),
    )
    op.create_index("ix_faq_drafts_state_saved_at", "faq_drafts", ["state", "saved_at"])

    op.create_table(
        "withdrawn_remarks",
        sa.Column("platform", sa.String(length=50), nullable=False),
        sa.Column("channel", sa.String(length=300), nullable=False),
        sa.Column("said_id", sa.String(length=300), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("platform", "channel", "said_id", name=op.f("pk_withdrawn_remarks")),
    )
    op.create_index("ix_withdrawn_remarks_at", "withdrawn_remarks", ["at"])

    op.add_column("questions", sa.Column("said_id", sa.String(length=300), nullable=False, server_default=""))
    op.add_column("questions", sa.Column("addressed", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("questions", sa.Column("answered_in", sa.Text()))
    op.create_index("ix_questions_said_id", "questions", ["said_id"])
    op.create_index("ix_questions_person_id_asked_at", "questions", ["person_id", "asked_at"])


def downgrade() -> None:
    op.drop_index("ix_questions_person_id_asked_at", "questions")
    op.drop_index("ix_questions_said_id", "questions")
    with op.batch_alter_table("questions") as questions:
        for column in ("answered_in", "addressed", "said_id"):
            questions.drop_column(column)
    for table in ("withdrawn_remarks", "faq_drafts", "channel_deciders", "channels"):
        op.drop_table(table)
