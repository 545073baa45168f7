"""Rounds of introductions as the clock makes them, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.features.introductions import jobs
from bot.features.introductions.model import Answer
from bot.features.introductions.planning import make_round, plan_round, prompts_from
from bot.features.introductions.store import SqlIntroductions
from bot.storage.timers import TimerGone, Timers
from bot.storage.unit_of_work import Database
from bot.timekeeper import Timekeeper
from tests.builders import ADMIN
from tests.introduced import DAY, FIRST, MONDAYS
from tests.introductions_house import House, person

HALF_DAY, WEEK = DAY / 2, 7 * DAY
FOUR = ("ana", "ben", "cai", "dag")


@pytest.fixture
def house(database: Database) -> House:
    house = House(database)
    house.open()
    house.arrive(*FOUR)
    house.join(*FOUR)
    return house


def test_each_occurrence_has_its_round_and_everybody_meets_everybody(house: House) -> None:
    house.live(FIRST + 2 * WEEK + DAY)
    made = house.told.rounds
    assert [each.round.original for each in made] == [date(2027, 3, 1), date(2027, 3, 8), date(2027, 3, 15)]
    assert [each.round.made_at for each in made] == [FIRST, FIRST + WEEK, FIRST + 2 * WEEK]
    assert {pair for groups in house.groups() for pair in groups} == {
        ("ana", "ben"), ("ana", "cai"), ("ana", "dag"), ("ben", "cai"), ("ben", "dag"), ("cai", "dag"),
    }  # fmt: skip
    prompts = [meeting.prompt for meeting in made[0].meetings]
    assert len(set(prompts)) == 2
    assert prompts[0] == prompts_from(made[0].round.id)[0]


def test_a_round_keeps_its_local_time_when_the_clocks_change(house: House) -> None:
    house.live(FIRST + 4 * WEEK + DAY)
    assert house.told.rounds[-1].round.made_at == datetime(2027, 3, 29, 7, tzinfo=UTC)


def test_however_many_replicas_look_the_round_is_made_once(house: House) -> None:
    house.now = FIRST
    keepers = [house.keeper() for _ in range(4)]
    for _ in range(3):
        with ThreadPoolExecutor(len(keepers)) as pool:
            list(pool.map(Timekeeper.run_due, keepers))
    assert len(house.told.rounds) == 1
    with house.database.reading() as unit:
        assert len(SqlIntroductions(unit).rounds("coffee")) == 1


def test_who_paused_sits_out_until_their_day(house: House) -> None:
    house.join("dag", paused_until=date(2027, 3, 8))
    house.live(FIRST + WEEK + DAY)
    assert [sorted(map(len, groups)) for groups in house.groups()] == [[3], [2, 2]]
    assert "dag" not in house.groups()[0][0]


def test_nobody_is_introduced_whom_no_message_reaches_or_who_is_a_guest(house: House) -> None:
    house.arrive("gus", is_guest=True)
    house.join("gus", "unknown")
    house.live(FIRST + HALF_DAY)
    assert {one for group in house.groups()[0] for one in group} == set(FOUR)
    assert house.told.rounds[0].round.people == 4


def test_whoever_is_the_only_one_is_named_and_not_introduced(house: House) -> None:
    house.join("ben", "cai", "dag", paused_until=date(2027, 5, 1))
    house.live(FIRST + DAY)
    (made,) = house.told.rounds
    assert ([each.person_id for each in made.alone], made.meetings, made.round.people) == (["ana"], [], 1)
    with house.database.reading() as unit:
        assert Timers(unit).due_at(jobs.ASK, made.round.id) is None


def test_an_outage_of_a_weekend_is_made_up_for_and_a_longer_one_is_not(house: House) -> None:
    house.live(FIRST + 2 * DAY, 4 * DAY)
    assert [each.round.made_at for each in house.told.rounds] == [FIRST + 2 * DAY]
    house.live(FIRST + WEEK + 4 * DAY, 9 * DAY)
    assert len(house.told.rounds) == 1


def test_after_an_outage_one_round_of_several_is_enough(database: Database) -> None:
    house = House(database)
    house.open(schedule=replace(MONDAYS, rule="FREQ=DAILY"))
    house.arrive(*FOUR)
    house.join(*FOUR)
    house.live(FIRST + 2 * DAY, 4 * DAY)
    assert [each.round.original for each in house.told.rounds] == [date(2027, 3, 3)]


def test_a_circle_that_is_closed_has_no_more_rounds(house: House) -> None:
    house.live(FIRST + DAY)
    with house.database.begin() as unit:
        house.desk.close("coffee", ADMIN, unit, house.now)
    house.live(FIRST + 2 * WEEK, DAY)
    assert len(house.told.rounds) == 1


def test_a_new_rhythm_holds_from_now_on(house: House) -> None:
    house.live(FIRST + DAY)
    with house.database.begin() as unit:
        known = SqlIntroductions(unit).circle("coffee")
        assert known is not None
        fridays = replace(MONDAYS, first=datetime.fromisoformat("2027-03-05 14:00"), rule="FREQ=WEEKLY;BYDAY=FR")
        house.desk.change(replace(known, schedule=fridays), ADMIN, unit, house.now)
    house.live(FIRST + WEEK + DAY)
    assert [each.round.original for each in house.told.rounds] == [date(2027, 3, 1), date(2027, 3, 5)]


def test_a_round_is_thought_of_anew_where_somebody_left_meanwhile(house: House) -> None:
    with house.database.reading() as unit:
        plan = plan_round("coffee", date(2027, 3, 1), FIRST, unit)
    assert plan is not None
    with house.database.begin() as unit:
        house.desk.leave("coffee", person("dag"), unit, FIRST)
    with pytest.raises(TimerGone), house.database.begin() as unit:
        make_round(plan, FIRST, unit)
    house.live(FIRST + DAY)
    assert house.groups() == [[("ana", "ben", "cai")]]


def test_a_round_that_was_made_is_not_made_again(house: House) -> None:
    house.live(FIRST + DAY)
    with house.database.reading() as unit:
        plan = plan_round("coffee", date(2027, 3, 1), house.now, unit)
    assert plan is not None
    with house.database.begin() as unit:
        assert make_round(plan, house.now, unit) is None


def test_those_who_have_not_said_are_asked_once_whether_they_met(house: House) -> None:
    house.live(FIRST + DAY)
    first, second = house.told.rounds[0].meetings
    with house.database.begin() as unit:
        house.desk.say(first.id, person(first.person_ids[0]), Answer.MET, unit, house.now)
    house.live(FIRST + 4 * DAY)
    assert house.told.asked == []
    house.live(FIRST + 6 * DAY)
    assert house.told.asked == [(first.id, (first.person_ids[1],)), (second.id, second.person_ids)]


def test_who_rarely_meets_is_asked_after_ten_days(database: Database) -> None:
    house = House(database)
    house.open(schedule=replace(MONDAYS, rule="FREQ=MONTHLY;BYDAY=1MO"))
    house.arrive("ana", "ben")
    house.join("ana", "ben")
    house.live(FIRST + 10 * DAY - HALF_DAY)
    assert house.told.asked == []
    house.live(FIRST + 10 * DAY)
    assert [people for _, people in house.told.asked] == [("ana", "ben")]


def test_who_did_not_meet_may_be_introduced_again_before_others_are(house: House) -> None:
    house.live(FIRST + 2 * WEEK + DAY)
    missed = house.told.rounds[1].meetings
    with house.database.begin() as unit:
        for meeting in missed:
            house.desk.say(meeting.id, person(meeting.person_ids[0]), Answer.NOT_MET, unit, house.now)
    house.live(FIRST + 3 * WEEK + DAY)
    assert house.groups()[3] == sorted(meeting.person_ids for meeting in missed)


def test_meetings_in_other_circles_count(house: House) -> None:
    house.open(circle_id="tea", schedule=replace(MONDAYS, rule=""))
    house.join("ana", "ben", circle_id="tea")
    house.live(FIRST)
    with house.database.reading() as unit:
        plan = plan_round("coffee", date(2027, 3, 8), FIRST + WEEK, unit)
    assert plan is not None
    assert ("ana", "ben") not in {tuple(sorted(group)) for group in plan.groups}


def test_a_round_is_made_once_also_where_somebody_leaves_at_that_moment(house: House) -> None:
    for number in range(8):
        house.now = FIRST + number * WEEK
        house.join("dag")

        def leave() -> None:
            with house.database.begin() as unit:
                house.desk.leave("coffee", person("dag"), unit, house.now)

        with ThreadPoolExecutor(2) as pool:
            both = pool.submit(house.keeper().run_due), pool.submit(leave)
            for each in both:
                each.result()
        while house.keeper().run_due():
            pass
        assert len(house.told.rounds) == number + 1
        made = house.told.rounds[-1]
        people = {one for meeting in made.meetings for one in meeting.person_ids}
        assert made.round.people == len(people)
        assert people in ({"ana", "ben", "cai"}, set(FOUR))


def test_no_buddy_has_more_newcomers_than_they_have_time_for_however_many_come_at_once(database: Database) -> None:
    house = House(database)
    newcomers = [f"new{number}" for number in range(6)]
    with database.begin() as unit:
        house.desk.offer(person("bob"), "", "", unit, house.now)

    def begin(name: str) -> None:
        with database.begin() as unit:
            house.desk.begin(person(name), "", "", unit, house.now)

    with ThreadPoolExecutor(len(newcomers)) as pool:
        list(pool.map(begin, newcomers))
    with database.reading() as unit:
        weeks = [SqlIntroductions(unit).week(name) for name in newcomers]
    assert sorted(week.buddy_id for week in weeks if week) == ["", "", "", "", "bob", "bob"]
