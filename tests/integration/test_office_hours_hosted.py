"""Office hours as hosts hold them in a chat: opened in words, changed, moved; run one by one; and after."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import ChoiceField
from bot.chat.reply import Reply
from bot.chat.turn import Person, Pressed, Submitted
from bot.features.faq.store import SqlDrafts
from bot.features.office_hours import acts
from bot.features.office_hours.model import BookingState, SessionState
from bot.features.office_hours.store import SqlOfficeHours
from bot.storage.outbox import Delivery
from bot.storage.unit_of_work import Database
from tests.builders import minutes
from tests.houred import STARTS
from tests.office_hours_house import DANA, HOST, KIM, LEE, WHERE, House, labels, texts

SAID = {
    "title": "Pricing clinic",
    "topics": "pricing, discounts",
    "rhythm": "every second Tuesday 15:00",
    "kind": "group",
    "size": "6",
    "place": "Room 4",
    "link": "https://meet.example/sam",
    "hosts": "kim@example.com",
    "dates": "2027-03-16",
}


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def test_what_was_understood_is_shown_back_with_the_next_dates(house: House) -> None:
    opened = house.send(house.open_form(house.say(HOST), "Open office hours", HOST), HOST, **SAID)[HOST]
    assert opened.message.summary == (
        "Opened: “Pricing clinic”, every second Tuesday at 15:00 Berlin time; next by your clock: "
        "Tue 2 Mar, 15:00–16:00; Tue 30 Mar, 15:00–16:00; Tue 13 Apr, 15:00–16:00."
    )
    made = house.series()
    assert [each.name for each in made.hosts] == ["Sam Lee", "Kim Park"]
    assert (made.capacity, made.topics, made.place) == (6, ("pricing", "discounts"), "Room 4")
    assert labels(opened)[:3] == ["Agenda", "Move", "Skip this date"]
    assert labels(opened)[-3:] == ["Change", "All office hours", "Close"]


def test_who_is_made_a_host_by_somebody_else_is_told_once(house: House) -> None:
    told = house.send(house.open_form(house.say(HOST), "Open office hours", HOST), HOST, **SAID)[KIM]
    assert told.message.summary == (
        "Sam Lee made you a host of “Pricing clinic”, every second Tuesday at 15:00 Berlin time."
    )
    assert labels(told) == ["Dates and changes"]
    form = house.act(Pressed(acts.CHANGE, house.series().id, ""), HOST).form
    assert form is not None
    everybody = {**SAID, "hosts": "sam@example.com\nkim@example.com\nlee@example.com"}
    house.act(Submitted(acts.CHANGE, everybody, form.state, ""), HOST)
    assert [each.place.channel for each in house.all_out()] == ["D-lee"]


def test_one_to_one_takes_the_size_as_minutes(house: House) -> None:
    _open(house, kind="one", size="15", minutes="60", dates="")
    assert house.series().slot_length == timedelta(minutes=15)


@pytest.mark.parametrize(
    ("said", "field", "why"),
    [
        ({"rhythm": "now and then"}, "rhythm", "Say it like"),
        ({"rhythm": "1 March 2027 9:00"}, "rhythm", "is over"),
        ({"minutes": "ages"}, "minutes", "number of minutes"),
        ({"minutes": "2"}, "minutes", "at least five minutes"),
        ({"kind": "one", "size": "90"}, "size", "longer than all of it"),
        ({"size": "9999"}, "size", "1 to 500 places"),
        ({"link": "meet.example"}, "link", "begins with https"),
        ({"link": "https://user@evil.example/"}, "link", "begins with https"),
        ({"dates": "at Christmas"}, "dates", "is no date"),
        ({"dates": "2026-01-01 to 2027-12-31"}, "dates", "At most 200 dates"),
        ({"hosts": "nobody@example.com"}, "hosts", "Nobody here is known as nobody@example.com"),
        ({"hosts": "gus@example.com"}, "hosts", "no colleague"),
        ({"topics": ",".join("abcdefghijk")}, "topics", "At most 10 topics"),
        ({"title": " … "}, "title", "in words"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_opened(
    house: House, said: dict[str, str], field: str, why: str
) -> None:
    with pytest.raises(FormRejected) as rejected:
        _open(house, **said)
    assert why in rejected.value.problems[field]
    with house.database.reading() as unit:
        assert SqlOfficeHours(unit).hosted_by(HOST) == []


def test_guests_open_nothing(house: House) -> None:
    with pytest.raises(UserFacingError, match="Only colleagues"):
        house.act(Pressed(acts.OPEN, "", ""), "gus")
    with pytest.raises(UserFacingError, match="Only colleagues"):
        house.act(Submitted(acts.OPEN, SAID, "", ""), "gus")


def test_what_is_left_as_it_stands_in_the_form_stays_and_the_rest_changes(house: House) -> None:
    opened = _open(house)
    before = house.series()
    form = house.open_form(opened, "Change", HOST)
    typed = _typed(form)
    assert (typed["rhythm"], typed["hosts"]) == (
        "every second Tuesday at 15:00 Berlin time",
        "sam@example.com\nkim@example.com",
    )
    assert typed["dates"] == "2027-03-16"
    changed = house.send(form, HOST, **{**typed, "title": "Prices", "size": "9", "hosts": "Sam Lee\nLee Ito"})[HOST]
    assert changed.message.summary.startswith("Changed: “Prices”, every second Tuesday")
    after = house.series()
    assert after.schedule == before.schedule
    assert ([each.person_id for each in after.hosts], after.capacity) == ([HOST, LEE], 9)


def test_another_rhythm_keeps_the_zone_and_those_who_booked_are_told(house: House) -> None:
    opened = _open(house, dates="")
    house.book(DANA, session_id=_first(house))
    form = house.open_form(opened, "Change", HOST)
    told = house.send(form, HOST, **{**_typed(form), "rhythm": "every second Tuesday 17:00"})
    assert "has another time: Wednesday, 3 March, 01:00 your time" in told[DANA].message.summary
    assert house.series().schedule.zone == "Europe/Berlin"


def test_what_somebody_else_changed_meanwhile_is_not_undone(house: House) -> None:
    opened = _open(house)
    form = house.open_form(opened, "Change", HOST)
    with house.database.begin() as unit:
        house.desk.skip(_first(house), house.person(KIM), "", unit, house.now)
    with pytest.raises(FormRejected, match="since you opened this form"):
        house.send(form, HOST, **_typed(form))


def test_a_date_is_skipped_with_a_word_and_kept_after_all(house: House) -> None:
    house.open()
    house.book(DANA)
    card = _dates(house)
    form = house.open_form(card, "Skip this date", HOST)
    assert form.form is not None and "1 person who has booked, are told." in form.form.intro
    out = house.send(form, HOST, word="Sam is ill")
    assert out[HOST].message.summary.startswith("Skipped: “Renewals”, Tuesday, 2 March, 15:00 your time.")
    assert "Sam is ill" in texts(out[DANA].message) and labels(out[DANA]) == ["All office hours"]
    kept = house.press(out[HOST], "Keep it after all", HOST)[HOST]
    assert kept.message.summary.startswith("Kept: “Renewals”, Tuesday, 2 March, 15:00 your time")
    assert house.session().state is SessionState.PLANNED


def test_a_date_is_moved_and_moved_back(house: House) -> None:
    house.open()
    house.book(DANA)
    form = house.open_form(_dates(house), "Move", HOST)
    assert _typed(form)["time"] == "15:00"
    with pytest.raises(FormRejected, match="Write a time like"):
        house.send(form, HOST, day="2027-03-03", time="teatime")
    with pytest.raises(FormRejected, match="past already"):
        house.send(form, HOST, day="2027-02-03", time="9:30")
    out = house.send(form, HOST, day="2027-03-03", time="9:30")
    assert out[HOST].message.summary.startswith("Moved: “Renewals” is Wednesday, 3 March, 09:30 your time.")
    assert "has another time: Wednesday, 3 March, 17:30 your time" in out[DANA].message.summary
    house.press(out[HOST], "Move it back", HOST)
    assert house.session().starts == STARTS
    assert not acts.is_moved(house.series(), house.session())


def test_nobody_is_said_to_be_told_where_nobody_booked(house: House) -> None:
    house.open()
    moved = house.send(house.open_form(_dates(house), "Move", HOST), HOST, day="2027-03-03", time="9:30")
    assert moved[HOST].message.summary == "Moved: “Renewals” is Wednesday, 3 March, 09:30 your time."
    skipped = house.send(house.open_form(_dates(house), "Skip this date", HOST), HOST, word="")
    assert skipped[HOST].message.summary == "Skipped: “Renewals”, Wednesday, 3 March, 09:30 your time."
    closed = house.send(house.open_form(_dates(house), "Close", HOST), HOST, word="")
    assert closed[HOST].message.summary == "Closed: “Renewals” with Sam Lee."


def test_closing_says_first_who_is_told(house: House) -> None:
    house.open()
    house.book(DANA, KIM)
    form = house.open_form(_dates(house), "Close", HOST)
    assert form.form is not None and "2 people who have booked" in form.form.intro
    out = house.send(form, HOST, word="Sam moves on")
    assert out[HOST].message.summary.startswith("Closed: ")
    assert labels(out[HOST]) == []
    assert "Sam moves on" in texts(out[DANA].message)


def test_only_hosts_do_what_hosts_do_wherever_it_comes_from(house: House) -> None:
    made = house.open()
    house.book(DANA)
    own = house.bookings()[DANA].id
    for_series = (acts.CHANGE, acts.CLOSE)
    for_dates = (acts.SKIP, acts.KEEP, acts.MOVE, acts.MOVE_BACK, acts.START, acts.NEXT, acts.FINISH, acts.NOTE)
    for_places = (acts.CALL, acts.DONE, acts.MISSED, acts.BACK, acts.CALL_OFF)
    values = [(each, made.id) for each in for_series] + [(each, WHERE) for each in for_dates]
    values += [(each, own) for each in for_places]
    values += [(acts.POINT, f'["{WHERE}",""]'), (acts.ATTENDANCE, f'["{WHERE}",0]')]
    for action, value in values:
        with pytest.raises(UserFacingError, match="Only its hosts"):
            house.act(Pressed(action, value, ""), KIM)
        with pytest.raises(UserFacingError):
            house.act(Pressed(action, "nonsense", ""), HOST)
    sent = {acts.SKIP: {"word": ""}, acts.MOVE: {"day": "2027-03-03", "time": "9:00"}, acts.NOTE: {"notes": "x"}}
    for form, typed in sent.items():
        with pytest.raises(UserFacingError, match="Only its hosts"):
            house.act(Submitted(form, typed, WHERE, ""), KIM)
    assert house.bookings()[DANA].state is BookingState.BOOKED
    assert house.session().state is SessionState.PLANNED


def test_a_session_is_run_from_one_card(house: House) -> None:
    card = _begun(house)
    assert labels(card) == ["Next: Dana Okafor", "Somebody else", "Note an answer", "Finish"]
    out = house.press(card, "Next: Dana Okafor", HOST)
    assert out[HOST].message.summary == "It is the turn of Dana Okafor."
    assert "it is the turn of Dana Okafor, 2 in line" in texts(out[HOST].message)
    assert "Dana Okafor: Brazil" in texts(out[HOST].message)
    assert "It is your turn now" in out[DANA].message.summary
    out = house.press(out[HOST], "Did not come", HOST)
    assert house.bookings()[DANA].state is BookingState.MISSED
    out = house.press(out[HOST], "Next: Kim Park", HOST)
    out = house.press(out[HOST], "Back in line", HOST)
    form = house.open_form(out[HOST], "Somebody else", HOST)
    assert form.form is not None
    who, what, _ = form.form.fields
    assert isinstance(who, ChoiceField) and isinstance(what, ChoiceField)
    numbers = {label: value for value, label in who.options}
    out = house.send(form, HOST, who=numbers["Dana Okafor"], what="again")
    assert out[HOST].message.summary == "Dana Okafor is back in line."
    form = house.open_form(out[HOST], "Somebody else", HOST)
    out = house.send(form, HOST, who=numbers["Lee Ito"], what="now")
    assert out[HOST].message.summary == "It is the turn of Lee Ito."
    assert {each: booking.state.value for each, booking in house.bookings().items()} == {
        DANA: "booked",
        KIM: "booked",
        LEE: "in turn",
    }


def test_each_host_sees_what_the_other_does(house: House) -> None:
    opened = _open(house, dates="")
    first = _first(house)
    house.book(DANA, session_id=first)
    house.live(house.session(first).starts - minutes(10))
    told = house.out()
    house.open_form(told[HOST], "Start", HOST)
    kims = [each for each in house.all_out() if (each.place.channel, each.key) == ("D-kim", told[KIM].key)]
    assert [labels(each) for each in kims] == [["Next: Dana Okafor", "Somebody else", "Note an answer", "Finish"]]
    assert opened.key not in {each.key for each in kims}


def test_what_was_answered_becomes_a_draft_when_the_session_is_over(house: House) -> None:
    card = house.press(_begun(house), "Next: Dana Okafor", HOST)[HOST]
    form = house.open_form(card, "Note the answer", HOST)
    assert _typed(form)["question"] == "Brazil"
    typed = {"question": "What do we charge in Brazil?", "answer": "The list price, in real."}
    noted = house.send(form, HOST, **typed)[HOST]
    assert (noted.key, noted.message.summary[:6]) == (card.key, "Noted.")
    with house.database.reading() as unit:
        assert SqlDrafts(unit).get(house.bookings()[DANA].id) is None
    house.open_form(noted, "Finish", HOST)
    over = {each.key: each for each in house.all_out()}[noted.key]
    assert over.message.summary == "It is over. 1 draft for the FAQ was made of what was noted."
    with house.database.reading() as unit:
        draft = SqlDrafts(unit).get(house.bookings()[DANA].id)
    assert draft is not None and draft.question == "What do we charge in Brazil?"
    assert labels(over) == ["Who came", "Note an answer", "Write notes"]
    form = house.open_form(over, "Write notes", HOST)
    house.send(form, HOST, notes="We talked about prices.")
    assert house.session().notes == "We talked about prices."


def test_who_came_is_said_afterwards_and_those_in_turn_are_taken_for_granted(house: House) -> None:
    card = house.press(_begun(house), "Next: Dana Okafor", HOST)[HOST]
    over = house.press(card, "Finish", HOST)[HOST]
    form = house.open_form(over, "Who came", HOST)
    assert form.form is not None
    (field,) = form.form.fields
    assert isinstance(field, ChoiceField)
    assert field.initial == ("1",)
    said = house.send(form, HOST, came=("1", "3"))[HOST]
    assert said.message.summary == "2 of 3 came, as you say."
    assert [each.state.value for each in house.bookings().values()] == ["done", "missed", "done"]


def test_of_many_it_is_asked_some_at_a_time_who_came(house: House) -> None:
    house.open(capacity=60)
    with house.database.begin() as unit:
        for number in range(50):
            person = Person(f"p{number}", f"Person {number} " + "x" * 60)
            house.desk.book(WHERE, person, "", unit, house.now)
        house.desk.begin(WHERE, house.person(HOST), unit, house.now)
        house.desk.finish(WHERE, house.person(HOST), unit, house.now)
    form = house.act(Pressed(acts.ATTENDANCE, f'["{WHERE}",0]', ""), HOST)
    assert form.form is not None
    (field,) = form.form.fields
    assert isinstance(field, ChoiceField)
    shown = len(field.options)
    assert 20 < shown <= 40
    chosen = tuple(value for value, _ in field.options)
    house.act(Submitted(acts.ATTENDANCE, {"came": chosen}, form.form.state, ""), HOST)
    rest = house.act(Pressed(acts.ATTENDANCE, f'["{WHERE}",{shown}]', ""), HOST)
    assert rest.form is not None
    house.act(Submitted(acts.ATTENDANCE, {"came": ()}, rest.form.state, ""), HOST)
    states = [each.state for each in house.bookings().values()]
    assert states.count(BookingState.DONE) == shown


def test_a_session_that_nobody_finished_asks_its_hosts_who_came(house: House) -> None:
    house.open()
    house.book(DANA)
    house.live(STARTS + timedelta(hours=3))
    asked = house.out()[HOST]
    assert labels(asked) == ["Who came", "Note an answer", "Write notes"]
    assert asked.message.summary == (
        "Your office hours “Renewals”, Tuesday, 2 March, 15:00 your time, are over. "
        "Say who came, and note what was answered."
    )


def test_a_larger_group_takes_in_who_waits_also_while_it_runs(house: House) -> None:
    house.open(capacity=1)
    house.book(DANA, KIM)
    with house.database.begin() as unit:
        house.desk.begin(WHERE, house.person(HOST), unit, house.now)
        house.desk.change(replace(house.series(), capacity=2), house.person(HOST), unit, house.now)
    assert house.bookings()[KIM].state is BookingState.BOOKED


def test_hosts_of_talks_that_nobody_booked_are_asked_nothing(house: House) -> None:
    house.open(slot_length=minutes(30))
    house.live(STARTS + timedelta(hours=3))
    assert house.out() == {}


def test_hosts_of_a_group_that_nobody_booked_are_not_asked_who_came(house: House) -> None:
    house.open()
    house.live(STARTS + timedelta(hours=3))
    asked = house.out()[HOST]
    assert labels(asked) == ["Note an answer", "Write notes"]
    assert "Nobody had booked." in asked.message.summary


def _open(house: House, **said: str) -> Delivery:
    form = house.open_form(house.say(HOST), "Open office hours", HOST)
    return house.send(form, HOST, **{**SAID, **said})[HOST]


def _first(house: House) -> str:
    with house.database.reading() as unit:
        return SqlOfficeHours(unit).sessions_of(house.series().id, house.now)[0].id


def _dates(house: House) -> Delivery:
    return house.press(house.say(HOST), "Dates and changes", HOST)[HOST]


def _agenda(house: House) -> Delivery:
    return house.press(house.say(HOST), "Agenda", HOST)[HOST]


def _begun(house: House) -> Delivery:
    """With three who come, and the first brings something."""
    house.open()
    house.book(DANA, brings="Brazil")
    house.book(KIM, LEE)
    house.now = STARTS - minutes(5)
    return house.press(_agenda(house), "Start", HOST)[HOST]


def _typed(opened: Reply) -> dict[str, str]:
    """What stands in the form already."""
    assert opened.form is not None
    return {each.name: each.initial for each in opened.form.fields if not isinstance(each, ChoiceField)}
