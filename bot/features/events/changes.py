"""The steps that all changes of events are made of: taken, checked, put back under their next revision."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person, storable
from bot.features.events.model import Event, Fact, SignUp, SignUpState, What, may_announce, may_organise, may_see
from bot.features.events.store import SqlEvents

GONE = "That event is no longer kept, or you may not see it, so nothing was changed. “events” shows those that you can."
NOT_ORGANISER = "Only its organisers can do that, so nothing was changed. Ask one of them."
NOT_CURATOR = "Only curators and admins announce events, so nothing was announced. Ask for it: they are told."
COLLISION = "Somebody changed this at the same moment, so nothing of yours was changed. Look at it and try again."
OVER = "That event is over or does not take place, so nothing was changed. “events” shows the next ones."


def seen(store: SqlEvents, event_id: str, person: Person) -> Event:
    """What is not there and what they may not see look the same."""
    return _visible(store.get(event_id), person)


def taken(store: SqlEvents, event_id: str, person: Person) -> Event:
    """`seen` for whoever is going to change it."""
    return _visible(store.take(event_id), person)


def organised(store: SqlEvents, event_id: str, person: Person) -> Event:
    """`taken` by one of its organisers, or an admin."""
    event = taken(store, event_id, person)
    if not may_organise(event, person):
        raise UserFacingError(NOT_ORGANISER)
    return event


def to_announce(store: SqlEvents, event_id: str, person: Person) -> Event:
    event = taken(store, event_id, person)
    if not may_announce(event, person):
        raise UserFacingError(NOT_CURATOR)
    return event


def put_event(store: SqlEvents, changed: Event) -> Event:
    counted = replace(changed, revision=changed.revision + 1)
    if not store.change(counted):
        raise UserFacingError(COLLISION)
    return counted


def put_sign_up(store: SqlEvents, changed: SignUp) -> SignUp:
    counted = replace(changed, revision=changed.revision + 1)
    if not store.change_sign_up(counted):
        raise UserFacingError(COLLISION)
    return counted


def free_seats(event: Event, standing: Sequence[SignUp]) -> Iterator[int]:
    """The first first. None as long as more have a place than there are, for there were more of them once."""
    used = {each.seat for each in standing if each.seat is not None}
    if event.capacity is None or len(used) < event.capacity:
        yield from (seat for seat in range(len(used) + 1) if seat not in used)


def move_up(store: SqlEvents, event: Event, now: datetime) -> tuple[Fact, ...]:
    """Whoever waits gets what is free, the first to wait first. The event is taken."""
    facts: list[Fact] = []
    while event.is_open(now):
        standing = store.sign_ups(event.id)
        first = next((each for each in standing if each.state is SignUpState.WAITING), None)
        seat = next(free_seats(event, standing), None)
        if first is None or seat is None:
            break
        facts.append(Fact(What.MOVED_UP, put_sign_up(store, replace(first, state=SignUpState.COMING, seat=seat))))
    return tuple(facts)


def of_everybody(store: SqlEvents, event: Event, what: What) -> tuple[Fact, ...]:
    """The same fact for all who signed up."""
    return tuple(Fact(what, each, each.seat is not None) for each in store.sign_ups(event.id))


def cleaned(text: str, limit: int) -> str:
    return storable(text).strip()[:limit]


def one_line(text: str, limit: int) -> str:
    return cleaned(" ".join(storable(text).split()), limit)


def has_words(text: str) -> bool:
    return any(each.isalnum() for each in text)


def _visible(event: Event | None, person: Person) -> Event:
    if event is None or not may_see(event, person):
        raise UserFacingError(GONE)
    return event
