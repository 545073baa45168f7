"""Questions on their way to somebody who knows. Those that waited for an expert become the first of them."""

import json
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)

QUESTIONS = sa.table(
    "questions", *map(sa.column, ("id", "person_id", "place", "answered_in", "text", "wish", "wished_at"))
)
ACCOUNTS = sa.table("accounts", *map(sa.column, ("person_id", "platform", "direct")))
TIMERS = sa.table("timers", *map(sa.column, ("name", "subject", "due_at", "token", "attempts", "error")))
LOG = sa.table(
    "escalation_log",
    *map(sa.column, ("escalation_id", "step", "at", "person_id", "person_name", "text", "links")),
)
ESCALATIONS = sa.table(
    "escalations",
    *map(
        sa.column,
        (
            *("id", "text", "asker_id", "asker_name", "platform", "channel", "conversation", "place", "private"),
            *("opened_at", "readers", "url", "language", "hubs", "topics", "cited", "state", "owner_id", "owner_name"),
            *("offered_to", "answers", "is_confirmed", "asker_left", "revision"),
        ),
    ),
)


def upgrade() -> None:
    op.create_table(
        "escalations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asker_id", sa.String(length=200), nullable=False),
        sa.Column("asker_name", sa.String(length=200), nullable=False),
        sa.Column("platform", sa.String(length=50), nullable=False),
        sa.Column("channel", sa.String(length=300), nullable=False),
        sa.Column("conversation", sa.String(length=500), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("private", sa.Text(), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("readers", sa.Text(), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("hubs", sa.Text(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("cited", sa.Text(), nullable=False),
        sa.Column("draft", sa.Text()),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("owner_id", sa.String(length=200), nullable=False),
        sa.Column("owner_name", sa.String(length=200), nullable=False),
        sa.Column("claimed_at", TIME),
        sa.Column("offered_to", sa.String(length=200), nullable=False),
        sa.Column("offered_at", TIME),
        sa.Column("due_at", TIME),
        sa.Column("time_left", sa.Integer()),
        sa.Column("snoozed_until", TIME),
        sa.Column("lead_told_at", TIME),
        sa.Column("answer", sa.Text()),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("answered_at", TIME),
        sa.Column("closed_at", TIME),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("asker_left", sa.Boolean(), nullable=False),
        sa.Column("is_draft_approved", sa.Boolean()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
    )
    _index("escalations", "state", "opened_at")
    _index("escalations", "asker_id", "opened_at")
    _index("escalations", "owner_id", "state")
    _index("escalations", "offered_to")
    _index("escalations", "conversation")
    _index("escalations", "platform", "channel", "opened_at")
    _index("escalations", "closed_at")
    op.create_table(
        "escalation_offers",
        sa.Column("escalation_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("escalation_id", "person_id", name=op.f("pk_escalation_offers")),
    )
    _index("escalation_offers", "person_id")
    _index("escalation_offers", "at")
    op.create_table(
        "escalation_followers",
        sa.Column("question_id", sa.String(length=32), nullable=False),
        sa.Column("escalation_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("private", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_escalation_followers")),
    )
    _index("escalation_followers", "escalation_id")
    _index("escalation_followers", "person_id")
    op.create_table(
        "escalation_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("escalation_id", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_log")),
    )
    _index("escalation_log", "escalation_id")
    op.create_table(
        "escalation_cards",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("escalation_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("conversation", sa.String(length=500), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_cards")),
    )
    _index("escalation_cards", "conversation", "key", unique=True)
    _index("escalation_cards", "escalation_id")
    _index("messages", "conversation", "message_id")
    _index("questions", "judged_at")
    _open_what_waits(op.get_bind())
    with op.batch_alter_table("questions") as questions:
        questions.drop_index("ix_questions_wish_wished_at")
        questions.drop_column("wished_at")
        questions.drop_column("wish")


def downgrade() -> None:
    with op.batch_alter_table("questions") as questions:
        questions.add_column(sa.Column("wish", sa.String(length=20), nullable=False, server_default="none"))
        questions.add_column(sa.Column("wished_at", TIME))
        questions.create_index("ix_questions_wish_wished_at", ["wish", "wished_at"])
    op.drop_index("ix_questions_judged_at")
    op.drop_index("ix_messages_conversation_message_id")
    for name in ("cards", "log", "followers", "offers"):
        op.drop_table(f"escalation_{name}")
    op.drop_table("escalations")


def _index(table: str, *columns: str, unique: bool = False) -> None:
    op.create_index("_".join(("ix", table, *columns)), table, list(columns), unique=unique)


def _open_what_waits(connection: sa.Connection) -> None:
    """Nobody had said yet whether experts may read their name, so it is withheld."""
    waiting = connection.execute(
        sa.select(QUESTIONS).where(QUESTIONS.c.wish == "open", QUESTIONS.c.wished_at.is_not(None))
    ).all()
    for row in waiting:
        place = json.loads(row.answered_in or row.place)
        opened = {
            "id": row.id, "text": row.text, "asker_id": row.person_id, "asker_name": "",
            "platform": place["platform"], "channel": place["channel"],
            "conversation": f"{place['platform']}/{place['channel']}/{place.get('thread') or ''}",
            "place": json.dumps(place), "private": json.dumps(_private(connection, place, row.person_id)),
            "opened_at": row.wished_at, "readers": json.dumps(place["members"] if place["is_shared"] else ["everyone"]),
            "url": "", "language": "", "hubs": "[]", "topics": "[]", "cited": "[]", "state": "open",
            "owner_id": "", "owner_name": "", "offered_to": "", "answers": 0,
            "is_confirmed": False, "asker_left": False, "revision": 1,
        }  # fmt: skip
        connection.execute(sa.insert(ESCALATIONS).values(**opened))
        said = {
            "escalation_id": row.id, "step": "opened", "at": row.wished_at, "person_id": row.person_id,
            "person_name": "", "text": row.text, "links": "[]",
        }  # fmt: skip
        connection.execute(sa.insert(LOG).values(**said))
        timer = {
            "name": "escalations.offer", "subject": row.id, "due_at": row.wished_at, "token": uuid4().hex,
            "attempts": 0, "error": "",
        }  # fmt: skip
        connection.execute(sa.insert(TIMERS).values(**timer))


def _private(connection: sa.Connection, place: dict[str, object], person_id: str) -> dict[str, object]:
    """Where only they read: the channel that their account on that platform has, if it has one."""
    if not place["is_shared"]:
        return place
    theirs = sa.select(ACCOUNTS.c.direct).where(
        ACCOUNTS.c.person_id == person_id, ACCOUNTS.c.platform == place["platform"], ACCOUNTS.c.direct != ""
    )
    direct = connection.execute(theirs.order_by(ACCOUNTS.c.direct).limit(1)).scalar()
    return {"platform": place["platform"], "channel": direct or person_id}
