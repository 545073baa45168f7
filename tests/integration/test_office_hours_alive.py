"""What stands in the chats about office hours follows what happens, wherever that was done."""

from datetime import datetime

import pytest

from bot.chat.turn import Pressed, Submitted
from bot.features.office_hours import acts
from bot.storage.outbox import Delivery
from bot.storage.unit_of_work import Database
from tests.builders import minutes
from tests.houred import STARTS
from tests.office_hours_house import DANA, HOST, KIM, LEE, WHERE, House, labels, texts


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def test_a_place_given_up_on_a_page_is_given_up_in_the_chat(house: House) -> None:
    house.open()
    card = _booked(house, DANA)
    house.act(Pressed(acts.CANCEL, house.bookings()[DANA].id, ""), DANA)
    (changed,) = house.all_out()
    assert (changed.place, changed.key) == (card.place, card.key)
    assert changed.message.summary.startswith("Cancelled: “Renewals”")


def test_a_moved_date_is_told_once_and_the_card_before_it_is_right_too(house: House) -> None:
    house.open()
    card = _booked(house, DANA)
    with house.database.begin() as unit:
        house.desk.move(WHERE, house.person(HOST), datetime.fromisoformat("2027-03-03T15:00"), unit, house.now)
    out = {each.key: each for each in house.all_out() if each.place == card.place}
    assert "Wednesday, 3 March, 23:00 your time" in out.pop(card.key).message.summary
    (told,) = out.values()
    assert "has another time: Wednesday, 3 March, 23:00 your time." in told.message.summary
    assert labels(told) == ["Say what you bring", "Cancel my place"]


def test_those_who_wait_are_told_of_a_moved_date_in_words_that_stay(house: House) -> None:
    house.open(capacity=1)
    house.book(KIM, LEE)
    with house.database.begin() as unit:
        house.desk.move(WHERE, house.person(HOST), datetime.fromisoformat("2027-03-03T15:00"), unit, house.now)
    assert "has another time" in house.out()[LEE].message.summary


def test_the_agenda_of_a_host_follows_who_books_and_that_it_is_not_held(house: House) -> None:
    house.open()
    card = house.press(house.say(HOST), "Agenda", HOST)[HOST]
    assert "nobody has booked yet" in card.message.summary
    house.book(DANA, brings="Brazil")
    (after,) = house.all_out()
    assert after.key == card.key and "Dana Okafor: Brazil" in texts(after.message)
    with house.database.begin() as unit:
        house.desk.cancel(house.bookings()[DANA].id, house.person(DANA), unit, house.now)
        house.desk.skip(WHERE, house.person(HOST), "Ill", unit, house.now)
    (after,) = house.all_out()
    assert after.key == card.key and "is not held" in after.message.summary
    assert labels(after) == ["Keep it after all", "All office hours"]


def test_a_card_that_shows_something_else_by_now_follows_nothing(house: House) -> None:
    house.open()
    card = _booked(house, DANA)
    agenda = house.press(card, "See the agenda", DANA)[DANA]
    assert agenda.key == card.key
    with house.database.begin() as unit:
        house.desk.skip(WHERE, house.person(HOST), "", unit, house.now)
    assert card.key not in {each.key for each in house.all_out()}


def test_when_it_is_over_a_place_has_nothing_to_press_any_more(house: House) -> None:
    house.open()
    card = _booked(house, DANA)
    house.now = STARTS + minutes(5)
    with house.database.begin() as unit:
        house.desk.begin(WHERE, house.person(HOST), unit, house.now)
        house.desk.finish(WHERE, house.person(HOST), unit, house.now)
    out = {each.key: each for each in house.all_out()}
    assert labels(out[card.key]) == []


def test_a_form_sent_after_its_card_changed_loses_nothing(house: House) -> None:
    house.open(capacity=1)
    card = _booked(house, DANA)
    form = house.open_form(card, "Say what you bring", DANA)
    with house.database.begin() as unit:
        house.desk.move(WHERE, house.person(HOST), datetime.fromisoformat("2027-03-03T15:00"), unit, house.now)
    house.all_out()
    assert house.send(form, DANA, brings="A long text")[DANA].message.summary.startswith("Changed what you bring")
    assert house.bookings()[DANA].brings == "A long text"


def test_what_a_page_did_stands_in_no_new_message(house: House) -> None:
    house.open()
    form = house.act(Pressed(acts.BOOK, WHERE, ""), DANA).form
    assert form is not None
    house.act(Submitted(acts.BOOK, {"when": "270302:-1"}, form.state, ""), DANA)
    house.act(Submitted(acts.REWORD, {"brings": "Chile"}, house.bookings()[DANA].id, ""), DANA)
    assert house.all_out() == []


def _booked(house: House, person_id: str) -> Delivery:
    form = house.open_form(house.say(person_id), "Book", person_id)
    return house.send(form, person_id, when="270302:-1")[person_id]
