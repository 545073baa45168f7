"""Requests and ideas: who approved them, who votes for them, and the cards that show them."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ideas",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("kind_title", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("asker_id", sa.String(length=200), nullable=False),
        sa.Column("asker_name", sa.String(length=200), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("needed", sa.String(length=100), nullable=False),
        sa.Column("sponsor_id", sa.String(length=200)),
        sa.Column("sponsor_name", sa.String(length=200)),
        sa.Column("value_amount", sa.Integer()),
        sa.Column("value_unit", sa.String(length=10)),
        sa.Column("effort", sa.Integer()),
        sa.Column("owner_id", sa.String(length=200)),
        sa.Column("owner_name", sa.String(length=200)),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("changed_at", TIME),
        sa.Column("finished_at", TIME),
        sa.Column("reached_amount", sa.Integer()),
        sa.Column("reached_unit", sa.String(length=10)),
        sa.Column("lesson", sa.Text(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ideas")),
    )
    _index("ideas", "state", "asked_at")
    for column in ("asker_id", "sponsor_id", "owner_id"):
        _index("ideas", column)
    op.create_table(
        "ideas_approvals",
        sa.Column("idea_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("idea_id", "role", name=op.f("pk_ideas_approvals")),
    )
    _index("ideas_approvals", "idea_id", "person_id", unique=True)
    op.create_table(
        "ideas_votes",
        sa.Column("idea_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("idea_id", "person_id", name=op.f("pk_ideas_votes")),
    )
    _index("ideas_votes", "person_id")
    op.create_table(
        "ideas_cards",
        sa.Column("idea_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("message_key", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("idea_id", "person_id", name=op.f("pk_ideas_cards")),
    )
    _index("ideas_cards", "person_id")
    op.create_table(
        "ideas_searches",
        sa.Column("seeker", sa.String(length=64), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("seeker", "words", name=op.f("pk_ideas_searches")),
    )
    _index("ideas_searches", "at")
    op.create_table(
        "ideas_gaps",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("last_at", TIME, nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("told_at", TIME),
        sa.Column("closed_at", TIME),
        sa.Column("closed_by", sa.String(length=200), nullable=False),
        sa.Column("idea_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ideas_gaps")),
    )


def downgrade() -> None:
    for table in ("gaps", "searches", "cards", "votes", "approvals"):
        op.drop_table(f"ideas_{table}")
    op.drop_table("ideas")


def _index(table: str, *columns: str, unique: bool = False) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=unique)
