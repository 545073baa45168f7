"""Introductions: circles and their rounds, buddies and newcomers."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
ID = sa.String(length=32)
PERSON = sa.String(length=200)
NAME = sa.String(length=200)
WORD = sa.String(length=100)
TABLES = ("circles", "members", "rounds", "meetings", "participants", "refusals", "buddies", "weeks")


def upgrade() -> None:
    op.create_table(
        "introductions_circles",
        sa.Column("id", ID, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("opened_by", PERSON, nullable=False),
        sa.Column("opened_by_name", NAME, nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("readers", sa.Text(), nullable=False),
        sa.Column("closed_at", TIME),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introductions_circles")),
    )
    op.create_index("ix_introductions_circles_closed_at", "introductions_circles", ["closed_at"])
    op.create_table(
        "introductions_members",
        sa.Column("circle_id", ID, nullable=False),
        sa.Column("person_id", PERSON, nullable=False),
        sa.Column("person_name", NAME, nullable=False),
        sa.Column("joined_at", TIME, nullable=False),
        sa.Column("office", WORD, nullable=False),
        sa.Column("function", WORD, nullable=False),
        sa.Column("paused_until", sa.Date()),
        sa.PrimaryKeyConstraint("circle_id", "person_id", name=op.f("pk_introductions_members")),
    )
    op.create_index("ix_introductions_members_person_id", "introductions_members", ["person_id"])
    op.create_table(
        "introductions_rounds",
        sa.Column("id", ID, nullable=False),
        sa.Column("circle_id", ID, nullable=False),
        sa.Column("original", sa.Date(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introductions_rounds")),
    )
    # Whatever goes wrong before it: one date has one round.
    op.create_index(
        "ix_introductions_rounds_circle_id_original", "introductions_rounds", ["circle_id", "original"], unique=True
    )
    op.create_table(
        "introductions_meetings",
        sa.Column("id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introductions_meetings")),
    )
    op.create_index("ix_introductions_meetings_round_id", "introductions_meetings", ["round_id"])
    op.create_table(
        "introductions_participants",
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("person_id", PERSON, nullable=False),
        sa.Column("person_name", NAME, nullable=False),
        sa.Column("answer", sa.String(length=20)),
        sa.Column("answered_at", TIME),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name=op.f("pk_introductions_participants")),
    )
    op.create_index("ix_introductions_participants_person_id", "introductions_participants", ["person_id"])
    op.create_table(
        "introductions_refusals",
        sa.Column("person_id", PERSON, nullable=False),
        sa.Column("other_id", PERSON, nullable=False),
        sa.Column("other_name", NAME, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "other_id", name=op.f("pk_introductions_refusals")),
    )
    op.create_index("ix_introductions_refusals_other_id", "introductions_refusals", ["other_id"])
    op.create_table(
        "introductions_buddies",
        sa.Column("person_id", PERSON, nullable=False),
        sa.Column("person_name", NAME, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("office", WORD, nullable=False),
        sa.Column("function", WORD, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_introductions_buddies")),
    )
    op.create_table(
        "introductions_weeks",
        sa.Column("person_id", PERSON, nullable=False),
        sa.Column("person_name", NAME, nullable=False),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("office", WORD, nullable=False),
        sa.Column("function", WORD, nullable=False),
        sa.Column("buddy_id", PERSON, nullable=False),
        sa.Column("buddy_name", NAME, nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("not_again", sa.Text(), nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_introductions_weeks")),
    )
    op.create_index("ix_introductions_weeks_buddy_id", "introductions_weeks", ["buddy_id"])


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(f"introductions_{name}")
