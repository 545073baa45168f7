"""What came up in a session becomes drafts for the FAQ."""

from datetime import datetime

from bot.features.faq.capture import Captured, capture
from bot.features.office_hours.changes import series_of
from bot.features.office_hours.model import Point, Session, SessionState
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.profile.reach import reach
from bot.storage.unit_of_work import UnitOfWork


def learn(session: Session, unit: UnitOfWork, now: datetime) -> int:
    """How many drafts were made. Of each point there is one, in its newest words, until it is decided on; before the
    session is over there are none."""
    if session.state is not SessionState.OVER:
        return 0
    store = SqlOfficeHours(unit)
    hours = series_of(store, session)
    people = (*(each.person_name for each in store.bookings(session.id)), *(host.name for host in hours.hosts))

    def captured(point: Point) -> Captured:
        return Captured(
            id=point.id,
            question=point.question,
            answer=point.answer,
            author_id=point.noted_by,
            author=point.noted_by_name,
            place=reach(point.noted_by, unit),
            audience=hours.readers,
            topics=hours.topics,
            people=people,
        )

    return sum(capture(captured(each), unit, now) is not None for each in store.points(session.id))
