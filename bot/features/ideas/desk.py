"""Where everything that happens to requests and ideas comes by: the use case, the audit log, timers, and who is told
and shown."""

from datetime import datetime

from bot.chat.turn import Person
from bot.features.ideas import deciding, use_cases
from bot.features.ideas.acts import ROLES
from bot.features.ideas.alarms import set_timers
from bot.features.ideas.cards import days_in_words
from bot.features.ideas.deciding import Plan
from bot.features.ideas.model import ORIGIN, Idea, State, Value, open_roles
from bot.features.ideas.rules import Kind
from bot.features.ideas.showing import Showing
from bot.features.ideas.store import SqlIdeas
from bot.features.ideas.telling import Telling
from bot.features.ideas.viewing import people_named
from bot.storage.audit import AuditEntry, record
from bot.storage.unit_of_work import UnitOfWork


class Desk:
    """One for chat, timers and pages. Each method checks who may, and raises UserFacingError where it is not done."""

    def __init__(self, telling: Telling, showing: Showing) -> None:
        self.telling = telling
        self.showing = showing

    # What people do

    def propose(self, idea: Idea, kind: Kind, person: Person, unit: UnitOfWork, now: datetime) -> Idea:
        made = use_cases.propose(SqlIdeas(unit), idea, kind, person, now)
        return self._handed_in("idea proposed", made, person, unit, now)

    def complete(self, edited: Idea, kind: Kind, person: Person, unit: UnitOfWork, now: datetime) -> Idea:
        made = use_cases.complete(SqlIdeas(unit), edited, kind, person, now)
        return self._handed_in("idea completed", made, person, unit, now)

    def vote(self, idea_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Idea:
        idea = use_cases.vote(SqlIdeas(unit), idea_id, person)
        self.showing.everywhere(idea, unit, now)
        return idea

    def unvote(self, idea_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Idea:
        idea = use_cases.unvote(SqlIdeas(unit), idea_id, person)
        self.showing.everywhere(idea, unit, now)
        return idea

    def withdraw(self, idea_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Idea:
        made = use_cases.withdraw(SqlIdeas(unit), idea_id, person, now)
        self.telling.end(made, f"“{made.title}” was taken back by {made.asker.name}.", person.id, unit, now)
        return self._settled("idea taken back", made, person, unit, now)

    # What those do who decide

    def approve(self, idea_id: str, revision: int, person: Person, unit: UnitOfWork, now: datetime) -> Idea:
        store = SqlIdeas(unit)
        made, approval = deciding.approve(store, idea_id, revision, person, now)
        said = f"“{made.title}” is accepted: {person.name} approved it as its {ROLES[approval.role]}."
        if made.state is State.NEW:
            still = ", ".join(ROLES[each] for each in open_roles(made, store.approvals(made.id)))
            said = f"{person.name} approved “{made.title}” as its {ROLES[approval.role]}. Still to approve: {still}."
        self.telling.step(made, said, person.id, unit, now)
        return self._settled(f"idea approved as {approval.role}", made, person, unit, now)

    def give_back(self, idea_id: str, person: Person, word: str, unit: UnitOfWork, now: datetime) -> Idea:
        made = deciding.give_back(SqlIdeas(unit), idea_id, person, word, now)
        said = f"{person.name} gave “{made.title}” back: something is missing. Complete it, and it is looked at again."
        self.telling.step(made, said, person.id, unit, now, made.word)
        return self._settled("idea given back", made, person, unit, now)

    def decline(self, idea_id: str, person: Person, word: str, unit: UnitOfWork, now: datetime) -> Idea:
        made = deciding.decline(SqlIdeas(unit), idea_id, person, word, now)
        self.telling.end(made, f"{person.name} declined “{made.title}”.", person.id, unit, now, made.word)
        return self._settled("idea declined", made, person, unit, now)

    def reopen(self, idea_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Idea:
        made = deciding.reopen(SqlIdeas(unit), idea_id, person, now)
        self.telling.step(made, f"{person.name} took “{made.title}” up again.", person.id, unit, now)
        return self._handed_in("idea reopened", made, person, unit, now)

    def plan(self, idea_id: str, revision: int, planned: Plan, person: Person, unit: UnitOfWork, now: datetime) -> Idea:
        store = SqlIdeas(unit)
        before = store.get(idea_id)
        made = deciding.plan(store, idea_id, revision, planned, person, now)
        if before is None or made.owner != before.owner:
            self.telling.owner(made, person.id, unit, now)
        self.telling.step(made, f"“{made.title}” is planned{_plan_in_words(made)}.", person.id, unit, now)
        return self._settled("idea planned", made, person, unit, now)

    def begin(self, idea_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Idea:
        made = deciding.begin(SqlIdeas(unit), idea_id, person, now)
        self.telling.step(made, f"“{made.title}” is under way{_plan_in_words(made)}.", person.id, unit, now)
        return self._settled("idea begun", made, person, unit, now)

    def finish(
        self, idea_id: str, person: Person, reached: Value | None, lesson: str, unit: UnitOfWork, now: datetime
    ) -> Idea:
        made = deciding.finish(SqlIdeas(unit), idea_id, person, reached, lesson, now)
        self.telling.end(made, self.telling.reached(made), person.id, unit, now, made.lesson)
        return self._settled("idea done", made, person, unit, now)

    def came_of(self, origin: str, unit: UnitOfWork, now: datetime) -> None:
        """Fills `CameOf`: a story of it is published, changed or taken down."""
        kind, _, idea_id = origin.partition("/")
        idea = SqlIdeas(unit).take(idea_id) if kind == ORIGIN else None
        if idea is not None:
            self.telling.story(idea, self.showing.viewing.stories_of([origin], unit).get(origin), unit, now)
            self.showing.everywhere(idea, unit, now)

    def _handed_in(self, action: str, made: Idea, person: Person, unit: UnitOfWork, now: datetime) -> Idea:
        """What is complete waits for those who decide."""
        if made.state is State.NEW:
            curators = people_named(self.showing.curators, unit)
            self.telling.ask_to_decide(made, curators - {person.id}, unit, now)
        return self._settled(action, made, person, unit, now)

    def _settled(self, action: str, idea: Idea, person: Person, unit: UnitOfWork, now: datetime) -> Idea:
        record(unit, AuditEntry(now, person.id, action, idea.id))
        set_timers(idea, unit)
        self.showing.everywhere(idea, unit, now)
        return idea


def _plan_in_words(idea: Idea) -> str:
    """``: Sam Lee, 3 May 2027 to 14 May 2027``; empty where neither is known."""
    parts = [each for each in (idea.owner.name if idea.owner else "", days_in_words(idea)) if each]
    return f": {', '.join(parts)}" if parts else ""
