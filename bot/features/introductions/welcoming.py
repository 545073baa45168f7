"""Newcomers and their buddies. The caller owns the transaction.

What people do raises UserFacingError where it is not to be done, and then nothing was changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.introductions.model import NEWCOMERS_AT_ONCE, Buddy, Week
from bot.features.introductions.pairing import alike
from bot.features.introductions.store import SqlIntroductions
from bot.features.introductions.use_cases import COLLISION, check_colleague, word

NOT_NEW_TWICE = "You had your first week here already, so nothing was begun. “introductions” shows whom you can meet."
NO_BUDDY = "You are nobody's buddy here, so nothing was changed."
NO_WEEK = "No first week of yours runs here, so nothing was changed."
NOT_YOUR_NEWCOMER = "That newcomer is not with you any more, so nothing was changed."


def offer(store: SqlIntroductions, person: Person, office: str, function: str, now: datetime) -> Buddy:
    """To be there for newcomers; whoever did already changes what they said about themselves."""
    check_colleague(person)
    buddy = Buddy(person.id, person.name, now, word(office), word(function))
    store.put_buddy(buddy)
    return buddy


def withdraw(store: SqlIntroductions, person: Person) -> Sequence[Week]:
    """Their newcomers get another buddy, as soon as one has time: the weeks as they are since."""
    store.take_buddies()
    if not store.drop_buddy(person.id):
        raise UserFacingError(NO_BUDDY)
    return [_put(store, _handed_on(store, each)) for each in store.weeks_with(person.id)]


def begin(store: SqlIntroductions, person: Person, office: str, function: str, now: datetime) -> Week:
    """With a buddy, where one has time. Whoever declined it may think better of it."""
    check_colleague(person)
    new = Week(person.id, person.name, now, word(office), word(function))
    known = store.week(person.id)
    if known is not None and known.is_declined:
        return _put(store, with_buddy(store, replace(new, revision=known.revision)))
    begun = with_buddy(store, new)
    if not store.add_week(begun):
        raise UserFacingError(NOT_NEW_TWICE)
    return begun


def decline(store: SqlIntroductions, person: Person, now: datetime) -> None:
    """They are not new here, and are not asked again."""
    check_colleague(person)
    store.add_week(Week(person.id, person.name, now, ended_at=now))


def end(store: SqlIntroductions, person: Person, now: datetime) -> Week:
    """They have had enough of it, or were not new."""
    week = store.week(person.id)
    if week is None or not week.is_running:
        raise UserFacingError(NO_WEEK)
    return _put(store, replace(week, ended_at=now))


def part(store: SqlIntroductions, one_id: str, other_id: str) -> Week | None:
    """Where one of the two is the other's buddy, another is looked for: the week as it is since. None where that is
    not so."""
    for newcomer, buddy in ((one_id, other_id), (other_id, one_id)):
        week = store.week(newcomer)
        if week is not None and week.is_running and week.buddy_id == buddy:
            return _put(store, _handed_on(store, week))
    return None


def hand_on(store: SqlIntroductions, newcomer_id: str, buddy: Person) -> Week:
    """The buddy has no time for this one; another is looked for."""
    week = store.week(newcomer_id)
    if week is None or not week.is_running or week.buddy_id != buddy.id:
        raise UserFacingError(NOT_YOUR_NEWCOMER)
    return _put(store, _handed_on(store, week))


def take_step(store: SqlIntroductions, week: Week, steps: int, now: datetime) -> Week | None:
    """The next of so many, the last of which ends the week; with a buddy, should one have time by now. None where it
    ended or went on meanwhile."""
    if not week.is_running or week.steps >= steps:
        return None
    taken = replace(week, steps=week.steps + 1)
    if taken.steps == steps:
        taken = replace(taken, ended_at=now)
    found = replace(with_buddy(store, taken), revision=week.revision + 1)
    return found if store.change_week(found) else None


def with_buddy(store: SqlIntroductions, week: Week) -> Week:
    if week.buddy_id:
        return week
    apart = store.apart_from(week.person_id)
    free = [each for each in store.take_buddies() if each.person_id not in apart]
    buddy = choose_buddy(free, store.newcomers(), week)
    return replace(week, buddy_id=buddy.person_id, buddy_name=buddy.person_name) if buddy else week


def choose_buddy(buddies: Collection[Buddy], newcomers: Mapping[str, int], week: Week) -> Buddy | None:
    """One of the newcomer's own office if there is one, else of their function; of these who has the fewest newcomers.
    None where nobody has time."""
    free = [
        each
        for each in buddies
        if each.person_id not in (week.person_id, *week.not_again)
        and newcomers.get(each.person_id, 0) < NEWCOMERS_AT_ONCE
    ]

    def rank(buddy: Buddy) -> tuple[bool, bool, int, datetime, str]:
        same_office, same_function = _same(buddy.office, week.office), _same(buddy.function, week.function)
        has = newcomers.get(buddy.person_id, 0)
        return (not same_office, not same_function, has, buddy.since, buddy.person_id)

    return min(free, key=rank, default=None)


def _same(one: str, other: str) -> bool:
    return bool(alike([one, other])[0, 1])


def _handed_on(store: SqlIntroductions, week: Week) -> Week:
    parted = replace(week, buddy_id="", buddy_name="", not_again=(*week.not_again, week.buddy_id))
    return with_buddy(store, parted)


def _put(store: SqlIntroductions, week: Week) -> Week:
    counted = replace(week, revision=week.revision + 1)
    if not store.change_week(counted):
        raise UserFacingError(COLLISION)
    return counted
