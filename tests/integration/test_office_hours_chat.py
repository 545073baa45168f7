"""Office hours in a chat: found, booked, waited for, given up; alive where they stand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import ChoiceField, Form
from bot.chat.turn import Pressed, Submitted
from bot.features.office_hours import acts
from bot.features.office_hours.model import BookingState
from bot.router import StaleButton
from bot.storage.outbox import Delivery
from bot.storage.unit_of_work import Database
from tests.builders import minutes
from tests.houred import STARTS
from tests.office_hours_house import DANA, HOST, KIM, LEE, WHERE, House, labels, texts

ONE_TO_ONE = {"slot_length": timedelta(minutes=20)}


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def test_an_empty_list_says_what_belongs_there_and_how_to_begin(house: House) -> None:
    card = house.say(DANA)
    assert "There are no office hours yet" in card.message.summary
    assert labels(card) == ["Open office hours"]


def test_a_guest_finds_nothing_that_is_not_theirs(house: House) -> None:
    house.open()
    card = house.say("gus")
    assert "Renewals" not in texts(card.message)
    assert labels(card) == []


def test_what_one_can_book_is_told_by_ones_own_clock(house: House) -> None:
    house.open()
    card = house.say(DANA)
    assert card.message.summary == "1 office hour series is open."
    assert "every Tuesday at 15:00 Berlin time · next tomorrow, 23:00 your time, 8 places left" in texts(card.message)
    assert "Asia/Tokyo" in texts(card.message)
    assert labels(card) == ["Book", "More", "Open office hours"]


def test_a_topic_finds_those_about_it_and_without_any_all_are_shown(house: House) -> None:
    house.open()
    house.open(id="s2", title="Data", topics=("dashboards",))
    assert "Data" not in texts(house.say(DANA, "pricing").message)
    assert house.say(DANA, "skiing").message.summary.startswith("No office hours are about “skiing”.")


def test_mine_are_those_that_one_hosts_and_ones_own_places(house: House) -> None:
    house.open()
    house.open(id="s2", title="Data")
    assert house.say(DANA, "mine").message.summary.startswith("You have no place, and host no office hours.")
    house.book(DANA)
    for person, shows_other in ((HOST, True), (DANA, False)):
        card = house.say(person, "mine")
        assert card.message.summary == "The office hours that you host, and your own places."
        assert "Renewals" in texts(card.message)
        assert ("Data" in texts(card.message)) is shows_other


def test_a_booked_place_becomes_the_card_with_what_can_be_done_about_it(house: House) -> None:
    house.open(link="https://meet.example/sam")
    form = house.open_form(house.say(DANA), "Book", DANA)
    first = _options(form.form)[0]
    assert first == ("270302:-1", "Tue 2 Mar, 23:00–00:00 · 8 places left")
    card = house.send(form, DANA, when=first[0], brings="Prices in Brazil")[DANA]
    assert card.message.summary == "Booked: “Renewals” with Sam Lee, Tuesday, 2 March, 23:00 your time."
    assert labels(card) == ["Change what you bring", "See the agenda", "Cancel my place"]
    assert "Prices in Brazil" in texts(card.message)
    assert "https://hall.example/office-hours/booking/" in texts(card.message)
    assert house.say(DANA).message.summary == "You have 1 place; 1 office hour series is open."


def test_of_one_to_one_hours_each_free_slot_is_a_choice_and_a_taken_one_is_not(house: House) -> None:
    house.open(**ONE_TO_ONE)
    house.book(KIM, slot=1)
    form = house.open_form(house.say(DANA), "Book", DANA).form
    words = [label for _, label in _options(form)]
    assert words[:3] == ["Tue 2 Mar, 23:00–23:20", "Tue 2 Mar, 23:40–00:00", "Tue 9 Mar, 23:00–23:20"]


def test_a_slot_taken_meanwhile_is_said_in_the_form_and_another_can_be_chosen(house: House) -> None:
    house.open(**ONE_TO_ONE)
    form = house.open_form(house.say(DANA), "Book", DANA)
    house.book(KIM, slot=0)
    with pytest.raises(FormRejected) as rejected:
        house.send(form, DANA, when="270302:0", brings="Brazil")
    assert "That was taken a moment ago" in rejected.value.problems["when"]
    card = house.send(form, DANA, when="270302:2", brings="Brazil")[DANA]
    assert "Tuesday, 2 March, 23:40" in card.message.summary


def test_a_form_offers_as_many_slots_as_a_choice_takes(house: House) -> None:
    schedule = house.open().schedule
    long = timedelta(hours=10)
    many = house.open(id="s2", title="Many", slot_length=minutes(15), schedule=replace(schedule, duration=long))
    form = house.open_form(house.say(DANA, "many"), "Book", DANA).form
    assert many.is_one_to_one and form is not None
    assert 40 <= len(_options(form)) <= 100
    assert "Later dates do not fit in here" in form.intro


def test_who_waits_knows_their_place_in_line_and_moves_up_by_themselves(house: House) -> None:
    house.open(capacity=1)
    house.book(KIM)
    form = house.open_form(house.say(DANA), "Choose a date", DANA)
    assert _options(form.form)[0][1].endswith("full: join the waiting list")
    waits = house.send(form, DANA, when="270302:-1")[DANA]
    assert waits.message.summary.startswith("It is full, so you are on the waiting list: “Renewals”")
    form = house.open_form(house.say(LEE), "Choose a date", LEE)
    assert "number 2" in texts(house.send(form, LEE, when="270302:-1")[LEE].message)
    own = house.say(KIM)
    house.open_form(own, "Cancel my place", KIM)
    told = house.all_out()
    by_key = {(each.place.channel, each.key): each for each in told}
    kims = by_key["D-kim", own.key].message
    assert kims.summary == "Your place is cancelled: “Renewals” with Sam Lee, Tuesday, 2 March, 15:00 your time."
    assert [each.label for each in kims.buttons] == ["Book it again", "All office hours"]
    assert by_key["D-dana", waits.key].message.summary.startswith("Booked: “Renewals”")
    danas = [each for each in told if each.place.channel == "D-dana" and each.key != waits.key]
    assert [each.message.summary[:36] for each in danas] == ["You moved up from the waiting list: "]
    assert [each.message.summary for each in told if each.place.channel == "D-lee"] == [
        "On the waiting list: “Renewals” with Sam Lee, Tuesday, 2 March, 15:00 your time."
    ]
    assert house.bookings()[DANA].state is BookingState.BOOKED


def test_a_place_that_was_given_up_is_booked_again_from_its_card(house: House) -> None:
    house.open()
    gone = house.press(_booked(house, DANA), "Cancel my place", DANA)[DANA]
    again = house.send(house.open_form(gone, "Book it again", DANA), DANA, when="270302:-1")[DANA]
    assert (again.key, again.message.summary[:7]) == (gone.key, "Booked:")


def test_what_is_brought_can_be_changed_and_the_card_that_stands_there_says_so(house: House) -> None:
    house.open()
    own = _booked(house, DANA)
    form = house.open_form(own, "Say what you bring", DANA)
    changed = house.send(form, DANA, brings="Chile")[DANA]
    assert changed.key == own.key
    assert changed.message.summary.startswith("Changed what you bring")
    assert house.bookings()[DANA].brings == "Chile"


def test_a_button_of_a_card_that_changed_does_nothing_and_says_so(house: House) -> None:
    house.open()
    own = _booked(house, DANA)
    house.press(own, "Cancel my place", DANA)
    with pytest.raises(StaleButton):
        house.press(own, "Cancel my place", DANA)


def test_hosts_and_strangers_do_not_book(house: House) -> None:
    made = house.open()
    with pytest.raises(UserFacingError, match="your own office hours"):
        house.act(Pressed(acts.BOOK, made.id, ""), HOST)
    with pytest.raises(UserFacingError, match="may not see"):
        house.act(Pressed(acts.BOOK, made.id, ""), "gus")
    with pytest.raises(UserFacingError, match="no longer kept"):
        house.act(Pressed(acts.BOOK, "unknown", ""), DANA)


def test_a_page_books_by_the_same_form_and_says_what_was_done(house: House) -> None:
    house.open()
    form = house.act(Pressed(acts.BOOK, WHERE, ""), DANA).form
    assert form is not None
    reply = house.act(Submitted(acts.BOOK, {"when": "270302:-1"}, form.state, ""), DANA)
    assert reply.posts[0].message.summary.startswith("Booked: “Renewals”")
    assert house.all_out() == []
    house.act(Pressed(acts.CANCEL, house.bookings()[DANA].id, ""), DANA)
    assert house.bookings() == {}


UNMADE = (
    "",
    "{}",
    '["s1","Mars",0,true,[]]',
    '["s1","UTC",0,false,[["x",0,1,"",0]]]',
    '["s1","UTC",0,false,[["270302",0,1,"b",0]]]',
    '["s1","UTC",-1,true,[["270302",0,1,"f",1]]]',
)


@pytest.mark.parametrize("state", UNMADE)
def test_a_form_that_nobody_made_books_nothing(house: House, state: str) -> None:
    house.open()
    with pytest.raises(UserFacingError):
        house.act(Submitted(acts.BOOK, {"when": "x:-1"}, state, ""), DANA)
    assert house.bookings() == {}


def test_others_do_not_read_or_change_what_somebody_brings(house: House) -> None:
    house.open()
    house.book(DANA, brings="Chile")
    own = house.bookings()[DANA].id
    with pytest.raises(UserFacingError, match="not your booking"):
        house.act(Pressed(acts.REWORD, own, ""), KIM)
    with pytest.raises(UserFacingError, match="not your booking"):
        house.act(Submitted(acts.REWORD, {"brings": "x"}, own, ""), KIM)
    assert house.bookings()[DANA].brings == "Chile"


def test_a_reminder_is_acted_on_where_it_is_read(house: House) -> None:
    house.open()
    house.book(DANA)
    house.live(STARTS - minutes(10))
    told = house.out()
    assert labels(told[DANA]) == ["See the agenda", "Say what you bring", "Cancel my place"]
    assert labels(told[HOST]) == ["Start", "See the agenda", "Move", "Skip this date"]
    house.open_form(told[HOST], "Start", HOST)
    begun = {each.key: each for each in house.all_out()}[told[HOST].key]
    assert "Next: Dana Okafor" in labels(begun)


def test_a_closed_series_shows_that_and_nothing_to_press(house: House) -> None:
    made = house.open()
    card = house.press(house.say(DANA), "More", DANA)[DANA]
    with house.database.begin() as unit:
        house.desk.close(made.id, house.person(HOST), "", unit, house.now)
    with pytest.raises(UserFacingError, match="no longer kept"):
        house.press(card, "Book", DANA)
    closed = house.press(house.press(card, "All office hours", DANA)[DANA], "Open office hours", DANA)
    assert closed == {}


def test_those_who_are_at_home_find_their_places_there(house: House) -> None:
    house.open()
    home = house.catalog.home[0]
    with house.database.reading() as unit:
        assert home(house.turn(Pressed("x", "", ""), DANA), unit) is None
    house.book(DANA)
    with house.database.reading() as unit:
        section = home(house.turn(Pressed("x", "", ""), DANA), unit)
        hosts = home(house.turn(Pressed("x", "", ""), HOST), unit)
    assert section is not None and "Renewals" in repr(section.blocks)
    assert hosts is not None and "1 booked" in repr(hosts.blocks)


def _booked(house: House, person_id: str) -> Delivery:
    form = house.open_form(house.say(person_id), "Book", person_id)
    return house.send(form, person_id, when="270302:-1")[person_id]


def _options(form: Form | None) -> tuple[tuple[str, str], ...]:
    assert form is not None
    field = form.fields[0]
    assert isinstance(field, ChoiceField)
    return field.options
