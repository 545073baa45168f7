"""What people do with circles. The caller owns the transaction, and arms the clock anew after a change of a circle.

Each raises UserFacingError where it is not to be done, and then nothing was changed. Newcomers are in `welcoming`."""

from dataclasses import replace
from datetime import date, datetime

from bot.chat import colleagues
from bot.chat.errors import UserFacingError
from bot.chat.moments import day_in_words, zone_of
from bot.chat.turn import Person, storable
from bot.features.introductions.model import (
    LONGEST_PAUSE,
    REFUSALS,
    TEXT_LIMIT,
    TITLE_LIMIT,
    WORD_LIMIT,
    Answer,
    Circle,
    Meeting,
    Member,
    Refusal,
)
from bot.features.introductions.pairing import PAIRS, TRIOS
from bot.features.introductions.store import SqlIntroductions

MOST_OPEN = 20
"""Circles that one person opens."""

GONE = "That circle is closed, so nothing was changed. “introductions” shows the ones that are open."
HIDDEN = "You may not see that circle, so nothing was changed. “introductions” shows those that you can join."
FOR_COLLEAGUES = "Introductions are for the company's own people, so nothing was changed."
NOT_YOURS = "Only who opened this circle, or an admin, can do that, so nothing was changed."
NOT_IN_IT = "You are not in that circle, so nothing was changed. “introductions” shows those that you can join."
NOT_INTRODUCED = "That was not your introduction, so nothing was changed."
UNTITLED = "A circle needs a title, so nothing was opened."
ONESELF = "That is you, so nothing was changed."
REFUSED_ALREADY = "{} was on your list already, so nothing was changed."
NOT_REFUSED = "Nobody of that name is on your list any more, so nothing was changed."
TOO_MANY = (
    f"Your list has {REFUSALS} people, and more would empty the circles. Nothing was changed; take one off first."
)
COLLISION = "Somebody changed this at the same moment, so nothing of yours was changed. Try again."


def open_circle(store: SqlIntroductions, circle: Circle, person: Person) -> Circle:
    check_colleague(person)
    opened = _checked(replace(circle, opened_by=person.id, opened_by_name=person.name))
    if sum(each.opened_by == person.id for each in store.open_circles(person.principals)) >= MOST_OPEN:
        raise UserFacingError(f"You opened {MOST_OPEN} circles that are open, so nothing was opened. Close one first.")
    if not store.add_circle(opened):
        raise UserFacingError(COLLISION)
    return opened


def circle_to_change(store: SqlIntroductions, circle_id: str, person: Person) -> Circle:
    """As it is now, for whoever may change it."""
    return _for(store.circle(circle_id), person, to_change=True)


def change_circle(store: SqlIntroductions, changed: Circle, person: Person) -> Circle:
    """`changed` is what was read, with another title, rhythm, size or readers. Members stay, also those who would not
    see it now."""
    _take(store, changed.id, person, to_change=True)
    return _put(store, _checked(changed))


def close_circle(store: SqlIntroductions, circle_id: str, person: Person, now: datetime) -> Circle:
    """For good. Its members are not introduced any more; what was stays known."""
    return _put(store, replace(_take(store, circle_id, person, to_change=True), closed_at=now))


def join(store: SqlIntroductions, circle_id: str, person: Person, office: str, function: str, now: datetime) -> Circle:
    """From the next round on. Whoever is in it already changes what they said about themselves, and is back."""
    check_colleague(person)
    circle = _take(store, circle_id, person)
    store.put_member(Member(circle_id, person.id, person.name, now, word(office), word(function)))
    return circle


def leave(store: SqlIntroductions, circle_id: str, person: Person) -> None:
    """Also a circle that is closed, or that they may not see any more."""
    store.take_circle(circle_id)
    if not store.drop_member(circle_id, person.id):
        raise UserFacingError(NOT_IN_IT)


def pause(store: SqlIntroductions, circle_id: str, person: Person, until: date, now: datetime) -> Member:
    """They are back in the first round on `until` or later, by the circle's own time."""
    circle = store.take_circle(circle_id)
    known = _member(store, circle_id, person)
    today = today_in(circle, now) if circle else now.date()
    if not today < until <= today + LONGEST_PAUSE:
        raise UserFacingError(
            f"A pause ends on a day between tomorrow and {day_in_words(today + LONGEST_PAUSE)}, so nothing was changed."
        )
    return _put_member(store, replace(known, paused_until=until))


def come_back(store: SqlIntroductions, circle_id: str, person: Person) -> Member:
    """Ends a pause."""
    store.take_circle(circle_id)
    return _put_member(store, replace(_member(store, circle_id, person), paused_until=None))


def say(store: SqlIntroductions, meeting_id: str, person: Person, answer: Answer, now: datetime) -> Meeting:
    """Whether they met; whoever said something else before thought better of it."""
    said = store.set_answer(meeting_id, person.id, answer, now)
    meeting = store.meeting(meeting_id)
    if not said or meeting is None:
        raise UserFacingError(NOT_INTRODUCED)
    return meeting


def refuse(store: SqlIntroductions, person: Person, other_id: str, other_name: str, now: datetime) -> None:
    """The two are never introduced to each other from the next round on, nor buddy and newcomer. The other never learns
    it."""
    check_colleague(person)
    if other_id == person.id:
        raise UserFacingError(ONESELF)
    said = store.refusals(person.id)
    if any(each.other_id == other_id for each in said):
        raise UserFacingError(REFUSED_ALREADY.format(other_name))
    if len(said) >= REFUSALS:
        raise UserFacingError(TOO_MANY)
    store.add_refusal(Refusal(person.id, other_id, other_name, now))


def relent(store: SqlIntroductions, person: Person, other_id: str) -> str:
    """They may be introduced again. The other's name."""
    said = {each.other_id: each.other_name for each in store.refusals(person.id)}
    if not store.drop_refusal(person.id, other_id):
        raise UserFacingError(NOT_REFUSED)
    return said[other_id]


def today_in(circle: Circle, now: datetime) -> date:
    return now.astimezone(zone_of(circle.schedule.zone)).date()


def check_colleague(person: Person) -> None:
    colleagues.check_colleague(person, FOR_COLLEAGUES)


def word(typed: str) -> str:
    """An office or a function, storable, on one line."""
    return " ".join(storable(typed).split())[:WORD_LIMIT]


def _take(store: SqlIntroductions, circle_id: str, person: Person, *, to_change: bool = False) -> Circle:
    return _for(store.take_circle(circle_id), person, to_change=to_change)


def _for(circle: Circle | None, person: Person, *, to_change: bool) -> Circle:
    if circle is None or not circle.is_open:
        raise UserFacingError(GONE)
    if to_change and person.id != circle.opened_by and not person.is_admin:
        raise UserFacingError(NOT_YOURS)
    if not to_change and not circle.readers & person.principals:
        raise UserFacingError(HIDDEN)
    return circle


def _put(store: SqlIntroductions, changed: Circle) -> Circle:
    counted = replace(changed, revision=changed.revision + 1)
    if not store.change_circle(counted):
        raise UserFacingError(COLLISION)
    return counted


def _checked(circle: Circle) -> Circle:
    if circle.size not in (PAIRS, TRIOS):
        raise ValueError(f"A circle brings {PAIRS} or {TRIOS} together, not {circle.size}.")
    title = " ".join(storable(circle.title).split())[:TITLE_LIMIT]
    if not title:
        raise UserFacingError(UNTITLED)
    return replace(circle, title=title, about=storable(circle.about).strip()[:TEXT_LIMIT])


def _member(store: SqlIntroductions, circle_id: str, person: Person) -> Member:
    known = store.member(circle_id, person.id)
    if known is None:
        raise UserFacingError(NOT_IN_IT)
    return known


def _put_member(store: SqlIntroductions, member: Member) -> Member:
    store.put_member(member)
    return member
