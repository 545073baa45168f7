"""Where reviews are kept, and how a row becomes one."""

import json
from dataclasses import fields
from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, Row, String, Table, Text

from bot.features.reviews.model import Assignment, Card, File, Link, Rating, Review, Seat, State, Submission
from bot.features.reviews.rubric import Blind, Rubric
from bot.storage.serialisation import place_from_json, place_to_json
from bot.storage.tables import RowId, UtcDateTime, metadata

NAME_LENGTH = 200
TITLE_LENGTH = 300
WHY_LENGTH = 500

submissions = Table(
    "review_submissions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("rubric_id", String(40), nullable=False),
    Column("rubric", Text, nullable=False),
    Column("title", String(TITLE_LENGTH), nullable=False),
    Column("author_id", String(200), nullable=False),
    Column("author_name", String(NAME_LENGTH), nullable=False),
    Column("private", Text, nullable=False),
    Column("submitted_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("about", Text, nullable=False),
    Column("wanted", Text, nullable=False),
    Column("links", Text, nullable=False),
    Column("given", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("language", String(35), nullable=False),
    Column("blind", String(20), nullable=False),
    Column("seats", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("missing", Text, nullable=False),
    Column("returned_by", String(200), nullable=False),
    Column("returned_at", UtcDateTime),
    Column("complete_at", UtcDateTime),
    Column("asked", Integer, nullable=False),
    Column("short_told_at", UtcDateTime),
    Column("released_at", UtcDateTime),
    Column("reply", Text, nullable=False),
    Column("replied_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("is_example", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("files", Text, nullable=False),
    Index(None, "author_id", "submitted_at"),
    Index(None, "state", "submitted_at"),
)

coauthors = Table(
    "review_coauthors",
    metadata,
    Column("submission_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Index(None, "person_id"),
)

assignments = Table(
    "review_assignments",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("submission_id", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("person_id", String(200), nullable=False),
    Column("person_name", String(NAME_LENGTH), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("seat", String(20), nullable=False),
    Column("why", String(WHY_LENGTH), nullable=False),
    Column("word", Text, nullable=False),
    Column("by", String(200), nullable=False),
    Column("accepted_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    # Whatever goes wrong before it: nobody reviews the same work twice.
    Index(None, "submission_id", "person_id", unique=True),
    Index(None, "submission_id", "number", unique=True),
    Index(None, "person_id", "asked_at"),
    Index(None, "asked_at"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("assignment_id", String(32), primary_key=True),
    Column("submission_id", String(32), nullable=False),
    Column("ratings", Text, nullable=False),
    Column("good", Text, nullable=False),
    Column("better", Text, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Index(None, "submission_id"),
)

contents = Table(
    "review_files",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("submission_id", String(32), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index(None, "submission_id"),
)
"""What is in the files; what they are called stands with their submission."""

cards = Table(
    "review_cards",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("submission_id", String(32), nullable=False),
    Column("person_id", String(200), nullable=False),
    Column("conversation", String(500), nullable=False),
    Column("key", String(300), nullable=False),
    Column("place", Text, nullable=False),
    Index(None, "conversation", "key", unique=True),
    Index(None, "submission_id"),
    Index(None, "person_id"),
)

PERSON_COLUMNS = (
    submissions.c.author_id,
    submissions.c.returned_by,
    coauthors.c.person_id,
    assignments.c.person_id,
    assignments.c.by,
    cards.c.person_id,
)
"""They follow when two people prove to be one."""


@cache
def _rubrics() -> TypeAdapter[Rubric]:
    return TypeAdapter(Rubric)


@cache
def _links() -> TypeAdapter[tuple[Link, ...]]:
    return TypeAdapter(tuple[Link, ...])


@cache
def _files() -> TypeAdapter[tuple[File, ...]]:
    return TypeAdapter(tuple[File, ...])


@cache
def _ratings() -> TypeAdapter[dict[str, Rating]]:
    return TypeAdapter(dict[str, Rating])


def submission_columns(submission: Submission) -> dict[str, object]:
    own = {each.name: getattr(submission, each.name) for each in fields(submission) if each.name != "with_ids"}
    return {
        **own,
        "rubric_id": submission.rubric.id,
        "title": submission.title[:TITLE_LENGTH],
        "rubric": _rubrics().dump_json(submission.rubric).decode(),
        "author_name": submission.author_name[:NAME_LENGTH],
        "private": place_to_json(submission.private),
        "links": _links().dump_json(submission.links).decode(),
        "files": _files().dump_json(submission.files).decode(),
        "given": json.dumps(dict(submission.given), ensure_ascii=False),
        "team": json.dumps(sorted(submission.team), ensure_ascii=False),
        "missing": json.dumps(submission.missing, ensure_ascii=False),
    }


def submission_of(row: Row[*tuple[object, ...]], with_ids: frozenset[str]) -> Submission:
    values = dict(row._mapping)
    del values["rubric_id"]
    return Submission(
        **{
            **values,
            "rubric": _rubrics().validate_json(row.rubric),
            "private": place_from_json(row.private),
            "links": _links().validate_json(row.links),
            "files": _files().validate_json(row.files),
            "given": json.loads(row.given),
            "team": frozenset(json.loads(row.team)),
            "missing": tuple(json.loads(row.missing)),
            "with_ids": with_ids,
            "blind": Blind(row.blind),
            "state": State(row.state),
        }
    )


def assignment_columns(assignment: Assignment) -> dict[str, object]:
    return {
        **{each.name: getattr(assignment, each.name) for each in fields(assignment)},
        "person_name": assignment.person_name[:NAME_LENGTH],
        "why": assignment.why[:WHY_LENGTH],
    }


def assignment_of(row: Row[*tuple[object, ...]]) -> Assignment:
    return Assignment(**{**row._mapping, "seat": Seat(row.seat)})


def review_columns(review: Review) -> dict[str, object]:
    return {
        **{each.name: getattr(review, each.name) for each in fields(review)},
        "ratings": _ratings().dump_json(dict(review.ratings)).decode(),
    }


def review_of(row: Row[*tuple[object, ...]]) -> Review:
    return Review(**{**row._mapping, "ratings": _ratings().validate_json(row.ratings)})


def card_columns(card: Card) -> dict[str, object]:
    return {
        "submission_id": card.submission_id,
        "person_id": card.person_id,
        "conversation": card.place.conversation,
        "key": card.key,
        "place": place_to_json(card.place),
    }


def card_of(row: Row[*tuple[object, ...]]) -> Card:
    return Card(row.submission_id, row.person_id, place_from_json(row.place), row.key)
