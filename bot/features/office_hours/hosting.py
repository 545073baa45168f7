"""What hosts do with a series: its sessions follow from its schedule, however that is changed.

Each raises UserFacingError where it is not to be done, and then nothing was changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.chat.colleagues import check_colleague
from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.office_hours.changes import (
    GONE,
    end_booking,
    move_up,
    put_booking,
    put_series,
    put_session,
    take_series,
)
from bot.features.office_hours.model import (
    HOST_LIMIT,
    ID_LENGTH,
    MOST_SEATS,
    TEXT_LIMIT,
    TITLE_LIMIT,
    TOPIC_LIMIT,
    WORD_LIMIT,
    BookingState,
    Fact,
    OfficeHours,
    Session,
    SessionState,
    What,
    session_id,
    slot_count,
)
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.office_hours.use_cases import cleaned
from scheduler.rules import Occurrence, next_occurrence, occurrence_on, occurrences

HORIZON = timedelta(weeks=8)
"""So far ahead sessions are there to be booked; the next one in any case."""

SHORTEST = timedelta(minutes=5)
MOST_OPEN = 20
"""Series that one person opens; whoever opened one stands first among its hosts."""

HTTPS = "https://"
NO_SUCH_SLOT = "The session is shorter now and your time is no part of it. Book another one."
NOT_KEPT = "The office hours are held on other dates now. Book one of those."
STARTED = "That session has begun or is over, so nothing was changed. Only sessions to come can be moved or skipped."


class Changed(NamedTuple):
    """The series as it is by now, what happened to those who had booked, and the series as it was."""

    hours: OfficeHours
    facts: tuple[Fact, ...]
    before: OfficeHours | None = None


def open_series(store: SqlOfficeHours, hours: OfficeHours, person: Person, now: datetime) -> Changed:
    """By any colleague, who is one of its hosts."""
    check_colleague(person)
    made = _checked(hours)
    if not made.is_hosted_by(person.id):
        raise UserFacingError("You open these office hours, so you are one of the hosts. Nothing was opened.")
    if next_occurrence(made.schedule, now) is None:
        raise UserFacingError("All of these dates are past, so nothing was opened. Choose dates to come.")
    if sum(each.hosts[0].person_id == person.id for each in store.hosted_by(person.id)) >= MOST_OPEN:
        raise UserFacingError(f"You hold {MOST_OPEN} office hours already, so nothing was opened. Close one first.")
    if not store.add(made):
        raise UserFacingError("These office hours are open already, so nothing was opened again.")
    return Changed(made, plan(store, made, now))


def change_series(store: SqlOfficeHours, edited: OfficeHours, person: Person, now: datetime) -> Changed:
    """`edited` is the series as it was read, with its changes. Those who booked keep what there still is."""
    known = take_series(store, edited.id, person)
    if not (known.is_open and edited.is_open):
        raise UserFacingError(GONE)
    if known.is_one_to_one is not edited.is_one_to_one:
        raise UserFacingError(
            "A series stays what it is, for a group or one-to-one, so nothing was changed. Close it and open a new one."
        )
    made = put_series(store, _checked(edited))
    facts = plan(store, made, now)
    shown = ("title", "place", "link")
    if any(getattr(known, name) != getattr(made, name) for name in shown):
        facts = (*facts, *_announced(store, made, {fact.booking.id for fact in facts}, now))
    return Changed(made, facts, known)


def close_series(store: SqlOfficeHours, series_id: str, person: Person, word: str, now: datetime) -> Changed:
    """No more of it: what is to come is cancelled, what runs or is over stays."""
    known = take_series(store, series_id, person)
    if not known.is_open:
        raise UserFacingError("These office hours are closed already, so nothing was changed.")
    made = put_series(store, replace(known, closed_at=now))
    return Changed(made, plan(store, made, now, word), known)


def skip(store: SqlOfficeHours, session_id: str, person: Person, word: str, now: datetime) -> Changed:
    """That date alone. `word` tells those who booked why."""
    hours, session = _to_come(store, session_id, person, now)
    if session.state is SessionState.CANCELLED:
        raise UserFacingError("That session is cancelled already, so nothing was changed.")
    skipped = replace(hours.schedule, skipped=hours.schedule.skipped | {session.original})
    made = put_series(store, replace(hours, schedule=skipped))
    return Changed(made, plan(store, made, now, word), hours)


def keep(store: SqlOfficeHours, session_id: str, person: Person, now: datetime) -> Changed:
    """A date that was skipped, or is a holiday, takes place; whoever had booked it books again."""
    hours, session = _to_come(store, session_id, person, now)
    schedule = hours.schedule
    moved = dict(schedule.moved)
    if session.original in schedule.holidays:
        moved.setdefault(session.original, datetime.combine(session.original, schedule.first.time()))
    kept = replace(schedule, skipped=schedule.skipped - {session.original}, moved=moved)
    found = occurrence_on(kept, session.original)
    if found is None or found.starts <= now or session.state is not SessionState.CANCELLED:
        raise UserFacingError("That date is not one to be kept again, so nothing was changed.")
    made = put_series(store, replace(hours, schedule=kept))
    return Changed(made, plan(store, made, now), hours)


def move(store: SqlOfficeHours, session_id: str, person: Person, to: datetime, now: datetime) -> Changed:
    """That date alone, to naive local time in the zone of the series. Those who booked keep their places."""
    hours, session = _to_come(store, session_id, person, now)
    try:
        moved = {**hours.schedule.moved, session.original: to}
        schedule = replace(hours.schedule, moved=moved, skipped=hours.schedule.skipped - {session.original})
    except ValueError as wrong:
        raise UserFacingError(f"{wrong} Nothing was changed.") from wrong
    found = occurrence_on(schedule, session.original)
    if found is None or found.starts <= now:
        raise UserFacingError("That is past already, so nothing was changed. Choose a time to come.")
    made = put_series(store, replace(hours, schedule=schedule))
    return Changed(made, plan(store, made, now), hours)


def plan(store: SqlOfficeHours, hours: OfficeHours, now: datetime, word: str = "") -> tuple[Fact, ...]:
    """The sessions to come are as the schedule says; asked for again it changes nothing. `word` goes to those whose
    session is not kept. The series is taken."""
    there = store.sessions_of(hours.id, now)
    known = [each for each in there if each.starts > now or each.state is SessionState.RUNNING]
    facts = tuple(fact for each in known for fact in _follow(store, hours, each.id, cleaned(word, WORD_LIMIT), now))
    for each in _coming(hours, now):
        is_held = occurrence_on(hours.schedule, each.original) is not None
        state = SessionState.PLANNED if is_held else SessionState.CANCELLED
        name = session_id(hours.id, each.original)
        store.add_session(Session(name, hours.id, each.original, each.starts, each.ends, hours.slot_length, state))
    return facts


def _coming(hours: OfficeHours, now: datetime) -> Iterator[Occurrence]:
    """Holidays too, for a host may keep them."""
    if not hours.is_open:
        return
    yield from occurrences(replace(hours.schedule, holidays=frozenset()), now, now + HORIZON)
    if (first := next_occurrence(hours.schedule, now)) is not None:
        yield first


def _follow(store: SqlOfficeHours, hours: OfficeHours, session_id: str, word: str, now: datetime) -> Iterator[Fact]:
    session = store.take_session(session_id)
    if session is not None and session.state is SessionState.RUNNING:  # it stays; the group may be larger now
        yield from move_up(store, hours, session, now)
    if session is None or session.state not in (SessionState.PLANNED, SessionState.CANCELLED):
        return
    found = occurrence_on(hours.schedule, session.original) if hours.is_open else None
    if found is None or found.starts <= now:
        if session.state is SessionState.PLANNED:
            yield from _cancelled(store, session, word or NOT_KEPT)
        return
    as_planned = replace(session, starts=found.starts, ends=found.ends, slot_length=hours.slot_length)
    if session.state is SessionState.CANCELLED or as_planned != session:
        on_again = replace(as_planned, state=SessionState.PLANNED, word="")
        session = put_session(store, replace(on_again, sequence=session.sequence + 1))
        yield from _retimed(store, session)
    yield from move_up(store, hours, session, now)


def _cancelled(store: SqlOfficeHours, session: Session, word: str) -> Iterator[Fact]:
    gone = replace(session, state=SessionState.CANCELLED, word=word, sequence=session.sequence + 1)
    cancelled = put_session(store, gone)
    for each in store.bookings(session.id):
        ended = end_booking(store, each, BookingState.CALLED_OFF, word)
        yield Fact(What.CALLED_OFF, ended, cancelled, each.seat is not None)


def _retimed(store: SqlOfficeHours, session: Session) -> Iterator[Fact]:
    slots = slot_count(session)
    for each in store.bookings(session.id):
        if each.slot < slots:
            told = put_booking(store, replace(each, sequence=each.sequence + 1))
            yield Fact(What.RETIMED, told, session, each.seat is not None)
        else:
            ended = end_booking(store, each, BookingState.CALLED_OFF, NO_SUCH_SLOT)
            yield Fact(What.CALLED_OFF, ended, session, each.seat is not None)


def _announced(store: SqlOfficeHours, hours: OfficeHours, told: set[str], now: datetime) -> Iterator[Fact]:
    """To those who booked and were not told of another change."""
    for known in store.sessions_of(hours.id, now):
        session = store.take_session(known.id)
        if session is None or session.state not in (SessionState.PLANNED, SessionState.RUNNING):
            continue
        session = put_session(store, replace(session, sequence=session.sequence + 1))
        for each in store.bookings(session.id):
            if each.id not in told:
                changed = put_booking(store, replace(each, sequence=each.sequence + 1))
                yield Fact(What.CHANGED, changed, session, each.seat is not None)


def _to_come(store: SqlOfficeHours, session_id: str, person: Person, now: datetime) -> tuple[OfficeHours, Session]:
    """The series is taken; its session is as `plan` will find it."""
    known = store.session(session_id)
    if known is None:
        raise UserFacingError(GONE)
    hours = take_series(store, known.series_id, person)
    if known.state not in (SessionState.PLANNED, SessionState.CANCELLED) or known.starts <= now:
        raise UserFacingError(STARTED)
    if not hours.is_open:
        raise UserFacingError(GONE)
    return hours, known


def _checked(hours: OfficeHours) -> OfficeHours:
    """Raises UserFacingError where it is more, or less, than there may be."""
    length = hours.slot_length
    problem = ""
    if not 0 < len(hours.id) <= ID_LENGTH:
        problem = "These office hours have no name to be kept under."
    elif not any(letter.isalnum() for letter in hours.title) or len(hours.title) > TITLE_LIMIT:
        problem = f"The title needs words, and has at most {TITLE_LIMIT} characters."
    elif not 0 < len({each.person_id for each in hours.hosts}) == len(hours.hosts) <= HOST_LIMIT:
        problem = f"There are between one and {HOST_LIMIT} hosts, each once."
    elif len(hours.topics) > TOPIC_LIMIT:
        problem = f"There are at most {TOPIC_LIMIT} topics."
    elif length is not None and not SHORTEST <= length <= hours.schedule.duration:
        problem = "A slot takes at least five minutes, and fits into a session."
    elif not 1 <= hours.capacity <= MOST_SEATS:
        problem = f"A group has between one and {MOST_SEATS} places."
    elif hours.link and not hours.link.startswith(HTTPS):
        problem = "The link begins with https://."
    elif not hours.readers:
        problem = "Nobody could see these office hours."
    if problem:
        raise UserFacingError(f"{problem} Nothing was changed.")
    return replace(
        hours,
        title=" ".join(cleaned(hours.title, TITLE_LIMIT).split()),
        about=cleaned(hours.about, TEXT_LIMIT),
        place=cleaned(hours.place, WORD_LIMIT),
        link=cleaned(hours.link, 1_000),
        topics=tuple(cleaned(each, 100) for each in hours.topics),
    )
