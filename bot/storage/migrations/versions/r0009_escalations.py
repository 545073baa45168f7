"""Questions on their way to somebody who knows. Those that waited for an expert become the first of them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "escalations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asker_id", sa.String(length=200), nullable=False),
        sa.Column("asker_name", sa.String(length=200), nullable=False),
        sa.Column("platform", sa.String(length=50), nullable=False),
        sa.Column("channel", sa.String(length=300), nullable=False),
        sa.Column("conversation", sa.String(length=500), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("private", sa.Text(), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("readers", sa.Text(), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("hubs", sa.Text(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("cited", sa.Text(), nullable=False),
        sa.Column("draft", sa.Text()),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("owner_id", sa.String(length=200), nullable=False),
        sa.Column("owner_name", sa.String(length=200), nullable=False),
        sa.Column("claimed_at", TIME),
        sa.Column("offered_to", sa.String(length=200), nullable=False),
        sa.Column("offered_at", TIME),
        sa.Column("due_at", TIME),
        sa.Column("time_left", sa.Integer()),
        sa.Column("snoozed_until", TIME),
        sa.Column("lead_told_at", TIME),
        sa.Column("answer", sa.Text()),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("answered_at", TIME),
        sa.Column("closed_at", TIME),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("asker_left", sa.Boolean(), nullable=False),
        sa.Column("is_draft_approved", sa.Boolean()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
    )
    _index("escalations", "state", "opened_at")
    _index("escalations", "asker_id", "opened_at")
    _index("escalations", "owner_id", "state")
    _index("escalations", "offered_to")
    _index("escalations", "conversation")
    _index("escalations", "platform", "channel", "opened_at")
    _index("escalations", "closed_at")
    op.create_table(
        "escalation_offers",
        sa.Column("escalation_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("escalation_id", "person_id", name=op.f("pk_escalation_offers")),
    )
    _index("escalation_offers", "person_id", "at")
    op.create_table(
        "escalation_followers",
        sa.Column("question_id", sa.String(length=32), nullable=False),
        sa.Column("escalation_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("private", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_escalation_followers")),
    )
    _index("escalation_followers", "escalation_id")
    _index("escalation_followers", "person_id")
    op.create_table(
        "escalation_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("escalation_id", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_log")),
    )
    _index("escalation_log", "escalation_id")
    op.create_table(
        "escalation_cards",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("escalation_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("conversation", sa.String(length=500), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_cards")),
    )
    _index("escalation_cards", "conversation", "key", unique=True)
    _index("escalation_cards", "escalation_id")


def downgrade() -> None:
    for name in ("cards", "log", "followers", "offers"):
        op.drop_table(f"escalation_{name}")
    op.drop_table("escalations")


def _index(table: str, *columns: str, unique: bool = False) -> None:
    op.create_index("_".join(("ix", table, *columns)), table, list(columns), unique=unique)
