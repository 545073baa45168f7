"""Where introductions are kept, and how a row becomes one."""

import json
from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import Column, Date, Index, Integer, Row, String, Table, Text

from bot.features.introductions.model import Answer, Circle, Meeting, Participant, Week
from bot.storage.tables import UtcDateTime, metadata
from scheduler.series_record import record_of, series_of

NAME_LENGTH = 200

circles = Table(
    "introductions_circles",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("schedule", Text, nullable=False),
    Column("opened_by", String(200), nullable=False),
    Column("opened_by_name", String(NAME_LENGTH), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("about", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("readers", Text, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("revision", Integer, nullable=False),
    Index(None, "closed_at"),
)

members = Table(
    "introductions_members",
    metadata,
    Column("circle_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Column("person_name", String(NAME_LENGTH), nullable=False),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("office", String(100), nullable=False),
    Column("function", String(100), nullable=False),
    Column("paused_until", Date),
    Index(None, "person_id"),
)

rounds = Table(
    "introductions_rounds",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("circle_id", String(32), nullable=False),
    Column("original", Date, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("people", Integer, nullable=False),
    # Whatever goes wrong before it: one date has one round.
    Index(None, "circle_id", "original", unique=True),
)

meetings = Table(
    "introductions_meetings",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("round_id", String(32), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("prompt", Text, nullable=False),
    Index(None, "round_id"),
)

participants = Table(
    "introductions_participants",
    metadata,
    Column("meeting_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Column("person_name", String(NAME_LENGTH), nullable=False),
    Column("answer", String(20)),
    Column("answered_at", UtcDateTime),
    Index(None, "person_id"),
)

refusals = Table(
    "introductions_refusals",
    metadata,
    Column("person_id", String(200), primary_key=True),
    Column("other_id", String(200), primary_key=True),
    Column("other_name", String(NAME_LENGTH), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Index(None, "other_id"),
)

buddies = Table(
    "introductions_buddies",
    metadata,
    Column("person_id", String(200), primary_key=True),
    Column("person_name", String(NAME_LENGTH), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("office", String(100), nullable=False),
    Column("function", String(100), nullable=False),
)

weeks = Table(
    "introductions_weeks",
    metadata,
    Column("person_id", String(200), primary_key=True),
    Column("person_name", String(NAME_LENGTH), nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("office", String(100), nullable=False),
    Column("function", String(100), nullable=False),
    Column("buddy_id", String(200), nullable=False),
    Column("buddy_name", String(NAME_LENGTH), nullable=False),
    Column("steps", Integer, nullable=False),
    Column("not_again", Text, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("revision", Integer, nullable=False),
    Index(None, "buddy_id"),
)

PERSON_COLUMNS = (
    circles.c.opened_by,
    members.c.person_id,
    participants.c.person_id,
    refusals.c.person_id,
    refusals.c.other_id,
    buddies.c.person_id,
    weeks.c.person_id,
    weeks.c.buddy_id,
)
"""They follow when two people prove to be one."""


def circle_columns(circle: Circle) -> dict[str, object]:
    return {
        **{each.name: getattr(circle, each.name) for each in fields(circle)},
        "opened_by_name": circle.opened_by_name[:NAME_LENGTH],
        "schedule": json.dumps(record_of(circle.schedule)),
        "readers": json.dumps(sorted(circle.readers), ensure_ascii=False),
    }


def circle_of(row: Row[*tuple[object, ...]]) -> Circle:
    schedule, readers = series_of(json.loads(row.schedule)), frozenset(json.loads(row.readers))
    return Circle(**{**row._mapping, "schedule": schedule, "readers": readers})


def participant_columns(meeting: Meeting, participant: Participant) -> dict[str, object]:
    own = {each.name: getattr(participant, each.name) for each in fields(participant)}
    return {**own, "meeting_id": meeting.id, "person_name": participant.person_name[:NAME_LENGTH]}


def participant_of(row: Row[*tuple[object, ...]]) -> Participant:
    return Participant(row.person_id, row.person_name, Answer(row.answer) if row.answer else None, row.answered_at)


def meeting_of(row: Row[*tuple[object, ...]], theirs: Sequence[Participant]) -> Meeting:
    return Meeting(row.id, row.round_id, row.made_at, row.prompt, tuple(theirs))


def week_columns(week: Week) -> dict[str, object]:
    return {
        **{each.name: getattr(week, each.name) for each in fields(week)},
        "person_name": week.person_name[:NAME_LENGTH],
        "buddy_name": week.buddy_name[:NAME_LENGTH],
        "not_again": json.dumps(week.not_again, ensure_ascii=False),
    }


def week_of(row: Row[*tuple[object, ...]]) -> Week:
    return Week(**{**row._mapping, "not_again": tuple(json.loads(row.not_again))})
