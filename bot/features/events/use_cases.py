"""What people do with events: sign up, leave, ask, and say that they ask the same. The caller owns the transaction.

Each raises UserFacingError where it is not to be done, and then nothing was changed. The first fact is about the
sign-up itself, the others about those who moved up. What organisers do is in `organising`."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.events.changes import (
    COLLISION,
    GONE,
    OVER,
    free_seats,
    has_words,
    move_up,
    one_line,
    put_sign_up,
    taken,
)
from bot.features.events.model import (
    MOST_OWN_QUESTIONS,
    MOST_QUESTIONS,
    QUESTION_LIMIT,
    Event,
    Fact,
    Question,
    SignUp,
    SignUpState,
    What,
    may_organise,
)
from bot.features.events.store import SqlEvents

HOUR = timedelta(hours=1)
MOST_AN_HOUR = 20
"""Sign-ups of one person, those that they left again too: each is told by a letter."""

YOURS = "You organise this event, so you come anyway. Nothing was changed."
COMING_ALREADY = "You have a place already, so nothing was changed."
WAITING_ALREADY = "You are on the waiting list already, so nothing was changed. You move up by yourself."
NOT_SIGNED_UP = "You had not signed up, so nothing was changed."
TOO_OFTEN = f"You signed up {MOST_AN_HOUR} times within an hour, so nothing was changed. Go on in an hour."
NO_WORDS = "A question needs words, so nothing was asked."
TOO_MANY = "So many questions were asked already that no more are taken. Nothing was asked; bring it along."
ASKED_BY_YOU = "You asked this yourself, so you are counted already."
ASKED_TOO = "You said that already, so nothing was changed."

Done = tuple[Event, tuple[Fact, ...]]


def sign_up(store: SqlEvents, event_id: str, person: Person, now: datetime) -> Done:
    """A place, or the end of the waiting list."""
    event = _open(store, event_id, person, now)
    if event.is_organised_by(person.id):
        raise UserFacingError(YOURS)
    if store.signed_up_since(person.id, now - HOUR) >= MOST_AN_HOUR:
        raise UserFacingError(TOO_OFTEN)
    up = move_up(store, event, now)
    standing = store.sign_ups(event.id)
    own = next((each for each in standing if each.person_id == person.id), None)
    if own is not None:
        raise UserFacingError(COMING_ALREADY if own.state is SignUpState.COMING else WAITING_ALREADY)
    seat = next(free_seats(event, standing), None)
    if not store.count_sign_up(event):
        raise UserFacingError(COLLISION)
    event = replace(event, taken=event.taken + 1)
    made = SignUp(
        id=f"{event.id}-{event.taken}",
        event_id=event.id,
        number=event.taken,
        person_id=person.id,
        person_name=person.name,
        at=now,
        state=SignUpState.WAITING if seat is None else SignUpState.COMING,
        seat=seat,
    )
    if not store.add_sign_up(made):
        raise UserFacingError(COLLISION)
    return event, (Fact(What.PUT_ON_LIST if seat is None else What.SIGNED_UP, made, seat is not None), *up)


def leave(store: SqlEvents, event_id: str, person: Person, now: datetime) -> Done:
    """The next one moves up."""
    event = _open(store, event_id, person, now)
    own = store.sign_up_of(event.id, person.id)
    if own is None:
        raise UserFacingError(NOT_SIGNED_UP)
    left = put_sign_up(store, replace(own, state=SignUpState.LEFT, seat=None, sequence=own.sequence + 1))
    return event, (Fact(What.LEFT, left, own.seat is not None), *move_up(store, event, now))


def ask(
    store: SqlEvents, event_id: str, person: Person, text: str, now: datetime, *, with_name: bool = True
) -> tuple[Event, Question]:
    event = _open(store, event_id, person, now)
    words = one_line(text, QUESTION_LIMIT)
    if not has_words(words):
        raise UserFacingError(NO_WORDS)
    asked_before = store.questions(event.id)
    if sum(each.person_id == person.id for each in asked_before) >= MOST_OWN_QUESTIONS:
        raise UserFacingError(f"You asked {MOST_OWN_QUESTIONS} already, so nothing was asked. Take one back first.")
    if len(asked_before) >= MOST_QUESTIONS:
        raise UserFacingError(TOO_MANY)
    asked = Question(uuid4().hex, event.id, person.id, person.name if with_name else "", words, now)
    store.add_question(asked)
    return event, asked


def ask_too(store: SqlEvents, question_id: str, person: Person, now: datetime) -> tuple[Event, Question]:
    event, asked = question_of(store, question_id, person)
    if not event.is_open(now):
        raise UserFacingError(OVER)
    if asked.person_id == person.id:
        raise UserFacingError(ASKED_BY_YOU)
    if not store.vote(asked.id, person.id):
        raise UserFacingError(ASKED_TOO)
    return event, replace(asked, votes=asked.votes + 1)


def take_back(store: SqlEvents, question_id: str, person: Person) -> tuple[Event, Question]:
    """By whoever asked it, or an organiser."""
    event, asked = question_of(store, question_id, person)
    if asked.person_id != person.id and not may_organise(event, person):
        raise UserFacingError("Only whoever asked it and the organisers take a question away. Nothing was changed.")
    store.remove_question(asked.id)
    return event, asked


def place_in_line(store: SqlEvents, own: SignUp) -> int:
    """From 1; 0 of who does not wait."""
    if own.state is not SignUpState.WAITING:
        return 0
    waiting = [each for each in store.sign_ups(own.event_id) if each.state is SignUpState.WAITING]
    return len([each for each in waiting if each.number <= own.number])


def question_of(store: SqlEvents, question_id: str, person: Person) -> tuple[Event, Question]:
    """Of an event that they may see, which is taken."""
    known = store.question(question_id)
    if known is None:
        raise UserFacingError("That question was taken away, so nothing was changed.")
    event = taken(store, known.event_id, person)
    asked = store.question(question_id)
    if asked is None:
        raise UserFacingError(GONE)
    return event, asked


def _open(store: SqlEvents, event_id: str, person: Person, now: datetime) -> Event:
    event = taken(store, event_id, person)
    if not event.is_public(person.principals):
        raise UserFacingError("That event is not announced yet, so nothing was changed.")
    if not event.is_open(now):
        raise UserFacingError(OVER)
    return event
