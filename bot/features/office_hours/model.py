"""Office hours: who is there for others, when, and who comes. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.chat.turn import EVERYONE, Place
from scheduler.rules import Series

ID_LENGTH = 16
"""Of a series at most; the ids of its sessions and bookings are made of it and have at most 32."""

TITLE_LIMIT = 120
WORD_LIMIT = 500
TEXT_LIMIT = 3_000  # what one field of a form takes on every platform
TOPIC_LIMIT = 10
HOST_LIMIT = 10
MOST_SEATS = 500
MOST_SLOTS = 48
ANY_SLOT = -1
"""Of whoever waits for whichever slot of a session is free first."""


class SessionState(StrEnum):
    """`cancelled`: its date was skipped, or the series has it no more; a date that is kept again is planned again."""

    PLANNED = "planned"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


class BookingState(StrEnum):
    """`waiting` has no seat yet. `in turn` and `done` came, `missed` did not. `cancelled` by who booked, `called off`
    by a host, or with the session."""

    WAITING = "waiting"
    BOOKED = "booked"
    IN_TURN = "in turn"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"
    CALLED_OFF = "called off"


ENDED = frozenset({BookingState.CANCELLED, BookingState.CALLED_OFF})
"""Neither seat nor waiting; whoever had it may book again."""


@dataclass(frozen=True, slots=True)
class Host:
    person_id: str
    name: str


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """A series as its hosts announce it. `about` says more than the title, `place` where it is in words, `link` is an
    https address of a call. With a `slot_length` it is one-to-one: a session has as many slots as fit, one seat each;
    without it is for a group of `capacity`. `readers` are the principals who see and book it. `revision` counts
    changes: one is made to the revision that was read, or not at all."""

    id: str
    title: str
    hosts: tuple[Host, ...]
    schedule: Series
    opened_at: datetime
    topics: tuple[str, ...] = ()
    about: str = ""
    place: str = ""
    link: str = ""
    slot_length: timedelta | None = None
    capacity: int = 8
    readers: frozenset[str] = frozenset({EVERYONE})
    closed_at: datetime | None = None
    revision: int = 1

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_one_to_one(self) -> bool:
        return self.slot_length is not None

    @property
    def seats(self) -> int:
        """Of each slot; a group session is one slot."""
        return 1 if self.is_one_to_one else self.capacity

    def is_hosted_by(self, person_id: str) -> bool:
        return any(host.person_id == person_id for host in self.hosts)


@dataclass(frozen=True, slots=True)
class Session:
    """One date of a series. `original` is the date that the rule gives: its key for ever, also where it was moved.
    `slot_length` is as of the series when it was planned. `sequence` counts what a calendar has to hear of: another
    time or place, cancelled, on again. `word` is why it was cancelled. `taken` counts the bookings that were ever made.
    """

    id: str
    series_id: str
    original: date
    starts: datetime
    ends: datetime
    slot_length: timedelta | None = None
    state: SessionState = SessionState.PLANNED
    sequence: int = 0
    word: str = ""
    notes: str = ""
    taken: int = 0
    revision: int = 1

    def is_bookable(self, now: datetime) -> bool:
        return self.state in (SessionState.PLANNED, SessionState.RUNNING) and now < self.ends


@dataclass(frozen=True, slots=True)
class Booking:
    """`number` is its place in the order in which a session was booked. `slot` counts from 0, of a group session it is
    0; ANY_SLOT only while it waits. `seat` is its own among those of the slot, None without one. `brings` is what they
    want to talk about. `sequence` as of a session, for their own calendar."""

    id: str
    session_id: str
    number: int
    person_id: str
    person_name: str
    slot: int
    booked_at: datetime
    seat: int | None = None
    state: BookingState = BookingState.WAITING
    brings: str = ""
    word: str = ""
    sequence: int = 0
    revision: int = 1

    @property
    def is_standing(self) -> bool:
        return self.state not in ENDED

    @property
    def has_come(self) -> bool:
        return self.state in (BookingState.IN_TURN, BookingState.DONE)


@dataclass(frozen=True, slots=True)
class Point:
    """A question that came up, and what was answered. `booking_id` is of whoever brought it, empty where nobody did."""

    id: str
    session_id: str
    question: str
    answer: str
    noted_by: str
    noted_by_name: str
    noted_at: datetime
    booking_id: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the sessions of a series that are over: how many, the places that people had, how many of those came, how many
    people that were, and what was noted for the FAQ."""

    sessions: int
    places: int
    came: int
    people: int
    points: int


@dataclass(frozen=True, slots=True)
class Card:
    """A message that follows what it shows: one person's booking, or for a host a session. `subject` is its id."""

    place: Place
    key: str
    subject: str
    person_id: str


class What(StrEnum):
    """What happened to a booking, for whoever tells its person, or their calendar."""

    BOOKED = "booked"
    PUT_ON_LIST = "put on the waiting list"
    MOVED_UP = "moved up"
    REWORDED = "reworded"
    CANCELLED = "cancelled"
    CALLED_OFF = "called off"
    RETIMED = "retimed"
    CHANGED = "changed"
    TAKEN_IN_TURN = "taken in turn"
    DONE = "done"
    MISSED = "missed"
    PUT_BACK = "put back"


@dataclass(frozen=True, slots=True)
class Fact:
    """`booking` and its `session` as they are since. `had_place`: it was no longer, or never, on the waiting list."""

    what: What
    booking: Booking
    session: Session
    had_place: bool = True


def session_id(series_id: str, original: date) -> str:
    return f"{series_id}-{original:%y%m%d}"


def numbered(session: Session, number: int) -> str:
    return f"{session.id}-{number}"


def slot_count(session: Session) -> int:
    """A last one that would be cut short is none."""
    if session.slot_length is None:
        return 1
    return min((session.ends - session.starts) // session.slot_length, MOST_SLOTS)


def slot_times(session: Session, slot: int) -> tuple[datetime, datetime]:
    """When it begins and ends; of a group session, and of ANY_SLOT, all of it."""
    if session.slot_length is None or slot == ANY_SLOT:
        return session.starts, session.ends
    begins = session.starts + slot * session.slot_length
    return begins, begins + session.slot_length
