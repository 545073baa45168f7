"""The steps that all changes are made of: seen, taken, checked, put back under the next revision."""

from dataclasses import replace
from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person, storable
from bot.features.ideas.model import Idea, State, may_decide, may_run, may_see, may_tell
from bot.features.ideas.store import SqlIdeas

GONE = (
    "That request is no longer kept, or you may not see it, so nothing was changed. “ideas” shows those that you can."
)
NOT_CURATOR = "Only curators and admins decide that, so nothing was changed."
NOT_RUNNING = "Only whoever does it and curators say that, so nothing was changed."
NOT_ASKER = "Only whoever asked for it can do that, so nothing was changed."
NOT_TO_TELL = "That is not done yet, or not yours to tell of, so nothing was changed."
COLLISION = "Somebody changed this at the same moment, so nothing of yours was changed. Look at it and try again."
MOVED_ON = "It has moved on meanwhile, so nothing was changed. Look at how it stands now."


def seen(store: SqlIdeas, idea_id: str, person: Person) -> Idea:
    """What is not there and what they may not see look the same."""
    return _visible(store.get(idea_id), person)


def to_tell(store: SqlIdeas, idea_id: str, person: Person) -> Idea:
    """What is done, for whoever asked for it, did it or decides: they tell of it."""
    idea = seen(store, idea_id, person)
    if idea.state is not State.DONE or not may_tell(idea, person):
        raise UserFacingError(NOT_TO_TELL)
    return idea


def taken(store: SqlIdeas, idea_id: str, person: Person, *states: State) -> Idea:
    """`seen` for whoever is going to change it, in one of these states where any are named."""
    idea = _visible(store.take(idea_id), person)
    if states and idea.state not in states:
        raise UserFacingError(MOVED_ON)
    return idea


def check_curator(person: Person) -> None:
    if not may_decide(person):
        raise UserFacingError(NOT_CURATOR)


def check_runs(idea: Idea, person: Person) -> None:
    if not may_run(idea, person):
        raise UserFacingError(NOT_RUNNING)


def check_asker(idea: Idea, person: Person) -> None:
    if idea.asker.person_id != person.id:
        raise UserFacingError(NOT_ASKER)


def put(store: SqlIdeas, changed: Idea, now: datetime) -> Idea:
    counted = replace(changed, revision=changed.revision + 1, changed_at=now)
    if not store.change(counted):
        raise UserFacingError(COLLISION)
    return counted


def cleaned(text: str, limit: int) -> str:
    return storable(text).strip()[:limit]


def one_line(text: str, limit: int) -> str:
    return cleaned(" ".join(storable(text).split()), limit)


def _visible(idea: Idea | None, person: Person) -> Idea:
    if idea is None or not may_see(idea, person):
        raise UserFacingError(GONE)
    return idea
