"""Deliveries that wait for the end of somebody's quiet hours, and when an account last signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("outbox", sa.Column("not_before", TIME))
    op.add_column("accounts", sa.Column("signed_in_at", TIME))
    accounts = sa.table("accounts", sa.column("groups"), sa.column("looked_at"), sa.column("signed_in_at"))
    # Until now nothing but a sign-in brought groups, and none of these accounts was looked at otherwise.
    op.execute(accounts.update().where(accounts.c.groups != "[]").values(signed_in_at=accounts.c.looked_at))


def downgrade() -> None:
    for table, column in (("accounts", "signed_in_at"), ("outbox", "not_before")):
        with op.batch_alter_table(table) as changed:
            changed.drop_column(column)
