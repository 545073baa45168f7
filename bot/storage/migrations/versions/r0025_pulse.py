"""The pulse: who was asked, and apart from that how often each score was given."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "pulse_people",
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("asked_at", TIME),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Text()),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_pulse_people")),
    )
    op.create_index(op.f("ix_pulse_people_asked_at"), "pulse_people", ["asked_at"])
    op.create_table(
        "pulse_counts",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("hub", sa.String(length=100), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "hub", "score", name=op.f("pk_pulse_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pulse_groups",
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("hub", sa.String(length=100), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("lowest", sa.Integer(), nullable=False),
        sa.Column("highest", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ends", "hub", name=op.f("pk_pulse_groups")),
    )
    op.create_table(
        "pulse_words",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.Date()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("shown_in", sa.Date()),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulse_words")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("pulse_words", "pulse_groups", "pulse_counts", "pulse_people"):
        op.drop_table(table)
