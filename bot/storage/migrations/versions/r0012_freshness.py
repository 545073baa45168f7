"""Whether what the library says still holds: who was asked, and what they confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
OPEN = sa.text("state IN ('asked', 'with curators')")


def upgrade() -> None:
    op.create_table(
        "freshness_checks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("because", sa.String(length=500), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("escalation_id", sa.String(length=32), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("asked_at", TIME),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("decided_at", TIME),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_by_name", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freshness_checks")),
    )
    op.create_index("ix_freshness_checks_state_opened_at", "freshness_checks", ["state", "opened_at"])
    op.create_index("ix_freshness_checks_person_id_state", "freshness_checks", ["person_id", "state"])
    op.create_index("ix_freshness_checks_escalation_id", "freshness_checks", ["escalation_id"])
    op.create_index(
        "uq_freshness_checks_open",
        "freshness_checks",
        ["subject_key"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "freshness_cards",
        sa.Column("conversation", sa.String(length=500), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("check_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("conversation", "key", name=op.f("pk_freshness_cards")),
    )
    op.create_index("ix_freshness_cards_check_id", "freshness_cards", ["check_id"])
    op.create_table(
        "freshness_confirmations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.String(length=64), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("review_by", sa.Date()),
        sa.Column("at", TIME, nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freshness_confirmations")),
    )
    op.create_index("ix_freshness_confirmations_subject_key", "freshness_confirmations", ["subject_key"])


def downgrade() -> None:
    for table in ("freshness_confirmations", "freshness_cards", "freshness_checks"):
        op.drop_table(table)
