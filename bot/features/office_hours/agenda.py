"""What a session is about: what those bring who come, and questions on its topics that nobody has answered yet."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.escalations.model import Escalation
from bot.features.office_hours.changes import GONE, HIDDEN, series_of
from bot.features.office_hours.model import Booking, BookingState, OfficeHours, Session, slot_times
from bot.features.office_hours.queue import in_line
from bot.features.office_hours.store import SqlOfficeHours
from bot.storage.unit_of_work import UnitOfWork

MOST_QUESTIONS = 10


class OpenQuestions(Protocol):
    """`bot.features.escalations.requests.ExpertRequests` fills it."""

    def open_ones(self, readers: frozenset[str], unit: UnitOfWork) -> Sequence[Escalation]:
        """For which somebody still waits, the longest waiting first."""
        ...


@dataclass(frozen=True, slots=True)
class Item:
    """Of a booking, or of an open question: then `escalation_id` says which. `text` is empty where somebody only said
    that they come, and where the reader may not know what about. `name` is empty where it is withheld."""

    text: str
    name: str
    booking_id: str = ""
    escalation_id: str = ""
    state: BookingState | None = None
    starts: datetime | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """As one reader may know it. `came` are those whose turn is over, or who did not come."""

    hours: OfficeHours
    session: Session
    line: tuple[Item, ...]
    came: tuple[Item, ...]
    questions: tuple[Item, ...]


def agenda_of(session_id: str, reader: Person, open_questions: OpenQuestions, unit: UnitOfWork) -> Agenda:
    """Hosts read all of it; of a group whoever reads the series knows who comes and what they bring, of one-to-one
    slots nobody but who booked. Open questions are those that the reader may know of. Raises UserFacingError."""
    store = SqlOfficeHours(unit)
    session = store.session(session_id)
    if session is None:
        raise UserFacingError(GONE)
    hours = series_of(store, session)
    hosts = hours.is_hosted_by(reader.id) or reader.is_admin
    standing = store.bookings(session.id)
    comes = any(each.person_id == reader.id for each in standing)
    if not (hosts or comes or hours.readers & reader.principals):
        raise UserFacingError(HIDDEN)
    line = in_line(hours, standing)
    in_turn = [each for each in standing if each.state is BookingState.IN_TURN]
    others = [each for each in standing if each not in line and each not in in_turn]

    def items(wanted: Sequence[Booking]) -> tuple[Item, ...]:
        return tuple(
            _item_of(each, hours, session)
            for each in wanted
            if hosts or not hours.is_one_to_one or each.person_id == reader.id
        )

    asked = open_questions.open_ones(reader.principals, unit)
    about = [each for each in asked if is_about(each, hours.topics)]
    return Agenda(
        hours,
        session,
        items([*in_turn, *line]),
        items(others),
        tuple(Item(each.text, each.asker_name, escalation_id=each.id) for each in about[:MOST_QUESTIONS]),
    )


def is_about(asked: Escalation, topics: Sequence[str]) -> bool:
    """One of the topics is one of the question's, or all its words occur in the question."""
    own = {each.casefold() for each in asked.topics}
    words = _words(asked.text)
    return any(each.casefold() in own or (_words(each) and _words(each) <= words) for each in topics)


def _item_of(booking: Booking, hours: OfficeHours, session: Session) -> Item:
    starts = slot_times(session, booking.slot)[0] if hours.is_one_to_one and booking.seat is not None else None
    return Item(booking.brings, booking.person_name, booking.id, state=booking.state, starts=starts)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))
