"""Whatever people and the clock do in whatever order: a review stays fair, and what is refused changes nothing."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.reviews import automatic, use_cases
from bot.features.reviews.example import is_exemplary
from bot.features.reviews.model import AT_WORK, READABLE, Case, Rating, Seat, State
from bot.features.reviews.rubric import Apart, Blind
from bot.features.reviews.showing import HIDDEN_AUTHOR, author_name, reviewer_name, reviews_for
from bot.features.reviews.store import SqlReviews
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import ADMIN, DANA, NOON, SAM
from tests.reviewed import DAY, RUBRIC, assignment, review, rubric, submission

KIM, LEE, MO, NIA = (Person(f"web:{name.lower()}", name) for name in ("Kim", "Lee", "Mo", "Nia"))
GUEST = Person("web:guest", "Guest", is_guest=True)
EVERYBODY = (DANA, SAM, KIM, LEE, MO, NIA, GUEST, ADMIN)
TEAMS = {NIA.id: frozenset({"team-cx"})}
"""Dana, the author, is of team-cx; Sam worked on it with her."""

MOVES = {
    None: {State.IN_REVIEW, State.RELEASED},
    State.RETURNED: {State.IN_REVIEW, State.WITHDRAWN},
    State.IN_REVIEW: {State.RETURNED, State.RELEASED, State.WITHDRAWN},
    State.RELEASED: {State.CLOSED},
    State.CLOSED: set(),
    State.WITHDRAWN: set(),
}
authors = st.sampled_from((DANA, DANA, DANA, DANA, SAM, KIM, ADMIN))
reviewers = st.sampled_from((KIM, KIM, LEE, LEE, MO, NIA, DANA, SAM, GUEST, ADMIN))
numbers = count(1)


class Reviewing(RuleBasedStateMachine):
    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__()
        self.store = SqlReviews(unit)
        self.apart = unit.connection.begin_nested()  # one life of many: what it left behind counts in no other
        self.id = f"m{next(numbers)}"
        self.now = NOON
        self.before: Case | None = None

    @initialize(
        blind=st.sampled_from(Blind), apart=st.sampled_from(Apart), seats=st.integers(1, 2), is_out=st.booleans()
    )
    def submits(self, blind: Blind, apart: Apart, seats: int, is_out: bool) -> None:
        made = submission(
            self.id,
            rubric=rubric(apart=apart, reviewers=seats),
            blind=blind,
            team=frozenset({"team-cx"}),
            with_ids=frozenset({SAM.id, DANA.id}),
        )
        use_cases.submit(self.store, made, DANA, self.now)
        for who in (KIM, LEE)[:seats]:
            self.somebody_is_asked(who)
            if is_out:
                self.a_reviewer_acts(who, "write")

    def teardown(self) -> None:
        self.apart.rollback()

    @rule(days=st.sampled_from([0.25, 1, 8]))
    def time_passes(self, days: float) -> None:
        self.now += days * DAY

    @rule(who=reviewers)
    def somebody_is_asked(self, who: Person) -> None:
        asked = assignment(person_id=who.id, person_name=who.name, due_at=self.now + DAY)
        teams = TEAMS.get(who.id, frozenset())
        self.tries(lambda: use_cases.assign(self.store, self.id, asked, teams, self.now))

    @rule(
        who=reviewers,
        what=st.sampled_from(["accept", "write", "write", "low", "unsure", "nothing", "decline", "return"]),
    )
    def a_reviewer_acts(self, who: Person, what: str) -> None:
        store, now = self.store, self.now
        level = {"nothing": 9, "low": 0, "unsure": None}.get(what, 2)
        ratings = {"focus": Rating(level, "Why."), "view": Rating(2)}
        steps: dict[str, Callable[[], Case]] = {
            "accept": lambda: use_cases.accept(store, self.id, who, now + 3 * DAY, now),
            "decline": lambda: use_cases.decline(store, self.id, who, "Away.", now),
            "return": lambda: use_cases.return_(store, self.id, who, "The link does not open.", now),
        }
        written = review(ratings=ratings, at=now)
        self.tries(steps.get(what, lambda: use_cases.write(store, self.id, who, written)))

    @rule(who=authors, what=st.sampled_from(["resubmit", "return", "release", "answer", "close", "show", "hide"]))
    def an_author_acts(self, who: Person, what: str) -> None:
        store, now = self.store, self.now
        given = "" if what == "return" else RUBRIC.needs[0].hint
        changed = replace(self.case.submission, given={"persona": given}, due_at=now + 5 * DAY)
        due = {each.id: now + 2 * DAY for each in self.case.assignments}
        steps: dict[str, Callable[[], Case]] = {
            "release": lambda: use_cases.release(store, self.id, who, now),
            "answer": lambda: use_cases.answer(store, self.id, who, "I cut two steps.", now),
            "close": lambda: use_cases.close(store, self.id, who, now),
            "show": lambda: use_cases.show(store, self.id, who, True, now),
            "hide": lambda: use_cases.show(store, self.id, who, False, now),
        }
        self.tries(steps.get(what, lambda: use_cases.resubmit(store, changed, who, due, now)))

    @precondition(lambda self: self.now > NOON + 20 * DAY)
    @rule(who=authors)
    def an_author_withdraws(self, who: Person) -> None:
        self.tries(lambda: use_cases.withdraw(self.store, self.id, who, self.now))

    @rule(number=st.integers(0, 4))
    def the_clock_acts(self, number: int) -> None:
        for each in self.case.assignments[number : number + 1]:
            automatic.replace_(self.store, each.id, self.now)
        if number == 4 and automatic.release_short(self.store, self.id, self.now) is None:
            automatic.tell_short(self.store, self.id, self.now)
        if self.now > NOON + 30 * DAY:
            automatic.close_unheard(self.store, self.id, self.now)
            automatic.lapse(self.store, self.id, self.now)

    @property
    def case(self) -> Case:
        found = self.store.case(self.id)
        assert found is not None
        return found

    def tries(self, step: Callable[[], Case]) -> None:
        before = self.case
        try:
            after = step()
        except UserFacingError as refused:
            assert self.case == before, "what is refused changes nothing"
            assert str(refused).endswith(".")
        else:
            assert after == self.case
            assert after.submission.revision > before.submission.revision

    @invariant()
    def it_is_fair(self) -> None:
        case = self.store.case(self.id)
        if case is not None:
            self.check_moves(case)
            self.check_fairness(case)
            self.check_what_is_seen(case)

    def check_moves(self, case: Case) -> None:
        before = self.before.submission.state if self.before else None
        assert case.submission.state in {before, *MOVES[before]}
        self.before = case

    def check_fairness(self, case: Case) -> None:
        sent = case.submission
        reviewers = [each.person_id for each in case.assignments]
        assert len(set(reviewers)) == len(reviewers) == sent.asked
        assert not {DANA.id, SAM.id} & set(reviewers)
        assert not (sent.rubric.apart is Apart.TEAM and NIA.id in reviewers)
        assert GUEST.id not in {each.person_id for each in case.held if each.seat is not Seat.ASKED}
        assert bool(sent.missing) == (sent.state is State.RETURNED)
        if not sent.is_running:
            assert not [each for each in case.assignments if each.seat in AT_WORK]
        if sent.state in READABLE:
            assert case.written
        if sent.state is State.IN_REVIEW:
            assert case.free_seats or len(case.written) < len(case.held), "nothing waits that is complete"
        assert not sent.is_example or is_exemplary(case)

    def check_what_is_seen(self, case: Case) -> None:
        for viewer in EVERYBODY:
            seen = [each for each, _ in reviews_for(case, viewer.id)]
            if case.submission.state not in READABLE:
                assert all(each.person_id == viewer.id for each in seen)
            if case.submission.blind is not Blind.OPEN:
                others = [each for each in case.assignments if each.person_id != viewer.id]
                assert all(reviewer_name(case, each, viewer.id).startswith("Reviewer ") for each in others)
        if case.submission.blind is Blind.DOUBLE:
            assert all(author_name(case, each.person_id) == HIDDEN_AUTHOR for each in case.assignments)
        assert author_name(case, DANA.id) == author_name(case, SAM.id) == DANA.name


def test_a_review_stays_fair_whatever_happens(sqlite_database: Database) -> None:
    with sqlite_database.begin() as unit:
        examples = int(os.environ.get("GUILDHALL_REVIEWS", "12"))
        steps = settings(max_examples=examples, stateful_step_count=30)
        run_state_machine_as_test(lambda: Reviewing(unit), settings=steps)


@pytest.fixture
def store(sqlite_database: Database) -> Iterator[SqlReviews]:
    with sqlite_database.begin() as unit:
        yield SqlReviews(unit)


def asked(store: SqlReviews, *whom: Person, at: datetime = NOON, **values: object) -> Case:
    use_cases.submit(store, submission(**values), DANA, at)
    case = None
    for each in whom:
        who = assignment(person_id=each.id, person_name=each.name)
        case = use_cases.assign(store, "r1", who, frozenset(), at)
    assert case is not None
    return case


def written_by(store: SqlReviews, who: Person, level: int = 2) -> Case:
    return use_cases.write(store, "r1", who, review(level=level, at=NOON + DAY))


def test_reviews_come_out_together_when_the_last_one_is_in(store: SqlReviews) -> None:
    asked(store, KIM, LEE)
    use_cases.accept(store, "r1", KIM, NOON + 2 * DAY, NOON)
    first = written_by(store, KIM)
    assert (first.submission.state, reviews_for(first, DANA.id)) == (State.IN_REVIEW, [])
    both = written_by(store, LEE)
    assert both.submission.state is State.RELEASED
    assert both.submission.released_at == NOON + DAY
    assert {each.person_name for each, _ in reviews_for(both, DANA.id)} == {"Kim", "Lee"}
    assert len(reviews_for(both, KIM.id)) == 2


def test_the_author_answers_closes_and_lets_others_see_it(store: SqlReviews) -> None:
    asked(store, KIM, LEE)
    written_by(store, KIM)
    written_by(store, LEE)
    with pytest.raises(UserFacingError, match="Tell your reviewers first"):
        use_cases.close(store, "r1", DANA, NOON + 2 * DAY)
    use_cases.answer(store, "r1", DANA, " I cut two steps. ", NOON + 2 * DAY)
    closed = use_cases.close(store, "r1", DANA, NOON + 3 * DAY)
    assert (closed.submission.state, closed.submission.reply) == (State.CLOSED, "I cut two steps.")
    assert use_cases.show(store, "r1", DANA, True, NOON + 4 * DAY).submission.is_example
    with pytest.raises(UserFacingError, match="Only its author"):
        use_cases.show(store, "r1", ADMIN, False, NOON + 4 * DAY)
    assert not use_cases.show(store, "r1", DANA, False, NOON + 5 * DAY).submission.is_example


def test_work_that_got_the_lowest_level_is_no_example(store: SqlReviews) -> None:
    asked(store, KIM, LEE)
    written_by(store, KIM)
    written_by(store, LEE, level=0)
    with pytest.raises(UserFacingError, match="do not call it an example"):
        use_cases.show(store, "r1", DANA, True, NOON + 2 * DAY)


def test_an_incomplete_submission_is_returned_until_it_is_complete(store: SqlReviews) -> None:
    returned = use_cases.submit(store, submission(links=(), wanted=""), DANA, NOON)
    assert (returned.submission.state, len(returned.submission.missing)) == (State.RETURNED, 2)
    half = replace(returned.submission, links=submission().links)
    still = use_cases.resubmit(store, half, DANA, {}, NOON + DAY)
    assert (still.submission.state, len(still.submission.missing)) == (State.RETURNED, 1)
    complete = use_cases.resubmit(store, submission(), DANA, {}, NOON + DAY)
    assert (complete.submission.state, complete.submission.missing) == (State.IN_REVIEW, ())
    assert complete.submission.complete_at == NOON + DAY


def test_a_reviewer_who_cannot_begin_returns_it_and_goes_on_later(store: SqlReviews) -> None:
    asked(store, KIM, LEE)
    use_cases.accept(store, "r1", KIM, NOON + 2 * DAY, NOON)
    with pytest.raises(UserFacingError, match="Say first whether"):
        use_cases.return_(store, "r1", LEE, "The link does not open.", NOON)
    returned = use_cases.return_(store, "r1", KIM, "The link does not open.", NOON)
    assert (returned.submission.missing, returned.submission.returned_by) == (("The link does not open.",), KIM.id)
    with pytest.raises(UserFacingError, match="went back to its author"):
        written_by(store, KIM)
    on = use_cases.resubmit(store, submission(), DANA, {"r1-1": NOON + 4 * DAY}, NOON + DAY)
    assert on.submission.state is State.IN_REVIEW
    assert [each.due_at for each in on.assignments] == [NOON + 4 * DAY, NOON + DAY]
    assert on.submission.complete_at == NOON


def test_whoever_does_not_react_is_replaced_and_what_they_write_late_still_counts(store: SqlReviews) -> None:
    asked(store, KIM, LEE)
    assert automatic.replace_(store, "r1-1", NOON) is None
    replaced = automatic.replace_(store, "r1-1", NOON + DAY)
    assert replaced is not None and replaced.free_seats == 1
    assert automatic.replace_(store, "r1-1", NOON + DAY) is None
    use_cases.assign(store, "r1", assignment(person_id=MO.id), frozenset(), NOON + DAY)
    with pytest.raises(UserFacingError, match="in your place"):
        use_cases.accept(store, "r1", KIM, NOON + 2 * DAY, NOON + DAY)
    assert written_by(store, KIM).of(KIM.id).seat is Seat.HANDED_IN
    assert written_by(store, LEE).submission.state is State.IN_REVIEW
    ended = use_cases.decline(store, "r1", MO, "", NOON + 2 * DAY)
    assert ended.submission.state is State.RELEASED


def test_with_nobody_left_to_ask_what_there_is_comes_out(store: SqlReviews) -> None:
    asked(store, KIM, LEE)
    written_by(store, KIM)
    assert automatic.release_short(store, "r1", NOON + DAY) is None
    use_cases.decline(store, "r1", LEE, "Away.", NOON + DAY)
    out = automatic.release_short(store, "r1", NOON + DAY)
    assert out is not None and out.submission.state is State.RELEASED
    assert [each.person_id for each, _ in reviews_for(out, DANA.id)] == [KIM.id]


def test_an_author_need_not_wait_beyond_the_day_for_which_reviews_were_wished(store: SqlReviews) -> None:
    asked(store, KIM, LEE)
    with pytest.raises(UserFacingError, match="Nobody has handed in"):
        use_cases.release(store, "r1", DANA, NOON + 8 * DAY)
    written_by(store, KIM)
    with pytest.raises(UserFacingError, match="still have time"):
        use_cases.release(store, "r1", DANA, NOON + DAY)
    out = use_cases.release(store, "r1", DANA, NOON + 8 * DAY)
    assert [each.seat for each in out.assignments] == [Seat.HANDED_IN, Seat.GONE]


def test_a_rubric_is_never_less_blind_than_it_says_and_may_be_blinder(store: SqlReviews) -> None:
    double = rubric(blind=Blind.SINGLE, reviewers=3)
    open_ = use_cases.submit(store, submission("a", rubric=double, blind=Blind.OPEN, seats=1), DANA, NOON)
    assert (open_.submission.blind, open_.submission.seats) == (Blind.SINGLE, 3)
    blinder = use_cases.submit(store, submission("b", rubric=double, blind=Blind.DOUBLE), DANA, NOON)
    assert blinder.submission.blind is Blind.DOUBLE


def test_a_review_says_why(store: SqlReviews) -> None:
    asked(store, KIM)
    unsaid = review(good="", better="tbd", ratings={"focus": Rating(0), "style": Rating(1)})
    with pytest.raises(UserFacingError) as caught:
        use_cases.write(store, "r1", KIM, unsaid)
    assert set(caught.value.problems) == {"focus", "view", "style", "good", "better"}
    silent = review(ratings={"focus": Rating(None, "No access."), "view": Rating(None, "No access.")})
    with pytest.raises(UserFacingError, match="decline the review"):
        use_cases.write(store, "r1", KIM, silent)


def test_only_who_has_to_do_with_it_reads_it(store: SqlReviews) -> None:
    asked(store, KIM, LEE, with_ids=frozenset({SAM.id}))
    use_cases.decline(store, "r1", LEE, "", NOON)
    for each in (DANA, SAM, KIM, ADMIN):
        assert use_cases.seen_by(store, "r1", each).submission.id == "r1"
    for each in (LEE, MO, GUEST):
        with pytest.raises(UserFacingError, match="not asked to review"):
            use_cases.seen_by(store, "r1", each)
    with pytest.raises(UserFacingError, match="no longer kept"):
        use_cases.seen_by(store, "unknown", DANA)


def test_somebody_who_proves_to_be_its_author_reviews_it_no_more(store: SqlReviews) -> None:
    asked(store, KIM)
    store.change(replace(store.get("r1"), author_id=KIM.id, revision=3))
    with pytest.raises(UserFacingError, match="your own work"):
        written_by(store, KIM)
