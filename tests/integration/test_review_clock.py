"""Reviewers are found, reminded and replaced by the clock, in their working hours, with the real matcher."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.experts.matcher import Matcher
from bot.features.experts.model import Expert
from bot.features.experts.store import SqlExperts
from bot.features.reviews.alarms import FILES_KEPT, OF_REVIEWER, OF_SUBMISSION, Alarms
from bot.features.reviews.desk import Desk
from bot.features.reviews.example import Example, Showing
from bot.features.reviews.jobs import ReviewJobs
from bot.features.reviews.matching import Candidate
from bot.features.reviews.model import Assignment, Case, File, Seat, State, What
from bot.features.reviews.reviewers import ExpertReviewers, GroupTeams
from bot.features.reviews.rubric import Apart
from bot.features.reviews.store import SqlReviews
from bot.storage.audit import latest
from bot.storage.people import Account, KnownPerson, People
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from tests.builders import DANA, NOON
from tests.fakes_knowledge import WordEmbedder
from tests.reviewed import DAY, review, rubric, submission

HOUR = timedelta(hours=1)
KIM, LEE, MO = (Person(f"web:{name.lower()}", name) for name in ("Kim", "Lee", "Mo"))
TEAM = frozenset({"team-cx"})


class Shelf:
    """A library that keeps what it is given."""

    def __init__(self) -> None:
        self.kept: dict[str, Example] = {}

    def put(self, example: Example, unit: UnitOfWork, now: datetime) -> None:
        self.kept[example.id] = example

    def take_back(self, example_id: str, unit: UnitOfWork, now: datetime) -> None:
        self.kept.pop(example_id, None)


class House:
    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.now = NOON
        self.told: list[tuple[What, str]] = []
        self.shelf = Shelf()
        teams = GroupTeams("team-")
        self.matcher = Matcher(database, WordEmbedder(), dict, folder / "experts.npz")
        self.desk = Desk((Alarms(), self.tell, Showing(self.shelf)), teams)
        self.jobs = ReviewJobs(self.desk, ExpertReviewers(self.matcher, teams))
        self.timekeeper = Timekeeper(database, self.jobs.timers(), lambda: self.now)
        self.joins(DANA, ("journey map", "customer experience"), groups=("team-cx", "all"))

    def tell(self, what: What, case: Case, about: Assignment | None, unit: UnitOfWork, now: datetime) -> None:
        self.told.append((what, about.person_name if about else ""))

    def joins(self, who: Person, topics: tuple[str, ...], groups: tuple[str, ...] = ()) -> None:
        with self.database.begin() as unit:
            People(unit).add(KnownPerson(who.id, who.name, NOON))
            People(unit).add_account(Account(who.id, who.id, "web", NOON, name=who.name, groups=groups))
            SqlExperts(unit).put(Expert(who.id, NOON, topics))
        self.matcher.refresh()

    def does(self, step: Callable[[UnitOfWork], Case]) -> Case:
        with self.database.begin() as unit:
            done = step(unit)
        self.timekeeper.run_due()
        return done

    def submits(self, **values: object) -> None:
        self.does(lambda unit: self.desk.submit(submission(**values), DANA, unit, self.now))

    def waits(self, until: datetime) -> None:
        """Fires each timer at its moment."""
        while True:
            with self.database.reading() as unit:
                due = Timers(unit).next_at(OF_SUBMISSION | OF_REVIEWER)
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            self.timekeeper.run_due()
        self.now = until

    def accepts(self, who: Person) -> None:
        self.does(lambda unit: self.desk.accept("r1", who, unit, self.now))

    def writes(self, who: Person) -> None:
        self.does(lambda unit: self.desk.write("r1", who, review(at=self.now), unit))

    @property
    def case(self) -> Case:
        with self.database.reading() as unit:
            found = SqlReviews(unit).case("r1")
        assert found is not None
        return found

    @property
    def seats(self) -> dict[str, Seat]:
        return {each.person_name: each.seat for each in self.case.assignments}

    @property
    def has_file(self) -> bool:
        with self.database.reading() as unit:
            return SqlReviews(unit).content("r1", "f1") is not None

    def heard(self, *whats: What) -> list[tuple[What, str]]:
        return [each for each in self.told if each[0] in whats]


@pytest.fixture
def house(sqlite_database: Database, tmp_path: Path) -> House:
    return House(sqlite_database, tmp_path)


@pytest.fixture
def staffed(house: House) -> House:
    house.joins(KIM, ("journey map", "customer experience"))
    house.joins(LEE, ("journey map",))
    house.joins(Person("web:pat", "Pat"), ("payroll",))
    return house


def test_reviewers_are_asked_as_soon_as_work_is_complete(staffed: House) -> None:
    staffed.submits(links=())
    assert (staffed.case.submission.state, staffed.seats) == (State.RETURNED, {})
    staffed.does(lambda unit: staffed.desk.resubmit(submission(), DANA, unit, staffed.now))
    assert staffed.seats == {"Kim": Seat.ASKED, "Lee": Seat.ASKED}
    assert {each.due_at for each in staffed.case.assignments} == {NOON + DAY}, "eight working hours"
    assert all("journey map" in each.why for each in staffed.case.assignments)
    assert staffed.told[0] == (What.RETURNED, "")


def test_whoever_does_not_react_is_reminded_once_and_then_replaced(staffed: House) -> None:
    staffed.submits()
    staffed.accepts(LEE)
    staffed.joins(MO, ("journey map",))
    staffed.waits(NOON + DAY - HOUR)
    assert staffed.heard(What.REMINDED) == [(What.REMINDED, "Kim")]
    assert staffed.seats["Kim"] is Seat.ASKED
    staffed.waits(NOON + DAY)
    assert staffed.seats == {"Kim": Seat.REPLACED, "Lee": Seat.ACCEPTED, "Mo": Seat.ASKED}
    assert staffed.heard(What.REMINDED, What.REPLACED) == [(What.REMINDED, "Kim"), (What.REPLACED, "Kim")]


def test_a_review_that_does_not_come_is_asked_for_and_then_goes_to_somebody_else(staffed: House) -> None:
    staffed.submits(due_at=NOON + 7 * DAY)
    staffed.accepts(KIM)
    staffed.accepts(LEE)
    staffed.writes(LEE)
    assert {each.due_at for each in staffed.case.assignments} == {NOON + 7 * DAY}
    staffed.joins(MO, ("journey map",))
    staffed.waits(NOON + 7 * DAY)
    assert staffed.heard(What.REMINDED, What.OVERDUE) == [(What.REMINDED, "Kim"), (What.OVERDUE, "Kim")]
    assert staffed.seats["Kim"] is Seat.ACCEPTED
    staffed.waits(NOON + 7 * DAY + 4 * HOUR)
    assert staffed.seats == {"Kim": Seat.REPLACED, "Lee": Seat.HANDED_IN, "Mo": Seat.ASKED}
    staffed.writes(MO)
    assert staffed.case.submission.state is State.RELEASED
    assert staffed.heard(What.RELEASED) == [(What.RELEASED, "")]


def test_whoever_accepts_late_has_the_time_that_the_rubric_gives(staffed: House) -> None:
    staffed.submits(due_at=NOON + DAY)
    staffed.now = NOON + 3 * HOUR
    staffed.accepts(KIM)
    own = staffed.case.of(KIM.id)
    assert own is not None and own.due_at == NOON + 2 * DAY + 3 * HOUR, "two working days"


def test_with_nobody_to_ask_it_is_told_once_and_tried_each_day(house: House) -> None:
    house.submits()
    house.waits(NOON + 3.5 * DAY)
    assert (house.seats, house.heard(What.SHORT)) == ({}, [(What.SHORT, "")])
    house.joins(KIM, ("journey map",))
    house.waits(NOON + 4 * DAY)
    assert house.seats == {"Kim": Seat.ASKED}
    assert len(house.heard(What.SHORT)) == 1, "that another lacks is known"


def test_with_nobody_left_to_ask_what_there_is_comes_out(staffed: House) -> None:
    staffed.submits()
    staffed.writes(KIM)
    staffed.does(lambda unit: staffed.desk.decline("r1", LEE, "Away.", unit, staffed.now))
    assert staffed.case.submission.state is State.RELEASED
    assert staffed.heard(What.SHORT) == []


def test_nothing_is_due_while_its_author_completes_it(staffed: House) -> None:
    staffed.submits()
    staffed.accepts(KIM)
    staffed.does(lambda unit: staffed.desk.return_("r1", KIM, "The link does not open.", unit, staffed.now))
    staffed.waits(NOON + 5 * DAY)
    assert staffed.seats == {"Kim": Seat.ACCEPTED, "Lee": Seat.ASKED}
    assert staffed.heard(What.REMINDED, What.AUTHOR_REMINDED) == [(What.AUTHOR_REMINDED, "")]
    later = submission(due_at=NOON + 9 * DAY)
    staffed.does(lambda unit: staffed.desk.resubmit(later, DANA, unit, staffed.now))
    due = {each.person_name: each.due_at for each in staffed.case.assignments}
    assert due == {"Kim": NOON + 9 * DAY, "Lee": NOON + 7 * DAY + 5 * HOUR}, "on Monday evening"
    staffed.waits(NOON + 9 * DAY - HOUR)
    assert staffed.heard(What.REMINDED) == [(What.REMINDED, "Lee"), (What.REMINDED, "Kim")]


def test_what_is_returned_and_forgotten_lapses(house: House) -> None:
    house.submits(links=())
    house.waits(NOON + 20 * DAY)
    assert house.case.submission.state is State.WITHDRAWN
    assert house.told == [(What.RETURNED, ""), (What.AUTHOR_REMINDED, ""), (What.LAPSED, "")]
    house.waits(NOON + 90 * DAY)
    assert len(house.told) == 3


def test_an_author_who_says_nothing_is_reminded_and_it_closes(staffed: House) -> None:
    staffed.submits()
    staffed.writes(KIM)
    staffed.writes(LEE)
    staffed.waits(NOON + 20 * DAY)
    assert staffed.case.submission.closed_at == NOON + 14 * DAY
    assert staffed.told[-3:] == [(What.RELEASED, ""), (What.AUTHOR_REMINDED, ""), (What.CLOSED, "")]


def test_the_library_shows_it_from_its_closing_until_its_author_takes_it_back(staffed: House) -> None:
    staffed.submits()
    staffed.writes(KIM)
    staffed.writes(LEE)
    desk, now = staffed.desk, staffed.now
    staffed.does(lambda unit: desk.show("r1", DANA, True, unit, now))
    assert staffed.shelf.kept == {}
    staffed.does(lambda unit: desk.answer("r1", DANA, "I cut two steps.", unit, now))
    staffed.does(lambda unit: desk.close("r1", DANA, unit, now))
    assert list(staffed.shelf.kept) == ["r1"]
    staffed.does(lambda unit: desk.show("r1", DANA, False, unit, now))
    assert staffed.shelf.kept == {}


def test_somebody_of_the_authors_team_is_not_asked_by_the_clock_nor_by_an_admin(staffed: House) -> None:
    staffed.joins(MO, ("journey map", "customer experience"), groups=("team-cx",))
    apart = rubric(apart=Apart.TEAM, reviewers=3)
    staffed.submits(rubric=apart)
    assert staffed.case.submission.team == TEAM
    assert set(staffed.seats) == {"Kim", "Lee"}
    with pytest.raises(UserFacingError, match="Mo is of the author's team"):
        staffed.does(lambda unit: staffed.desk.assign("r1", Candidate(MO.id, "Mo", ""), unit, NOON, "web:admin"))


def test_an_admin_chooses_where_nobody_is_found(house: House) -> None:
    house.submits()
    house.does(lambda unit: house.desk.assign("r1", Candidate(MO.id, "Mo", ""), unit, NOON, "web:admin"))
    assert [(each.person_name, each.by) for each in house.case.assignments] == [("Mo", "web:admin")]
    with house.database.reading() as unit:
        entry = latest(unit, 1)[0]
    assert (entry.person_id, entry.action, entry.details) == ("web:admin", "review asked", {"reviewer": MO.id})


def test_no_timer_is_left_of_what_is_over(staffed: House) -> None:
    staffed.submits()
    staffed.accepts(KIM)
    staffed.does(lambda unit: staffed.desk.withdraw("r1", DANA, unit, staffed.now))
    with staffed.database.reading() as unit:
        assert Timers(unit).next_at(OF_SUBMISSION | OF_REVIEWER) is None
    assert set(staffed.seats.values()) == {Seat.GONE}


def test_the_same_two_review_an_author_at_most_twice_in_half_a_year(staffed: House) -> None:
    for number in (1, 2, 3):
        made = replace(submission(f"r{number}"), submitted_at=staffed.now, due_at=staffed.now + 7 * DAY)
        staffed.does(lambda unit, made=made: staffed.desk.submit(made, DANA, unit, staffed.now))
    with staffed.database.reading() as unit:
        asked = [len(each.assignments) for each in SqlReviews(unit).since(NOON)]
    assert asked == [2, 2, 0]


def test_files_are_deleted_once_the_review_is_closed_for_a_year(house: House) -> None:
    closed_with_a_file(house)
    house.waits(NOON + FILES_KEPT - DAY)
    assert house.has_file
    house.waits(NOON + FILES_KEPT)
    assert not house.has_file
    assert house.case.submission.files == ()


def test_an_example_keeps_its_files_as_long_as_it_is_one(house: House) -> None:
    closed_with_a_file(house, is_example=True)
    house.waits(NOON + 2 * FILES_KEPT)
    assert house.has_file
    house.does(lambda unit: house.desk.show("r1", DANA, False, unit, house.now))
    assert not house.has_file


def closed_with_a_file(house: House, **values: object) -> None:
    """Its author has answered already."""
    answered = {"state": State.RELEASED, "released_at": NOON, "reply": "Thank you.", "replied_at": NOON, **values}
    with house.database.begin() as unit:
        SqlReviews(unit).add(submission(files=(File("f1", "map.pdf", 3),), **answered))
        SqlReviews(unit).keep_content("r1", "f1", b"map")
    house.does(lambda unit: house.desk.close("r1", DANA, unit, house.now))
