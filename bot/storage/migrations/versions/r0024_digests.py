"""Digests and their editions."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("platform", sa.String(length=50), nullable=False),
        sa.Column("channel", sa.String(length=300), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("first", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("active_from", TIME, nullable=False),
        sa.Column("kinds", sa.String(length=200), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("only_topics", sa.Boolean(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("reminds", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
    )
    op.create_index(op.f("ix_digests_person_id"), "digests", ["person_id"])
    op.create_table(
        "digests_editions",
        sa.Column("digest_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("word_by", sa.String(length=200), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("since", TIME),
        sa.Column("at", TIME),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("more", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest_id", "day", name=op.f("pk_digests_editions")),
    )


def downgrade() -> None:
    op.drop_table("digests_editions")
    op.drop_table("digests")
