"""Requests and ideas in a chat, and by the same buttons on a page: what those do who decide, and whoever does it."""

from bot.chat.form import Form, one
from bot.chat.reply import Reply
from bot.chat.turn import Turn
from bot.features.escalations.expert_forms import kept_in_the_form
from bot.features.feature import FormRoute, Handler
from bot.features.ideas import acts, decision_forms
from bot.features.ideas.changes import check_curator, check_runs, seen
from bot.features.ideas.chat import colleague_named, show
from bot.features.ideas.decision_forms import EFFORT, LESSON, OWNER, WORD
from bot.features.ideas.desk import Desk
from bot.features.ideas.model import Idea, State, approves_as
from bot.features.ideas.propose_form import at_in, rejected, value_in
from bot.features.ideas.store import SqlIdeas
from bot.features.ideas.viewing import Viewing
from bot.features.page import number_in
from bot.storage.unit_of_work import UnitOfWork


class DecidersChat:
    """Turn -> desk -> Reply."""

    def __init__(self, desk: Desk, viewing: Viewing) -> None:
        self._desk = desk
        self._viewing = viewing

    @property
    def buttons(self) -> dict[str, Handler]:
        return {
            acts.APPROVE: self.on_approve,
            acts.GIVE_BACK: self.on_give_back,
            acts.DECLINE: self.on_decline,
            acts.REOPEN: self.on_reopen,
            acts.PLAN: self.on_plan,
            acts.BEGIN: self.on_begin,
            acts.FINISH: self.on_finish,
        }

    @property
    def forms(self) -> dict[str, FormRoute]:
        return {
            acts.GIVE_BACK: FormRoute(self.on_give_back_sent, decision_forms.give_back_form),
            acts.DECLINE: FormRoute(self.on_decline_sent, decision_forms.decline_form),
            acts.PLAN: FormRoute(self.on_plan_sent, self.plan_form),
            acts.FINISH: FormRoute(self.on_finish_sent, self.finish_form),
        }

    def plan_form(self, state: str) -> Form:
        return decision_forms.plan_form_again(state, self._viewing.intake.rates)

    def finish_form(self, state: str) -> Form:
        return decision_forms.finish_form_again(state, self._viewing.intake.rates)

    def on_approve(self, turn: Turn, unit: UnitOfWork) -> Reply:
        idea_id, _, revision = turn.carried.partition("/")
        idea = self._desk.approve(idea_id, number_in(revision), turn.person, unit, turn.at)
        done = "It is accepted" if idea.state is State.ACCEPTED else "Others still have to approve it"
        return self._show(idea, turn, unit, f"You approved “{idea.title}”. {done}, and {idea.asker.name} is told.")

    def on_give_back(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_curator(turn.person)
        return Reply(form=decision_forms.give_back_form(self._seen(turn, unit).id))

    def on_give_back_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        with kept_in_the_form(WORD):
            idea = self._desk.give_back(turn.carried, turn.person, one(turn.values, WORD), unit, turn.at)
        return self._show(
            idea, turn, unit, f"“{idea.title}” is back with {idea.asker.name}, who reads what is missing."
        )

    def on_decline(self, turn: Turn, unit: UnitOfWork) -> Reply:
        idea = self._seen(turn, unit)
        if approves_as(idea, SqlIdeas(unit).approvals(idea.id), turn.person) is None:
            check_curator(turn.person)
        return Reply(form=decision_forms.decline_form(idea.id))

    def on_decline_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        with kept_in_the_form(WORD):
            idea = self._desk.decline(turn.carried, turn.person, one(turn.values, WORD), unit, turn.at)
        return self._show(idea, turn, unit, f"“{idea.title}” is declined, and {idea.asker.name} is told why.")

    def on_reopen(self, turn: Turn, unit: UnitOfWork) -> Reply:
        idea = self._desk.reopen(turn.carried, turn.person, unit, turn.at)
        return self._show(idea, turn, unit, f"“{idea.title}” is open again.")

    def on_plan(self, turn: Turn, unit: UnitOfWork) -> Reply:
        idea = self._seen(turn, unit)
        check_runs(idea, turn.person)
        return Reply(form=decision_forms.plan_form(idea, self._viewing.intake.rates))

    def on_plan_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        at = at_in(turn.carried)
        known = seen(SqlIdeas(unit), at.idea_id, turn.person)
        typed = one(turn.values, OWNER)
        owner, problems = colleague_named(typed, known.owner, unit), dict[str, str]()
        if typed and owner is None:
            problems[OWNER] = "Nobody, or more than one, is called that. An e-mail address says whom you mean."
        planned = decision_forms.planned_in(turn.values, owner, problems)
        rejected(problems)
        with kept_in_the_form(EFFORT):
            idea = self._desk.plan(at.idea_id, at.revision, planned, turn.person, unit, turn.at)
        return self._show(idea, turn, unit, f"The plan for “{idea.title}” is kept.")

    def on_begin(self, turn: Turn, unit: UnitOfWork) -> Reply:
        idea = self._desk.begin(turn.carried, turn.person, unit, turn.at)
        return self._show(idea, turn, unit, f"“{idea.title}” is under way, and {idea.asker.name} is told.")

    def on_finish(self, turn: Turn, unit: UnitOfWork) -> Reply:
        idea = self._seen(turn, unit)
        check_runs(idea, turn.person)
        return Reply(form=decision_forms.finish_form(idea, self._viewing.intake.rates))

    def on_finish_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        problems: dict[str, str] = {}
        reached = value_in(turn.values, problems)
        rejected(problems)
        lesson = one(turn.values, LESSON)
        with kept_in_the_form(LESSON):
            idea = self._desk.finish(turn.carried, turn.person, reached, lesson, unit, turn.at)
        return self._show(idea, turn, unit, f"“{idea.title}” is done, and whoever asked or voted is told.")

    def _seen(self, turn: Turn, unit: UnitOfWork) -> Idea:
        return seen(SqlIdeas(unit), turn.carried, turn.person)

    def _show(self, idea: Idea, turn: Turn, unit: UnitOfWork, done: str) -> Reply:
        return show(idea, turn, unit, done, self._viewing)
