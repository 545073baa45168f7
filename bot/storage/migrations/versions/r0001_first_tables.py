"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_at", "audit", ["at"])

    op.create_table(
        "inbox",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("platform", sa.String(length=50), nullable=False),
        sa.Column("event_key", sa.String(length=500), nullable=False),
        sa.Column("conversation", sa.String(length=500), nullable=False),
        sa.Column("turn", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("accepted_at", TIME, nullable=False),
        sa.Column("claim", sa.String(length=32)),
        sa.Column("claimed_at", TIME),
        sa.Column("finished_at", TIME),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("platform", "event_key", name=op.f("uq_inbox_platform_event_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_conversation_state_id", "inbox", ["conversation", "state", "id"])
    op.create_index("ix_inbox_state_id", "inbox", ["state", "id"])
    op.create_index(
        "uq_inbox_working",
        "inbox",
        ["conversation"],
        unique=True,
        sqlite_where=sa.text("state = 'working'"),
        postgresql_where=sa.text("state = 'working'"),
    )

    op.create_table(
        "messages",
        sa.Column("conversation", sa.String(length=500), nullable=False),
        sa.Column("message_key", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=300)),
        sa.PrimaryKeyConstraint("conversation", "message_key", name=op.f("pk_messages")),
    )
    op.create_table(
        "nonces",
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=500), nullable=False),
        sa.Column("message_key", sa.String(length=300), nullable=False),
        sa.Column("buttons", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("used_at", TIME),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_nonces")),
    )
    op.create_index("ix_nonces_conversation_message_key", "nonces", ["conversation", "message_key"])
    op.create_index("ix_nonces_made_at", "nonces", ["made_at"])

    op.create_table(
        "outbox",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("lane", sa.String(length=300), nullable=False),
        sa.Column("conversation", sa.String(length=500), nullable=False),
        sa.Column("message_key", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("sending_at", TIME),
        sa.Column("finished_at", TIME),
        sa.Column("error", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint(
            "conversation", "message_key", "version", name=op.f("uq_outbox_conversation_message_key_version")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_lane_sending_at", "outbox", ["lane", "sending_at"])
    op.create_index("ix_outbox_lane_state_id", "outbox", ["lane", "state", "id"])
    op.create_index("ix_outbox_state_due_at", "outbox", ["state", "due_at"])
    op.create_index(
        "uq_outbox_sending",
        "outbox",
        ["lane"],
        unique=True,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )

    op.create_table(
        "questions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("conversation", sa.String(length=500), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("understood", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("choice", sa.Integer()),
        sa.Column("verdict", sa.String(length=20)),
        sa.Column("reason", sa.String(length=20)),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("judged_at", TIME),
        sa.Column("wish", sa.String(length=20), nullable=False),
        sa.Column("wished_at", TIME),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index("ix_questions_asked_at", "questions", ["asked_at"])
    op.create_index("ix_questions_conversation_asked_at", "questions", ["conversation", "asked_at"])
    op.create_index("ix_questions_wish_wished_at", "questions", ["wish", "wished_at"])

    op.create_table(
        "ticks",
        sa.Column("schedule", sa.String(length=200), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("slot", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("schedule", "local_date", "slot", name=op.f("pk_ticks")),
    )
    op.create_table(
        "transcript_entries",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("conversation", sa.String(length=500), nullable=False),
        sa.Column("entry_id", sa.String(length=500), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("said", sa.Text()),
        sa.Column("message", sa.Text()),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript_entries")),
        sa.UniqueConstraint("conversation", "entry_id", name=op.f("uq_transcript_entries_conversation_entry_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_transcript_entries_conversation_revision", "transcript_entries", ["conversation", "revision"])

    op.create_table(
        "transcript_threads",
        sa.Column("conversation", sa.String(length=500), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("conversation", name=op.f("pk_transcript_threads")),
    )
    op.create_index("ix_transcript_threads_person_id_changed_at", "transcript_threads", ["person_id", "changed_at"])


def downgrade() -> None:
    for table in (
        "transcript_threads",
        "transcript_entries",
        "ticks",
        "questions",
        "outbox",
        "nonces",
        "messages",
        "inbox",
        "audit",
    ):
        op.drop_table(table)
