"""Whoever a round would leave alone meets others: on both databases, from the clock."""

import pytest

from bot.features.introductions.model import Answer
from bot.features.introductions.store import SqlIntroductions
from bot.features.introductions.tables import PERSON_COLUMNS
from bot.storage.merging import merge_people
from bot.storage.people import People
from bot.storage.unit_of_work import Database
from tests.builders import ADMIN
from tests.introduced import DAY, FIRST
from tests.introductions_house import HOUR, House, person

SIX = ("ana", "ben", "cai", "dag", "eva", "fay")


@pytest.fixture
def house(database: Database) -> House:
    house = House(database)
    house.open()
    house.arrive(*SIX)
    house.join(*SIX)
    house.live(FIRST)
    return house


def first_pair(house: House) -> tuple[str, str]:
    one, other = house.told.rounds[0].meetings[0].person_ids
    return one, other


def leave(house: House, person_id: str) -> None:
    with house.database.begin() as unit:
        house.desk.leave("coffee", person(person_id), unit, house.now)


def meets(house: House, person_id: str) -> set[str]:
    return {each.person_id for each in house.meetings(person_id)[0].others(person_id)}


def test_who_is_left_alone_by_somebody_who_leaves_joins_a_pair(house: House) -> None:
    gone, left = first_pair(house)
    leave(house, gone)
    house.live(FIRST + HOUR)
    (mended,) = house.told.mends
    (trio,) = mended.meetings
    assert (len(trio.person_ids), left in trio.person_ids, gone in trio.person_ids) == (3, True, False)
    assert mended.alone == ()
    assert all(len(meets(house, each)) >= 1 for each in SIX if each != gone)
    house.live(FIRST + 6 * DAY)
    assert trio.id in dict(house.told.asked)
    assert sorted(person for _, people in house.told.asked for person in people) == sorted(set(SIX) - {gone})


def test_two_who_are_left_alone_meet_each_other(house: House) -> None:
    lost = [each.person_ids for each in house.told.rounds[0].meetings[:2]]
    for gone, _ in lost:
        leave(house, gone)
    house.live(FIRST + HOUR)
    assert meets(house, lost[0][1]) == {lost[1][1]}
    assert house.told.mends[-1].meetings[0].prompt


def test_who_never_heard_of_it_leaves_nobody_alone(house: House) -> None:
    gone, left = first_pair(house)
    house.told.unreached = {gone}
    house.live(FIRST + DAY - HOUR)
    assert house.told.mends == []
    house.live(FIRST + DAY)
    assert len(meets(house, left)) == 2
    house.live(FIRST + 3 * DAY)
    assert len(house.told.mends) == 1


def test_who_proves_to_be_the_one_they_should_meet_meets_somebody_else(house: House) -> None:
    one, other = first_pair(house)
    with house.database.begin() as unit:
        known = People(unit).known([one, other])
        kept = merge_people(unit, known[one], known[other], PERSON_COLUMNS, house.now)
    house.live(FIRST + DAY)
    assert len(meets(house, kept.id)) == 2


def test_who_agreed_to_meet_stays_with_it_though_one_leaves(house: House) -> None:
    gone, left = first_pair(house)
    with house.database.begin() as unit:
        house.desk.say(house.meetings(left)[0].id, person(left), Answer.PLANNED, unit, house.now)
    leave(house, gone)
    house.live(FIRST + DAY)
    assert house.told.mends == []
    assert meets(house, left) == {gone}


def test_nobody_joins_a_pair_with_whom_they_are_never_introduced(house: House) -> None:
    gone, left = first_pair(house)
    with house.database.begin() as unit:
        for meeting in house.told.rounds[0].meetings[1:]:
            house.desk.refuse(person(left), meeting.person_ids[0], "X", unit, house.now)
    leave(house, gone)
    house.live(FIRST + HOUR)
    (mended,) = house.told.mends
    assert (mended.meetings, mended.alone) == ([], (left,))


def test_in_a_trio_two_are_left_and_nothing_changes(database: Database) -> None:
    house = House(database)
    house.open(size=3)
    house.arrive(*SIX)
    house.join(*SIX)
    house.live(FIRST)
    leave(house, house.told.rounds[0].meetings[0].person_ids[0])
    house.live(FIRST + DAY)
    assert house.told.mends == []


def test_a_circle_that_is_closed_is_not_mended(house: House) -> None:
    gone, left = first_pair(house)
    leave(house, gone)
    with house.database.begin() as unit:
        house.desk.close("coffee", ADMIN, unit, house.now)
    house.live(FIRST + DAY)
    assert (house.told.mends, meets(house, left)) == ([], {gone})


def test_after_people_were_asked_nothing_is_mended_any_more(house: House) -> None:
    house.live(FIRST + 6 * DAY)
    gone, _ = first_pair(house)
    leave(house, gone)
    house.live(FIRST + 6 * DAY + HOUR)
    assert house.told.mends == []


def test_who_became_unreachable_since_the_round_was_planned_is_not_introduced(database: Database) -> None:
    house = House(database)
    house.open()
    house.arrive(*SIX[:3])
    house.join(*SIX[:4])  # of the fourth nothing is known
    house.live(FIRST)
    (group,) = house.groups()[0]
    assert sorted(group) == ["ana", "ben", "cai"]
    with database.reading() as unit:
        assert len(SqlIntroductions(unit).members("coffee")) == 4
