"""Introductions: circles whose members are brought together in rounds, and the first week of newcomers. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.chat.turn import EVERYONE
from bot.features.introductions.pairing import PAIRS, Candidate, Earlier
from scheduler.rules import Series

ID_LENGTH = 16
"""Of a circle at most; the ids of its rounds and meetings are made of it and have at most 32."""

TITLE_LIMIT = 120
TEXT_LIMIT = 1_000
WORD_LIMIT = 80
"""Of an office's or a function's name."""

LONGEST_PAUSE = timedelta(days=366)
REFUSALS = 5
"""Of one person at most, so that nobody empties a circle."""

NEWCOMERS_AT_ONCE = 2
"""So many a buddy has at most in their first week."""

MISSED = 0.3
"""What an introduction counts of which somebody said that nobody met, and nobody that they did."""


class Answer(StrEnum):
    """What somebody says who was asked whether they met."""

    MET = "met"
    PLANNED = "planned"
    NOT_MET = "not met"


@dataclass(frozen=True, slots=True)
class Circle:
    """A group that people opt into, and its rhythm: a round at each occurrence of `schedule`. `size` is PAIRS or TRIOS.
    `readers` are the principals who see and join it. `revision` counts changes: one is made to the revision that was
    read, or not at all."""

    id: str
    title: str
    schedule: Series
    opened_by: str
    opened_by_name: str
    opened_at: datetime
    about: str = ""
    size: int = PAIRS
    readers: frozenset[str] = frozenset({EVERYONE})
    closed_at: datetime | None = None
    revision: int = 1

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class Member:
    """`office` and `function` in their own words, empty where they said nothing. They sit out the rounds before
    `paused_until`."""

    circle_id: str
    person_id: str
    person_name: str
    joined_at: datetime
    office: str = ""
    function: str = ""
    paused_until: date | None = None

    def is_present(self, today: date) -> bool:
        return self.paused_until is None or self.paused_until <= today


@dataclass(frozen=True, slots=True)
class Round:
    """`original` is the key of its occurrence. `people` is how many were present, also where that was one."""

    id: str
    circle_id: str
    original: date
    made_at: datetime
    people: int


@dataclass(frozen=True, slots=True)
class Participant:
    person_id: str
    person_name: str
    answer: Answer | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two or three who were introduced to one another; `prompt` is something to begin with."""

    id: str
    round_id: str
    made_at: datetime
    prompt: str
    participants: tuple[Participant, ...]

    @property
    def person_ids(self) -> tuple[str, ...]:
        return tuple(each.person_id for each in self.participants)

    def others(self, person_id: str) -> tuple[Participant, ...]:
        return tuple(each for each in self.participants if each.person_id != person_id)

    def said_by(self, person_id: str) -> Answer | None:
        return next((each.answer for each in self.participants if each.person_id == person_id), None)


@dataclass(frozen=True, slots=True)
class Refusal:
    """`person_id` is never introduced to `other_id`, who does not learn of it."""

    person_id: str
    other_id: str
    other_name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Buddy:
    """Somebody who offered to be there for newcomers."""

    person_id: str
    person_name: str
    since: datetime
    office: str = ""
    function: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """The first week of a newcomer. `buddy_id` is empty until somebody has time. `steps` counts those they have had;
    `not_again` are buddies who had no time for them. `revision` as of a circle."""

    person_id: str
    person_name: str
    began_at: datetime
    office: str = ""
    function: str = ""
    buddy_id: str = ""
    buddy_name: str = ""
    steps: int = 0
    not_again: tuple[str, ...] = ()
    ended_at: datetime | None = None
    revision: int = 1

    @property
    def is_running(self) -> bool:
        return self.ended_at is None

    @property
    def is_declined(self) -> bool:
        """They said that they are not new; or stopped before anything came, and may begin again."""
        return not self.is_running and not self.steps


def round_id(circle_id: str, original: date) -> str:
    return f"{circle_id}-{original:%y%m%d}"


def candidate(member: Member, hours_ahead: float) -> Candidate:
    return Candidate(member.person_id, member.office, member.function, hours_ahead)


def earlier(meeting: Meeting, now: datetime) -> Earlier:
    """What it counts in later rounds."""
    said = {each.answer for each in meeting.participants}
    weight = MISSED if Answer.NOT_MET in said and Answer.MET not in said else 1.0
    return Earlier(meeting.person_ids, max((now - meeting.made_at) / timedelta(days=1), 0.0), weight)
