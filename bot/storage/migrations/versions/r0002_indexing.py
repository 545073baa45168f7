"""Sources and runs of the indexer."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "indexing_sources",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("location", sa.String(length=1000), nullable=False),
        sa.Column("defaults", sa.Text(), nullable=False),
        sa.Column("exclude", sa.Text(), nullable=False),
        sa.Column("golden", sa.String(length=1000), nullable=False),
        sa.Column("ref", sa.String(length=200), nullable=False),
        sa.Column("subfolder", sa.String(length=500), nullable=False),
        sa.Column("allow_private", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indexing_sources")),
        sa.UniqueConstraint("name", name=op.f("uq_indexing_sources_name")),
    )
    op.create_table(
        "indexing_runs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("slot", sa.String(length=10)),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("started_by", sa.String(length=200), nullable=False),
        sa.Column("requested_at", TIME, nullable=False),
        sa.Column("started_at", TIME),
        sa.Column("finished_at", TIME),
        sa.Column("force", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Text()),
        sa.Column("phase", sa.String(length=20), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("current", sa.String(length=300), nullable=False),
        sa.Column("report", sa.Text()),
        sa.Column("error", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indexing_runs")),
        sa.UniqueConstraint("slot", name=op.f("uq_indexing_runs_slot")),
    )
    op.create_index("ix_indexing_runs_requested_at", "indexing_runs", ["requested_at"])


def downgrade() -> None:
    op.drop_table("indexing_runs")
    op.drop_table("indexing_sources")
