"""Peer reviews: what was submitted, who reviews it, what they wrote."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "review_submissions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("rubric_id", sa.String(length=40), nullable=False),
        sa.Column("rubric", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("author_id", sa.String(length=200), nullable=False),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("private", sa.Text(), nullable=False),
        sa.Column("submitted_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("blind", sa.String(length=20), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("returned_by", sa.String(length=200), nullable=False),
        sa.Column("returned_at", TIME),
        sa.Column("complete_at", TIME),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("short_told_at", TIME),
        sa.Column("released_at", TIME),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_at", TIME),
        sa.Column("closed_at", TIME),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_submissions")),
    )
    _index("review_submissions", "author_id", "submitted_at")
    _index("review_submissions", "state", "submitted_at")
    op.create_table(
        "review_coauthors",
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("submission_id", "person_id", name=op.f("pk_review_coauthors")),
    )
    _index("review_coauthors", "person_id")
    op.create_table(
        "review_assignments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("seat", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("accepted_at", TIME),
        sa.Column("ended_at", TIME),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_assignments")),
    )
    _index("review_assignments", "submission_id", "person_id", unique=True)
    _index("review_assignments", "submission_id", "number", unique=True)
    _index("review_assignments", "person_id", "asked_at")
    _index("review_assignments", "asked_at")
    op.create_table(
        "reviews",
        sa.Column("assignment_id", sa.String(length=32), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("ratings", sa.Text(), nullable=False),
        sa.Column("good", sa.Text(), nullable=False),
        sa.Column("better", sa.Text(), nullable=False),
        sa.Column("written_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_reviews")),
    )
    _index("reviews", "submission_id")
    op.create_table(
        "review_files",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_files")),
    )
    _index("review_files", "submission_id")
    op.create_table(
        "review_cards",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("conversation", sa.String(length=500), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_cards")),
    )
    _index("review_cards", "conversation", "key", unique=True)
    _index("review_cards", "submission_id")
    _index("review_cards", "person_id")


def downgrade() -> None:
    beside = ("review_cards", "review_files", "reviews", "review_assignments", "review_coauthors")
    for table in (*beside, "review_submissions"):
        op.drop_table(table)


def _index(table: str, *columns: str, unique: bool = False) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=unique)
