"""Stories in a chat: told, agreed to, approved, given back and found."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.turn import Commanded, File, Person, Pointed, Pressed, Submitted
from bot.features.feature import WAITS
from bot.features.stories import acts
from bot.features.stories.model import Clearance, Consent, Story, StoryState
from bot.features.stories.origin import Beginning
from bot.features.stories.store import SqlStories
from bot.storage.audit import latest
from bot.storage.people import People, Preferences
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.storage.wakeups import ENTRIES
from tests.builders import NOON
from tests.chat_house import (
    CLEO,
    DANA,
    GUEST,
    KIM,
    LEE,
    SAM,
    labels,
)
from tests.stories_house import (
    ID,
    TYPED,
    House,
    approval,
    credit,
    story,
    words,
)

ADMIN_LEE = replace(LEE, is_admin=True)


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


def test_a_story_is_told_agreed_to_approved_and_found(house: House) -> None:
    made = tells(house)
    waits = house.said_to(SAM)
    assert waits.summary == "“Quotes in a day” is with the curators. Those whom it names are asked."
    asked = house.said_to(DANA)
    assert asked.summary == "Sam Lee would like to name you in the success story “Quotes in a day”."
    assert "Umbrella" not in words(asked)
    assert "Dana Okafor and a colleague drew up one template." in words(asked), "how it would read"
    assert "Kim Park" not in words(asked)
    curated = house.said_to(CLEO)
    assert "Quotes for a bank in the north took two weeks." in words(curated)
    assert "Umbrella. Not named" in words(curated)
    assert "Dana Okafor was asked; Kim Park was asked" in words(curated)

    card = house.card(DANA, made.id)
    assert labels(card) == ["Name me", "Name me otherwise", "Leave me out"]
    house.press(card, "Name me", DANA)
    assert house.said_to(DANA).summary == "“Quotes in a day” names you as Dana Okafor."
    assert "Dana Okafor agreed" in words(house.said_to(CLEO))

    curators = house.card(CLEO, made.id)
    assert labels(curators) == ["Approve it", "Change it", "Give it back"]
    heard: list[bool] = []
    house.database.wakeups.subscribe(ENTRIES, lambda: heard.append(True))
    house.press(curators, "Approve it", CLEO)
    assert heard
    assert house.said_to(SAM).summary == "Cleo Cura approved your success story “Quotes in a day”."
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
    assert labels(listed) == ["Tell a story", "Show it", "Show it"]
    assert [each.value for each in listed.message.buttons[1:]] == [ID, "1" * 32]
    assert house.say(LEE, "no such").message.summary == "0 success stories with these words."
    house.press(listed, "Show it", DANA)
    assert house.said_to(DANA).summary.startswith("Sam Lee would like to name you")


def test_what_was_taken_back_is_listed_no_more_and_one_that_is_found_is_shown_whole(house: House) -> None:
    house.published(story(credits=()))
    assert "two weeks" in words(house.say(LEE, "renewals").message)
    house.act(Pressed(acts.WITHDRAW, ID, ""), SAM)
    assert house.say(SAM).message.summary.startswith("No success story is told yet.")


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
    assert house.said_to(SAM).summary == "Cleo Cura gave your success story “Quotes in a day” back to you."
    assert "With numbers, please." in words(house.said_to(SAM))
    assert labels(house.card(SAM)) == ["Change it", "Take it back"]
    opened = house.press(house.card(SAM), "Change it", SAM)
    assert opened.form is not None
    kept = {each.name: each.initial for each in opened.form.fields}
    assert (kept["people"], kept["clearance"]) == ("Dana Okafor, Kim Park", ("anonymous",))
    house.send(opened, SAM, {**TYPED, "result": "From 10 days to 1."})
    assert house.said_to(SAM).summary == "“Quotes in a day” is changed. It is with the curators again."
    assert "From 10 days to 1." in words(house.said_to(CLEO))
    assert house.kept().state is StoryState.TOLD


def test_who_is_new_in_a_change_is_asked_and_who_is_left_out_of_it_sees_that(house: House) -> None:
    house.told()
    opened = house.press(house.card(CLEO), "Change it", CLEO)
    without = {**TYPED, "people": "Kim Park, lee@example.org"}
    with pytest.raises(FormRejected, match="“Dana Okafor” still stands"):
        house.send(opened, CLEO, without)
    house.send(opened, CLEO, {**without, "done": "Kim Park drew up one template."})
    assert house.said_to(LEE).summary.startswith("Sam Lee would like to name you")
    assert house.said_to(DANA).summary == (
        "The success story “Quotes in a day” does not name you, so you do not see it any more."
    )
    with pytest.raises(UserFacingError, match="may not see it"):
        house.act(Pressed(acts.AGREE, ID, ""), DANA)


def test_a_customer_who_is_no_longer_named_stands_in_no_word(house: House) -> None:
    house.told(story(credits=()))
    for customer in ("", "Umbrella Corp"):
        opened = house.act(Pressed(acts.CHANGE, ID, ""), SAM)
        assert opened.form is not None
        cleared = {"customer": customer, "people": "", "clearance": "public", "cleared_by": "Their board"}
        with pytest.raises(FormRejected, match="“Umbrella” still stands"):
            house.act(Submitted(acts.CHANGE, {**TYPED, **cleared}, opened.form.state, ""), SAM)
    assert house.kept().customer == "Umbrella"


def test_nobody_from_outside_is_asked_for_their_name_and_so_reads_a_story(house: House) -> None:
    opened = house.press(house.say(SAM), "Tell a story", SAM)
    with pytest.raises(FormRejected, match="“Gus Guest”"):
        house.send(opened, SAM, {**TYPED, "people": "Gus Guest"})
    named = story(credits=(credit(GUEST),), customer="Umbrella", clearance=Clearance.INTERNAL, cleared_by="Their board")
    house.published(named)
    with pytest.raises(UserFacingError, match="may not see it"):
        house.act(Pressed(acts.RENAME, ID, ""), GUEST)


def test_whom_nobody_knows_and_who_declined_stand_beside_their_field(house: House) -> None:
    opened = house.press(house.say(SAM), "Tell a story", SAM)
    wrong = {"title": "", "people": "Zoe Nobody", "clearance": "public", "picture": "ftp://x", "value": "gold"}
    with pytest.raises(FormRejected) as rejected:
        house.send(opened, SAM, {**TYPED, **wrong, "result": "…"})
    assert list(rejected.value.problems) == ["title", "result", "value", "cleared_by", "people", "picture"]
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
    assert house.said_to(KIM).summary == "Sam Lee still waits for your word on “Quotes in a day”."
    assert "still waits" not in words(house.said_to(DANA))
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
        assert [each.author_id for each in SqlStories(unit).of_origins("https://work.slack.com/p1")] == [SAM.id]
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


@pytest.mark.parametrize("by", [SAM, CLEO])
def test_once_it_is_taken_down_everybody_reads_what_is_true_for_them(house: House, by: Person) -> None:
    house.published(story(credits=(credit(DANA), credit(KIM), credit(CLEO))), DANA)
    house.answer(ID, DANA, Consent.AGREED, "D. from Sales")
    house.answer(ID, KIM, Consent.DECLINED)
    house.say(LEE, "quotes")
    house.act(Pressed(acts.WITHDRAW, ID, ""), by)
    way = "back" if by is SAM else "down"
    said = f"{by.name} took the success story “Quotes in a day” {way}."
    for person, why in (
        (DANA, "You had agreed to be named as D. from Sales."),
        (KIM, "It did not name you."),
        (LEE, "Nobody reads it any more."),
    ):
        assert (house.said_to(person).summary, why in words(house.said_to(person))) == (said, True)
    assert f"{said} Nobody reads it any more." in words(house.said_to(CLEO if by is SAM else SAM))


def test_whoever_was_asked_need_not_say_once_it_is_taken_back(house: House) -> None:
    house.told()
    house.out()
    house.act(Pressed(acts.WITHDRAW, ID, ""), SAM)
    assert "You need not say any more" in words(house.said_to(KIM))


def test_curators_read_the_name_that_somebody_chose(house: House) -> None:
    house.told()
    house.answer(ID, DANA, Consent.AGREED, "D. from Sales")
    assert "Dana Okafor agreed, as D. from Sales; Kim Park was asked" in words(house.said_to(CLEO))


def test_a_curators_own_story_waits_for_another(sqlite_database: Database) -> None:
    house = House(sqlite_database, admins=[LEE.id])
    own = story(author_id=CLEO.id, author_name=CLEO.name, credits=())
    with house.database.begin() as unit:
        house.desk.tell(own, CLEO, unit, house.clock())
    assert labels(house.card(LEE)) == ["Approve it", "Change it", "Give it back"]
    mine = house.say(CLEO, "quotes")
    assert mine.message.summary == "The success story “Quotes in a day” waits for another curator."
    assert labels(mine) == ["Change it", "Take it back"]
    with pytest.raises(UserFacingError, match="somebody else who curates"):
        house.act(approval(house), CLEO)
    house.press(house.card(LEE), "Approve it", ADMIN_LEE)
    assert house.said_to(CLEO).summary == "Lee Moss approved your success story “Quotes in a day”."
    assert labels(house.card(CLEO)) == ["Send it out", "Change it", "Take it back"]


def test_who_curates_alone_approves_their_own_story_openly(house: House) -> None:
    opened = house.press(house.say(CLEO), "Tell a story", CLEO)
    house.send(opened, CLEO, {**TYPED, "people": ""})
    kept = "“Quotes in a day” is kept. Nobody else curates, so you decide on it."
    assert house.said_to(CLEO).summary == kept
    with house.database.reading() as unit:
        (made,) = SqlStories(unit).of_person(CLEO.id)
    assert labels(house.card(CLEO, made.id)) == ["Approve it", "Change it", "Take it back"]
    house.press(house.card(CLEO, made.id), "Approve it", CLEO)
    assert "Told and approved by Cleo Cura, for nobody else curated." in words(house.say(LEE, "quotes").message)
    with house.database.reading() as unit:
        entry = next(each for each in latest(unit) if each.action == "story approved")
    assert entry.details == {"approved by": "who told it, curating alone"}


def test_whoever_told_and_approved_a_story_hear_what_is_changed_after(sqlite_database: Database) -> None:
    house = House(sqlite_database, admins=[LEE.id])
    house.published(story(credits=()))
    opened = house.act(Pressed(acts.CHANGE, ID, ""), ADMIN_LEE)
    assert opened.form is not None
    typed = {**TYPED, "people": "", "result": "From twelve days to one."}
    house.act(Submitted(acts.CHANGE, typed, opened.form.state, ""), ADMIN_LEE)
    said = "Lee Moss changed the success story “Quotes in a day”."
    assert house.said_to(SAM).summary == house.said_to(CLEO).summary == said


def test_quiet_hours_hold_what_nobody_asked_for(house: House) -> None:
    with house.database.begin() as unit:
        known = People(unit).get(DANA.id)
        assert known is not None
        People(unit).put(replace(known, preferences=Preferences(quiet_from="06:00", quiet_to="20:00")), NOON)
    house.told()
    house.out()
    assert [each for each in house.stands.values() if each.place.channel.endswith("Dana")] == []
    house.live(timedelta(hours=13))
    assert house.said_to(DANA).summary.startswith("Sam Lee would like to name you")


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
