"""Where stories are kept, whom they name, their pictures, and how a row becomes one."""

import json
from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import Column, Index, Integer, LargeBinary, Row, String, Table, Text

from bot.features.stories.model import Clearance, Consent, Credit, Story, StoryState, Value
from bot.storage.tables import UtcDateTime, metadata

NAME_LENGTH = 200

stories = Table(
    "stories",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("author_id", String(200), nullable=False),
    Column("author_name", String(NAME_LENGTH), nullable=False),
    Column("told_at", UtcDateTime, nullable=False),
    Column("challenge", Text, nullable=False),
    Column("done", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("customer", String(NAME_LENGTH), nullable=False),
    Column("called", String(NAME_LENGTH), nullable=False),
    Column("clearance", String(20), nullable=False),
    Column("cleared_by", String(NAME_LENGTH), nullable=False),
    Column("cleared_at", UtcDateTime),
    Column("value", String(20), nullable=False),
    Column("topics", Text, nullable=False),
    Column("industry", String(NAME_LENGTH), nullable=False),
    Column("product", String(NAME_LENGTH), nullable=False),
    Column("picture", String(32), nullable=False),
    Column("picture_link", String(1000), nullable=False),
    Column("origin", String(500), nullable=False),
    Column("state", String(20), nullable=False),
    Column("word", Text, nullable=False),
    Column("decider_id", String(200), nullable=False),
    Column("decided_by", String(NAME_LENGTH), nullable=False),
    Column("published_at", UtcDateTime),
    Column("revision", Integer, nullable=False),
    Index(None, "author_id"),
    Index(None, "state", "published_at"),
    Index(None, "origin"),
)

people_named = Table(
    "stories_credits",
    metadata,
    Column("story_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Column("name", String(NAME_LENGTH), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("consent", String(20), nullable=False),
    Column("shown_as", String(NAME_LENGTH), nullable=False),
    Column("answered_at", UtcDateTime),
    Column("position", Integer, nullable=False),
    Index(None, "person_id"),
)

pictures = Table(
    "stories_pictures",
    metadata,
    Column("story_id", String(32), primary_key=True),
    Column("id", String(32), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

cards = Table(
    "stories_cards",
    metadata,
    Column("story_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Column("place", Text, nullable=False),
    Column("message_key", String(300), nullable=False),
    Index(None, "person_id"),
)

PERSON_COLUMNS = (stories.c.author_id, stories.c.decider_id, people_named.c.person_id, cards.c.person_id)
"""They follow when two people prove to be one."""


def story_columns(story: Story) -> dict[str, object]:
    return {
        **{each.name: getattr(story, each.name) for each in fields(story) if each.name != "credits"},
        "value": story.value or "",
        "topics": json.dumps(story.topics, ensure_ascii=False),
    }


def story_of(row: Row[*tuple[object, ...]], credited: Sequence[Credit]) -> Story:
    return Story(
        **{
            **row._mapping,
            "credits": tuple(credited),
            "clearance": Clearance(row.clearance),
            "value": Value(row.value) if row.value else None,
            "topics": tuple(json.loads(row.topics)),
            "state": StoryState(row.state),
        }
    )


def credit_columns(story: Story) -> list[dict[str, object]]:
    return [
        {
            "story_id": story.id,
            "position": position,
            **{each.name: getattr(credit, each.name) for each in fields(credit)},
        }
        for position, credit in enumerate(story.credits)
    ]


def credit_of(row: Row[*tuple[object, ...]]) -> Credit:
    return Credit(row.person_id, row.name, row.asked_at, Consent(row.consent), row.shown_as, row.answered_at)
