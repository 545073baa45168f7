"""Events in a chat: planned, announced, signed up for, asked about, changed, held and written up."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import vobject

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import ChoiceField, Form
from bot.chat.reply import Invitation, Reply
from bot.chat.turn import Person, Pressed
from bot.features.events.in_library import LiveRecordings
from bot.features.events.model import Event, EventState
from bot.features.events.showing import Showing
from bot.features.events.store import SqlEvents
from bot.features.faq.store import SqlDrafts
from bot.storage import audit
from bot.storage.outbox import Delivery
from bot.storage.unit_of_work import Database
from tests.calendar_client import CalendarClient
from tests.events_house import (
    CLEO,
    DANA,
    GENERAL,
    GUEST,
    KIM,
    LEE,
    PARTNERS,
    SALES,
    SAM,
    STARTS,
    WEBINAR,
    House,
    campaign,
    direct,
    event,
    labels,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNSEEN = {"name": "withheld"}
SHOWN = {"name": "shown"}


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def planned(house: House, person: Person = SAM, **values: str) -> Delivery:
    """From the command to the draft's card."""
    opened = house.press(house.say(person), "Plan an event", person)
    house.send(opened, person, {**WEBINAR, **values})
    return house.newest(person)


def options(reply: Reply, name: str) -> list[str]:
    assert reply.form is not None
    field = next(each for each in reply.form.fields if each.name == name)
    assert isinstance(field, ChoiceField)
    return [label for _, label in field.options]


def values_of(reply: Reply, name: str) -> list[str]:
    field = next(each for each in form_of(reply).fields if each.name == name)
    assert isinstance(field, ChoiceField)
    return [value for value, _ in field.options]


def coming(house: House) -> list[Event]:
    with house.database.reading() as unit:
        return list(SqlEvents(unit).public(frozenset({"everyone"}), house.clock(), STARTS + DAY))


def file_of(letter: Delivery) -> str:
    (found,) = [each for each in letter.message.blocks if isinstance(each, Invitation)]
    return found.file


def deliver(house: House, calendars: Mapping[str, CalendarClient]) -> None:
    """All letters by now, the last first: calendars go by their sequence."""
    for person in (DANA, KIM):
        for letter in reversed(house.mails(person)):
            calendars[person.id].receive(file_of(letter).encode())


def form_of(reply: Reply) -> Form:
    assert reply.form is not None
    return reply.form


def test_a_colleague_plans_asks_and_a_curator_announces_in_the_channels_that_they_choose(house: House) -> None:
    draft = planned(house)
    assert draft.message.summary.startswith("The draft of “New in renewals” is kept.")
    assert "Monday, 8 March 2027, 15:00 your time, 60 minutes" in str(draft.message)
    assert labels(draft) == ["Ask to announce it", "Change it", "Throw it away"]
    house.press(draft, "Ask to announce it", SAM)
    asked = house.newest(CLEO)
    assert asked.message.summary.startswith("Sam Lee would like to announce “New in renewals”")
    opened = house.press(asked, "Announce it", CLEO)
    assert options(opened, "channels") == ["general", "sales"]
    assert options(opened, "outsiders") == ["partners"]
    house.send(opened, CLEO, {"channels": (values_of(opened, "channels")[0],), "outsiders": ()})
    card = house.card_in(GENERAL)
    assert card.message.summary == (
        "Webinar “New in renewals”, Monday, 8 March 2027, 15:00 Europe/Berlin, with Sam Lee."
    )
    assert labels(card) == ["Sign up", "Ask a question"]
    assert "meet.example" not in str(card.message)
    assert not [each for each in house.stands.values() if each.place in (SALES, PARTNERS)]
    assert labels(house.newest(SAM)) == ["Change it", "Cancel it"]
    with house.database.reading() as unit:
        actions = [each.action for each in audit.latest(unit)]
    assert actions == ["event announced", "event handed in", "event drafted"]


def test_a_curator_announces_their_own_in_a_channel_with_outsiders_that_they_tick_and_elsewhere_later(
    house: House,
) -> None:
    draft = planned(house, CLEO)
    assert labels(draft) == ["Announce it", "Change it", "Throw it away"]
    opened = house.press(draft, "Announce it", CLEO)
    house.send(opened, CLEO, {"channels": (), "outsiders": tuple(values_of(opened, "outsiders"))})
    assert house.card_in(PARTNERS)
    (made,) = coming(house)
    offered = house.act(Pressed("events.announce", made.id, ""), CLEO)
    assert options(offered, "channels") == ["general", "sales"]
    assert "partners" not in str(form_of(offered).fields)


def test_where_no_curator_can_be_written_to_it_is_said(house: House) -> None:
    house.desk.showing = Showing(["nobody@example.org"])
    house.press(planned(house), "Ask to announce it", SAM)
    assert house.newest(SAM).message.summary.startswith("No curator can be written to")
    assert labels(house.say(CLEO, words="renewals")) == ["Announce it"]


def test_a_curator_who_drafts_announces_to_the_calendar_alone(house: House) -> None:
    opened = house.press(planned(house, CLEO), "Announce it", CLEO)
    house.send(opened, CLEO, {"channels": (), "outsiders": ()})
    assert house.newest(CLEO).message.summary == "“New in renewals” is on the calendar now."
    assert coming(house)[0].state is EventState.ANNOUNCED


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"day": "soon"}, "day"),
        ({"at": "at three"}, "at"),
        ({"at": "16:00", "until": "15:00"}, "until"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"capacity": "many"}, "capacity"),
        ({"others": "Nobody Here"}, "others"),
        ({"link": "http://meet.example"}, "title"),
        ({"kind": "campaign", "last_day": "2027-03-01"}, "last_day"),
    ],
)
def test_what_is_not_understood_is_said_beside_its_field(house: House, values: dict[str, str], field: str) -> None:
    opened = house.press(house.say(SAM), "Plan an event", SAM)
    with pytest.raises(FormRejected) as rejected:
        house.send(opened, SAM, {**WEBINAR, **values})
    assert list(rejected.value.problems) == [field]
    house.send(opened, SAM, WEBINAR)
    assert house.newest(SAM).message.summary.startswith("The draft")


def test_other_organisers_are_named_by_name_or_address(house: House) -> None:
    planned(house, others="dana okafor, kim@example.org")
    with house.database.reading() as unit:
        (made,) = SqlEvents(unit).drafts(STARTS - DAY)
    assert [each.person_id for each in made.organisers] == [SAM.id, DANA.id, KIM.id]


def test_signing_up_in_a_channel_is_confirmed_in_private_and_full_ones_have_a_list(house: House) -> None:
    house.announced(event(capacity=1), GENERAL)
    first, second = (house.press(house.card_in(GENERAL), "Sign up", each) for each in (DANA, KIM))
    house.send(first, DANA, {"question": "", **SHOWN}, GENERAL)
    confirmed = house.newest(DANA)
    assert confirmed.message.summary == (
        "You have a place at “New in renewals”, Monday, 8 March 2027, 09:00 your time."
    )
    assert "meet.example/1" in str(confirmed.message)
    assert labels(confirmed) == ["Ask a question", "Leave"]
    assert "all taken" in str(house.card_in(GENERAL).message)
    assert labels(house.card_in(GENERAL)) == ["Join the waiting list", "Ask a question"]
    house.send(second, KIM, {"question": "Is Brazil in it?", **UNSEEN}, GENERAL)
    waits = house.newest(KIM)
    assert "You are on the waiting list" in waits.message.summary
    assert "meet.example/1" not in str(waits.message)
    house.press(confirmed, "Leave", DANA)
    assert house.newest(DANA).key == confirmed.key
    assert house.newest(DANA).message.summary == "You left “New in renewals”. Your place is free again."
    told = next(each for each in house.stands.values() if "moved up" in each.message.summary)
    assert (told.place.channel, labels(told)) == (direct(KIM), ["Show it", "Leave"])


def test_a_card_that_many_press_does_not_change_under_them(house: House) -> None:
    house.announced(event(), GENERAL)
    card = house.card_in(GENERAL)
    opened = [house.press(card, "Sign up", each) for each in (DANA, KIM, LEE)]
    for each, person in zip(opened, (DANA, KIM, LEE), strict=True):
        house.send(each, person, {"question": "", **SHOWN}, GENERAL)
    assert house.card_in(GENERAL).id == card.id
    with house.database.reading() as unit:
        assert len(SqlEvents(unit).sign_ups("e1")) == 3


def test_guests_see_no_events_and_sign_up_for_none(house: House) -> None:
    house.announced(event(), PARTNERS)
    assert "No event is announced" in house.say(GUEST).message.summary
    with pytest.raises(UserFacingError, match="may not see it"):
        house.press(house.card_in(PARTNERS), "Sign up", GUEST)


def test_the_list_shows_what_is_coming_and_ones_own_drafts(house: House) -> None:
    house.announced(campaign())
    planned(house)
    assert [each.message.summary for each in (house.say(SAM), house.say(DANA), house.say(CLEO))] == [
        "2 events are coming.",
        "1 event is coming.",
        "2 events are coming.",
    ]
    house.press(house.say(DANA), "Show it", DANA)
    card = house.newest(DANA)
    assert card.message.summary == "Campaign “Spring”, 8 March 2027 to 21 March 2027, with Sam Lee."
    assert labels(card) == ["Follow it", "Ask a question"]


def test_words_after_the_command_choose_and_one_that_is_found_is_shown(house: House) -> None:
    house.announced(event(topics=("pricing",)))
    house.announced(campaign())
    assert house.say(DANA, words="PRICING webinar").message.summary.startswith("Webinar “New in renewals”")
    assert house.say(DANA, words="sam lee").message.summary == "2 coming events have these words."
    assert house.say(DANA, words="moon").message.summary == "No coming events have these words."


def test_a_change_after_the_announcement_is_told_and_shown_in_place(house: House) -> None:
    house.announced(event(), GENERAL, SALES)
    house.sign_up("e1", DANA)
    before = house.card_in(GENERAL)
    opened = house.press(house.card_of(SAM, "e1"), "Change it", SAM)
    initial = {each.name: each.initial for each in form_of(opened).fields}
    assert (initial["at"], initial["until"], initial["zone"]) == ("15:00", "16:00", "Europe/Berlin")
    house.send(opened, SAM, {**WEBINAR, "at": "17:00", "until": "18:00", "capacity": ""})
    for place in (GENERAL, SALES):
        card = house.card_in(place)
        assert "17:00 Europe/Berlin" in card.message.summary
        assert card.message_id is not None
    assert house.card_in(GENERAL).key == before.key
    assert house.newest(SAM).message.summary == "“New in renewals” is changed. Those who signed up are told."
    told = house.newest(DANA)
    assert told.message.summary == "“New in renewals” has another time: Monday, 8 March 2027, 11:00 your time."


def test_of_two_who_edit_at_once_the_second_is_told_and_loses_no_words(house: House) -> None:
    house.announced()
    card = house.card_of(SAM, "e1")
    first, second = (house.press(card, "Change it", SAM) for _ in range(2))
    house.send(first, SAM, {**WEBINAR, "place": "Room 5"})
    with pytest.raises(FormRejected, match="at the same moment"):
        house.send(second, SAM, {**WEBINAR, "place": "Room 6"})
    assert house.kept().place == "Room 5"


def test_cancelling_says_why_everywhere_and_takes_the_buttons(house: House) -> None:
    house.announced(event(), GENERAL)
    house.sign_up("e1", DANA)
    opened = house.press(house.card_of(SAM, "e1"), "Cancel it", SAM)
    house.send(opened, SAM, {"word": "No speaker <@U1>"})
    card = house.card_in(GENERAL)
    assert (card.message.summary[:10], labels(card)) == ("Cancelled:", [])
    assert "No speaker <@U1>" in str(house.newest(DANA).message)
    assert house.live(STARTS + DAY) == []


def test_questions_are_asked_joined_answered_and_told(house: House) -> None:
    house.announced(event(), GENERAL)
    opened = house.press(house.card_in(GENERAL), "Ask a question", DANA)
    house.send(opened, DANA, {"question": "Is Brazil in it?", **UNSEEN}, GENERAL)
    opened = house.press(house.card_in(GENERAL), "Ask a question", KIM)
    assert options(opened, "too") == ["Is Brazil in it?"]
    with pytest.raises(FormRejected, match="needs words"):
        house.send(opened, KIM, {"question": "", **SHOWN}, GENERAL)
    chosen = values_of(opened, "too")
    house.send(opened, KIM, {"question": "And Peru?", "too": (chosen[0],), **SHOWN}, GENERAL)
    assert house.newest(KIM).message.summary == (
        "Your question for “New in renewals” is with its organisers. You are counted where you ask the same."
    )
    mine = house.card_of(SAM, "e1")
    assert "Is Brazil in it? (somebody, and 1 more)" in str(mine.message)
    assert "And Peru? (Kim Park)" in str(mine.message)
    assert "Dana" not in str(mine.message)
    opened = house.press(mine, "Answer a question", SAM)
    assert options(opened, "question") == ["Is Brazil in it?", "And Peru?"]
    house.send(opened, SAM, {"question": chosen[0], "answer": "From May on."})
    for person in (DANA, KIM):
        assert house.newest(person).message.summary == "Sam Lee answered a question about “New in renewals”."
    with house.database.reading() as unit:
        assert SqlDrafts(unit).get(chosen[0]) is None


def test_reminders_come_once_and_at_its_end_organisers_are_asked(house: House) -> None:
    house.announced(event(), GENERAL)
    house.sign_up("e1", DANA)
    house.out()
    out = house.live(STARTS - 2 * HOUR)
    assert [(each.place.channel, each.message.summary) for each in out] == [
        (direct(DANA), "“New in renewals” is tomorrow, 09:00 your time."),
        (direct(SAM), "Your event “New in renewals” is tomorrow, 15:00 your time: 1 person comes."),
    ]
    out = house.live(STARTS)
    assert [each.place.channel for each in out] == [direct(DANA), direct(SAM)]
    assert "is today, 09:00 your time" in out[0].message.summary
    out = house.live(STARTS + HOUR)
    assert [each.message.summary[:38] for each in out if each.place.channel == direct(SAM)] == [
        "Your event “New in renewals” is over. "
    ]
    assert "is over." in house.card_in(GENERAL).message.summary
    assert labels(house.card_in(GENERAL)) == []
    assert house.kept().state is EventState.OVER


def test_a_campaign_is_reminded_of_in_the_morning_of_the_day_before(house: House) -> None:
    house.announced(campaign())
    house.sign_up("c1", DANA)
    house.out()
    house.live(STARTS - 2 * DAY)
    out = house.live(STARTS)
    assert [each.message.summary for each in out if each.place.channel == direct(DANA)] == [
        "“Spring” begins 8 March 2027 to 21 March 2027."
    ]


def test_recording_and_notes_become_a_document_and_answers_drafts(house: House) -> None:
    house.announced(event(topics=("renewals",)), GENERAL)
    with house.database.begin() as unit:
        _, asked = house.desk.ask("e1", DANA, "Is Brazil in it?", unit, house.clock(), with_name=False)
    house.live(STARTS + HOUR)
    with house.database.reading() as unit:
        assert LiveRecordings(unit).documents() == []
        before = LiveRecordings(unit).changes()
    over = house.newest(SAM)
    assert labels(over) == ["Recording and notes", "Answer a question"]
    opened = house.press(over, "Recording and notes", SAM)
    with pytest.raises(FormRejected, match="https"):
        house.send(opened, SAM, {"came": "12", "recording": "javascript:alert(1)", "notes": ""})
    with pytest.raises(FormRejected, match="number"):
        house.send(opened, SAM, {"came": "many", "recording": "", "notes": ""})
    notes = "Prices rise.\n[Click](https://evil.example)"
    house.send(opened, SAM, {"came": "12", "recording": "https://rec.example/1", "notes": notes})
    with house.database.reading() as unit:
        (document,) = LiveRecordings(unit, "https://hall.example").documents()
        assert LiveRecordings(unit).changes() > before
    assert (document.title, document.topics, document.url) == (
        "New in renewals",
        ("renewals",),
        "https://hall.example/events/e1",
    )
    assert "https://rec.example/1" in str(document.blocks)
    assert "[Click](https" not in str(document.blocks)
    opened = house.press(house.card_of(SAM, "e1"), "Answer a question", SAM)
    house.send(opened, SAM, {"question": asked.id, "answer": "From May on."})
    with house.database.reading() as unit:
        draft = SqlDrafts(unit).get(asked.id)
    assert draft is not None
    assert (draft.question, draft.answer, draft.topics) == ("Is Brazil in it?", "From May on.", ("renewals",))


def test_letters_put_it_into_calendars_move_it_and_take_it_out(house: House) -> None:
    house.announced(event(capacity=1), GENERAL)
    house.sign_up("e1", DANA, KIM)
    calendars = {person.id: CalendarClient() for person in (DANA, KIM)}
    deliver(house, calendars)
    assert calendars[DANA.id].dates() == [(STARTS, "New in renewals")]
    assert calendars[KIM.id].dates() == []
    made = house.kept()
    with house.database.begin() as unit:
        moved = replace(made, starts=STARTS + HOUR, ends=STARTS + 2 * HOUR)
        house.desk.change(moved, SAM, unit, house.clock())
    with house.database.begin() as unit:
        house.desk.leave("e1", DANA, unit, house.clock())
    deliver(house, calendars)
    assert calendars[DANA.id].dates() == []
    assert calendars[KIM.id].dates() == [(STARTS + HOUR, "New in renewals")]
    with house.database.begin() as unit:
        house.desk.cancel("e1", SAM, "", unit, house.clock())
    deliver(house, calendars)
    assert calendars[KIM.id].dates() == []


def test_a_campaign_takes_whole_days_in_a_calendar(house: House) -> None:
    house.announced(campaign())
    house.sign_up("c1", DANA)
    (letter,) = house.mails(DANA)
    dated = vobject.readOne(file_of(letter)).vevent
    assert (dated.dtstart.value, dated.dtend.value) == (date(2027, 3, 8), date(2027, 3, 22))
    assert dated.uid.value == "c1-1@example.org"


def test_the_calendar_has_what_is_announced_and_says_what_is_ones_own(house: House) -> None:
    house.announced(event(capacity=1))
    house.announced(campaign())
    house.sign_up("e1", DANA, KIM)
    planned(house, title="Only a draft")
    until = datetime(2027, 6, 1, tzinfo=UTC)

    def entries(person: Person) -> list[tuple[str, bool, str, bool]]:
        with house.database.reading() as unit:
            found = house.calendar.entries(person.id, person.principals, house.clock(), until, unit)
        return [(each.kind, each.is_mine, each.note, bool(each.event.url)) for each in found]

    assert entries(DANA) == [("Campaign", False, "", False), ("Webinar", True, "You have a place", True)]
    assert entries(KIM)[1] == ("Webinar", False, "You are on the waiting list", False)
    assert entries(SAM)[1] == ("Webinar", True, "You organise it", True)
    assert entries(GUEST) == []
    with house.database.begin() as unit:
        house.desk.cancel("e1", SAM, "", unit, house.clock())
    assert entries(DANA)[1] == ("Webinar", True, "cancelled", True)


def test_at_home_stands_what_waits_for_organisers_and_curators(house: House) -> None:
    (source,) = house.catalog.home

    def said(person: Person) -> str:
        with house.database.reading() as unit:
            section = source(house.turn_of(person), unit)
        return "" if section is None else str(section.blocks)

    house.press(planned(house, title="Breakfast"), "Ask to announce it", SAM)
    assert "Sam Lee would like to announce it." in said(CLEO)
    assert said(SAM) == ""
    house.announced(event())
    with house.database.begin() as unit:
        house.desk.ask("e1", DANA, "Is Brazil in it?", unit, house.clock(), with_name=True)
    assert "1 question waits for an answer." in said(SAM)
    house.live(STARTS + HOUR)
    assert "is over: say who came" in said(SAM)
    with house.database.begin() as unit:
        house.desk.say_how_it_was("e1", SAM, "", "", 3, unit, house.clock())
    assert "1 question waits for an answer." in said(SAM)
    assert said(DANA) == ""
