"""Stories that are sent out: to channels and by e-mail once, at their time, corrected, stopped and taken down."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.turn import Person, Place, Pressed, Submitted
from bot.features.broadcasts.model import BroadcastState, TargetState
from bot.features.broadcasts.store import SqlBroadcasts
from bot.features.channels.model import Channel, Policy
from bot.features.channels.store import SqlChannels
from bot.features.form_state import to_state
from bot.features.stories import acts, sending
from bot.features.stories.model import Clearance, Story
from bot.storage.audit import latest
from bot.storage.lanes import heads
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import Database
from tests.builders import minutes
from tests.chat_house import (
    CLEO,
    DANA,
    GENERAL,
    LEE,
    PARTNERS,
    SALES,
    SAM,
)
from tests.sent_out import QUIET
from tests.stories_house import ID, TYPED, House, story, words

MAILBOX, SOME = Place("mail", "all@example.org"), Place("mail", "some@example.org")


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def sends(house: House, **values: str | tuple[str, ...]) -> None:
    """Cleo, from her card; the channels are counted from the newest, 0."""
    opened = house.press(house.card(CLEO), "Send it out", CLEO)
    house.send(opened, CLEO, {"channels": (), "outsiders": (), "addresses": "", "day": "", "at": "", **values})


def positions(house: House) -> dict[str, str]:
    """Of the channels in the form, by title."""
    opened = house.act(Pressed(acts.SEND, ID, ""), CLEO)
    assert opened.form is not None
    return {
        label: value
        for field in opened.form.fields
        if field.kind == "choice"
        for value, label in field.options
    }  # fmt: skip


def published(house: House, made: Story | None = None, *agreed: Person) -> Story:
    """With a card for Cleo."""
    kept = house.published(made, *agreed)
    house.out()
    return kept


def states(house: House) -> list[TargetState]:
    with house.database.reading() as unit:
        return [each.state for each in sending.told(house.kept(), unit)]


def test_a_published_story_goes_to_channels_and_by_mail_once(house: House) -> None:
    published(house, story(clearance=Clearance.INTERNAL, cleared_by="Their board"), DANA)
    at = positions(house)
    sends(house, channels=(at["general"],), outsiders=(at["partners"],), addresses="ALL@example.org, all@example.org")
    house.live(minutes(1))
    (inside,), (outside,), (letter,) = house.standing(GENERAL), house.standing(PARTNERS), house.standing(MAILBOX)
    assert inside.summary == "Success story: “Quotes in a day”, with Umbrella."
    assert "Dana Okafor and a colleague drew" in words(inside)
    assert "https://hall.example/stories/" in words(inside)
    assert outside.summary == "Success story: “Quotes in a day”, with a bank in the north."
    for name in ("Dana", "Sam Lee", "hall.example", "Umbrella"):
        assert name not in words(outside)
    assert letter.url == f"https://hall.example/stories/{ID}"
    assert house.standing(SALES) == []
    progress = [each.message.summary for each in house.stands.values() if each.key.startswith("story-sent-")]
    assert progress == [
        f"Story “Quotes in a day” {way}: it has arrived."
        for way in ("in general", "in partners, with people from outside", "by e-mail to all@example.org")
    ]
    assert list(positions(house)) == ["sales"]
    sends(house, channels=(positions(house)["sales"],), addresses="all@example.org")
    house.live(minutes(1))
    assert [len(house.standing(each)) for each in (GENERAL, SALES, PARTNERS, MAILBOX)] == [1, 1, 1, 1]


@pytest.mark.parametrize("by_mail", [True, False])
def test_a_form_that_sends_it_nowhere_stays_open_and_says_so(sqlite_database: Database, by_mail: bool) -> None:
    house = House(sqlite_database, by_mail=by_mail)
    published(house)
    with pytest.raises(FormRejected, match="Choose where it goes") as rejected:
        sends(house)
    assert (set(rejected.value.problems), rejected.value.form is not None) == ({"channels"}, True)
    for place in (GENERAL, SALES, PARTNERS):
        with house.database.begin() as unit:
            SqlChannels(unit).note(replace(place, members=frozenset()), house.clock())
    with pytest.raises(FormRejected) as rejected:
        sends(house, day="yesterday")
    assert set(rejected.value.problems) == {"outsiders", "day"}


def test_a_story_goes_to_all_channels_or_those_of_a_hub_but_for_those_with_outsiders(house: House) -> None:
    with house.database.begin() as unit:
        abroad = Channel(SALES.platform, SALES.channel, Policy(hubs=frozenset({"emea"})), revision=1, title="sales")
        SqlChannels(unit).change(abroad)
    published(house)
    with pytest.raises(FormRejected, match="choose one of the options"):
        sends(house, groups=("hub:amer",))
    sends(house, groups=("hub:emea",))
    house.live(minutes(1))
    assert [len(house.standing(each)) for each in (GENERAL, SALES, PARTNERS)] == [0, 1, 0]


def test_where_there_are_hundreds_of_channels_each_can_be_named_and_all_of_them_chosen(house: House) -> None:
    with house.database.begin() as unit:
        for number in range(100):
            place = Place("slack", f"T1:X{number}", is_shared=True, title=f"team-{number}")
            SqlChannels(unit).note(place, house.clock())
    published(house)
    assert "partners" in positions(house), "they are listed, however many others there are"
    for typed, problem in (("Nowhere", "is called “nowhere”"), ("partners", "can only be chosen below")):
        with pytest.raises(FormRejected, match=problem) as rejected:
            sends(house, named=f"team-1, {typed}")
        assert list(rejected.value.problems) == ["named"]
    sends(house, named="#Team-99, general")
    assert house.newest(CLEO).message.summary.startswith("“Quotes in a day” goes to 2 places.")
    sends(house, groups=("every",), named="team-7", channels=("0",))
    assert house.newest(CLEO).message.summary.startswith("“Quotes in a day” goes to 100 places.")
    house.live(minutes(5))
    assert len(house.standing(GENERAL)) == len(house.standing(SALES)) == 1
    assert house.standing(PARTNERS) == []


def test_a_form_that_is_sent_twice_sends_the_story_once(house: House) -> None:
    published(house)
    opened = house.press(house.card(CLEO), "Send it out", CLEO)
    values = {"channels": ("0",), "outsiders": (), "addresses": "", "day": "", "at": ""}
    house.send(opened, CLEO, values)
    assert opened.form is not None
    with pytest.raises(FormRejected, match="sent to all of these already") as rejected:
        house.act(Submitted(acts.SEND, values, opened.form.state, ""), CLEO)
    assert list(rejected.value.problems) == ["channels"]
    house.live(minutes(1))
    assert len([each for each in (GENERAL, SALES, PARTNERS) if house.standing(each)]) == 1


def test_a_story_waits_for_its_time_in_the_zone_of_each_place_and_can_be_stopped(house: House) -> None:
    published(house)
    at = positions(house)
    with house.database.begin() as unit:
        abroad = Channel(SALES.platform, SALES.channel, Policy(zone="America/New_York"), revision=1)
        SqlChannels(unit).change(abroad)
    sends(house, channels=(at["general"], at["sales"]), day="2027-03-02", at="9:00")
    assert house.said_to(CLEO).summary.endswith("goes to 2 places on 2 March 2027, 09:00 there. A message says how far "
                                               "it has come.")  # fmt: skip
    progress = next(each for each in house.stands.values() if each.key.startswith("story-sent-"))
    assert "scheduled for 2 places, 2 March 2027, 09:00 there." in progress.message.summary
    house.live(timedelta(hours=18))
    assert house.standing(GENERAL) == []
    house.live(timedelta(hours=5))
    assert (len(house.standing(GENERAL)), house.standing(SALES)) == (1, []), "nine in Berlin, three in New York"
    progress = house.stands[progress.place.conversation, progress.key]
    house.press(progress, "Stop it", CLEO)
    house.live(timedelta(hours=24))
    assert house.standing(SALES) == []
    assert set(states(house)) == {TargetState.ARRIVED, TargetState.STOPPED}
    assert set(positions(house)) == {"sales", "partners"}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"day": "tomorrow"}, "day"),
        ({"at": "9:00"}, "day"),
        ({"day": "2027-03-02", "at": "25:00"}, "at"),
        ({"day": "2026-12-24"}, "day"),
        ({"addresses": "all@example.org, boss@elsewhere.example"}, "addresses"),
        ({"addresses": "all@example.org\nBcc: x@example.org"}, "addresses"),
    ],
)
def test_what_cannot_be_sent_stands_beside_its_field(house: House, typed: dict[str, str], field: str) -> None:
    published(house)
    with pytest.raises(FormRejected) as rejected:
        sends(house, channels=("0",), **typed)
    assert list(rejected.value.problems) == [field]
    assert states(house) == []


def test_without_a_mail_server_no_address_is_offered_nor_taken(sqlite_database: Database) -> None:
    house = House(sqlite_database, by_mail=False)
    published(house)
    opened = house.act(Pressed(acts.SEND, ID, ""), CLEO)
    assert opened.form is not None
    assert "addresses" not in {each.name for each in opened.form.fields}
    state = to_state((ID, ((), (), False), True))
    values = {"addresses": "all@example.org", "day": "", "at": ""}
    with pytest.raises(UserFacingError, match="Choose where it goes"):
        house.act(Submitted(acts.SEND, values, state, ""), CLEO)


def test_a_forged_list_of_channels_sends_nowhere(house: House) -> None:
    published(house)
    values = {"channels": ("0",), "outsiders": (), "addresses": "", "day": "", "at": ""}
    disguised = ((PARTNERS.platform, PARTNERS.channel, "general", False),)
    for offered in (disguised, (("slack", "T1:C77", "general", False),)):
        with pytest.raises(UserFacingError, match="othing was sent"):
            house.act(Submitted(acts.SEND, values, to_state((ID, (offered, (), False), False)), ""), CLEO)
    for state in ("", "[]", '["x",[["slack"]]]'):
        with pytest.raises(UserFacingError, match="cannot be read any more"):
            house.act(Submitted(acts.SEND, values, state, ""), CLEO)
    house.live(minutes(1))
    assert states(house) == []


def test_a_name_that_is_withdrawn_goes_wherever_the_story_stands(house: House) -> None:
    published(house, None, DANA)
    sends(house, channels=(positions(house)["general"],), addresses="all@example.org")
    house.live(minutes(1))
    assert "Dana Okafor" in words(house.standing(GENERAL)[0])
    house.press(house.card(DANA), "Leave me out", DANA)
    house.live(minutes(1))
    (message,) = house.standing(GENERAL)
    assert "Okafor" not in words(message)
    assert len(house.standing(MAILBOX)) == 1
    assert "Okafor" not in words(house.say(LEE, "quotes").message)


def test_a_name_that_is_withdrawn_stands_in_no_letter_that_is_still_to_go(house: House) -> None:
    published(house, None, DANA)
    sends(house, addresses="all@example.org")
    house.press(house.card(DANA), "Leave me out", DANA)
    house.live(minutes(1))
    (letter,) = house.standing(MAILBOX)
    assert "Okafor" not in words(letter)


def test_a_name_that_is_withdrawn_leaves_the_letters_that_wait_for_the_mail_server(house: House) -> None:
    published(house, None, DANA)
    sends(house, addresses="all@example.org, some@example.org")
    while house.timekeeper.run_due():
        pass
    with house.database.begin() as unit:  # one of them has gone
        (_, some) = sorted(heads(unit, house.clock(), QUIET).ready)[-2:]
        gone = Outbox(unit).claim(some, house.clock())
        assert gone is not None and gone.place.platform == "mail"
        Outbox(unit).sent(gone, "id", house.clock())
    house.act(Pressed(acts.DECLINE, ID, ""), DANA)
    house.live(minutes(1))
    (letter,) = [each for place in (MAILBOX, SOME) for each in house.standing(place)]
    assert "Okafor" not in words(letter)
    assert states(house) == [TargetState.ARRIVED] * 2


def test_a_correction_reaches_every_place_and_so_does_taking_it_down(house: House) -> None:
    published(house)
    at = positions(house)
    sends(house, channels=(at["general"],), outsiders=(at["partners"],))
    house.live(minutes(1))
    opened = house.press(house.card(CLEO), "Change it", CLEO)
    house.send(opened, CLEO, {**TYPED, "result": "From twelve days to one."})
    house.live(minutes(1))
    for place in (GENERAL, PARTNERS):
        (message,) = house.standing(place)
        assert "From twelve days to one." in words(message)
    house.press(house.card(SAM), "Take it back", SAM)
    house.live(minutes(1))
    for place in (GENERAL, PARTNERS):
        (message,) = house.standing(place)
        assert message.summary == "The success story “Quotes in a day” was taken down."
        assert "Whoever told it took it back." in words(message)
    with house.database.reading() as unit:
        found = SqlBroadcasts(unit).about(house.kept().about)
        actions = [each.action for each in latest(unit)]
    assert {each.state for each in found} == {BroadcastState.TAKEN_DOWN}
    assert {"story told", "story approved", "story changed", "story withdrawn", "broadcast sent"} <= set(actions)
    assert house.say(LEE).message.summary.startswith("No success story")


def test_what_is_not_approved_is_not_sent(house: House) -> None:
    house.told()
    with pytest.raises(UserFacingError, match="not approved yet"):
        house.act(Pressed(acts.SEND, ID, ""), CLEO)
    values = {"channels": ("0",), "outsiders": (), "addresses": "", "day": "", "at": ""}
    state = to_state((ID, (((GENERAL.platform, GENERAL.channel, "general", False),), (), False), False))
    with pytest.raises(UserFacingError, match="not approved yet"):
        house.act(Submitted(acts.SEND, values, state, ""), CLEO)


def test_only_curators_send_stop_and_try_again(house: House) -> None:
    published(house)
    sends(house, channels=("0",), day="2027-03-02")
    with house.database.reading() as unit:
        (broadcast,) = SqlBroadcasts(unit).about(house.kept().about)
    for person in (SAM, DANA, LEE):
        with pytest.raises(UserFacingError, match="Only curators"):
            house.act(Pressed(acts.SEND, ID, ""), person)
        for action in (acts.STOP, acts.AGAIN):
            with pytest.raises(UserFacingError, match="Only curators"):
                house.act(Pressed(action, broadcast.id, ""), person)
    for action in (acts.STOP, acts.AGAIN):
        with pytest.raises(UserFacingError, match="not known any more"):
            house.act(Pressed(action, "none", ""), CLEO)
