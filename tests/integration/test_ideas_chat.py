"""Requests and ideas in a chat: asked for, completed, approved and voted for."""

from dataclasses import replace

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.turn import Person, Pressed, Submitted
from bot.features.feature import WAITS
from bot.features.ideas import acts
from bot.features.ideas.model import Colleague, State
from bot.storage.people import People, Preferences
from bot.storage.unit_of_work import Database
from tests.builders import NOON
from tests.ideas_house import (
    A_YEAR,
    ANA,
    CLEO,
    FILLED,
    GUEST,
    KIM,
    LEE,
    PLANNED,
    House,
    approval,
    begun,
    field,
    form_of,
    idea,
    labels,
    sent,
)


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def test_a_complete_request_is_sent_in_two_steps_and_its_curators_are_asked(house: House) -> None:
    card = sent(house)
    assert card.message.summary == (
        "“Prices for bundles” is sent. Those who decide are asked, and you hear of each step."
    )
    assert labels(card) == ["Change it", "Take it back"]
    assert "24,000 EUR a year" in str(card.message)
    asked = house.newest(CLEO)
    assert asked.message.summary == "Ana Bell asks for something: Improvement “Prices for bundles”."
    house.press(asked, "Show it", CLEO)
    assert labels(house.newest(CLEO)) == ["Approve it", "Estimate and plan", "Give it back", "Decline it"]
    assert house.theirs(KIM) == []


def test_what_is_not_complete_is_kept_said_and_seen_by_nobody_else_until_it_is(house: House) -> None:
    card = sent(house, **{"need-data": "", "need-result": "tbd"})
    assert "something is missing" in card.message.summary
    assert "What shows it: say this in at least 3 words" in str(card.message)
    assert house.theirs(CLEO) == []
    assert "Nobody has asked" in house.say(LEE).message.summary
    opened = house.press(card, "Complete it", ANA)
    assert field(form_of(opened), "need-problem").initial == FILLED["need-problem"]
    assert "What shows it" in form_of(opened).intro
    house.send(opened, ANA, FILLED)
    assert house.newest_idea().state is State.NEW
    assert len(house.theirs(CLEO)) == 1


def test_what_sounds_alike_is_shown_before_sending_and_can_be_voted_for_instead(house: House) -> None:
    house.proposed(idea())
    second = begun(house, LEE, title="prices for bundles")
    assert field(form_of(second), "same").label == "Is it one of these?"
    house.send(second, LEE, {**FILLED, "same": "i1"})
    assert house.newest(LEE).message.summary == "You voted for “Prices for bundles”; nothing else was sent."
    assert house.newest_idea().id == "i1"
    house.send(begun(house, LEE), LEE, {**FILLED, "same": "none"})
    assert house.newest_idea().asker.person_id == LEE.id
    other = begun(house, LEE, title="Something else entirely")
    assert "same" not in [each.name for each in form_of(other).fields]


def test_the_same_form_sent_twice_asks_once(house: House) -> None:
    second = begun(house)
    house.send(second, ANA, FILLED)
    again = Submitted(acts.PROPOSE, dict(FILLED), form_of(second).state, "")
    with pytest.raises(FormRejected, match="sent already"):
        house.act(again, ANA)


@pytest.mark.parametrize(
    ("values", "at"), [({"value": "much"}, "value"), ({"value": "-3"}, "value"), ({"title": "…"}, "title")]
)
def test_what_cannot_be_understood_is_said_at_its_field(house: House, values: dict[str, str], at: str) -> None:
    with pytest.raises(FormRejected) as refused:
        house.send(begun(house), ANA, {**FILLED, **values})
    assert list(refused.value.problems) == [at]


def test_a_capability_is_approved_by_its_sponsor_and_a_curator_who_are_two_people(house: House) -> None:
    sent(house, kind="capability", **{"need-sponsor": "kim@example.org"})
    made = house.newest_idea()
    assert made.sponsor == Colleague(KIM.id, KIM.name)
    assert "with Kim Park as its sponsor" in house.newest(KIM).message.summary
    house.press(house.newest(KIM), "Show it", KIM)
    shown = house.newest(KIM)
    assert labels(shown)[0] == "Approve it"
    house.press(shown, "Approve it", KIM)
    assert "Others still have to approve it" in house.newest(KIM).message.summary
    assert "Kim Park approved “Prices for bundles” as its sponsor. Still to approve: curator." in house.told(ANA)
    with pytest.raises(UserFacingError, match="nobody approves their own, or twice"):
        house.act(approval(house, made.id), replace(KIM, is_curator=True))
    house.act(approval(house, made.id), CLEO)
    assert house.kept(made.id).state is State.ACCEPTED
    assert "“Prices for bundles” is accepted: Cleo Cura approved it as its curator." in house.told(ANA)
    assert any("Kim Park as sponsor, Cleo Cura as curator" in str(each.message) for each in house.theirs(KIM))


@pytest.mark.parametrize("name", ["Nobody Known", "Gus Guest", "guest@example.org"])
def test_a_sponsor_who_is_no_colleague_makes_it_incomplete(house: House, name: str) -> None:
    sent(house, kind="capability", **{"need-sponsor": name})
    assert house.newest_idea().state is State.INCOMPLETE
    assert "name one colleague whom Guildhall knows" in house.newest_idea().missing[0]


def test_nobody_approves_their_own_and_only_those_who_may_decide_do(house: House) -> None:
    house.proposed(idea(asker=Colleague(CLEO.id, CLEO.name)), CLEO)
    for person in (CLEO, LEE, ANA):
        with pytest.raises(UserFacingError):
            house.act(approval(house), person)
    for action in (acts.GIVE_BACK, acts.DECLINE, acts.PLAN, acts.FINISH, acts.BEGIN, acts.REOPEN):
        with pytest.raises(UserFacingError):
            house.act(Pressed(action, "i1", ""), LEE)
    for action, values in (
        (acts.GIVE_BACK, {"word": "No."}),
        (acts.DECLINE, {"word": "No."}),
        (acts.FINISH, {"value": "1", "unit": "hours", "lesson": ""}),
    ):
        with pytest.raises(UserFacingError):
            house.act(Submitted(action, dict(values), "i1", ""), LEE)
    with pytest.raises(UserFacingError):
        house.act(Submitted(acts.PLAN, dict(PLANNED), '["i1",1,""]', ""), LEE)
    assert house.kept() == idea(asker=Colleague(CLEO.id, CLEO.name), changed_at=NOON)


def test_guests_neither_see_nor_ask_nor_vote(house: House) -> None:
    house.proposed()
    listed = house.say(GUEST)
    assert "Nobody has asked" in listed.message.summary
    assert labels(listed) == []
    for action in (acts.SHOW, acts.VOTE, acts.COMPLETE, acts.DECLINE):
        with pytest.raises(UserFacingError):
            house.act(Pressed(action, "i1", ""), GUEST)
    with pytest.raises(UserFacingError, match="Only colleagues"):
        house.act(Pressed(acts.PROPOSE, "", ""), GUEST)


def test_what_is_given_back_goes_to_its_asker_alone_with_what_is_missing(house: House) -> None:
    house.proposed()
    house.act(Submitted(acts.GIVE_BACK, {"word": "Which bundles?"}, "i1", ""), CLEO)
    told = house.newest(ANA)
    assert "gave “Prices for bundles” back" in told.message.summary
    assert "Which bundles?" in str(told.message)
    assert house.kept().state is State.INCOMPLETE
    with pytest.raises(UserFacingError, match="no longer kept, or you may not see it"):
        house.act(Pressed(acts.VOTE, "i1", ""), LEE)
    opened = house.act(Pressed(acts.COMPLETE, "i1", ""), ANA)
    assert "Which bundles?" in form_of(opened).intro
    house.act(Submitted(acts.COMPLETE, dict(FILLED), form_of(opened).state, ""), ANA)
    assert house.kept().state is State.NEW
    assert len([each for each in house.told(CLEO) if "asks for something" in each]) == 2


def test_an_old_form_does_not_overwrite_and_keeps_what_was_typed(house: House) -> None:
    house.proposed()
    opened = house.act(Pressed(acts.COMPLETE, "i1", ""), ANA)
    planning = house.act(Pressed(acts.PLAN, "i1", ""), CLEO)
    house.act(Submitted(acts.GIVE_BACK, {"word": "Which bundles?"}, "i1", ""), CLEO)
    with pytest.raises(FormRejected, match="moved on"):
        house.act(Submitted(acts.COMPLETE, dict(FILLED), form_of(opened).state, ""), ANA)
    with pytest.raises(FormRejected, match="moved on"):
        house.act(Submitted(acts.PLAN, dict(PLANNED), form_of(planning).state, ""), CLEO)


def test_who_approved_other_words_is_asked_again(house: House) -> None:
    sent(house, kind="capability", **{"need-sponsor": "Kim Park"})
    made = house.newest_idea()
    house.act(approval(house, made.id), KIM)
    opened = house.act(Pressed(acts.COMPLETE, made.id, ""), ANA)
    house.act(Submitted(acts.COMPLETE, {**FILLED, "need-sponsor": "Kim Park"}, form_of(opened).state, ""), ANA)
    house.act(approval(house, made.id), CLEO)
    assert house.kept(made.id).state is State.NEW
    house.act(approval(house, made.id), KIM)
    assert house.kept(made.id).state is State.ACCEPTED


def test_votes_are_one_each_can_be_taken_back_and_are_not_for_ones_own(house: House) -> None:
    house.proposed()
    house.press(house.say(LEE, "bundles"), "Vote for it", LEE)
    voted = house.newest(LEE)
    assert voted.message.summary == "You voted for “Prices for bundles” and hear how it ends."
    with pytest.raises(UserFacingError, match="voted for it already"):
        house.act(Pressed(acts.VOTE, "i1", ""), LEE)
    house.press(voted, "Take my vote back", LEE)
    assert labels(house.newest(LEE)) == ["Vote for it"]
    with pytest.raises(UserFacingError, match="You had not voted"):
        house.act(Pressed(acts.UNVOTE, "i1", ""), LEE)
    with pytest.raises(UserFacingError, match="asked for it yourself"):
        house.act(Pressed(acts.VOTE, "i1", ""), ANA)


def test_the_list_names_what_pays_back_soonest_first_and_words_choose_among_it(house: House) -> None:
    house.proposed(idea("slow", title="Slow boat"))
    house.proposed(idea("quick", title="Quick win", value=A_YEAR, effort=1))
    listed = house.say(LEE)
    assert listed.message.summary == "2 requests and ideas are open."
    assert [each.value for each in listed.message.buttons if each.action == acts.SHOW] == ["quick", "slow"]
    assert house.say(LEE, "boat").message.summary.startswith("To decide: Improvement “Slow boat”")
    assert house.say(LEE, "submarine").message.summary == "No open requests have these words."


def test_home_says_what_waits_for_whom(house: House) -> None:
    house.proposed()

    def waits(person: Person) -> str:
        with house.database.reading() as unit:
            section = house.chat.at_home(house.turn_of(person), unit)
        assert section is None or section.title == WAITS
        return str(section.blocks) if section else ""

    assert "you approve as its curator" in waits(CLEO)
    assert waits(ANA) == waits(LEE) == ""
    house.act(Submitted(acts.GIVE_BACK, {"word": "What?"}, "i1", ""), CLEO)
    assert "something is missing" in waits(ANA)
    assert waits(CLEO) == ""


def test_what_was_changed_meanwhile_is_not_approved_unread(house: House) -> None:
    house.proposed()
    read = approval(house)
    opened = house.act(Pressed(acts.COMPLETE, "i1", ""), ANA)
    other = {**FILLED, "title": "A holiday for everybody"}
    house.act(Submitted(acts.COMPLETE, other, form_of(opened).state, ""), ANA)
    with pytest.raises(UserFacingError, match="moved on"):
        house.act(read, CLEO)
    assert house.kept().state is State.NEW


def test_cards_follow_what_happens_and_not_to_those_who_may_not_see_it_any_more(house: House) -> None:
    house.proposed()
    card = house.say(LEE, "bundles")
    house.act(approval(house), CLEO)
    now = house.newest(LEE)
    assert now.message_id == f"id-{card.id}"
    assert now.message.summary == "Accepted: Improvement “Prices for bundles”, asked for by Ana Bell."
    house.act(Pressed(acts.WITHDRAW, "i1", ""), ANA)
    (shown,) = [each for each in house.theirs(LEE) if each.message_id == f"id-{card.id}"]
    assert shown.message.buttons == ()
    assert "asked for by" not in str(shown.message) and "bundles" not in str(shown.message)


def test_in_quiet_hours_nobody_is_told(house: House) -> None:
    with house.database.begin() as unit:
        known = People(unit).get(CLEO.id)
        assert known is not None
        People(unit).put(replace(known, preferences=Preferences(quiet_from="00:00", quiet_to="23:00")), NOON)
    house.proposed()
    assert house.theirs(CLEO) == []
    assert len(house.live(NOON.replace(hour=23))) == 1
