"""Where escalations are kept, and how a row becomes one."""

import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import timedelta
from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import Boolean, Column, Index, Integer, Row, String, Table, Text

from bot.features.escalations.model import (
    Answer,
    Card,
    CardKind,
    Entry,
    Escalation,
    Follower,
    Link,
    Offer,
    OfferState,
    State,
    Step,
)
from bot.storage.serialisation import place_from_json, place_to_json
from bot.storage.tables import RowId, UtcDateTime, metadata

NAME_LENGTH = 200
WHY_LENGTH = 500

escalations = Table(
    "escalations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("text", Text, nullable=False),
    Column("asker_id", String(200), nullable=False),
    Column("asker_name", String(NAME_LENGTH), nullable=False),
    Column("platform", String(50), nullable=False),
    Column("channel", String(300), nullable=False),
    Column("conversation", String(500), nullable=False),
    Column("place", Text, nullable=False),
    Column("private", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("readers", Text, nullable=False),
    Column("url", String(1000), nullable=False),
    Column("language", String(35), nullable=False),
    Column("hubs", Text, nullable=False),
    Column("topics", Text, nullable=False),
    Column("cited", Text, nullable=False),
    Column("draft", Text),
    Column("state", String(20), nullable=False),
    Column("owner_id", String(200), nullable=False),
    Column("owner_name", String(NAME_LENGTH), nullable=False),
    Column("claimed_at", UtcDateTime),
    Column("offered_to", String(200), nullable=False),
    Column("offered_at", UtcDateTime),
    Column("due_at", UtcDateTime),
    Column("time_left", Integer),
    Column("snoozed_until", UtcDateTime),
    Column("lead_told_at", UtcDateTime),
    Column("answer", Text),
    Column("answers", Integer, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("is_confirmed", Boolean, nullable=False),
    Column("asker_left", Boolean, nullable=False),
    Column("is_draft_approved", Boolean),
    Column("revision", Integer, nullable=False),
    Index(None, "state", "opened_at"),
    Index(None, "asker_id", "opened_at"),
    Index(None, "owner_id", "state"),
    Index(None, "offered_to"),
    Index(None, "conversation"),
    Index(None, "platform", "channel", "opened_at"),
    Index(None, "closed_at"),
)

offers = Table(
    "escalation_offers",
    metadata,
    Column("escalation_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("state", String(20), nullable=False),
    Column("why", String(WHY_LENGTH), nullable=False),
    Column("word", Text, nullable=False),
    Column("by", String(200), nullable=False),
    Index(None, "person_id"),
    Index(None, "at"),
)

followers = Table(
    "escalation_followers",
    metadata,
    Column("question_id", String(32), primary_key=True),
    Column("escalation_id", String(32), nullable=False),
    Column("person_id", String(200), nullable=False),
    Column("person_name", String(NAME_LENGTH), nullable=False),
    Column("text", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("private", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("is_confirmed", Boolean, nullable=False),
    Index(None, "escalation_id"),
    Index(None, "person_id"),
)

log = Table(
    "escalation_log",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("escalation_id", String(32), nullable=False),
    Column("step", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("person_id", String(200), nullable=False),
    Column("person_name", String(NAME_LENGTH), nullable=False),
    Column("text", Text, nullable=False),
    Column("links", Text, nullable=False),
    Index(None, "escalation_id"),
)

cards = Table(
    "escalation_cards",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("escalation_id", String(32), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("conversation", String(500), nullable=False),
    Column("key", String(300), nullable=False),
    Column("place", Text, nullable=False),
    Column("person_id", String(200), nullable=False),
    Index(None, "conversation", "key", unique=True),
    Index(None, "escalation_id"),
    Index(None, "person_id"),
)

proposals = Table(
    "escalation_proposals",
    metadata,
    Column("person_id", String(200), primary_key=True),
    Column("said_id", String(500), primary_key=True),
    Column("escalation_id", String(32), nullable=False),
    Column("card", String(32), nullable=False),
    Column("place", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("links", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "escalation_id"),
    Index(None, "card"),
)


PERSON_COLUMNS = (
    proposals.c.person_id,
    escalations.c.asker_id,
    escalations.c.owner_id,
    escalations.c.offered_to,
    offers.c.person_id,
    offers.c.by,
    followers.c.person_id,
    log.c.person_id,
    cards.c.person_id,
)
"""They follow when two people prove to be one."""


@cache
def _answers() -> TypeAdapter[Answer | None]:
    return TypeAdapter(Answer | None)


@cache
def _links() -> TypeAdapter[tuple[Link, ...]]:
    return TypeAdapter(tuple[Link, ...])


def escalation_columns(escalation: Escalation) -> dict[str, object]:
    own = {each.name: getattr(escalation, each.name) for each in fields(escalation)}
    left = escalation.time_left
    return {
        **own,
        "asker_name": escalation.asker_name[:NAME_LENGTH],
        "owner_name": escalation.owner_name[:NAME_LENGTH],
        "platform": escalation.place.platform,
        "channel": escalation.place.channel,
        "conversation": escalation.place.conversation,
        "place": place_to_json(escalation.place),
        "private": place_to_json(escalation.private),
        "readers": _json(sorted(escalation.readers)),
        "hubs": _json(sorted(escalation.hubs)),
        "topics": _json(escalation.topics),
        "cited": _json(escalation.cited),
        "draft": _answer_json(escalation.draft),
        "answer": _answer_json(escalation.answer),
        "time_left": None if left is None else int(left.total_seconds()),
    }


def escalation_of(row: Row[*tuple[object, ...]]) -> Escalation:
    values = dict(row._mapping)
    for beside in ("platform", "channel", "conversation"):
        del values[beside]
    return Escalation(
        **{
            **values,
            "place": place_from_json(row.place),
            "private": place_from_json(row.private),
            "readers": frozenset(json.loads(row.readers)),
            "hubs": frozenset(json.loads(row.hubs)),
            "topics": tuple(json.loads(row.topics)),
            "cited": tuple(json.loads(row.cited)),
            "draft": _answers().validate_json(row.draft) if row.draft else None,
            "answer": _answers().validate_json(row.answer) if row.answer else None,
            "time_left": None if row.time_left is None else timedelta(seconds=row.time_left),
            "state": State(row.state),
        }
    )


def offer_of(row: Row[*tuple[object, ...]]) -> Offer:
    return Offer(**{**row._mapping, "state": OfferState(row.state)})


def follower_columns(follower: Follower) -> dict[str, object]:
    return {
        **{each.name: getattr(follower, each.name) for each in fields(follower)},
        "person_name": follower.person_name[:NAME_LENGTH],
        "place": place_to_json(follower.place),
        "private": place_to_json(follower.private),
    }


def follower_of(row: Row[*tuple[object, ...]]) -> Follower:
    places = {"place": place_from_json(row.place), "private": place_from_json(row.private)}
    return Follower(**{**row._mapping, **places})


def entry_columns(entry: Entry) -> dict[str, object]:
    return {
        "escalation_id": entry.escalation_id,
        "step": entry.step,
        "at": entry.at,
        "person_id": entry.person_id,
        "person_name": entry.person_name[:NAME_LENGTH],
        "text": entry.text,
        "links": _links().dump_json(entry.links).decode(),
    }


def entry_of(row: Row[*tuple[object, ...]]) -> Entry:
    links = _links().validate_json(row.links)
    return Entry(row.escalation_id, Step(row.step), row.at, row.person_id, row.person_name, row.text, links)


def card_columns(card: Card) -> dict[str, object]:
    return {
        "escalation_id": card.escalation_id,
        "kind": card.kind,
        "conversation": card.place.conversation,
        "key": card.key,
        "place": place_to_json(card.place),
        "person_id": card.person_id,
    }


def card_of(row: Row[*tuple[object, ...]]) -> Card:
    return Card(row.escalation_id, CardKind(row.kind), place_from_json(row.place), row.key, row.person_id)


def _json(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def _answer_json(answer: Answer | None) -> str | None:
    return None if answer is None else _answers().dump_json(answer).decode()
