"""Requests and ideas in a chat: what becomes of them once they are there, and what they brought."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.turn import Pressed, Submitted
from bot.features.ideas import acts
from bot.features.ideas.cards import StoryLink
from bot.features.ideas.model import State, Unit, Value
from bot.storage import audit
from bot.storage.people import People
from bot.storage.unit_of_work import Database
from tests.builders import NOON
from tests.ideas_house import (
    ANA,
    CLEO,
    FILLED,
    KIM,
    LEE,
    PLANNED,
    SAM,
    House,
    approval,
    begun,
    direct,
    field,
    form_of,
    idea,
    labels,
)


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def test_the_asker_hears_every_step_and_the_voters_how_it_ends(house: House) -> None:
    house.accepted()
    house.act(Pressed(acts.VOTE, "i1", ""), LEE)
    planning = house.act(Pressed(acts.PLAN, "i1", ""), CLEO)
    assert "Payback in months = effort in days × 480 EUR" in form_of(planning).intro
    house.act(Submitted(acts.PLAN, dict(PLANNED), form_of(planning).state, ""), CLEO)
    assert house.told(SAM) == ["“Prices for bundles” is yours to do, 8 March 2027 to 12 March 2027."]
    house.act(Pressed(acts.BEGIN, "i1", ""), SAM)
    house.act(Submitted(acts.FINISH, {"value": "90", "unit": "hours", "lesson": "Counted."}, "i1", ""), SAM)
    assert house.told(ANA) == [
        "“Prices for bundles” is accepted: Cleo Cura approved it as its curator.",
        "“Prices for bundles” is planned: Sam Lee, 8 March 2027 to 12 March 2027.",
        "“Prices for bundles” is under way: Sam Lee, 8 March 2027 to 12 March 2027.",
        "“Prices for bundles” is done: it brought 90 hours a year, 75% of the 120 hours a year expected.",
    ]
    assert house.told(LEE) == [house.told(ANA)[-1]]
    for person in (ANA, LEE):  # what is over has no button that would end it
        assert "ends that" not in str(house.press(house.newest(person), "Show it", person))
    assert house.kept().reached == Value(90, Unit.HOURS)
    with house.database.reading() as unit:
        actions = [each.action for each in audit.latest(unit)]
    assert actions == ["idea done", "idea begun", "idea planned", "idea approved as curator", "idea proposed"]


def test_what_is_declined_says_why_to_asker_and_voters_and_can_be_taken_up_again(house: House) -> None:
    house.proposed()
    house.act(Pressed(acts.VOTE, "i1", ""), LEE)
    house.act(Submitted(acts.DECLINE, {"word": "The calculator ends in May."}, "i1", ""), CLEO)
    for person in (ANA, LEE):
        assert house.newest(person).message.summary == "Cleo Cura declined “Prices for bundles”."
        assert "ends in May" in str(house.newest(person).message)
    with pytest.raises(UserFacingError, match="moved on"):
        house.act(Pressed(acts.VOTE, "i1", ""), KIM)
    house.act(Pressed(acts.REOPEN, "i1", ""), CLEO)
    assert house.kept().state is State.NEW
    assert house.told(ANA)[-1] == "Cleo Cura took “Prices for bundles” up again."


def test_what_is_taken_back_is_seen_no_more_and_can_be_brought_back(house: House) -> None:
    house.proposed()
    house.act(Pressed(acts.VOTE, "i1", ""), LEE)
    house.act(Pressed(acts.WITHDRAW, "i1", ""), ANA)
    assert house.told(LEE) == ["“Prices for bundles” was taken back by Ana Bell."]
    assert labels(house.newest(LEE)) == []
    with pytest.raises(UserFacingError, match="may not see it"):
        house.act(Pressed(acts.UNVOTE, "i1", ""), LEE)
    with pytest.raises(UserFacingError, match="Only whoever asked"):
        house.act(Pressed(acts.REOPEN, "i1", ""), CLEO)
    house.act(Pressed(acts.REOPEN, "i1", ""), ANA)
    assert house.kept().state is State.NEW


@pytest.mark.parametrize(
    ("values", "at"),
    [
        ({"effort": "0"}, "effort"),
        ({"effort": "ten"}, "effort"),
        ({"owner": "Nobody Known"}, "owner"),
        ({"starts": "soon"}, "starts"),
        ({"ends": ""}, "ends"),
        ({"ends": "2027-03-01"}, "ends"),
        ({"value": "9" * 11}, "value"),
    ],
)
def test_a_plan_that_cannot_be_is_said_at_its_field(house: House, values: dict[str, str], at: str) -> None:
    house.proposed()
    planning = house.act(Pressed(acts.PLAN, "i1", ""), CLEO)
    with pytest.raises(FormRejected) as refused:
        house.act(Submitted(acts.PLAN, {**PLANNED, **values}, form_of(planning).state, ""), CLEO)
    assert list(refused.value.problems) == [at]


def test_whoever_does_it_is_asked_when_it_is_late_and_later_what_it_brought(house: House) -> None:
    house.under_way(starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 5))
    house.out()
    late = house.live(NOON + timedelta(days=6))
    assert [each.message.summary for each in late] == [
        "“Prices for bundles” was to be done by now. Say that it is, or plan other days."
    ]
    assert late[0].place.channel == direct(SAM)
    form = house.press(late[0], "It is done", SAM)
    house.send(form, SAM, {"value": "", "unit": "money", "lesson": ""})
    assert house.kept().state is State.DONE
    assert "“Prices for bundles” is done." in house.told(ANA)
    asked = [each for each in house.live(NOON + timedelta(days=120)) if each.place.channel == direct(SAM)]
    assert [each.message.summary for each in asked] == [
        "“Prices for bundles” has been done for a while. What did it bring? 24,000 EUR a year was expected."
    ]
    form = house.press(asked[0], "Say what it brought", SAM)
    house.send(form, SAM, {"value": "30000", "unit": "money", "lesson": "From the ledger."})
    assert house.told(ANA)[-1].endswith("it brought 30,000 EUR a year, 125% of the 24,000 EUR a year expected.")
    assert house.live(NOON + timedelta(days=400)) == []


def test_what_is_done_offers_its_story_to_whoever_asked_or_did_it_until_there_is_one(house: House) -> None:
    house.under_way()
    house.act(Submitted(acts.FINISH, {"value": "1", "unit": "hours", "lesson": ""}, "i1", ""), SAM)
    house.press(house.newest(ANA), "Show it", ANA)
    shown = house.newest(ANA)
    assert [(each.action, each.value) for each in shown.message.buttons] == [("stories.tell", "idea/i1")]
    house.stories["idea/i1"] = StoryLink("How prices came to bundles", "/stories/s1")
    house.act(Submitted(acts.FINISH, {"value": "2", "unit": "hours", "lesson": ""}, "i1", ""), SAM)
    (told,) = [each for each in house.theirs(ANA) if each.key == shown.key]
    assert labels(told) == []
    assert "How prices came to bundles" in str(told.message)
    assert "https://hall.example/stories/s1" in str(told.message)


def letters(house: House) -> list[str]:
    house.out()
    found = [each for each in house.stands.values() if each.place.platform == "mail"]
    return [f"{each.place.channel}: {each.message.summary}" for each in sorted(found, key=lambda each: each.id)]


def test_whoever_chose_it_hears_of_each_step_by_e_mail_too(sqlite_database: Database) -> None:
    house = House(sqlite_database, has_mail=True)
    second = begun(house)
    house.send(second, ANA, {**FILLED, "where": "mail"})
    made = house.newest_idea()
    assert letters(house) == []
    house.act(approval(house, made.id), CLEO)
    accepted = "“Prices for bundles” is accepted: Cleo Cura approved it as its curator."
    assert letters(house) == [f"ana@example.org: {accepted}"]
    assert accepted in house.told(ANA)
    (letter,) = [each for each in house.stands.values() if each.place.platform == "mail"]
    assert letter.message.url == f"https://hall.example/ideas/{made.id}"
    assert letter.message.buttons == ()
    assert "by e-mail too because you chose that" in str(letter.message)


def test_e_mail_is_to_choose_only_where_it_leaves_and_an_address_is_known(sqlite_database: Database) -> None:
    house = House(sqlite_database, has_mail=True)
    assert "where" in [each.name for each in form_of(begun(house)).fields]
    with house.database.begin() as unit:
        known = People(unit).get(ANA.id)
        assert known is not None
        People(unit).put(replace(known, email=""), NOON)
    assert "where" not in [each.name for each in form_of(begun(house)).fields]


def test_the_choice_of_e_mail_can_be_changed_and_ends_it(sqlite_database: Database) -> None:
    house = House(sqlite_database, has_mail=True)
    house.proposed(idea(by_mail=True))
    opened = form_of(house.act(Pressed(acts.COMPLETE, "i1", ""), ANA))
    assert field(opened, "where").initial == ("mail",)
    house.act(Submitted(acts.COMPLETE, {**FILLED, "where": "chat"}, opened.state, ""), ANA)
    house.act(approval(house), CLEO)
    assert letters(house) == []


def test_whoever_does_it_hears_that_it_was_declined_or_taken_back(house: House) -> None:
    house.under_way()
    house.act(Submitted(acts.DECLINE, {"word": "The budget is gone."}, "i1", ""), CLEO)
    assert house.told(SAM)[-1] == "Cleo Cura declined “Prices for bundles”."


def test_what_it_brought_is_asked_for_four_times_and_then_no_more(house: House) -> None:
    house.under_way()
    house.act(Submitted(acts.FINISH, {"value": "", "unit": "hours", "lesson": ""}, "i1", ""), SAM)
    house.out()
    asked = [each for each in house.live(NOON + timedelta(days=800)) if each.place.channel == direct(SAM)]
    assert [round((each.queued_at - NOON).days, -1) for each in asked] == [90, 180, 270, 360]
    assert len({each.key for each in asked}) == 4


def test_saying_only_what_was_learned_does_not_bring_the_question_at_once(house: House) -> None:
    house.under_way()
    house.act(Submitted(acts.FINISH, {"value": "", "unit": "hours", "lesson": ""}, "i1", ""), SAM)
    house.live(NOON + timedelta(days=100))
    house.act(Submitted(acts.FINISH, {"value": "", "unit": "hours", "lesson": "Slower."}, "i1", ""), SAM)
    assert [each for each in house.live(NOON + timedelta(days=170)) if each.place.channel == direct(SAM)] == []
