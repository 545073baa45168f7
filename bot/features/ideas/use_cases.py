"""What people do with requests and ideas: ask, complete, vote, take back. The caller owns the transaction.

Each raises UserFacingError where it is not to be done, and then nothing was changed. What those do who decide is in
`deciding`."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.colleagues import check_colleague
from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.ideas.changes import MOVED_ON, check_asker, cleaned, one_line, put, taken
from bot.features.ideas.model import MOST_AMOUNT, TEXT_LIMIT, TITLE_LIMIT, Idea, State, Value
from bot.features.ideas.rules import Kind, lacks
from bot.features.ideas.store import SqlIdeas

DAY = timedelta(days=1)
MOST_A_DAY = 20
"""Requests that one person sends within a day: for each those who decide are written to."""

LOOKED_AT = 500
SENT_ALREADY = "This was sent already, so nothing was sent again. “ideas” shows it."
OWN_VOTE = "You asked for it yourself, so you are counted already."
VOTED_ALREADY = "You voted for it already, so nothing was changed."
NO_VOTE = "You had not voted for it, so nothing was changed."
NO_TITLE = "It needs a title with words in it. Nothing was sent."


def propose(store: SqlIdeas, idea: Idea, kind: Kind, person: Person, now: datetime) -> Idea:
    """By any colleague. Where something is missing it is kept for them, and nobody else sees it."""
    check_colleague(person)
    if idea.asker.person_id != person.id:
        raise UserFacingError("Everybody asks for themselves. Nothing was sent.")
    own = [each for each in store.of_person(person.id, LOOKED_AT) if each.asker.person_id == person.id]
    if sum(each.asked_at > now - DAY for each in own) >= MOST_A_DAY:
        raise UserFacingError(f"That is more than {MOST_A_DAY} requests in a day, so nothing was sent. Go on tomorrow.")
    made = _checked(idea, kind)
    if not store.add(replace(made, changed_at=now)):
        raise UserFacingError(SENT_ALREADY)
    return made


def complete(store: SqlIdeas, edited: Idea, kind: Kind, person: Person, now: datetime) -> Idea:
    """`edited` is the idea as it was read, with what its asker says now. Who approved it in other words is asked
    again."""
    known = taken(store, edited.id, person, State.INCOMPLETE, State.NEW)
    check_asker(known, person)
    if known.revision != edited.revision:
        raise UserFacingError(MOVED_ON)
    store.clear_approvals(known.id)
    return put(store, _checked(replace(edited, word=""), kind), now)


def vote(store: SqlIdeas, idea_id: str, person: Person) -> Idea:
    check_colleague(person)
    idea = taken(store, idea_id, person)
    if not idea.is_running:
        raise UserFacingError(MOVED_ON)
    if idea.asker.person_id == person.id:
        raise UserFacingError(OWN_VOTE)
    if not store.vote(idea.id, person.id):
        raise UserFacingError(VOTED_ALREADY)
    return idea


def unvote(store: SqlIdeas, idea_id: str, person: Person) -> Idea:
    idea = taken(store, idea_id, person)
    if not idea.is_running:
        raise UserFacingError(MOVED_ON)
    if not store.unvote(idea.id, person.id):
        raise UserFacingError(NO_VOTE)
    return idea


def withdraw(store: SqlIdeas, idea_id: str, person: Person, now: datetime) -> Idea:
    """As long as nobody works on it."""
    idea = taken(store, idea_id, person, State.INCOMPLETE, State.NEW, State.ACCEPTED)
    check_asker(idea, person)
    return put(store, replace(idea, state=State.WITHDRAWN), now)


def check_value(value: Value | None) -> None:
    if value is not None and not 0 <= value.amount <= MOST_AMOUNT:
        raise UserFacingError(f"A value is between 0 and {MOST_AMOUNT:,}. Nothing was kept.")


def _checked(idea: Idea, kind: Kind) -> Idea:
    """Within its limits, complete or not."""
    check_value(idea.value)
    title = one_line(idea.title, TITLE_LIMIT)
    if not any(each.isalnum() for each in title):
        raise UserFacingError(NO_TITLE)
    given = {need.id: cleaned(idea.given.get(need.id, ""), TEXT_LIMIT) for need in kind.needs}
    missing = lacks(kind, title, given, idea.sponsor, idea.asker.person_id)
    return replace(
        idea,
        kind_title=kind.title,
        title=title,
        given=given,
        missing=missing,
        needed=kind.approvals,
        state=State.INCOMPLETE if missing else State.NEW,
    )
