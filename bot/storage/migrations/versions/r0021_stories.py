"""Success stories: whom they name, who agreed to that, their pictures."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "stories",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("author_id", sa.String(length=200), nullable=False),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("told_at", TIME, nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("customer", sa.String(length=200), nullable=False),
        sa.Column("called", sa.String(length=200), nullable=False),
        sa.Column("clearance", sa.String(length=20), nullable=False),
        sa.Column("cleared_by", sa.String(length=200), nullable=False),
        sa.Column("cleared_at", TIME),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("industry", sa.String(length=200), nullable=False),
        sa.Column("product", sa.String(length=200), nullable=False),
        sa.Column("picture", sa.String(length=32), nullable=False),
        sa.Column("picture_link", sa.String(length=1000), nullable=False),
        sa.Column("origin", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("decider_id", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("published_at", TIME),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
    )
    _index("stories", "author_id")
    _index("stories", "state", "published_at")
    _index("stories", "origin")
    op.create_table(
        "stories_credits",
        sa.Column("story_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("consent", sa.String(length=20), nullable=False),
        sa.Column("shown_as", sa.String(length=200), nullable=False),
        sa.Column("answered_at", TIME),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("story_id", "person_id", name=op.f("pk_stories_credits")),
    )
    _index("stories_credits", "person_id")
    op.create_table(
        "stories_pictures",
        sa.Column("story_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("story_id", name=op.f("pk_stories_pictures")),
    )
    op.create_table(
        "stories_cards",
        sa.Column("story_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("message_key", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("story_id", "person_id", name=op.f("pk_stories_cards")),
    )
    _index("stories_cards", "person_id")


def downgrade() -> None:
    for table in ("stories_cards", "stories_pictures", "stories_credits", "stories"):
        op.drop_table(table)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
