"""Office hours: the series, their sessions, who booked, what came up, which messages show it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
STANDING = sa.text("state NOT IN ('cancelled', 'called off')")


def upgrade() -> None:
    op.create_table(
        "office_hours",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=500), nullable=False),
        sa.Column("link", sa.String(length=1000), nullable=False),
        sa.Column("slot_length", sa.Integer()),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("readers", sa.Text(), nullable=False),
        sa.Column("closed_at", TIME),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_hours")),
    )
    _index("office_hours", "closed_at")
    op.create_table(
        "office_hours_hosts",
        sa.Column("series_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series_id", "person_id", name=op.f("pk_office_hours_hosts")),
    )
    _index("office_hours_hosts", "person_id")
    op.create_table(
        "office_hours_sessions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("series_id", sa.String(length=32), nullable=False),
        sa.Column("original", sa.Date(), nullable=False),
        sa.Column("starts", TIME, nullable=False),
        sa.Column("ends", TIME, nullable=False),
        sa.Column("slot_length", sa.Integer()),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_hours_sessions")),
    )
    _index("office_hours_sessions", "series_id", "original", unique=True)
    _index("office_hours_sessions", "ends")
    op.create_table(
        "office_hours_bookings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("booked_at", TIME, nullable=False),
        sa.Column("seat", sa.Integer()),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("brings", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_hours_bookings")),
    )
    _index("office_hours_bookings", "session_id", "number", unique=True)
    _index("office_hours_bookings", "session_id", "slot", "seat", unique=True)
    _index("office_hours_bookings", "person_id")
    op.create_index(
        "uq_office_hours_bookings_standing",
        "office_hours_bookings",
        ["session_id", "person_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.create_table(
        "office_hours_points",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.String(length=200), nullable=False),
        sa.Column("noted_by_name", sa.String(length=200), nullable=False),
        sa.Column("noted_at", TIME, nullable=False),
        sa.Column("booking_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_hours_points")),
    )
    _index("office_hours_points", "session_id")
    op.create_table(
        "office_hours_cards",
        sa.Column("conversation", sa.String(length=500), nullable=False),
        sa.Column("message_key", sa.String(length=300), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("conversation", "message_key", name=op.f("pk_office_hours_cards")),
    )
    _index("office_hours_cards", "subject")


def downgrade() -> None:
    for table in ("cards", "points", "bookings", "sessions", "hosts"):
        op.drop_table(f"office_hours_{table}")
    op.drop_table("office_hours")


def _index(table: str, *columns: str, unique: bool = False) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=unique)
