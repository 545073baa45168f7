"""Where requests and ideas are kept, and how a row becomes one."""

import json

from sqlalchemy import Boolean, Column, Date, Index, Integer, Row, String, Table, Text

from bot.features.ideas.model import Approval, Colleague, Idea, Role, State, Unit, Value
from bot.storage.tables import UtcDateTime, metadata

NAME_LENGTH = 200
WORDS_LENGTH = 200

ideas = Table(
    "ideas",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("kind_title", String(100), nullable=False),
    Column("title", String(200), nullable=False),
    Column("asker_id", String(200), nullable=False),
    Column("asker_name", String(NAME_LENGTH), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("given", Text, nullable=False),
    Column("missing", Text, nullable=False),
    Column("needed", String(100), nullable=False),
    Column("sponsor_id", String(200)),
    Column("sponsor_name", String(NAME_LENGTH)),
    Column("value_amount", Integer),
    Column("value_unit", String(10)),
    Column("effort", Integer),
    Column("owner_id", String(200)),
    Column("owner_name", String(NAME_LENGTH)),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("state", String(20), nullable=False),
    Column("word", Text, nullable=False),
    Column("decided_by", String(NAME_LENGTH), nullable=False),
    Column("changed_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("reached_amount", Integer),
    Column("reached_unit", String(10)),
    Column("lesson", Text, nullable=False),
    Column("by_mail", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Index(None, "state", "asked_at"),
    Index(None, "asker_id"),
    Index(None, "sponsor_id"),
    Index(None, "owner_id"),
)

approvals = Table(
    "ideas_approvals",
    metadata,
    Column("idea_id", String(32), primary_key=True),
    Column("role", String(20), primary_key=True),
    Column("person_id", String(200), nullable=False),
    Column("person_name", String(NAME_LENGTH), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # Two roles are two people.
    Index(None, "idea_id", "person_id", unique=True),
)

votes = Table(
    "ideas_votes",
    metadata,
    Column("idea_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Index(None, "person_id"),
)

cards = Table(
    "ideas_cards",
    metadata,
    Column("idea_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Column("place", Text, nullable=False),
    Column("message_key", String(300), nullable=False),
    Index(None, "person_id"),
)

searches = Table(
    "ideas_searches",
    metadata,
    # In place of a person: see `searches.Searches`.
    Column("seeker", String(64), primary_key=True),
    Column("words", String(WORDS_LENGTH), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "at"),
)

gaps = Table(
    "ideas_gaps",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("text", Text, nullable=False),
    Column("people", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("stands", Boolean, nullable=False),
    Column("told_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("closed_by", String(NAME_LENGTH), nullable=False),
    Column("idea_id", String(32), nullable=False),
)

PERSON_COLUMNS = (
    ideas.c.asker_id,
    ideas.c.sponsor_id,
    ideas.c.owner_id,
    approvals.c.person_id,
    votes.c.person_id,
    cards.c.person_id,
)
"""They follow when two people prove to be one."""


def idea_columns(idea: Idea) -> dict[str, object]:
    return {
        "id": idea.id,
        "kind": idea.kind,
        "kind_title": idea.kind_title,
        "title": idea.title,
        **_colleague("asker", idea.asker),
        "asked_at": idea.asked_at,
        "given": json.dumps(dict(idea.given), ensure_ascii=False),
        "missing": json.dumps(idea.missing, ensure_ascii=False),
        "needed": json.dumps(idea.needed),
        **_colleague("sponsor", idea.sponsor),
        **_value("value", idea.value),
        "effort": idea.effort,
        **_colleague("owner", idea.owner),
        "starts_on": idea.starts_on,
        "ends_on": idea.ends_on,
        "state": idea.state,
        "word": idea.word,
        "decided_by": idea.decided_by[:NAME_LENGTH],
        "changed_at": idea.changed_at,
        "finished_at": idea.finished_at,
        **_value("reached", idea.reached),
        "lesson": idea.lesson,
        "by_mail": idea.by_mail,
        "revision": idea.revision,
    }


def idea_of(row: Row[*tuple[object, ...]]) -> Idea:
    return Idea(
        id=row.id,
        kind=row.kind,
        kind_title=row.kind_title,
        title=row.title,
        asker=Colleague(row.asker_id, row.asker_name),
        asked_at=row.asked_at,
        given=json.loads(row.given),
        missing=tuple(json.loads(row.missing)),
        needed=tuple(Role(each) for each in json.loads(row.needed)),
        sponsor=Colleague(row.sponsor_id, row.sponsor_name) if row.sponsor_id else None,
        value=Value(row.value_amount, Unit(row.value_unit)) if row.value_unit else None,
        effort=row.effort,
        owner=Colleague(row.owner_id, row.owner_name) if row.owner_id else None,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        state=State(row.state),
        word=row.word,
        decided_by=row.decided_by,
        changed_at=row.changed_at,
        finished_at=row.finished_at,
        reached=Value(row.reached_amount, Unit(row.reached_unit)) if row.reached_unit else None,
        lesson=row.lesson,
        by_mail=row.by_mail,
        revision=row.revision,
    )


def approval_of(row: Row[*tuple[object, ...]]) -> Approval:
    return Approval(Role(row.role), row.person_id, row.person_name, row.at)


def _colleague(name: str, colleague: Colleague | None) -> dict[str, object]:
    if colleague is None:
        return {f"{name}_id": None, f"{name}_name": None}
    return {f"{name}_id": colleague.person_id, f"{name}_name": colleague.name[:NAME_LENGTH]}


def _value(name: str, value: Value | None) -> dict[str, object]:
    amount, unit = (value.amount, value.unit) if value is not None else (None, None)
    return {f"{name}_amount": amount, f"{name}_unit": unit}
