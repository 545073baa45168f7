"""Events: what is announced to the company, who comes, what they ask. Pure.

An event is once. What comes again is a series of office hours, or one event after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.chat.moments import zone_of
from bot.chat.turn import EVERYONE, Person
from bot.features.library.model import COMPANY
from scheduler.local_time import in_utc

ID_LENGTH = 16
"""Of an event at most; the ids of its sign-ups are made of it and have at most 32."""

TITLE_LIMIT = 120
WORD_LIMIT = 500
TEXT_LIMIT = 3_000  # what one field of a form takes on every platform
TOPIC_LIMIT = 10
ORGANISER_LIMIT = 10
QUESTION_LIMIT = 300
MOST_QUESTIONS = 200
MOST_OWN_QUESTIONS = 10
MOST_PLACES = 10_000
LONGEST = timedelta(days=1)
LONGEST_CAMPAIGN = timedelta(days=367)
A_DAY = timedelta(days=1)


class Kind(StrEnum):
    """A `campaign` is a span of whole days, every other kind has a time of day."""

    WEBINAR = "webinar"
    LAUNCH = "launch"
    CAMPAIGN = "campaign"
    OTHER = "other"


class EventState(StrEnum):
    """A `draft` is seen by its organisers and by those who announce. What is cancelled stays so."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    OVER = "over"
    CANCELLED = "cancelled"


class SignUpState(StrEnum):
    """`waiting` has no place yet. `left` has neither, and may sign up again."""

    COMING = "coming"
    WAITING = "waiting"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Organiser:
    person_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Event:
    """`starts` and `ends` are aware; of a campaign they are midnights in `zone`, the second after its last day. `place`
    is where it is in words, `link` an https address of a call. Without a `capacity` everybody gets a place. `readers`
    are the principals who see it once it is announced. `asked_at` is when its organisers asked for that.

    `sequence` counts what a calendar has to hear of: another time or place, or that it is cancelled; `word` is why.
    `recording` (https), `notes` and how many `came` are said afterwards. `taken` counts the sign-ups that were ever
    made. `revision` counts all other changes: one is made to the revision that was read, or not at all."""

    id: str
    kind: Kind
    title: str
    starts: datetime
    ends: datetime
    zone: str
    organisers: tuple[Organiser, ...]
    made_at: datetime
    about: str = ""
    topics: tuple[str, ...] = ()
    hub: str = COMPANY
    readers: frozenset[str] = frozenset({EVERYONE})
    place: str = ""
    link: str = ""
    capacity: int | None = None
    state: EventState = EventState.DRAFT
    asked_at: datetime | None = None
    announced_at: datetime | None = None
    announced_by: str = ""
    sequence: int = 0
    word: str = ""
    recording: str = ""
    notes: str = ""
    came: int | None = None
    taken: int = 0
    revision: int = 1

    @property
    def has_whole_days(self) -> bool:
        return self.kind is Kind.CAMPAIGN

    @property
    def is_draft(self) -> bool:
        return self.state is EventState.DRAFT

    @property
    def first_day(self) -> date:
        """In its own zone."""
        return self.starts.astimezone(zone_of(self.zone)).date()

    @property
    def last_day(self) -> date:
        return (self.ends - timedelta(microseconds=1)).astimezone(zone_of(self.zone)).date()

    @property
    def where(self) -> str:
        return " · ".join(each for each in (self.place, self.link) if each)

    def is_organised_by(self, person_id: str) -> bool:
        return any(each.person_id == person_id for each in self.organisers)

    def is_open(self, now: datetime) -> bool:
        """For signing up and asking."""
        return self.state is EventState.ANNOUNCED and now < self.ends

    def is_public(self, readers: frozenset[str]) -> bool:
        """Whether one of `readers` sees it; also when it was cancelled after that."""
        return self.announced_at is not None and bool(self.readers & readers)


def may_see(event: Event, person: Person) -> bool:
    return event.is_public(person.principals) or event.is_organised_by(person.id) or may_announce(event, person)


def may_organise(event: Event, person: Person) -> bool:
    return event.is_organised_by(person.id) or person.is_admin


def may_announce(event: Event, person: Person) -> bool:
    """Curators and admins."""
    return person.curates


@dataclass(frozen=True, slots=True)
class SignUp:
    """`number` is its place in the order of all that were ever made for the event. `seat` is one of its places, None
    without one. `sequence` counts what its person's calendar has to hear besides what happens to the event."""

    id: str
    event_id: str
    number: int
    person_id: str
    person_name: str
    at: datetime
    state: SignUpState
    seat: int | None = None
    sequence: int = 0
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Question:
    """Asked before, or during. `person_name` is empty where it was withheld. `votes` counts those who ask it too."""

    id: str
    event_id: str
    person_id: str
    person_name: str
    text: str
    at: datetime
    answer: str = ""
    answered_by: str = ""
    answered_by_name: str = ""
    answered_at: datetime | None = None
    votes: int = 0

    @property
    def is_open(self) -> bool:
        return self.answered_at is None


@dataclass(frozen=True, slots=True)
class Announcement:
    """In a channel, once. `outsiders`: there although people from outside the company read along."""

    platform: str
    channel: str
    outsiders: bool = False


class What(StrEnum):
    """What happened to somebody's part in an event, for whoever tells them, or their calendar."""

    SIGNED_UP = "signed up"
    PUT_ON_LIST = "put on the waiting list"
    MOVED_UP = "moved up"
    LEFT = "left"
    RETIMED = "retimed"
    CHANGED = "changed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Fact:
    """`sign_up` as it is since. `had_place`: it was no longer, or never, on the waiting list."""

    what: What
    sign_up: SignUp
    had_place: bool = True


def days(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    """The whole days from one to the other, as moments."""
    midnight = datetime.min.time()
    return in_utc(datetime.combine(first, midnight), zone), in_utc(datetime.combine(last + A_DAY, midnight), zone)


def in_order(questions: Sequence[Question]) -> list[Question]:
    """What most ask first, what is answered last."""
    return sorted(questions, key=lambda each: (not each.is_open, -each.votes, each.at, each.id))


def names_in_words(event: Event) -> str:
    """``Sam Lee and Dana Okafor``."""
    names = [each.name for each in event.organisers]
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
