"""What people get of rounds and first weeks, from the clock to the outbox, and what its buttons do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.reply import Facts, Quote, plain
from bot.features.introductions import cards
from bot.features.introductions.model import Answer
from bot.features.introductions.store import SqlIntroductions
from bot.features.introductions.use_cases import NOT_INTRODUCED
from bot.platforms.web.render import render_message
from bot.storage.lanes import heads
from bot.storage.outbox import Delivery, Outbox
from bot.storage.people import People, Preferences
from bot.storage.unit_of_work import Database
from tests.introduced import DAY, FIRST, SUNDAY
from tests.introductions_house import BASE, TellingHouse, person


@pytest.fixture
def house(sqlite_database: Database) -> TellingHouse:
    house = TellingHouse(sqlite_database)
    house.open()
    house.arrive("ana", "ben", email=True)
    house.join("ana", office="Berlin", function="Sales")
    house.join("ben", office="Austin")
    return house


def facts(delivery: Delivery) -> dict[str, str]:
    pairs = [pair for block in delivery.message.blocks if isinstance(block, Facts) for pair in block.pairs]
    return {label: plain(text) for label, text in pairs}


def test_each_is_told_whom_they_meet_and_where_that_one_is(house: TellingHouse) -> None:
    house.live(FIRST)
    told = house.out()
    assert told["ben"].message.summary == "Meet Ana. Find half an hour for each other before the next round."
    assert facts(told["ben"]) == {"Ana": "Sales · Berlin · ana@example.com"}
    assert facts(told["ana"]) == {"Ben": "Austin · ben@example.com"}
    prompts = {block.text for each in told.values() for block in each.message.blocks if isinstance(block, Quote)}
    assert len(prompts) == 1


def test_nobody_is_told_in_their_quiet_hours(house: TellingHouse) -> None:
    with house.database.begin() as unit:
        ana = People(unit).get("ana")
        assert ana is not None
        quiet = Preferences(quiet_from="08:00", quiet_to="10:30")
        People(unit).put(replace(ana, preferences=quiet), house.now)
    house.live(FIRST)
    assert list(house.out()) == ["ben"]
    house.now = FIRST + timedelta(hours=1, minutes=30)
    assert list(house.out()) == ["ana"]


def test_whoever_is_the_only_one_hears_that_there_is_nobody_yet(house: TellingHouse) -> None:
    with house.database.begin() as unit:
        house.desk.leave("coffee", person("ben"), unit, house.now)
    house.live(FIRST)
    assert {name: each.message.summary for name, each in house.out().items()} == {
        "ana": "In “Coffee” there was nobody for you to meet this time."
    }


def test_the_card_shows_what_somebody_said_and_takes_back_that_they_did_not_meet(house: TellingHouse) -> None:
    house.live(FIRST)
    house.out()
    house.live(FIRST + 6 * DAY)
    asked = house.out()
    assert asked["ana"].message.summary == "Did you meet Ben?"
    said = house.press(asked["ana"], "Not this time", "ana")["ana"]
    assert (said.key, said.message.summary) == (
        asked["ana"].key,
        "You did not meet Ben. You may be introduced again.",
    )
    again = house.press(said, "We met after all", "ana")["ana"]
    assert again.message.summary == "You met Ben. In the next rounds you meet others first."
    assert again.message.buttons == ()
    with house.database.reading() as unit:
        (meeting,) = SqlIntroductions(unit).meetings_of("ana")
    assert [each.answer for each in meeting.participants] == [Answer.MET, None]


def test_nobody_says_it_for_others(house: TellingHouse) -> None:
    house.arrive("eve")
    house.live(FIRST)
    (meeting_id,) = {meeting.id for meeting in house.meetings("ana")}
    with house.database.begin() as unit, pytest.raises(UserFacingError, match=NOT_INTRODUCED):
        house.desk.say(meeting_id, person("eve"), Answer.MET, unit, house.now)


def test_a_newcomer_is_led_to_what_they_may_read_and_the_buddy_sees_how_far_they_are(house: TellingHouse) -> None:
    house.arrive("kim", email=True)
    with house.database.begin() as unit:
        house.desk.offer(person("ana"), "Berlin", "Sales", unit, house.now)
        house.desk.begin(person("kim"), "Berlin", "", unit, house.now)
    house.live(SUNDAY + timedelta(hours=1))
    first = house.out()
    assert first["kim"].message.summary == "Your first week, 1 of 5: Where you are."
    assert facts(first["kim"]) == {"Your buddy": "Ana"}
    page = render_message(first["kim"].message, "n")
    assert f"{BASE}/library/starter%2Fcharter.md" in page
    assert "Plans" not in page
    assert facts(first["ana"]) == {"Office": "Berlin", "E-mail": "kim@example.com", "First week": "1 of 5"}
    house.live(FIRST)
    (second,) = [each for each in house.all_out() if each.key == first["ana"].key]
    assert facts(second)["First week"] == "2 of 5"
    house.live(FIRST + 6 * DAY)
    last = [each for each in house.all_out() if each.key == first["ana"].key][-1]
    assert last.message.summary == "Your time as the buddy of Kim is over. Thank you for being there."


def test_a_buddy_without_time_hands_a_newcomer_on_to_one_who_hears_of_it_at_once(house: TellingHouse) -> None:
    house.arrive("kim")
    with house.database.begin() as unit:
        house.desk.offer(person("ana"), "", "", unit, house.now)
        house.desk.begin(person("kim"), "", "", unit, house.now)
    house.live(SUNDAY + timedelta(hours=1))
    card = house.out()["ana"]
    with house.database.begin() as unit:
        house.desk.offer(person("ben"), "", "", unit, house.now)
    told = house.press(card, "I have no time", "ana")
    assert told["ana"].message.summary == "Kim is not with you any more. Ben is there for them now."
    assert told["ben"].message.summary == "Kim is new here, and you are their buddy."
    assert told["ben"].message.buttons[0].action == cards.HAND_ON


def fail(house: TellingHouse, person_id: str) -> None:
    """What goes out is refused for this one, for good."""
    with house.database.begin() as unit:
        for row in heads(unit, house.now, {"slack": timedelta(0)}).ready:
            delivery = Outbox(unit).claim(row, house.now)
            assert delivery is not None
            if delivery.place.channel == f"D-{person_id}":
                Outbox(unit).fail(delivery, "account_inactive", house.now)
            else:
                Outbox(unit).sent(delivery, f"id-{delivery.id}", house.now)


def test_where_one_was_never_reached_the_others_hear_whom_they_meet_instead(house: TellingHouse) -> None:
    house.arrive("cai", "dag")
    house.join("cai", "dag")
    house.live(FIRST)
    (other,) = house.meetings("ana")[0].others("ana")
    fail(house, "ana")
    house.live(FIRST + DAY)
    told = {(each.place.channel, each.message.summary) for each in house.all_out()}
    names = sorted({"ben", "cai", "dag"} - {other.person_id})
    others = " and ".join(each.title() for each in names)
    channel = f"D-{other.person_id}"
    again = f"A change in your introduction: meet {others}. Find half an hour for each other before the next round."
    changed = "Your introduction in “Coffee” has changed since: the newer message says whom you meet."
    assert {(channel, again), (channel, changed)} <= told
    assert {channel for channel, _ in told} == {"D-ben", "D-cai", "D-dag"}


def test_who_is_left_alone_and_can_meet_nobody_hears_that(house: TellingHouse) -> None:
    house.live(FIRST)
    house.all_out()
    with house.database.begin() as unit:
        house.desk.leave("coffee", person("ben"), unit, house.now)
    house.live(FIRST + timedelta(hours=1))
    told = [(each.place.channel, each.message.summary) for each in house.all_out()]
    assert ("D-ana", "In “Coffee” there was nobody for you to meet this time.") in told
    assert {channel for channel, _ in told} == {"D-ana"}
