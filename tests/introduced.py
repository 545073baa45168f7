"""Circles and what happens in them, for tests, with what a test does not care about filled in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.features.introductions.model import Circle, Meeting, Member, Participant, Week
from scheduler.rules import Series
from tests.builders import DANA, SAM

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAYS = Series(datetime.fromisoformat("2027-03-01 09:00"), "Europe/Berlin", HOUR, "FREQ=WEEKLY;BYDAY=MO")
SUNDAY = datetime(2027, 2, 28, 12, tzinfo=UTC)
FIRST = datetime(2027, 3, 1, 8, tzinfo=UTC)
"""The first round."""


def circle(circle_id: str = "coffee", **values: object) -> Circle:
    return replace(Circle(circle_id, "Coffee", MONDAYS, DANA.id, DANA.name, SUNDAY), **values)


def member(person_id: str = DANA.id, circle_id: str = "coffee", **values: object) -> Member:
    return replace(Member(circle_id, person_id, person_id.title(), SUNDAY), **values)


def meeting(meeting_id: str, *person_ids: str, **values: object) -> Meeting:
    people = tuple(Participant(each, each.title()) for each in sorted(person_ids))
    return replace(Meeting(meeting_id, "coffee-270301", FIRST, "What went well lately?", people), **values)


def week(person_id: str = SAM.id, **values: object) -> Week:
    return replace(Week(person_id, person_id.title(), SUNDAY), **values)
