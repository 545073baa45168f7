"""Announcements: who has read them, and the cards that show them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(length=200), nullable=False),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("local_at", sa.String(length=30)),
        sa.Column("asks_read", sa.Boolean(), nullable=False),
        sa.Column("writer_id", sa.String(length=200), nullable=False),
        sa.Column("writer_name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=False),
        sa.Column("approved_name", sa.String(length=200), nullable=False),
        sa.Column("sent_at", TIME),
        sa.Column("corrected_at", TIME),
        sa.Column("corrector_id", sa.String(length=200), nullable=False),
        sa.Column("correction", sa.Text()),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    _index("announcements", "state", "sent_at")
    op.create_table(
        "announcements_reads",
        sa.Column("announcement_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("announcement_id", "person_id", name=op.f("pk_announcements_reads")),
    )
    _index("announcements_reads", "person_id")
    op.create_table(
        "announcements_cards",
        sa.Column("announcement_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("message_key", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("announcement_id", "person_id", name=op.f("pk_announcements_cards")),
    )
    _index("announcements_cards", "person_id")


def downgrade() -> None:
    for table in ("announcements_cards", "announcements_reads", "announcements"):
        op.drop_table(table)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
