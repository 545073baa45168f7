"""From the morning's look to the owner's word: cards, reminders, curators; on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.ports import Profile
from bot.chat.turn import Opened, Person, Place
from bot.features.escalations.model import Answer, Escalation
from bot.features.escalations.model import State as Asked
from bot.features.experts.model import Expert
from bot.features.experts.store import SqlExperts
from bot.features.faq.entry_store import SqlEntries
from bot.features.freshness.model import Reason, State
from bot.features.freshness.store import SqlFreshness
from bot.features.questions.model import Reason as Why
from bot.storage.audit import latest
from bot.storage.unit_of_work import Database
from tests.builders import NOON, document
from tests.experts_house import words
from tests.freshness_house import ADA, DANA, DAY, ENTRY, EVERYONE, OVERDUE, SAM, TODAY, House, labels, vote


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


def test_an_owner_is_asked_in_private_and_says_with_one_click_that_it_holds(house: House) -> None:
    house.owned("renewals")
    (card,) = house.look()
    assert card.place == Place("slack", "T1:U1")
    assert card.message.summary == "“Renewals” is due for a look: does it still hold?"
    assert "Its review was due on 28 February 2027." in words(card.message)
    assert labels(card) == ["Still true", "Not mine"]
    house.press(card, "Still true")
    (changed,) = house.out()
    assert changed.message_id == f"id-{card.id}"
    assert changed.message.summary == "Confirmed: “Renewals” still holds."
    assert "Next look by: 29 February 2028" in words(changed.message)
    assert house.checks() == house.look() == []


def test_what_was_said_by_mistake_is_taken_back_and_asked_as_before(house: House) -> None:
    house.owned("renewals")
    house.press(house.look()[0], "Still true")
    (changed,) = house.out()
    house.press(changed, "Take it back")
    (again,) = house.out()
    assert labels(again) == ["Still true", "Not mine"]
    with house.database.reading() as unit:
        assert SqlFreshness(unit).confirmations() == {}
    assert len(house.later(8 * DAY)) == 2


def test_reminders_come_again_as_new_cards_and_end_with_the_curators(house: House) -> None:
    house.owned("renewals")
    house.look()
    seen = []
    for wait in (7 * DAY, 14 * DAY):
        old, new = house.later(wait)
        assert old.message.summary.startswith("Asked again below")
        assert labels(old) == []
        assert new.message_id is None
        seen.append(labels(new))
    assert seen == [["Still true", "Not mine"]] * 2
    told = {each.place.channel: each for each in house.later(14 * DAY)}
    assert house.checks()[0].state is State.CURATORS
    assert labels(told["T1:U3"]) == ["Still true", "Ask a colleague"]
    assert labels(told["T1:U1"]) == ["Still true"]
    assert house.later(100 * DAY) == []


def test_what_is_not_theirs_goes_to_the_curators_who_ask_a_colleague(house: House) -> None:
    house.owned("renewals")
    house.press(house.look()[0], "Not mine")
    told = {each.place.channel: each for each in house.out()}
    assert told["T1:U1"].message.summary == "The curators see to “Renewals”."
    form = house.press(told["T1:U3"], "Ask a colleague", ADA)
    with pytest.raises(FormRejected, match="Nobody known has that name"):
        house.send(form, ADA, colleague="Nobody Here")
    house.send(form, ADA, colleague="sam@example.com")
    told = {each.place.channel: each for each in house.out()}
    assert told["T1:U3"].message.summary == "Sam Lee is asked whether “Renewals” still holds."
    assert labels(told["T1:U2"]) == ["Still true", "Not mine"]
    house.press(told["T1:U2"], "Still true", SAM)
    assert [each.message.summary for each in house.out()] == ["Confirmed: “Renewals” still holds."] * 3


def test_a_disowned_document_can_be_owned_again(house: House) -> None:
    house.owned("renewals")
    house.press(house.look()[0], "Not mine")
    (mine,) = [each for each in house.out() if each.place.channel == "T1:U1"]
    house.press(mine, "It is mine after all")
    assert (house.checks()[0].person_id, house.checks()[0].state) == (DANA, State.ASKED)


def test_an_entry_is_confirmed_edited_or_retired_by_whoever_it_names_as_owner(house: House) -> None:
    house.add()
    (card,) = house.look()
    assert labels(card) == ["Still true", "Edit", "Not mine", "Retire"]
    house.press(card, "Still true")
    assert house.entry().review_by == date(2028, 2, 29)
    (changed,) = house.out()
    house.press(changed, "Take it back")
    assert house.entry().review_by == OVERDUE
    (again,) = house.out()
    form = house.press(again, "Edit")
    with pytest.raises(FormRejected):
        house.send(form, question="?", answer="", personal="mask")
    house.send(form, question=ENTRY.question, answer="100 days before.", personal="mask")
    assert (house.entry().answer, house.entry().is_live) == ("100 days before.", True)
    assert house.out()[0].message.summary == "Changed: “When do renewals start?”."
    assert house.look() == []


def test_a_retired_entry_leaves_and_can_be_put_back(house: House) -> None:
    house.add()
    house.press(house.look()[0], "Retire")
    assert not house.entry().is_live
    (retired,) = house.out()
    house.press(retired, "Take it back")
    assert house.entry().is_live
    assert labels(house.out()[0]) == ["Still true", "Edit", "Not mine", "Retire"]
    with house.database.reading() as unit:
        actions = [each.action for each in latest(unit)]
    assert actions[:2] == ["decision on a document taken back", "FAQ entry put back"]


def test_an_edit_of_words_that_changed_meanwhile_changes_nothing(house: House) -> None:
    house.add()
    form = house.press(house.look()[0], "Edit")
    with house.database.begin() as unit:
        SqlEntries(unit).change(replace(ENTRY, answer="Ask Sam.", revision=2))
    with pytest.raises(UserFacingError, match="Somebody changed that entry"):
        house.send(form, question=ENTRY.question, answer="100 days.", personal="mask")
    assert house.entry().answer == "Ask Sam."
    assert house.checks()[0].is_open


def test_people_who_were_not_helped_bring_it_back_to_its_owner_with_what_they_wrote(house: House) -> None:
    house.corpus.kept.append(document(owner="dana@example.com"))
    vote(house, SAM, Why.OUTDATED, "It is 100 days now.")
    assert house.look() == []
    vote(house, ADA, Why.WRONG)
    (card,) = house.look()
    assert card.message.summary == "“Renewals” did not help people: does it still hold?"
    assert "2 people said that it is outdated or wrong." in words(card.message)
    assert "It is 100 days now." in words(card.message)
    house.press(card, "Still true")
    house.out()
    assert house.look() == []


def test_an_experts_answer_stands_beside_what_it_contradicts(house: House) -> None:
    house.corpus.kept.append(document(owner="Dana Okafor"))
    there = Place("slack", "T1:U2")
    house.answered.kept.append(
        Escalation(
            "x1", "When?", SAM, "", there, there, NOON, EVERYONE, cited=("starter/renewals.md",),
            state=Asked.CLOSED, is_confirmed=True, owner_name="Kim Ito", answer=Answer("A hundred days."),
            answered_at=NOON, closed_at=NOON,
        )
    )  # fmt: skip
    (card,) = house.look()
    assert card.message.summary == "“Renewals” says one thing, an expert another: which one holds?"
    text = words(card.message)
    assert "Kim Ito answered on 1 March 2027, and it helped:\nA hundred days." in text
    assert "The library says:\nRenewals start ninety days before the end." in text
    house.press(card, "Still true")
    house.out()
    assert house.look() == []


def test_what_not_everybody_may_read_is_not_quoted_on_a_card(house: House) -> None:
    house.corpus.kept.append(document(owner="Dana Okafor", audience=frozenset({"board"})))
    there = Place("slack", "T1:U2")
    house.answered.kept.append(
        Escalation(
            "x1", "When?", SAM, "", there, there, NOON, frozenset({"board"}), cited=("starter/renewals.md",),
            state=Asked.CLOSED, is_confirmed=True, owner_name="Kim Ito", answer=Answer("A hundred days."),
            closed_at=NOON,
        )
    )  # fmt: skip
    (card,) = house.look()
    assert "days" not in words(card.message)


def test_a_weightier_reason_asks_anew_in_place_of_the_lighter_one(house: House) -> None:
    house.owned("renewals")
    house.look()
    vote(house, SAM, Why.WRONG)
    vote(house, ADA, Why.WRONG)
    old, new = house.look()
    assert (labels(old), labels(new)) == ([], ["Still true", "Not mine"])
    (check,) = house.checks()
    assert (check.reason, check.times) == (Reason.VOTED_DOWN, 2)


def test_what_is_changed_in_its_source_or_gone_asks_nothing_any_more(house: House) -> None:
    house.owned("renewals", "pricing")
    first, second = house.look()
    house.corpus.kept = [replace(house.corpus.kept[0], review_by=TODAY + 100 * DAY)]
    told = house.look()
    assert {each.message_id for each in told} == {f"id-{first.id}", f"id-{second.id}"}
    assert all(each.message.summary.startswith("Nothing left to decide") for each in told)
    assert house.later(30 * DAY) == []
    with pytest.raises(UserFacingError):
        house.press(first, "Still true")


def test_one_owner_is_asked_about_three_documents_a_day(house: House) -> None:
    house.owned(*(f"book-{number}" for number in range(5)))
    assert len(house.look()) == 3
    assert len(house.look()) == 2
    assert house.look() == []


def test_what_nobody_known_owns_is_on_the_page_until_its_owner_shows_up(house: House) -> None:
    house.corpus.kept.append(document(owner="Kim Ito", review_by=OVERDUE))
    assert house.look() == []
    assert [each.state for each in house.checks()] == [State.CURATORS]
    kim = "slack:T1:U4"
    house.directory.sign_in(Person(kim, "Kim Ito"), Profile("Kim Ito", "kim@example.com", True, "UTC"))
    house.directory.person_of(Person(kim, "Kim Ito"), "T1:U4")
    (card,) = house.look()
    assert card.place.channel == "T1:U4"
    assert house.checks()[0].person_id == kim


def test_somebody_else_can_decide_nothing(house: House) -> None:
    house.add()
    house.look()
    (check,) = house.checks()
    with house.database.begin() as unit:
        for act in (house.desk.confirm, house.desk.retire, house.desk.disown):
            with pytest.raises(UserFacingError, match="Only its owner and the curators"):
                act(check, house.person(SAM), unit, NOON)
    with pytest.raises(UserFacingError):
        house.page(f"/freshness/{check.id}/confirm", SAM, form={})
    assert house.checks() == [check]


def test_it_is_asked_in_working_hours_only(house: House) -> None:
    house.owned("renewals")
    with house.database.begin() as unit:
        SqlExperts(unit).put(Expert(DANA, NOON, days=(1, 2), works_from="10:00"))
    assert house.look() == []
    house.clock.at = datetime(2027, 3, 2, 9, 59, tzinfo=UTC)
    assert house.out() == []
    house.clock.at = datetime(2027, 3, 2, 10, tzinfo=UTC)
    assert len(house.out()) == 1


def test_the_command_brings_the_cards_again_and_keeps_them_true(house: House) -> None:
    house.owned("renewals")
    (card,) = house.look()
    said, again = house.say()
    assert said.message.summary == "1 document waits for you to say whether it still holds."
    house.press(again, "Still true")
    assert {each.message_id for each in house.out()} == {f"id-{card.id}", f"id-{again.id}"}
    assert house.say()[0].message.summary == "Nothing of yours waits for a look."


def test_a_home_says_what_waits_for_its_owner_and_for_curators(house: House) -> None:
    house.owned("renewals")
    house.corpus.kept.append(document("brand", owner="Brand team", review_by=OVERDUE))
    house.look()
    (at_home,) = house.catalog.home

    def lines(account: str) -> str:
        asked = replace(house.turn(Opened("home"), account), person=house.person(account))
        with house.database.reading() as unit:
            section = at_home(asked, unit)
        return "" if section is None else str(section.blocks)

    assert "Renewals" in lines(DANA)
    assert "Brand" not in lines(DANA)
    assert "1 document waits for a curator" in lines(ADA)
    assert lines(SAM) == ""
