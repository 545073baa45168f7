"""The forms with which hosts open office hours, change them, and skip or move a date."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from bot.chat.form import ChoiceField, DateField, Field, Form, TextField
from bot.chat.moments import zone_of
from bot.features.form_state import from_state
from bot.features.office_hours import acts
from bot.features.office_hours.model import (
    TEXT_LIMIT,
    TITLE_LIMIT,
    WORD_LIMIT,
    OfficeHours,
    Session,
)
from scheduler.rule_phrases import series_in_words

TITLE, TOPICS, ABOUT, RHYTHM, MINUTES = "title", "topics", "about", "rhythm", "minutes"
KIND, SIZE, PLACE, LINK, HOSTS, DATES = "kind", "size", "place", "link", "hosts", "dates"
WORD, DAY, TIME = "word", "day", "time"

GROUP, ONE_TO_ONE = "group", "one"
KINDS = ((GROUP, "A group, everybody at once"), (ONE_TO_ONE, "One-to-one, one after the other"))
AN_HOUR = timedelta(hours=1)
A_GROUP = 8
A_SLOT = timedelta(minutes=20)
BY_ADDRESS = "One a line, by e-mail address, or by name where nobody else is called so."
CHANGED_SINCE = (
    "Somebody changed these office hours since you opened this form, so nothing of yours was changed. Keep what you "
    "typed, and open it again."
)


class Known(NamedTuple):
    """What the form brings back of what it changes: as of which revision, and what it is."""

    series_id: str
    revision: int
    is_one_to_one: bool


def open_form(state: str = "") -> Form:
    fields: tuple[Field, ...] = (
        *_what(),
        *_when(),
        ChoiceField(KIND, "For whom", KINDS, initial=(GROUP,)),
        TextField(
            SIZE,
            "How many",
            f"Places in a group ({A_GROUP}), or minutes of each talk ({A_SLOT.seconds // 60}).",
            required=False,
            max_length=4,
        ),
        *_where(),
        TextField(HOSTS, "More hosts", BY_ADDRESS, required=False, multiline=True, max_length=TEXT_LIMIT),
        _not_held(),
    )
    return Form(acts.OPEN, "Open office hours", fields, "Open", "You are a host.", lasts=True)


def change_form(state: str, hours: OfficeHours | None = None, hosts: Sequence[str] = ()) -> Form:
    """`hosts` as they are typed. A series stays what it is, for a group or one-to-one."""
    carried = from_state(state, Known)
    size = "Minutes of each talk" if carried.is_one_to_one else "Places"
    fields = (
        *_what(),
        *_when(),
        TextField(SIZE, size, max_length=4),
        *_where(),
        TextField(HOSTS, "Hosts", BY_ADDRESS, multiline=True, max_length=TEXT_LIMIT),
        _not_held(),
    )
    if hours is not None:
        initial = _typed(hours, hosts)
        fields = tuple(replace(each, initial=initial[each.name]) for each in fields)
    intro = "Those who booked keep what there still is, and are told of what changes for them."
    return Form(acts.CHANGE, "Change office hours", fields, "Change", intro, state, lasts=True)


def skip_form(state: str, about: str = "") -> Form:
    word = TextField(WORD, "A word for those who booked", "Why, or where else.", required=False, max_length=WORD_LIMIT)
    return Form(acts.SKIP, "Skip this date", (word,), "Skip it", about, state)


def close_form(state: str, about: str = "") -> Form:
    word = TextField(WORD, "A word for those who booked", required=False, multiline=True, max_length=WORD_LIMIT)
    return Form(acts.CLOSE, "Close office hours", (word,), "Close them", about, state)


def move_form(state: str, hours: OfficeHours | None = None, session: Session | None = None) -> Form:
    """In the zone of the series."""
    day, clock, zone = "", "", ""
    if hours is not None and session is not None:
        local = session.starts.astimezone(zone_of(hours.schedule.zone))
        day, clock, zone = local.date().isoformat(), f"{local:%H:%M}", f" {hours.schedule.zone} time."
    fields = (
        DateField(DAY, "To which day", initial=day),
        TextField(TIME, "At what time", f"Like 15:00.{zone}", clock, max_length=20),
    )
    return Form(acts.MOVE, "Move this date", fields, "Move it", "Those who booked keep their places.", state)


def _what() -> tuple[TextField, ...]:
    topics = "Pricing, discounts: open questions on them come too"
    return (
        TextField(TITLE, "What they are called", "Pricing clinic", max_length=TITLE_LIMIT),
        TextField(TOPICS, "Topics", topics, required=False, max_length=TEXT_LIMIT),
        TextField(ABOUT, "What to come with", required=False, multiline=True, max_length=TEXT_LIMIT),
    )


def _when() -> tuple[TextField, ...]:
    rhythm = "every second Tuesday 15:00 Berlin; or once: 8 December 15:00"
    minutes = f"{AN_HOUR.seconds // 60}, where nothing is said."
    return (
        TextField(RHYTHM, "When", rhythm, max_length=200),
        TextField(MINUTES, "How many minutes", minutes, required=False, max_length=4),
    )


def _where() -> tuple[TextField, ...]:
    return (
        TextField(PLACE, "Where", "Room 4, second floor", required=False, max_length=WORD_LIMIT),
        TextField(LINK, "Link of the call", "https://…", required=False, max_length=500),
    )


def _not_held() -> TextField:
    hint = "Holidays and the like, one a line: 2026-12-24, or 2026-12-24 to 2027-01-03."
    return TextField(DATES, "Not held on", hint, required=False, multiline=True, max_length=TEXT_LIMIT)


def _typed(hours: OfficeHours, hosts: Sequence[str]) -> Mapping[str, str]:
    length = hours.slot_length
    return {
        TITLE: hours.title,
        TOPICS: ", ".join(hours.topics),
        ABOUT: hours.about,
        RHYTHM: series_in_words(hours.schedule),
        MINUTES: str(hours.schedule.duration // timedelta(minutes=1)),
        SIZE: str(hours.capacity if length is None else length // timedelta(minutes=1)),
        PLACE: hours.place,
        LINK: hours.link,
        HOSTS: "\n".join(hosts),
        DATES: "\n".join(_spans(sorted(hours.schedule.holidays))),
    }


def _spans(days: Sequence[date]) -> Iterator[str]:
    """As they are typed: those that follow one another as one."""
    starts = [each for each in days if each - timedelta(days=1) not in days]
    for first in starts:
        last = first
        while last + timedelta(days=1) in days:
            last += timedelta(days=1)
        yield first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"
