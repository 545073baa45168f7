"""Office hours for tests, with what a test does not care about filled in."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.features.office_hours.model import Booking, BookingState, Host, OfficeHours, Session, numbered, session_id
from scheduler.rules import Series
from tests.builders import NOON, SAM

FIRST = date(2027, 3, 2)
"""A Tuesday, the day after NOON."""

STARTS = NOON + timedelta(days=1, hours=2)
SCHEDULE = Series(
    datetime.fromisoformat("2027-03-02T15:00"), "Europe/Berlin", timedelta(hours=1), "FREQ=WEEKLY;BYDAY=TU"
)


def hours(series_id: str = "s1", **values: object) -> OfficeHours:
    made = OfficeHours(series_id, "Renewals", (Host(SAM.id, SAM.name),), SCHEDULE, NOON, ("renewals", "pricing"))
    return replace(made, **values)


def session(series_id: str = "s1", original: date = FIRST, **values: object) -> Session:
    starts = STARTS + (original - FIRST)
    made = Session(session_id(series_id, original), series_id, original, starts, starts + timedelta(hours=1))
    return replace(made, **values)


def booking(number: int = 1, person_id: str = "web:dana", **values: object) -> Booking:
    made = Booking(
        id=numbered(session(), number),
        session_id=session().id,
        number=number,
        person_id=person_id,
        person_name=f"Person {person_id}",
        slot=0,
        booked_at=NOON,
        seat=number,
        state=BookingState.BOOKED,
    )
    return replace(made, **values)
