"""An expert: somebody who offered to help others, on what, and when. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.chat.moments import day_in_words, moment_in_words
from bot.storage.linking import zone_name
from bot.storage.people import KnownPerson
from scheduler.working_hours import Absence, Hours, WorkingHours

NO_LIMIT = 0
USUAL_LIMIT = 5
TOPIC_LIMIT = 20
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Expert:
    """What somebody said about themselves. `topics` are in their own words; `languages` are codes; of `hubs` none means
    all. `days` count from Monday, 0. `back_on` is the first day after an absence, `stand_in` the id of another expert.
    `not_mine` are topics that Guildhall would think theirs and that are not. `is_public`: thanks to them show where it
    was asked, too."""

    person_id: str
    joined_at: datetime
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    hubs: tuple[str, ...] = ()
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    works_from: str = "09:00"
    works_to: str = "17:00"
    weekly_limit: int = USUAL_LIMIT
    back_on: date | None = None
    stand_in: str = ""
    not_mine: tuple[str, ...] = ()
    is_public: bool = False

    def disowns(self, topic: str) -> bool:
        return topic.casefold() in {each.casefold() for each in self.not_mine}

    def is_away(self, today: date) -> bool:
        return self.back_on is not None and today < self.back_on

    def serves(self, hubs: frozenset[str]) -> bool:
        """Whether this expert is there for somebody of these hubs; of whom no hub is known may be of any."""
        return not self.hubs or not hubs or not hubs.isdisjoint(self.hubs)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A question that an expert answered, as whoever asked let it be known. `id` is the question's, `readers` are the
    principals who may know that there was such a question."""

    id: str
    person_id: str
    text: str
    topics: tuple[str, ...]
    readers: frozenset[str]
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who knows about a question. `share` is theirs of all that speaks for people, 0..1; `confidence` the
    probability that they are a right one, calibrated for the first. `why` is the reason in one line, as the reader may
    know it: "owns “Renewal playbook” and 2 more, answered 4 like this"; `is_alike` where that is about the same and
    does not only come close."""

    person_id: str
    share: float
    confidence: float
    why: str = ""
    is_alike: bool = True


def zone_of(person: KnownPerson) -> str:
    """Of the settings, else what the account says."""
    return zone_name(person.preferences.time_zone or person.time_zone) or "UTC"


def today_of(person: KnownPerson, now: datetime) -> date:
    return now.astimezone(ZoneInfo(zone_of(person))).date()


def working_hours(expert: Expert, person: KnownPerson) -> WorkingHours:
    """With the absence. Whatever is due by somebody's working time asks this."""
    hours = (Hours(time.fromisoformat(expert.works_from), time.fromisoformat(expert.works_to)),)
    week = tuple(hours if day in expert.days else () for day in range(7))
    away = (Absence(date.min, expert.back_on - DAY),) if expert.back_on is not None else ()
    return WorkingHours(zone_of(person), week, away)


def days_in_words(days: tuple[int, ...]) -> str:
    """``Monday to Friday``, ``Monday, Wednesday``."""
    if len(days) > 2 and list(days) == list(range(days[0], days[-1] + 1)):
        return f"{WEEKDAYS[days[0]]} to {WEEKDAYS[days[-1]]}"
    return ", ".join(WEEKDAYS[day] for day in days)


def presence(expert: Expert, person: KnownPerson, now: datetime, reader_zone: str = "") -> str:
    """Whether they are there, in words: in the reader's zone, or in their own where several people read it."""
    own = ZoneInfo(zone_of(person))
    if expert.back_on is not None and expert.is_away(today_of(person, now)):
        return f"away until {day_in_words(expert.back_on)}"
    opens = working_hours(expert, person).next_open(now)
    if opens is None:
        return "no working hours"
    if opens == now:
        return "working now"
    whose, zone = ("your", ZoneInfo(zone_name(reader_zone) or "UTC")) if reader_zone else ("their", own)
    return f"there {moment_in_words(opens, now, zone)} {whose} time"
