"""Events in a chat: planned, announced, signed up for, asked about, changed, held and written up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import ChoiceField, Form
from bot.chat.reply import Reply
from bot.chat.turn import Pressed
from bot.features.channels.store import SqlChannels
from bot.features.events.model import Event, EventState
from bot.features.events.showing import Showing
from bot.features.events.store import SqlEvents
from bot.features.faq.store import SqlDrafts
from bot.storage import audit
from bot.storage.unit_of_work import Database
from tests.chat_house import (
    CLEO,
    DANA,
    GENERAL,
    GUEST,
    KIM,
    LEE,
    PARTNERS,
    SALES,
    SAM,
    direct,
    labels,
)
from tests.events_house import STARTS, WEBINAR, House, campaign, event

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNSEEN = {"name": "withheld"}
SHOWN = {"name": "shown"}


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


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


def form_of(reply: Reply) -> Form:
    assert reply.form is not None
    return reply.form


def test_a_colleague_plans_asks_and_a_curator_announces_in_the_channels_that_they_choose(house: House) -> None:
    draft = house.planned()
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
    draft = house.planned(CLEO)
    assert labels(draft) == ["Announce it", "Change it", "Throw it away"]
    opened = house.press(draft, "Announce it", CLEO)
    house.send(opened, CLEO, {"channels": (), "outsiders": tuple(values_of(opened, "outsiders"))})
    assert house.card_in(PARTNERS)
    (made,) = coming(house)
    offered = house.act(Pressed("events.announce", made.id, ""), CLEO)
    assert options(offered, "channels") == ["general", "sales"]
    assert "partners" not in str(form_of(offered).fields)


def test_a_card_makes_way_where_people_from_outside_came_to_read_along(house: House) -> None:
    house.announced(event(), GENERAL, PARTNERS)
    house.out()
    opened = replace(GENERAL, members=frozenset())
    with house.database.begin() as unit:
        SqlChannels(unit).note(opened, house.clock())
        house.desk.change(replace(house.kept(), title="Renewals, in secret"), SAM, unit, house.clock())
    gone, there = house.card_in(opened), house.card_in(PARTNERS)
    assert gone.message.summary == (
        "The event that stood here is not shown any more: people from outside the company read along now."
    )
    assert labels(gone) == [] and "enewals" not in str(gone.message)
    assert "Renewals, in secret" in there.message.summary
    house.sign_up("e1", DANA)
    assert house.card_in(opened) == gone
    with house.database.begin() as unit:
        SqlChannels(unit).note(GENERAL, house.clock())
        house.desk.change(replace(house.kept(), title="Renewals"), SAM, unit, house.clock())
    back = house.card_in(GENERAL)
    assert "Renewals" in back.message.summary and back.key == gone.key


def test_where_no_curator_can_be_written_to_it_is_said(house: House) -> None:
    house.desk.showing = Showing(["nobody@example.org"])
    house.press(house.planned(), "Ask to announce it", SAM)
    assert house.newest(SAM).message.summary.startswith("No curator can be written to")
    assert labels(house.say(CLEO, words="renewals")) == ["Announce it"]


def test_a_curator_who_drafts_announces_to_the_calendar_alone(house: House) -> None:
    opened = house.press(house.planned(CLEO), "Announce it", CLEO)
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
    house.planned(others="dana okafor, kim@example.org")
    with house.database.reading() as unit:
        (made,) = SqlEvents(unit).drafts(STARTS - DAY)
    assert [each.person_id for each in made.organisers] == [SAM.id, DANA.id, KIM.id]


def test_who_is_made_an_organiser_by_somebody_else_is_told_once(house: House) -> None:
    draft = house.planned(others="dana okafor")
    told = house.newest(DANA)
    assert told.message.summary == (
        "Sam Lee made you an organiser of “New in renewals”, Monday, 8 March 2027, 09:00 your time."
    )
    opened = house.press(draft, "Change it", SAM)
    house.send(opened, SAM, {**WEBINAR, "others": "dana okafor, kim@example.org"})
    assert house.newest(KIM).message.summary.startswith("Sam Lee made you an organiser")
    assert house.newest(DANA).id == told.id


def test_signing_up_in_a_channel_is_confirmed_in_private_and_full_ones_have_a_list(house: House) -> None:
    house.announced(event(capacity=1), GENERAL)
    first, second = (house.press(house.card_in(GENERAL), "Sign up", each) for each in (DANA, KIM))
    assert form_of(second).title == "Sign up"
    house.send(first, DANA, {"question": "", **SHOWN}, GENERAL)
    confirmed = house.newest(DANA)
    assert confirmed.message.summary == (
        "You have a place at “New in renewals”, Monday, 8 March 2027, 09:00 your time."
    )
    assert "meet.example/1" in str(confirmed.message)
    assert labels(confirmed) == ["Ask a question", "Leave"]
    assert "all taken" in str(house.card_in(GENERAL).message)
    assert labels(house.card_in(GENERAL)) == ["Join the waiting list", "Ask a question"]
    assert form_of(house.press(house.card_in(GENERAL), "Join the waiting list", LEE)).submit == "Join the waiting list"
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
    house.planned()
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
