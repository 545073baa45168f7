"""The form in which an event is planned and changed. Its state names the event and the revision that was read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.chat.errors import FormRejected
from bot.chat.form import ChoiceField, DateField, Form, TextField, Values, one
from bot.chat.moments import zone_of
from bot.features.events.acts import CHANGE, PLAN
from bot.features.events.cards import NAMES
from bot.features.events.model import (
    MOST_PLACES,
    TEXT_LIMIT,
    TITLE_LIMIT,
    WORD_LIMIT,
    Event,
    Kind,
    Organiser,
    days,
)
from bot.features.form_state import from_state, to_state
from scheduler.local_time import in_utc

TITLE, KIND, ABOUT, DAY, AT, UNTIL = "title", "kind", "about", "day", "at", "until"
LAST_DAY, ZONE, PLACE, LINK, CAPACITY, TOPICS, OTHERS = (
    "last_day", "zone", "place", "link", "capacity", "topics", "others",
)  # fmt: skip
LINK_LIMIT = 1_000
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")

FindPerson = Callable[[str], Organiser | None]
"""From a name or an e-mail address to somebody; None for nobody, and where two have that name."""


class Planned(NamedTuple):
    """What the form carries. Without an `event_id` it is a new one."""

    event_id: str = ""
    revision: int = 0
    zone: str = "UTC"


def planned_in(state: str) -> Planned:
    """Raises UserFacingError for what is no state of ours."""
    return from_state(state, Planned) if state else Planned()


def plan_form(zone: str, *, initial: Mapping[str, str] | None = None) -> Form:
    """For a new event, in its organiser's own time."""
    return _form(Planned(zone=zone_of(zone).key), initial or {})


def change_form(event: Event) -> Form:
    """Filled with what it is."""
    local = zone_of(event.zone)
    starts, ends = event.starts.astimezone(local), event.ends.astimezone(local)
    initial = {
        TITLE: event.title,
        KIND: event.kind.value,
        ABOUT: event.about,
        DAY: event.first_day.isoformat(),
        AT: "" if event.has_whole_days else f"{starts:%H:%M}",
        UNTIL: "" if event.has_whole_days else f"{ends:%H:%M}",
        LAST_DAY: event.last_day.isoformat() if event.has_whole_days else "",
        ZONE: event.zone,
        PLACE: event.place,
        LINK: event.link,
        CAPACITY: "" if event.capacity is None else str(event.capacity),
        TOPICS: ", ".join(event.topics),
        OTHERS: ", ".join(each.name for each in event.organisers[1:]),
    }
    return _form(Planned(event.id, event.revision, event.zone), initial)


def form_again(state: str) -> Form:
    """To check what was sent."""
    return _form(planned_in(state), {})


def event_from(values: Values, known: Event, find: FindPerson) -> Event:
    """`known` with what was typed: a new one as it begins, or one as it was read. Raises FormRejected."""
    problems: dict[str, str] = {}
    kind = Kind(one(values, KIND))
    zone = _zone(one(values, ZONE), problems)
    starts, ends = _times(values, kind, zone, problems)
    capacity = number_typed(one(values, CAPACITY), CAPACITY, problems, least=1)
    organisers = _organisers(one(values, OTHERS), known, find, problems)
    if problems:
        raise FormRejected(problems)
    return replace(
        known,
        kind=kind,
        title=one(values, TITLE),
        about=one(values, ABOUT),
        starts=starts,
        ends=ends,
        zone=zone,
        place=one(values, PLACE),
        link=one(values, LINK),
        capacity=capacity,
        topics=tuple(each.strip() for each in one(values, TOPICS).split(",") if each.strip()),
        organisers=organisers,
    )


def number_typed(typed: str, name: str, problems: dict[str, str], *, least: int) -> int | None:
    """None where nothing was typed, or where it is no such number, which is then among the problems."""
    if not typed:
        return None
    if typed.isascii() and typed.isdigit() and least <= int(typed[:9]) <= MOST_PLACES:
        return int(typed)
    problems[name] = f"A number between {least} and {MOST_PLACES}, please, or nothing."
    return None


def _form(state: Planned, initial: Mapping[str, str]) -> Form:
    def text(name: str, label: str, hint: str = "", limit: int = WORD_LIMIT, *, required: bool = False) -> TextField:
        return TextField(name, label, hint, initial.get(name, ""), required, max_length=limit)

    kinds = tuple((kind.value, "Something else" if kind is Kind.OTHER else NAMES[kind]) for kind in Kind)
    about = TextField(ABOUT, "What it is about", initial=initial.get(ABOUT, ""), required=False, multiline=True,
                      max_length=TEXT_LIMIT)  # fmt: skip
    zone = TextField(ZONE, "Time zone", "Europe/Berlin", initial.get(ZONE, "") or state.zone, max_length=64)
    fields = (
        text(TITLE, "What it is called", "What is new in renewals", TITLE_LIMIT, required=True),
        ChoiceField(KIND, "What it is", kinds, initial=(initial.get(KIND, "") or Kind.WEBINAR.value,)),
        about,
        DateField(DAY, "Day", "The first one of a campaign.", initial.get(DAY, "")),
        text(AT, "From", "15:00; a campaign takes whole days", 10),
        text(UNTIL, "Until", "16:00", 10),
        DateField(LAST_DAY, "Last day", "Of a campaign only.", initial.get(LAST_DAY, ""), required=False),
        zone,
        text(PLACE, "Where", "Room 4, or the name of a call"),
        text(LINK, "Link of the call", "https://…, for those who sign up", LINK_LIMIT),
        text(CAPACITY, "How many places", "Empty: as many as come", 5),
        text(TOPICS, "Topics", "renewals, pricing"),
        text(OTHERS, "Other organisers", "Names or e-mail addresses, separated by commas"),
    )
    carried = to_state(state)
    if state.event_id:
        return Form(CHANGE, "Change the event", fields, "Save", state=carried, lasts=True)
    intro = "It begins as a draft that only its organisers and curators see."
    return Form(PLAN, "Plan an event", fields, "Keep the draft", intro, carried, lasts=True)


def _times(values: Values, kind: Kind, zone: str, problems: dict[str, str]) -> tuple[datetime, datetime]:
    nothing = datetime.min.replace(tzinfo=ZoneInfo("UTC"))
    first = _day(one(values, DAY), DAY, problems)
    if kind is Kind.CAMPAIGN:
        last = _day(one(values, LAST_DAY) or one(values, DAY), LAST_DAY, problems)
        if first and last and last < first:
            problems[LAST_DAY] = "It ends before it begins."
        return days(first, last, zone) if first and last and not problems else (nothing, nothing)
    at, until = (_clock(one(values, name), name, problems) for name in (AT, UNTIL))
    if at and until and until <= at:
        problems[UNTIL] = "It ends before it begins. An event that is no campaign is on one day."
    if not (first and at and until) or problems:
        return nothing, nothing
    return in_utc(datetime.combine(first, at), zone), in_utc(datetime.combine(first, until), zone)


def _day(typed: str, name: str, problems: dict[str, str]) -> date | None:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        found = date.min
    if date(2000, 1, 1) < found < date(2999, 1, 1):
        return found
    problems[name] = "Write a day like 2027-03-31, please."
    return None


def _clock(typed: str, name: str, problems: dict[str, str]) -> time | None:
    found = _CLOCK.fullmatch(typed)
    if found and int(found[1]) < 24 and int(found[2] or 0) < 60:
        return time(int(found[1]), int(found[2] or 0))
    problems[name] = "Write a time like 15:00, please. Only a campaign has none."
    return None


def _zone(typed: str, problems: dict[str, str]) -> str:
    try:
        return zone_of(ZoneInfo(typed).key).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        problems[ZONE] = "No such time zone. Write one like Europe/Berlin, please."
        return "UTC"


def _organisers(typed: str, known: Event, find: FindPerson, problems: dict[str, str]) -> tuple[Organiser, ...]:
    """Whoever planned it first stays the first."""
    found = {known.organisers[0].person_id: known.organisers[0]}
    unknown: list[str] = []
    by_name = {each.name.casefold(): each for each in known.organisers}
    for name in filter(None, (" ".join(each.split()) for each in typed.split(","))):
        person = by_name.get(name.casefold()) or find(name)
        if person is None:
            unknown.append(name)
        else:
            found.setdefault(person.person_id, person)
    if unknown:
        said = ", ".join(f"“{each}”" for each in unknown[:3])
        problems[OTHERS] = f"Nobody, or more than one, is called {said}. An e-mail address says whom you mean."
    return tuple(found.values())
