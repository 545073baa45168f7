"""Circles in a chat: the list, its buttons and forms, through the dispatcher."""

from datetime import date, timedelta

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import TextField
from bot.chat.reply import Message, Paragraph, plain
from bot.chat.turn import Pressed
from bot.features.introductions.lobby import CLOSE, NONE_YET
from bot.features.introductions.store import SqlIntroductions
from bot.features.introductions.use_cases import FOR_COLLEAGUES, NOT_YOURS
from bot.storage.outbox import Delivery
from bot.storage.unit_of_work import Database
from tests.builders import ADMIN
from tests.introduced import FIRST, SUNDAY
from tests.introductions_house import TellingHouse, person


@pytest.fixture
def house(sqlite_database: Database) -> TellingHouse:
    house = TellingHouse(sqlite_database)
    house.arrive("ana", "ben")
    return house


def labels(delivery: Delivery) -> list[str]:
    return [each.label for each in delivery.message.buttons]


def lines(message: Message) -> list[str]:
    return [plain(block.text) for block in message.blocks if isinstance(block, Paragraph)]


def test_where_no_circle_is_open_it_says_how_one_begins(house: TellingHouse) -> None:
    shown = house.say("ana")
    assert shown.message.summary == NONE_YET
    assert labels(shown) == ["Open a circle", "I am new here", "Be a buddy", "Never with somebody"]


def test_who_opens_a_circle_says_its_rhythm_in_words_in_their_own_zone(house: TellingHouse) -> None:
    opened = house.open_form(house.say("ana", time_zone="Asia/Tokyo"), "Open a circle", "ana")
    with pytest.raises(FormRejected) as refused:
        house.send(opened, "ana", title="Tea", rhythm="now and then", size="3")
    assert list(refused.value.problems) == ["rhythm"]
    shown = house.send(opened, "ana", title="Tea", rhythm="every second Tuesday 15:00 Berlin", size="3")["ana"]
    assert shown.message.summary == (
        "“Tea” is open: every second Tuesday at 15:00 Berlin time, in trios. Next round: Tuesday, 14:00 your time. "
        "Join it yourself, and tell colleagues."
    )
    assert lines(shown.message)[1] == (
        "Tea · every second Tuesday at 15:00 Berlin time, in trios. People in it: 0. "
        "Next round: Tuesday, 14:00 your time."
    )
    assert labels(shown)[:2] == ["Join", "Change"]


def test_joining_pausing_coming_back_and_leaving_are_seen_in_the_list(house: TellingHouse) -> None:
    house.open()
    joining = house.open_form(house.say("ana"), "Join", "ana")
    joined = house.send(joining, "ana", office="Berlin", function="Sales")["ana"]
    assert joined.message.summary == "You are in “Coffee”. Next round: tomorrow, 08:00 your time."
    assert "People in it: 1. You are one of them. Next round: tomorrow, 08:00 your time." in lines(joined.message)[1]
    assert [(each.office, each.function) for each in house.members()] == [("Berlin", "Sales")]
    pausing = house.open_form(joined, "Pause", "ana")
    for wrong in ("soon", "2027-02-28"):
        with pytest.raises(FormRejected):
            house.send(pausing, "ana", until=wrong)
    paused = house.send(pausing, "ana", until="2027-03-08")["ana"]
    assert paused.message.summary == "You pause in “Coffee” until 8 March 2027."
    assert house.members()[0].paused_until == date(2027, 3, 8)
    assert labels(paused)[:2] == ["Come back", "Leave"]
    back = house.press(paused, "Come back", "ana")["ana"]
    assert (back.key, labels(back)[:2]) == (joined.key, ["Pause", "Leave"])
    left = house.press(back, "Leave", "ana")["ana"]
    assert (labels(left)[0], house.members()) == ("Join", [])


def test_what_somebody_said_in_one_circle_stands_in_the_form_of_the_next(house: TellingHouse) -> None:
    house.open()
    house.join("ana", circle_id="other", office="Porto", function="Support")
    form = house.open_form(house.say("ana"), "Join", "ana").form
    assert form is not None
    assert [field.initial for field in form.fields if isinstance(field, TextField)] == ["Porto", "Support"]


def test_nobody_sees_a_circle_that_is_for_others(house: TellingHouse) -> None:
    house.open(readers=frozenset({"hub:emea"}))
    assert house.say("ana").message.summary == NONE_YET
    assert labels(house.say("ben", groups=frozenset({"hub:emea"})))[0] == "Join"


def test_guests_are_told_that_it_is_not_for_them(house: TellingHouse) -> None:
    house.open()
    assert house.say("ana", is_guest=True).message.summary == FOR_COLLEAGUES


def test_only_who_opened_it_closes_it_whatever_is_pressed(house: TellingHouse) -> None:
    house.open()
    shown = house.say("ana")
    assert "Close it" not in labels(shown)
    with house.database.begin() as unit, pytest.raises(UserFacingError, match=NOT_YOURS):
        house.circles.on_close(house.turn(Pressed(CLOSE, "coffee", "n"), "ana"), unit)
    with house.database.begin() as unit:
        house.desk.close("coffee", ADMIN, unit, house.now)
    assert house.say("ana").message.summary == NONE_YET


def test_a_newcomer_begins_and_stops_their_week(house: TellingHouse) -> None:
    with house.database.begin() as unit:
        house.desk.offer(person("ben"), "", "", unit, house.now)
    begun = house.send(house.open_form(house.say("ana"), "I am new here", "ana"), "ana", office="", function="")["ana"]
    assert begun.message.summary == "Welcome. Your buddy is Ben. Your first pages come in a moment."
    assert "Stop my first week" in labels(begun)
    house.live(SUNDAY + timedelta(hours=1))
    card = house.out()["ben"]
    stopped = house.press(begun, "Stop my first week", "ana")
    assert stopped["ben"].key == card.key
    assert stopped["ben"].message.summary == "Your time as the buddy of Ana is over. Thank you for being there."
    assert labels(stopped["ana"]) == ["Open a circle", "Be a buddy", "Never with somebody"]
    house.live(FIRST + timedelta(days=3))
    assert house.out() == {}


def test_a_buddy_who_stops_has_no_newcomer_any_more_and_the_next_one_hears_of_it(house: TellingHouse) -> None:
    house.arrive("kim")
    offered = house.send(house.open_form(house.say("ana"), "Be a buddy", "ana"), "ana", office="", function="")["ana"]
    assert offered.message.summary == "You are a buddy. You hear when somebody new comes to you."
    with house.database.begin() as unit:
        house.desk.begin(person("kim"), "", "", unit, house.now)
    house.live(SUNDAY + timedelta(hours=1))
    card = house.out()["ana"]
    with house.database.begin() as unit:
        house.desk.offer(person("ben"), "", "", unit, house.now)
    house.open_form(offered, "Stop being a buddy", "ana")
    told = {(each.place.channel, each.key): each.message.summary for each in house.all_out()}
    assert told["D-ana", card.key] == "Kim is not with you any more. Ben is there for them now."
    assert told["D-ben", card.key] == "Kim is new here, and you are their buddy."
    with house.database.reading() as unit:
        assert [each.person_id for each in SqlIntroductions(unit).buddies()] == ["ben"]
