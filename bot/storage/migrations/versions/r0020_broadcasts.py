"""Broadcasts: what goes to many places, each once; the zones of channels; deliveries that are taken back; where
outsiders may read of an event."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text()),
        sa.Column("local_at", sa.String(length=30)),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("outsiders", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("acted_at", TIME),
        sa.Column("finished_at", TIME),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
    )
    _index("broadcasts", "about")
    op.create_table(
        "broadcasts_targets",
        sa.Column("broadcast_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=50), nullable=False),
        sa.Column("channel", sa.String(length=300), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("due_at", TIME),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("conversation", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("arrived_at", TIME),
        sa.PrimaryKeyConstraint("broadcast_id", "number", name=op.f("pk_broadcasts_targets")),
    )
    _index("broadcasts_targets", "broadcast_id", "platform", "channel", "person_id", unique=True)
    _index("broadcasts_targets", "broadcast_id", "state", "due_at")
    _index("broadcasts_targets", "conversation")
    _index("broadcasts_targets", "person_id")
    op.create_table(
        "broadcasts_openings",
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("about", "person_id", name=op.f("pk_broadcasts_openings")),
    )
    _index("broadcasts_openings", "person_id")
    op.create_table(
        "broadcasts_reactions",
        sa.Column("broadcast_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("broadcast_id", "number", "name", "person_id", name=op.f("pk_broadcasts_reactions")),
    )
    _index("broadcasts_reactions", "person_id")
    op.add_column("channels", sa.Column("zone", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("channels", sa.Column("called", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("withdrawn_at", TIME))
    op.add_column(
        "events_announcements", sa.Column("outsiders", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    channels = sa.table("channels", sa.column("platform"), sa.column("channel"), sa.column("has_outsiders", sa.Boolean))
    announced = sa.table("events_announcements", *map(sa.column, ("platform", "channel")), sa.column("outsiders"))
    # Where they read along already somebody may have said so: what stands there goes on as it was.
    there = sa.exists().where(
        channels.c.platform == announced.c.platform,
        channels.c.channel == announced.c.channel,
        channels.c.has_outsiders,
    )
    op.execute(announced.update().where(there).values(outsiders=sa.true()))


def downgrade() -> None:
    op.drop_column("events_announcements", "outsiders")
    op.drop_column("outbox", "withdrawn_at")
    op.drop_column("channels", "called")
    op.drop_column("channels", "zone")
    for table in ("broadcasts_reactions", "broadcasts_openings", "broadcasts_targets", "broadcasts"):
        op.drop_table(table)


def _index(table: str, *columns: str, unique: bool = False) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=unique)
