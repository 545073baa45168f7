"""What hosts said in a form, as a plan of office hours. Everything that is wrong is said beside its field."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import Values, one
from bot.chat.moments import zone_of
from bot.chat.wording import shortened
from bot.features.escalations.expert_forms import is_address
from bot.features.office_hours.hosting import SHORTEST
from bot.features.office_hours.hosting_forms import (
    A_GROUP,
    A_SLOT,
    ABOUT,
    AN_HOUR,
    DATES,
    DAY,
    HOSTS,
    KIND,
    LINK,
    MINUTES,
    ONE_TO_ONE,
    PLACE,
    RHYTHM,
    SIZE,
    TIME,
    TITLE,
    TOPICS,
)
from bot.features.office_hours.model import HOST_LIMIT, MOST_SEATS, TOPIC_LIMIT, OfficeHours
from scheduler.rule_phrases import series_in_words
from scheduler.rule_words import rhythm_of
from scheduler.rules import Series

MOST_DATES = 200
A_DAY = timedelta(days=1)
NOT_A_TIME = "Write a time like 15:00, please."


@dataclass(frozen=True, slots=True)
class Plan:
    """What was said in the form, apart from who hosts it."""

    title: str
    topics: tuple[str, ...]
    about: str
    schedule: Series
    place: str
    link: str
    capacity: int
    slot_length: timedelta | None


@contextmanager
def kept_in_the_form(field: str) -> Iterator[None]:
    """Where it is not done, the form stays open and what was typed with it."""
    try:
        yield
    except FormRejected:
        raise
    except UserFacingError as error:
        raise FormRejected({field: str(error)}) from error


def moved_to(values: Values) -> datetime:
    """Naive. Raises FormRejected."""
    return datetime.combine(_day_in(one(values, DAY)), _time_in(one(values, TIME)))


def plan_from(values: Values, zone: str, now: datetime, known: OfficeHours | None = None) -> Plan:
    """`zone` is for a rhythm that names none. What was not changed of `known` stays as it is. Raises FormRejected with
    all that is wrong."""
    problems: dict[str, str] = {}
    is_one_to_one = known.is_one_to_one if known else one(values, KIND) == ONE_TO_ONE
    size = _size(one(values, SIZE), problems, is_one_to_one=is_one_to_one)
    schedule = _schedule(values, zone, now, known, problems)
    topics = tuple(dict.fromkeys(each.strip() for each in re.split(r"[,;\n]", one(values, TOPICS)) if each.strip()))
    link = one(values, LINK)
    if not any(letter.isalnum() for letter in one(values, TITLE)):
        problems[TITLE] = "Say it in words, please."
    if len(topics) > TOPIC_LIMIT:
        problems[TOPICS] = f"At most {TOPIC_LIMIT} topics, please; these are {len(topics)}."
    if link and not is_address(link) and link != (known.link if known else ""):
        problems[LINK] = "A link begins with https:// and has no blanks."
    length = timedelta(minutes=size) if is_one_to_one else None
    if schedule is not None and length is not None and length > schedule.duration:
        problems.setdefault(SIZE, "One talk takes longer than all of it.")
    if problems or schedule is None:
        raise FormRejected(problems)
    capacity = size if not is_one_to_one else known.capacity if known else A_GROUP
    return Plan(
        one(values, TITLE), topics, one(values, ABOUT), schedule, one(values, PLACE), link, capacity, length
    )  # fmt: skip


def hosts_in(values: Values) -> Sequence[str]:
    """Names and addresses as they were typed. Raises FormRejected."""
    typed = list(dict.fromkeys(each.strip() for each in re.split(r"[,;\n]", one(values, HOSTS)) if each.strip()))
    if len(typed) > HOST_LIMIT:
        raise FormRejected({HOSTS: f"At most {HOST_LIMIT} hosts, please; these are {len(typed)}."})
    return typed


def _schedule(
    values: Values, zone: str, now: datetime, known: OfficeHours | None, problems: dict[str, str]
) -> Series | None:
    """None where something is wrong with it."""
    typed, before = one(values, RHYTHM), known.schedule if known else None
    duration = _number(one(values, MINUTES) or "0")
    if duration is None or timedelta(minutes=duration) > A_DAY:
        problems[MINUTES] = "Write a number of minutes, please: a day at most."
    length = timedelta(minutes=duration or 0)
    try:
        holidays = _dates_in(one(values, DATES))
    except ValueError as error:
        problems[DATES] = str(error)
        holidays = frozenset()
    try:
        if before is not None and typed == series_in_words(before):
            made = replace(before, duration=length or before.duration, holidays=holidays)
        else:
            rhythm = rhythm_of(typed, now.astimezone(zone_of(zone)).date())
            made = rhythm.series(now, zone, length or AN_HOUR, holidays)
            if before is not None:
                made = replace(made, skipped=before.skipped, moved=before.moved)
    except ValueError as error:
        problems[RHYTHM] = str(error)
        return None
    if made.duration < SHORTEST:
        problems.setdefault(MINUTES, "They take at least five minutes.")
    return made if not problems.keys() & {MINUTES, DATES} else None


def _size(typed: str, problems: dict[str, str], *, is_one_to_one: bool) -> int:
    default = A_SLOT // timedelta(minutes=1) if is_one_to_one else A_GROUP
    number = _number(typed) if typed else default
    least, most = (5, A_DAY // timedelta(minutes=1)) if is_one_to_one else (1, MOST_SEATS)
    if number is None or not least <= number <= most:
        what = "A talk takes at least five minutes" if is_one_to_one else f"A group has 1 to {MOST_SEATS} places"
        problems[SIZE] = f"{what}. Write a number, please."
        return default
    return number


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else None


def _day_in(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise FormRejected({DAY: "Write a day like 2027-03-31, please."}) from None


def _time_in(typed: str) -> time:
    found = re.fullmatch(r"(\d{1,2})[:.](\d\d)", typed)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise FormRejected({TIME: NOT_A_TIME})
    return time(int(found[1]), int(found[2]))


def _dates_in(typed: str) -> frozenset[date]:
    """Raises ValueError for people to read."""
    found: set[date] = set()
    for line in re.split(r"[,;\n]", typed):
        days = re.findall(r"\d{4}-\d\d-\d\d", line)
        if not line.strip():
            continue
        left = re.sub(r"\d{4}-\d\d-\d\d|to|until|till|bis|[-–—]", "", line, flags=re.IGNORECASE)
        try:
            first, last = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
        except (IndexError, ValueError):
            first = last = date.min
        number = (last - first).days + 1
        if left.strip() or len(days) > 2 or first == date.min or number < 1:
            raise ValueError(f"“{shortened(line, 60)}” is no date. Write 2026-12-24, or 2026-12-24 to 2027-01-03.")
        if len(found) + number > MOST_DATES:
            raise ValueError(f"At most {MOST_DATES} dates, please.")
        found |= {first + timedelta(days=each) for each in range(number)}
    return frozenset(found)
