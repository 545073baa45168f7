"""What is done with the pulse. The caller owns the transaction.

Each raises UserFacingError where it is not to be done, and then nothing was changed."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.chat.turn import EVERYONE, Person, storable
from bot.features.profile.reach import reach_among
from bot.features.profile.readers import is_colleague
from bot.features.pulse.model import (
    NEWCOMER,
    OPEN_FOR,
    OTHERS,
    QUARTER,
    SCORES,
    WORD_LIMIT,
    AskState,
    Group,
    after,
    all_of,
    grouped,
    month_of,
)
from bot.features.pulse.store import SqlPulse
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork

NOT_ASKED = (
    "You have answered already, or were not asked. Nothing was counted: everybody is asked at most once a quarter."
)
NO_SCORE = "That is no number from 1 to 5, so nothing was counted."


def to_ask(unit: UnitOfWork, now: datetime, a_day: int) -> Sequence[KnownPerson]:
    """Colleagues who may be asked today, chosen by lot among those who were not asked for longest."""
    store, people = SqlPulse(unit), People(unit)
    free = a_day - store.to_come(now)
    if free <= 0:
        return ()
    known = {each.id: each for each in people.all()}
    accounts, asked = people.accounts_by_person(known), store.all_asked()
    wanted: list[tuple[datetime, str]] = []
    for person_id in known:
        theirs, own = accounts.get(person_id, ()), asked.get(person_id)
        if not is_colleague(theirs) or reach_among(theirs) is None or theirs[0].created_at > now - NEWCOMER:
            continue
        before = own.asked_at if own is not None else None
        if own is not None and (own.opted_out or (before is not None and before > now - QUARTER)):
            continue
        wanted.append((before or datetime.min.replace(tzinfo=now.tzinfo), person_id))
    lot = {each: hashlib.sha256(f"{now:%Y-%m-%d}/{each}".encode()).digest() for _, each in wanted}
    wanted.sort(key=lambda each: (each[0], lot[each[1]]))
    return [known[person_id] for _, person_id in wanted[:free]]


def answer(store: SqlPulse, person: Person, score: int, now: datetime) -> None:
    """Once for each time that they were asked. From here on nobody knows whose it is."""
    if score not in SCORES:
        raise UserFacingError(NO_SCORE)
    if not store.step(person.id, AskState.ASKED, AskState.ANSWERED, now - OPEN_FOR):
        raise UserFacingError(NOT_ASKED)
    last, month = store.last_shown(), month_of(now)
    if last is not None and month <= last:  # a turn that waited until its month was shown
        month = after(last)
    hub = next(iter(person.hubs)) if len(person.hubs) == 1 else ""
    store.count(month, "" if hub == OTHERS else storable(hub), score)


def add_word(store: SqlPulse, person: Person, word: str, now: datetime) -> None:
    """After an answer, once."""
    said = storable(word).strip()[:WORD_LIMIT]
    if not said:
        raise UserFacingError("There was no word in it, so nothing was kept.")
    check_may_add(store, person, now)
    if not store.step(person.id, AskState.ANSWERED, AskState.WORDED, now - OPEN_FOR):
        raise UserFacingError(NOT_ASKED)
    store.add_word(month_of(now), said)


def check_may_add(store: SqlPulse, person: Person, now: datetime) -> None:
    own = store.get(person.id)
    if own.state is not AskState.ANSWERED or own.asked_at is None or own.asked_at <= now - OPEN_FOR:
        raise UserFacingError("A word goes with an answer, once. Nothing was kept.")


def check_colleague(person: Person) -> None:
    if EVERYONE not in person.principals:
        raise UserFacingError("The pulse is for colleagues, so nothing was done.")


def show_what_may_be(store: SqlPulse, now: datetime, least: int) -> Sequence[Group]:
    """Of the months that are over; what is shown for the first time."""
    month = month_of(now)
    counted = store.counts_before(month)
    made = grouped(counted, least)
    if made:
        store.put_groups(made, counted)
    store.show_words(month, least)
    return made


def trend(groups: Sequence[Group]) -> Sequence[Group]:
    """All hubs of a time together, the oldest first."""
    ends = sorted({each.ends for each in groups})
    return [all_of([each for each in groups if each.ends == end]) for end in ends]
