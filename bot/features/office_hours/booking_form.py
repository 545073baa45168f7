"""The form in which a place is booked: the dates of a series, or the slots of one, as whoever books reads the clock."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, NamedTuple

from pydantic import Field

from bot.chat.errors import UserFacingError
from bot.chat.form import OPTION_LIMIT, STATE_LIMIT, ChoiceField, Form, TextField, Values, one
from bot.chat.moments import zone_of
from bot.features.form_state import from_state, to_state
from bot.features.office_hours import acts
from bot.features.office_hours.changes import free_places
from bot.features.office_hours.model import ANY_SLOT, TEXT_LIMIT, Booking, OfficeHours, Session, slot_count
from bot.features.office_hours.own_time import OwnTime

WHEN, BRINGS = "when", "brings"

FREE, TAKEN, BUSY, GONE = "f", "t", "b", "-"
"""BUSY: nobody has it, but no host is there."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FAR = 150_000_000
"""Minutes since the epoch: in the year 2255."""


class Day(NamedTuple):
    """One session: when it starts, in minutes since 1970, and how many of them each of its slots takes. `slots` has a
    letter for each; that of a group is one, and `left` are its places."""

    original: Annotated[str, Field(max_length=6)]
    starts: Annotated[int, Field(ge=0, le=FAR)]
    length: Annotated[int, Field(ge=1, le=60_000)]
    slots: Annotated[str, Field(max_length=48)]
    left: int = 0


class Offered(NamedTuple):
    """What the form brings back. Nothing in it is believed: who books is looked at anew."""

    series_id: str
    zone: Annotated[str, Field(max_length=64)]
    now: Annotated[int, Field(ge=0, le=FAR)]
    is_group: bool
    days: Annotated[tuple[Day, ...], Field(min_length=1, max_length=60)]

    @property
    def text(self) -> str:
        return to_state(self)

    def chosen(self, values: Values) -> tuple[str, int, bool]:
        """Session, slot, and whether they would wait: of values that were checked against the form."""
        original, _, slot = one(values, WHEN).partition(":")
        number = int(slot)
        day = next(each for each in self.days if each.original == original)
        waits = self.is_group or number == ANY_SLOT or day.slots[number : number + 1] == TAKEN
        return f"{self.series_id}-{original}", number, waits


def offered(
    hours: OfficeHours,
    sessions: Iterable[tuple[Session, Sequence[Booking]]],
    time: OwnTime,
    *,
    is_one_date: bool,
    busy: Mapping[str, frozenset[int]] | None = None,
) -> Offered:
    """Of sessions with who booked them. What is taken can be waited for where it is about one date. `busy` are, by
    session, the slots at which no host is there."""
    made = Offered(hours.id, time.zone.key, _minutes(time.now), not hours.is_one_to_one, ())
    for session, standing in sessions:
        away = busy.get(session.id, frozenset()) if busy else frozenset[int]()
        day = _day(hours, session, standing, time.now, is_one_date=is_one_date, away=away)
        more = made._replace(days=(*made.days, day))
        if len(_options(more)) > OPTION_LIMIT or len(to_state(more)) > STATE_LIMIT:
            break  # a session has at most 48 slots, so that one always fits
        made = more
    return made


def booking_form(state: str, about: str = "") -> Form:
    """`about` is what is booked, in words."""
    carried = from_state(state, Offered, lost="nothing was booked")
    options = _options(carried)[:OPTION_LIMIT]
    if not options:
        raise UserFacingError("That form offers no time any more, so nothing was booked. Open it again.")
    when = ChoiceField(WHEN, "When", options, hint=f"By the clock of {carried.zone}.", initial=(options[0][0],))
    seen = "Whoever can book here reads it too." if carried.is_group else "Only the hosts read it."
    return Form(acts.BOOK, "Book a place", (when, _brings("", seen)), "Book", about, state)


def reword_form(state: str, brings: str = "", about: str = "") -> Form:
    return Form(acts.REWORD, "What you bring", (_brings(brings, ""),), "Save", about, state, lasts=True)


def _brings(initial: str, seen: str) -> TextField:
    hint = f"A question, a draft, a number that looks odd. {seen}".strip()
    return TextField(BRINGS, "What do you bring?", hint, initial, required=False, multiline=True, max_length=TEXT_LIMIT)


def _day(
    hours: OfficeHours,
    session: Session,
    standing: Sequence[Booking],
    now: datetime,
    *,
    is_one_date: bool,
    away: frozenset[int],
) -> Day:
    free = [slot for slot, _ in free_places(hours, session, standing, now)]
    length = session.slot_length or session.ends - session.starts
    marks = "".join(
        (BUSY if slot in away else FREE)
        if slot in free
        else TAKEN
        if is_one_date and session.starts + slot * length > now
        else GONE
        for slot in range(slot_count(session))
    )
    whole = max(length // timedelta(minutes=1), 1)
    return Day(f"{session.original:%y%m%d}", _minutes(session.starts), whole, marks, len(free))


def has_options(carried: Offered) -> bool:
    return bool(_options(carried))


def _options(carried: Offered) -> tuple[tuple[str, str], ...]:
    time = OwnTime(_moment(carried.now), zone_of(carried.zone))
    options: list[tuple[str, str]] = []
    for day in carried.days:
        if carried.is_group:
            left = f"{_places(day.left)} left" if day.left else "full: join the waiting list"
            options.append((f"{day.original}:{ANY_SLOT}", f"{_label(day, 0, time)} · {left}"))
            continue
        for slot, mark in enumerate(day.slots):
            if mark in (FREE, TAKEN):
                taken = " · taken: wait for it" if mark == TAKEN else ""
                options.append((f"{day.original}:{slot}", f"{_label(day, slot, time)}{taken}"))
        if FREE not in day.slots and BUSY not in day.slots:
            date = _label(day, 0, time).partition(",")[0]
            options.append((f"{day.original}:{ANY_SLOT}", f"{date} · full: wait for whichever gets free first"))
    return tuple(options)


def _label(day: Day, slot: int, time: OwnTime) -> str:
    starts = _moment(day.starts + slot * day.length)
    return time.span(starts, starts + timedelta(minutes=day.length))


def _minutes(at: datetime) -> int:
    return (at - EPOCH) // timedelta(minutes=1)


def _moment(minutes: int) -> datetime:
    return EPOCH + timedelta(minutes=minutes)


def _places(number: int) -> str:
    return "1 place" if number == 1 else f"{number} places"
