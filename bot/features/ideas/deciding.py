"""What those do who decide, and whoever does the work. The caller owns the transaction.

Each raises UserFacingError where it is not to be done, and then nothing was changed."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.ideas.changes import MOVED_ON, check_asker, check_curator, check_runs, cleaned, put, taken
from bot.features.ideas.model import (
    MOST_DAYS,
    TEXT_LIMIT,
    WORD_LIMIT,
    Approval,
    Colleague,
    Idea,
    State,
    Value,
    approves_as,
    open_roles,
)
from bot.features.ideas.store import SqlIdeas
from bot.features.ideas.use_cases import check_value

NOT_YOURS = "There is nothing here for you to approve: nobody approves their own, or twice. Nothing was changed."
NO_WORD = "Say in a few words why; whoever asked reads it. Nothing was changed."
DAYS = "It ends before it begins, or has only one of its days. Nothing was changed."


@dataclass(frozen=True, slots=True)
class Plan:
    """What is thought of an idea: its value, its effort in working days, who does it, and when."""

    value: Value | None = None
    effort: int | None = None
    owner: Colleague | None = None
    starts_on: date | None = None
    ends_on: date | None = None


def approve(store: SqlIdeas, idea_id: str, revision: int, person: Person, now: datetime) -> tuple[Idea, Approval]:
    """As it was read in that revision, and as the next role that this person has; with the last one it is accepted."""
    idea = taken(store, idea_id, person, State.NEW)
    role = approves_as(idea, store.approvals(idea.id), person)
    if role is None:
        raise UserFacingError(NOT_YOURS)
    if idea.revision != revision:
        raise UserFacingError(MOVED_ON)
    approval = Approval(role, person.id, person.name, now)
    if not store.approve(idea.id, approval):
        raise UserFacingError(NOT_YOURS)
    is_last = not open_roles(idea, store.approvals(idea.id))
    state = State.ACCEPTED if is_last else State.NEW
    return put(store, replace(idea, state=state, decided_by=person.name), now), approval


def give_back(store: SqlIdeas, idea_id: str, person: Person, word: str, now: datetime) -> Idea:
    """To its asker, with what is missing."""
    idea = taken(store, idea_id, person, State.NEW)
    check_curator(person)
    store.clear_approvals(idea.id)
    given_back = replace(idea, state=State.INCOMPLETE, word=_word(word), decided_by=person.name)
    return put(store, given_back, now)


def decline(store: SqlIdeas, idea_id: str, person: Person, word: str, now: datetime) -> Idea:
    """By those who decide, or the sponsor who is to approve it."""
    idea = taken(store, idea_id, person, State.NEW, State.ACCEPTED, State.UNDER_WAY)
    if approves_as(idea, store.approvals(idea.id), person) is None:
        check_curator(person)
    return put(store, replace(idea, state=State.DECLINED, word=_word(word), decided_by=person.name), now)


def reopen(store: SqlIdeas, idea_id: str, person: Person, now: datetime) -> Idea:
    """What was declined, by those who decide; what was taken back, by whoever asked."""
    idea = taken(store, idea_id, person, State.DECLINED, State.WITHDRAWN)
    if idea.state is State.DECLINED:
        check_curator(person)
    else:
        check_asker(idea, person)
    store.clear_approvals(idea.id)
    state = State.INCOMPLETE if idea.missing else State.NEW
    return put(store, replace(idea, state=state, word=""), now)


def plan(store: SqlIdeas, idea_id: str, revision: int, planned: Plan, person: Person, now: datetime) -> Idea:
    """To the revision that was read."""
    idea = taken(store, idea_id, person, State.NEW, State.ACCEPTED, State.UNDER_WAY)
    check_runs(idea, person)
    if idea.revision != revision:
        raise UserFacingError(MOVED_ON)
    check_value(planned.value)
    if planned.effort is not None and not 1 <= planned.effort <= MOST_DAYS:
        raise UserFacingError(f"The effort is between 1 and {MOST_DAYS:,} working days. Nothing was changed.")
    first, last = planned.starts_on, planned.ends_on
    if (first is None) != (last is None) or (first is not None and last is not None and last < first):
        raise UserFacingError(DAYS)
    made = replace(
        idea, value=planned.value, effort=planned.effort, owner=planned.owner, starts_on=first, ends_on=last
    )  # fmt: skip
    return put(store, made, now)


def begin(store: SqlIdeas, idea_id: str, person: Person, now: datetime) -> Idea:
    """Whoever begins what nobody does yet, does it."""
    idea = taken(store, idea_id, person, State.ACCEPTED)
    check_runs(idea, person)
    owner = idea.owner or Colleague(person.id, person.name)
    return put(store, replace(idea, state=State.UNDER_WAY, owner=owner), now)


def finish(store: SqlIdeas, idea_id: str, person: Person, reached: Value | None, lesson: str, now: datetime) -> Idea:
    """And again, once it is known what it brought."""
    idea = taken(store, idea_id, person, State.UNDER_WAY, State.DONE)
    check_runs(idea, person)
    check_value(reached)
    done = replace(idea, state=State.DONE, reached=reached, lesson=cleaned(lesson, TEXT_LIMIT))
    return put(store, replace(done, finished_at=idea.finished_at or now), now)


def _word(text: str) -> str:
    word = cleaned(text, WORD_LIMIT)
    if not any(each.isalnum() for each in word):
        raise UserFacingError(NO_WORD)
    return word
