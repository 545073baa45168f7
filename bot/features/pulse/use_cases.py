"""What is done with the pulse. The caller owns the transaction.

Each raises UserFacingError where it is not to be done, and then nothing was changed."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person, storable
from bot.features.experts.store import SqlExperts
from bot.features.profile.reach import reach_among
from bot.features.profile.readers import is_colleague
from bot.features.pulse.model import (
    NEWCOMER,
    OTHERS,
    QUARTER,
    SCORES,
    WORD_LIMIT,
    AskState,
    after,
    month_of,
    settled,
)
from bot.features.pulse.store import SqlPulse
from bot.storage.audit import AuditEntry, record
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


def hub_of(person: Person, unit: UnitOfWork) -> str:
    """The one they signed in with, or the only one they help in as an expert; empty where neither is so."""
    expert = None if person.hubs else SqlExperts(unit).get(person.id)
    known = expert.hubs if expert is not None else tuple(person.hubs)
    hub = storable(known[0]).strip().casefold() if len(known) == 1 else ""
    return "" if hub == OTHERS else hub


def answer(store: SqlPulse, person: Person, hub: str, score: int, now: datetime) -> None:
    """Once for each time that they were asked. From here on nobody knows whose it is."""
    if score not in SCORES:
        raise UserFacingError(NO_SCORE)
    if not store.step(person.id, AskState.ASKED, AskState.ANSWERED, now):
        raise UserFacingError(NOT_ASKED)
    last, month = store.last_shown(), month_of(now)
    if last is not None and month <= last:  # a turn that waited until its month was shown
        month = after(last)
    store.count(month, hub, score)


def add_word(store: SqlPulse, person: Person, word: str, now: datetime) -> None:
    """After an answer, once."""
    said = storable(word).strip()[:WORD_LIMIT]
    if not said:
        raise UserFacingError("There was no word in it, so nothing was kept.")
    check_may_add(store, person, now)
    if not store.step(person.id, AskState.ANSWERED, AskState.WORDED, now):
        raise UserFacingError(NOT_ASKED)
    store.add_word(month_of(now), said)


def check_may_add(store: SqlPulse, person: Person, now: datetime) -> None:
    own = store.get(person.id)
    if own.state is not AskState.ANSWERED or not own.is_recent(now):
        raise UserFacingError("A word goes with an answer, once. Nothing was kept.")


def hide_word(unit: UnitOfWork, person: Person, word_id: str, now: datetime, *, hidden: bool) -> None:
    """For everybody but curators; or shows it again."""
    if not person.curates:
        raise UserFacingError("Only curators hide what somebody wrote, so nothing was changed.")
    if not SqlPulse(unit).hide(word_id, hidden=hidden):
        raise UserFacingError("That is so already, or there is no such word. Nothing was changed.")
    record(unit, AuditEntry(now, person.id, "pulse word hidden" if hidden else "pulse word shown again", word_id))


def show_what_may_be(store: SqlPulse, now: datetime, least: int) -> None:
    """Of the months that are over. Words come with a figure, and so are of any of those who answered."""
    month = month_of(now)
    made, waiting = settled(store.counts_before(month), month, least)
    store.settle(month, made, waiting)
    if made:
        store.free_words(month)
    store.show_words(month, least)
