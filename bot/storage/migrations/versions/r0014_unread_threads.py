"""What somebody has seen of a thread; of what there is they have seen all. And whose a card is, by the index."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("transcript_threads") as threads:
        threads.add_column(sa.Column("seen_revision", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.execute("UPDATE transcript_threads SET seen_revision = revision")
    op.create_index("ix_escalation_cards_person_id", "escalation_cards", ["person_id"])


def downgrade() -> None:
    op.drop_index("ix_escalation_cards_person_id", "escalation_cards")
    with op.batch_alter_table("transcript_threads") as threads:
        threads.drop_column("seen_revision")
