"""Where the pulse is kept: who was asked in one table, how often each score was given in another, with nothing that
leads from one to the other. Neither numbers nor words say in which order they came. `words.month` is empty from
the first figure after it on."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text

from bot.storage.tables import UtcDateTime, metadata

HUB_LENGTH = 100

people = Table(
    "pulse_people",
    metadata,
    Column("person_id", String(200), primary_key=True),
    Column("asked_at", UtcDateTime),
    Column("state", String(20), nullable=False),
    Column("opted_out", Boolean, nullable=False),
    Column("place", Text),
    Index(None, "asked_at"),
)

counts = Table(
    "pulse_counts",
    metadata,
    Column("month", Date, primary_key=True),
    Column("hub", String(HUB_LENGTH), primary_key=True),
    Column("score", Integer, primary_key=True),
    Column("times", Integer, nullable=False),
    sqlite_with_rowid=False,
)

groups = Table(
    "pulse_groups",
    metadata,
    Column("ends", Date, primary_key=True),
    Column("hub", String(HUB_LENGTH), primary_key=True),
    Column("begins", Date, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("answers", Integer, nullable=False),
    Column("lowest", Integer, nullable=False),
    Column("highest", Integer, nullable=False),
)

words = Table(
    "pulse_words",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("month", Date),
    Column("text", Text, nullable=False),
    Column("shown_in", Date),
    Column("is_hidden", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

PERSON_COLUMNS = (people.c.person_id,)
"""They follow when two people prove to be one."""
