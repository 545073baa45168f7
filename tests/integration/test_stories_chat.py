"""Stories in a chat: told, agreed to, approved, sent out, corrected, stopped and taken down."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.turn import Commanded, File, Person, Place, Pointed, Pressed, Submitted
from bot.features.broadcasts.model import BroadcastState, TargetState
from bot.features.broadcasts.store import SqlBroadcasts
from bot.features.feature import WAITS
from bot.features.form_state import to_state
from bot.features.stories import acts, sending
from bot.features.stories.model import Clearance, Consent, Story, StoryState
from bot.features.stories.origin import Beginning
from bot.features.stories.store import SqlStories
from bot.storage.audit import latest
from bot.storage.people import People, Preferences
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.storage.wakeups import ENTRIES
from tests.builders import NOON, minutes
from tests.stories_house import (
    CLEO,
    DANA,
    GENERAL,
    GUEST,
    ID,
    KIM,
    LEE,
    PARTNERS,
    SALES,
    SAM,
    TYPED,
    House,
    credit,
    labels,
    story,
    words,
)

MAILBOX = Place("mail", "all@example.org")


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def tells(house: House, **values: str) -> Story:
    """Sam, in the form."""
    opened = house.press(house.say(SAM), "Tell a story", SAM)
    house.send(opened, SAM, {**TYPED, **values})
    with house.database.reading() as unit:
        (made,) = SqlStories(unit).of_person(SAM.id)
    return made


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


def test_a_story_is_told_agreed_to_approved_and_found(house: House) -> None:
    made = tells(house)
    waits = house.newest(SAM)
    assert waits.summary == "“Quotes in a day” is with the curators. Those whom it names are asked."
    asked = house.newest(DANA)
    assert asked.summary == "Sam Lee would like to name you in the success story “Quotes in a day”."
    assert "Umbrella" not in words(asked)
    assert "Dana Okafor and a colleague drew up one template." in words(asked), "how it would read"
    assert "Kim Park" not in words(asked)
    curated = house.newest(CLEO)
    assert "Quotes for a bank in the north took two weeks." in words(curated)
    assert "Umbrella. Not named" in words(curated)
    assert "Dana Okafor was asked; Kim Park was asked" in words(curated)

    card = house.card(DANA, made.id)
    assert labels(card) == ["Name me", "Name me otherwise", "Leave me out"]
    house.press(card, "Name me", DANA)
    assert house.newest(DANA).summary == "“Quotes in a day” names you as Dana Okafor."
    assert "Dana Okafor agreed" in words(house.newest(CLEO))

    curators = house.card(CLEO, made.id)
    assert labels(curators) == ["Approve it", "Change it", "Give it back"]
    heard: list[bool] = []
    house.database.wakeups.subscribe(ENTRIES, lambda: heard.append(True))
    house.press(curators, "Approve it", CLEO)
    assert heard
    assert house.newest(SAM).summary == "Cleo Cura approved your success story “Quotes in a day”."
    found = house.say(LEE, "bank banking")
    assert found.message.summary == "Success story: “Quotes in a day”, with a bank in the north."
    assert "Dana Okafor and a colleague drew up one template." in words(found.message)
    assert labels(found) == []


def test_the_list_shows_what_waits_first_and_begins_a_story(house: House) -> None:
    assert house.say(GUEST).message.summary.startswith("No success story is told yet.")
    assert labels(house.say(GUEST)) == []
    assert labels(house.say(LEE)) == ["Tell a story"]
    house.published(story("1" * 32, title="Older", credits=()))
    house.told()
    listed = house.say(DANA)
    assert listed.message.summary == "2 success stories."
    assert labels(listed) == ["Show it", "Show it", "Tell a story"]
    assert [each.value for each in listed.message.buttons[:2]] == [ID, "1" * 32]
    assert house.say(LEE, "no such").message.summary == "0 success stories with these words."
    house.press(listed, "Show it", DANA)
    assert house.newest(DANA).summary.startswith("Sam Lee would like to name you")


def test_what_waits_stands_at_home(house: House) -> None:
    (at_home,) = house.catalog.home

    def waits(person: Person) -> str:
        with house.database.reading() as unit:
            section = at_home(house.turn_of(Commanded("home"), person), unit)
        return "" if section is None else f"{section.title} {section.blocks!r}"

    assert waits(CLEO) == ""
    house.told()
    assert "it waits for you as a curator" in waits(CLEO)
    assert WAITS in waits(DANA)
    assert "asks whether you may be named" in waits(DANA)
    assert waits(SAM) == waits(LEE) == ""
    house.answer(ID, DANA, Consent.DECLINED)
    assert waits(DANA) == ""
    with house.database.begin() as unit:
        house.desk.give_back(ID, CLEO, "More numbers", unit, house.clock())
    assert "it waits for you" in waits(SAM)
    assert waits(CLEO) == ""


def test_a_story_comes_back_with_a_word_and_is_handed_in_again(house: House) -> None:
    house.told()
    opened = house.press(house.card(CLEO), "Give it back", CLEO)
    house.send(opened, CLEO, {"word": "With numbers, please."})
    assert house.newest(SAM).summary == "Cleo Cura gave your success story “Quotes in a day” back to you."
    assert "With numbers, please." in words(house.newest(SAM))
    assert labels(house.card(SAM)) == ["Change it", "Take it back"]
    opened = house.press(house.card(SAM), "Change it", SAM)
    assert opened.form is not None
    kept = {each.name: each.initial for each in opened.form.fields}
    assert (kept["people"], kept["clearance"]) == ("Dana Okafor, Kim Park", ("anonymous",))
    house.send(opened, SAM, {**TYPED, "result": "From 10 days to 1."})
    assert house.newest(SAM).summary == "“Quotes in a day” is changed. It is with the curators again."
    assert "From 10 days to 1." in words(house.newest(CLEO))
    assert house.kept().state is StoryState.TOLD


def test_who_is_new_in_a_change_is_asked_and_who_is_left_out_of_it_sees_that(house: House) -> None:
    house.told()
    opened = house.press(house.card(CLEO), "Change it", CLEO)
    house.send(opened, CLEO, {**TYPED, "people": "Kim Park, lee@example.org"})
    assert house.newest(LEE).summary.startswith("Sam Lee would like to name you")
    assert house.newest(DANA).summary == "The success story “Quotes in a day” does not name you any more."
    with pytest.raises(UserFacingError, match="may not see it"):
        house.act(Pressed(acts.AGREE, ID, ""), DANA)


def test_whom_nobody_knows_and_who_declined_stand_beside_their_field(house: House) -> None:
    opened = house.press(house.say(SAM), "Tell a story", SAM)
    with pytest.raises(FormRejected) as rejected:
        house.send(opened, SAM, {**TYPED, "people": "Zoe Nobody", "clearance": "public"})
    assert set(rejected.value.problems) == {"people", "cleared_by"}
    assert "“Zoe Nobody”" in rejected.value.problems["people"]
    house.told()
    house.answer(ID, DANA, Consent.DECLINED)
    opened = house.act(Pressed(acts.CHANGE, ID, ""), SAM)
    assert opened.form is not None
    assert next(each.initial for each in opened.form.fields if each.name == "people") == "Kim Park"
    sent = Submitted(acts.CHANGE, dict(TYPED), opened.form.state, "")
    with pytest.raises(FormRejected, match="Dana Okafor does not want to be named"):
        house.act(sent, SAM)


def test_who_has_not_said_is_asked_once_more(house: House) -> None:
    house.told()
    house.answer(ID, DANA, Consent.DECLINED)
    house.live(timedelta(days=3, minutes=5))
    assert house.newest(KIM).summary == "Sam Lee still waits for your word on “Quotes in a day”."
    assert "still waits" not in words(house.newest(DANA))
    house.out()
    house.live(timedelta(days=4))
    reminded = [each for each in house.stands.values() if "still waits" in each.message.summary]
    assert len(reminded) == 1


def test_a_story_begins_with_a_message_and_its_picture(house: House) -> None:
    files = (File("shot.png", "https://files.slack.com/1"),)
    pointed = Pointed(acts.TELL, "We won the renewal.", "Kim", "https://work.slack.com/p1", files)
    opened = house.dispatcher.answer_now(house.turn_of(pointed, SAM))
    assert opened.form is not None
    initial = {each.name: each.initial for each in opened.form.fields}
    assert (initial["done"], initial["picture"]) == ("We won the renewal.", "https://files.slack.com/1")
    house.send(opened, SAM, TYPED)
    with house.database.reading() as unit:
        assert [each.author_id for each in SqlStories(unit).of_origin("https://work.slack.com/p1")] == [SAM.id]
    with pytest.raises(UserFacingError, match="Only colleagues"):
        house.dispatcher.answer_now(house.turn_of(pointed, GUEST))


def test_a_story_begins_with_what_another_feature_hands_over(sqlite_database: Database) -> None:
    def review(subject: str, person: Person, unit: UnitOfWork, now: object) -> Beginning:
        assert (subject, person.id) == ("r1", SAM.id)
        return Beginning("Renewal journey", "Five steps", picture_link="x" * 2_000)

    house = House(sqlite_database, origins={"review": review})
    opened = house.act(Pressed(acts.TELL, "review/r1", ""), SAM)
    assert opened.form is not None
    initial = {each.name: each.initial for each in opened.form.fields}
    assert (initial["title"], initial["done"], initial["picture"]) == ("Renewal journey", "Five steps", "")
    for unknown in ("idea/1", "https://evil.example/"):
        with pytest.raises(UserFacingError, match="Nothing is known"):
            house.act(Pressed(acts.TELL, unknown, ""), SAM)


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
    assert progress == ["Story “Quotes in a day”: it has arrived in 1 place."] * 3
    assert list(positions(house)) == ["sales"]
    sends(house, channels=(positions(house)["sales"],), addresses="all@example.org")
    house.live(minutes(1))
    assert [len(house.standing(each)) for each in (GENERAL, SALES, PARTNERS, MAILBOX)] == [1, 1, 1, 1]


def test_a_form_that_is_sent_twice_sends_the_story_once(house: House) -> None:
    published(house)
    opened = house.press(house.card(CLEO), "Send it out", CLEO)
    values = {"channels": ("0",), "outsiders": (), "addresses": "", "day": "", "at": ""}
    house.send(opened, CLEO, values)
    assert opened.form is not None
    with pytest.raises(UserFacingError, match="sent to all of these already"):
        house.act(Submitted(acts.SEND, values, opened.form.state, ""), CLEO)
    house.live(minutes(1))
    assert len([each for each in (GENERAL, SALES, PARTNERS) if house.standing(each)]) == 1


def test_a_story_waits_for_its_time_in_the_zone_of_each_place_and_can_be_stopped(house: House) -> None:
    published(house)
    at = positions(house)
    sends(house, channels=(at["general"], at["sales"]), day="2027-03-02", at="9:00")
    assert house.newest(CLEO).summary.endswith("goes to 2 places on 2 March 2027, 09:00 there. A message says how far "
                                               "it has come.")  # fmt: skip
    progress = next(each for each in house.stands.values() if each.key.startswith("story-sent-"))
    assert "scheduled for 2 places" in progress.message.summary
    house.live(timedelta(hours=12))
    assert house.standing(GENERAL) == []
    house.press(progress, "Stop it", CLEO)
    house.live(timedelta(hours=24))
    assert house.standing(GENERAL) == house.standing(SALES) == []
    assert states(house) == [TargetState.STOPPED] * 2
    assert set(positions(house)) == {"general", "sales", "partners"}


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
    state = to_state((ID, (), True))
    values = {"addresses": "all@example.org", "day": "", "at": ""}
    with pytest.raises(UserFacingError, match="Nobody was chosen"):
        house.act(Submitted(acts.SEND, values, state, ""), CLEO)


def test_a_forged_list_of_channels_sends_nowhere(house: House) -> None:
    published(house)
    values = {"channels": ("0",), "outsiders": (), "addresses": "", "day": "", "at": ""}
    disguised = ((PARTNERS.platform, PARTNERS.channel, "general", False),)
    for offered in (disguised, (("slack", "T1:C77", "general", False),)):
        with pytest.raises(UserFacingError, match="othing was sent"):
            house.act(Submitted(acts.SEND, values, to_state((ID, offered, False)), ""), CLEO)
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
    state = to_state((ID, ((GENERAL.platform, GENERAL.channel, "general", False),), False))
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


def test_quiet_hours_hold_what_nobody_asked_for(house: House) -> None:
    with house.database.begin() as unit:
        known = People(unit).get(DANA.id)
        assert known is not None
        People(unit).put(replace(known, preferences=Preferences(quiet_from="06:00", quiet_to="20:00")), NOON)
    house.told()
    house.out()
    assert [each for each in house.stands.values() if each.place.channel.endswith("Dana")] == []
    house.live(timedelta(hours=13))
    assert house.newest(DANA).summary.startswith("Sam Lee would like to name you")


def test_every_reader_of_a_card_has_the_buttons_of_what_they_may_do(house: House) -> None:
    made = story(credits=(credit(CLEO), credit(DANA)))
    house.told(made)
    assert labels(house.card(CLEO)) == ["Name me", "Name me otherwise", "Leave me out"]
    house.answer(ID, CLEO, Consent.AGREED, "C.")
    assert labels(house.card(CLEO)) == ["Approve it", "Change it", "Give it back"]
    house.answer(ID, DANA, Consent.DECLINED)
    assert labels(house.card(DANA)) == ["Name me", "Name me otherwise"]
    house.press(house.card(CLEO), "Approve it", CLEO)
    assert labels(house.card(CLEO)) == ["Send it out", "Change it", "Take it down"]
