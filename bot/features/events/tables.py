"""Where events are kept, and how a row becomes one."""

import json
from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import Boolean, Column, Index, Integer, Row, String, Table, Text, text

from bot.features.events.model import Event, EventState, Kind, Organiser, Question, SignUp, SignUpState
from bot.storage.tables import UtcDateTime, metadata

NAME_LENGTH = 200

events = Table(
    "events",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("title", String(200), nullable=False),
    Column("starts", UtcDateTime, nullable=False),
    Column("ends", UtcDateTime, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("about", Text, nullable=False),
    Column("topics", Text, nullable=False),
    Column("hub", String(100), nullable=False),
    Column("readers", Text, nullable=False),
    Column("place", String(500), nullable=False),
    Column("link", String(1000), nullable=False),
    Column("capacity", Integer),
    Column("state", String(20), nullable=False),
    Column("asked_at", UtcDateTime),
    Column("announced_at", UtcDateTime),
    Column("announced_by", String(200), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("word", Text, nullable=False),
    Column("recording", String(1000), nullable=False),
    Column("notes", Text, nullable=False),
    Column("came", Integer),
    Column("taken", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Index(None, "ends"),
)

organisers = Table(
    "events_organisers",
    metadata,
    Column("event_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Column("name", String(NAME_LENGTH), nullable=False),
    Column("position", Integer, nullable=False),
    Index(None, "person_id"),
)

sign_ups = Table(
    "events_sign_ups",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("event_id", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("person_id", String(200), nullable=False),
    Column("person_name", String(NAME_LENGTH), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("state", String(20), nullable=False),
    Column("seat", Integer),
    Column("sequence", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Index(None, "event_id", "number", unique=True),
    # Whatever goes wrong before it: nobody has a place that another has.
    Index(None, "event_id", "seat", unique=True),
    Index(None, "person_id"),
)
STANDING = text("state <> 'left'")
Index(
    "uq_events_sign_ups_standing",
    sign_ups.c.event_id,
    sign_ups.c.person_id,
    unique=True,
    sqlite_where=STANDING,
    postgresql_where=STANDING,
)

questions = Table(
    "events_questions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("event_id", String(32), nullable=False),
    Column("person_id", String(200), nullable=False),
    Column("person_name", String(NAME_LENGTH), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_by", String(200), nullable=False),
    Column("answered_by_name", String(NAME_LENGTH), nullable=False),
    Column("answered_at", UtcDateTime),
    Index(None, "event_id"),
)

votes = Table(
    "events_votes",
    metadata,
    Column("question_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Index(None, "person_id"),
)

announcements = Table(
    "events_announcements",
    metadata,
    Column("event_id", String(32), primary_key=True),
    Column("platform", String(50), primary_key=True),
    Column("channel", String(300), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("outsiders", Boolean, nullable=False),
)

cards = Table(
    "events_cards",
    metadata,
    Column("event_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Column("place", Text, nullable=False),
    Column("message_key", String(300), nullable=False),
    Index(None, "person_id"),
)

PERSON_COLUMNS = (
    organisers.c.person_id,
    sign_ups.c.person_id,
    questions.c.person_id,
    questions.c.answered_by,
    votes.c.person_id,
    cards.c.person_id,
)
"""They follow when two people prove to be one."""


def event_columns(event: Event) -> dict[str, object]:
    return {
        **{each.name: getattr(event, each.name) for each in fields(event) if each.name != "organisers"},
        "topics": json.dumps(event.topics, ensure_ascii=False),
        "readers": json.dumps(sorted(event.readers), ensure_ascii=False),
    }


def event_of(row: Row[*tuple[object, ...]], theirs: Sequence[Organiser]) -> Event:
    return Event(
        **{
            **row._mapping,
            "organisers": tuple(theirs),
            "kind": Kind(row.kind),
            "state": EventState(row.state),
            "topics": tuple(json.loads(row.topics)),
            "readers": frozenset(json.loads(row.readers)),
        }
    )


def sign_up_columns(sign_up: SignUp) -> dict[str, object]:
    own = {each.name: getattr(sign_up, each.name) for each in fields(sign_up)}
    return {**own, "person_name": sign_up.person_name[:NAME_LENGTH]}


def sign_up_of(row: Row[*tuple[object, ...]]) -> SignUp:
    return SignUp(**{**row._mapping, "state": SignUpState(row.state)})


def question_columns(question: Question) -> dict[str, object]:
    own = {each.name: getattr(question, each.name) for each in fields(question) if each.name != "votes"}
    names = {"person_name": question.person_name, "answered_by_name": question.answered_by_name}
    return {**own, **{column: name[:NAME_LENGTH] for column, name in names.items()}}


def question_of(row: Row[*tuple[object, ...]]) -> Question:
    return Question(**row._mapping)
