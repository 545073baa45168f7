"""Whatever people and the clock do in whatever order: a request stays decided as its roles say, and what is refused
changes nothing."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.ideas import alarms, deciding, use_cases
from bot.features.ideas.deciding import Plan
from bot.features.ideas.model import PUBLIC, RUNNING, Colleague, Idea, Role, State, Unit, Value, may_see
from bot.features.ideas.store import SqlIdeas
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import ADMIN, NOON
from tests.ideas_house import ANA, CLEO, GUEST, INTAKE, KIM, LEE, SAM, idea
from tests.reviewed import DAY

KIND = replace(INTAKE.kinds["capability"], approvals=(Role.SPONSOR, Role.CURATOR, Role.ADMIN))
GIVEN = dict(idea().given) | {"sponsor": "Kim Park"}
SPONSOR = Colleague(KIM.id, KIM.name)
MOVES = {
    State.INCOMPLETE: {State.NEW, State.WITHDRAWN},
    State.NEW: {State.INCOMPLETE, State.ACCEPTED, State.DECLINED, State.WITHDRAWN},
    State.ACCEPTED: {State.UNDER_WAY, State.DECLINED, State.WITHDRAWN},
    State.UNDER_WAY: {State.DONE, State.DECLINED},
    State.DONE: set(),
    State.DECLINED: {State.NEW, State.INCOMPLETE},
    State.WITHDRAWN: {State.NEW, State.INCOMPLETE},
}
anybody = st.sampled_from((ANA, ANA, ANA, CLEO, CLEO, KIM, KIM, ADMIN, ADMIN, SAM, LEE, GUEST))
numbers = count(1)


class Asking(RuleBasedStateMachine):
    """Ana asks, Kim is named as its sponsor, Cleo curates; all three roles have to approve."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__()
        self.store = SqlIdeas(unit)
        self.apart = unit.connection.begin_nested()  # one life of many: what it left behind counts in no other
        self.id = f"m{next(numbers)}"
        self.now = NOON
        self.before: Idea | None = None

    @initialize(is_complete=st.booleans())
    def asks(self, is_complete: bool) -> None:
        given = GIVEN if is_complete else {"problem": "tbd"}
        made = idea(self.id, kind="capability", given=given, sponsor=SPONSOR if is_complete else None)
        use_cases.propose(self.store, made, KIND, ANA, self.now)
        self.before = self.idea

    def teardown(self) -> None:
        self.apart.rollback()

    @property
    def idea(self) -> Idea:
        found = self.store.get(self.id)
        assert found is not None
        return found

    @rule(days=st.sampled_from([1, 40, 200]))
    def time_passes(self, days: int) -> None:
        self.now += days * DAY

    @rule(who=anybody, is_complete=st.sampled_from([True, True, False]), is_old=st.booleans())
    def somebody_completes_it(self, who: Person, is_complete: bool, is_old: bool) -> None:
        read = replace(self.idea, given=GIVEN if is_complete else {}, sponsor=SPONSOR if is_complete else None)
        edited = replace(read, revision=read.revision - is_old)
        self.tries(lambda: use_cases.complete(self.store, edited, KIND, who, self.now), refused=is_old)

    @rule(who=anybody, is_old=st.sampled_from([False, False, False, True]))
    def somebody_approves_it(self, who: Person, is_old: bool) -> None:
        revision = self.idea.revision - is_old
        self.tries(lambda: deciding.approve(self.store, self.id, revision, who, self.now), refused=is_old)

    @rule()
    def all_of_them_approve_it_and_it_begins(self) -> None:
        for who in (KIM, CLEO, ADMIN):
            self.somebody_approves_it(who, is_old=False)
        self.somebody_moves_it(CLEO, "plan", "")
        self.somebody_moves_it(SAM, "begin", "")

    @rule(who=anybody, what=st.sampled_from(["vote", "vote", "unvote"]))
    def somebody_votes(self, who: Person, what: str) -> None:
        act = use_cases.vote if what == "vote" else use_cases.unvote
        self.tries(lambda: act(self.store, self.id, who), moves=False)

    @rule(
        who=anybody,
        what=st.sampled_from(["give back", "decline", "withdraw", "reopen", "begin", "begin", "finish", "plan"]),
        word=st.sampled_from(["Why not.", "…"]),
    )
    def somebody_moves_it(self, who: Person, what: str, word: str) -> None:
        store, now = self.store, self.now
        plan = Plan(Value(9, Unit.HOURS), 3, Colleague(SAM.id, SAM.name), date(2027, 3, 1), date(2027, 3, 5))
        acts: dict[str, Callable[[], object]] = {
            "give back": lambda: deciding.give_back(store, self.id, who, word, now),
            "decline": lambda: deciding.decline(store, self.id, who, word, now),
            "withdraw": lambda: use_cases.withdraw(store, self.id, who, now),
            "reopen": lambda: deciding.reopen(store, self.id, who, now),
            "begin": lambda: deciding.begin(store, self.id, who, now),
            "plan": lambda: deciding.plan(store, self.id, self.idea.revision, plan, who, now),
            "finish": lambda: deciding.finish(store, self.id, who, None, word, now),
        }
        self.tries(acts[what])

    @rule(who=st.sampled_from((ANA, CLEO)), what=st.sampled_from(["withdraw", "decline", "give back", "reopen"]))
    def it_ends_or_begins_again(self, who: Person, what: str) -> None:
        self.somebody_moves_it(who, what, "Why not.")

    @rule(amount=st.integers(0, 3))
    def its_owner_says_what_it_brought(self, amount: int) -> None:
        self.tries(lambda: deciding.finish(self.store, self.id, SAM, Value(amount, Unit.HOURS), "", self.now))

    def tries(self, act: Callable[[], object], *, refused: bool = False, moves: bool = True) -> None:
        before, votes = self.idea, self.store.voters(self.id)
        approvals = self.store.approvals(self.id)
        try:
            act()
        except UserFacingError:
            assert (self.idea, self.store.voters(self.id)) == (before, votes)
            assert list(self.store.approvals(self.id)) == list(approvals)
            return
        assert not refused
        assert self.idea.revision == before.revision + moves
        self.before = before

    @invariant()
    def it_moves_as_it_may(self) -> None:
        if self.before is not None:
            now = self.idea.state
            assert now is self.before.state or now in MOVES[self.before.state]

    @invariant()
    def nobody_approves_their_own_or_twice_and_all_roles_approve_what_is_accepted(self) -> None:
        made, approvals = self.idea, self.store.approvals(self.id)
        people = [each.person_id for each in approvals]
        assert len(set(people)) == len(people)
        assert ANA.id not in people
        assert all(each.person_id == KIM.id for each in approvals if each.role is Role.SPONSOR)
        assert all(each.person_id == ADMIN.id for each in approvals if each.role is Role.ADMIN)
        assert {each.person_id for each in approvals if each.role is Role.CURATOR} <= {CLEO.id, ADMIN.id}
        if made.state in (State.ACCEPTED, State.UNDER_WAY, State.DONE):
            assert {each.role for each in approvals} == set(Role)
            assert made.missing == ()
        if made.state is State.INCOMPLETE:
            assert people == []

    @invariant()
    def only_colleagues_vote_and_not_for_their_own(self) -> None:
        assert not {ANA.id, GUEST.id} & set(self.store.voters(self.id))

    @invariant()
    def who_may_not_see_it_does_not(self) -> None:
        made = self.idea
        assert all(may_see(made, each) for each in (ANA, CLEO, ADMIN))
        assert may_see(made, LEE) == (made.state in PUBLIC)
        assert not may_see(made, GUEST)

    @invariant()
    def what_is_done_says_what_it_brought_or_is_asked(self) -> None:
        made = self.idea
        asks = alarms.next_value_at(made, self.now)
        if made.state is State.DONE:
            assert made.finished_at is not None
            assert (made.reached is None) or asks is None
            if made.reached is None and self.now < made.finished_at + 300 * DAY:
                assert asks is not None and asks > self.now
        else:
            assert asks is None
        assert (made.state is State.UNDER_WAY) <= (made.owner is not None)
        assert (made.state in RUNNING) <= (made.reached is None)


def test_a_request_stays_as_its_roles_decided_whatever_happens(sqlite_database: Database) -> None:
    with sqlite_database.begin() as unit:
        examples = int(os.environ.get("GUILDHALL_IDEAS", "12"))
        steps = settings(max_examples=examples, stateful_step_count=40)
        run_state_machine_as_test(lambda: Asking(unit), settings=steps)
