"""Who knows about something, through the dispatcher: shown is what the reader may see, of those who said yes."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.chat.turn import Commanded, Place, Said
from bot.features.experts.asked import who_knows_about
from bot.features.experts.model import Expert
from bot.features.experts.store import SqlExperts
from bot.features.page import PageNotFound, PageRequest
from bot.storage.unit_of_work import Database
from tests.builders import NOON
from tests.experts_house import BOARD, CHANNEL, DANA, GUEST, SAM, House, words


@pytest.fixture
def house(sqlite_database: Database) -> Iterator[House]:
    house = House(sqlite_database)
    yield house
    house.dispatcher.stop()


@pytest.mark.parametrize(
    ("sentence", "subject"),
    [
        ("Who knows about pricing?", "pricing"),
        ("who knows a lot about  the renewal playbook", "the renewal playbook"),
        ("Who can help me with “CPQ”?", "CPQ"),
        ("who's the expert on data quality?!", "data quality"),
        ("Who are our experts in pricing", "pricing"),
        ("Wer kennt sich mit Rabatten aus?", "Rabatten"),
        ("¿Quién sabe de precios?", "precios"),
        ("Who approves a discount?", None),
        ("Who owns the renewal playbook?", None),
        ("Who should I ask for approval?", None),
        ("How do I know who knows about pricing?", None),
        ("Who knows?", None),
        ("who knows about " + "x" * 200, None),
    ],
)
def test_only_a_question_for_somebody_who_knows_is_taken_for_one(sentence: str, subject: str | None) -> None:
    assert who_knows_about(sentence) == subject


def test_nobody_is_shown_who_has_not_said_so(house: House) -> None:
    assert "Nobody has said" in house.do(Said("Who knows about pricing?")).summary


def test_who_knows_is_answered_with_people_why_and_whether_they_are_there(house: House) -> None:
    house.join(topics=("pricing",))
    house.answered("What may I discount?", "pricing")
    found = words(house.do(Said("Who knows about pricing?")))
    assert "Dana Okafor knows about “pricing”." in found
    assert "owns “Renewals”, answered 1 like this, knows pricing. Working now." in found


@pytest.mark.parametrize("asked", ["pricing", "knows about pricing", "who knows about pricing?"])
def test_the_command_takes_the_subject_or_the_whole_sentence(house: House, asked: str) -> None:
    house.join(more_topics="Pricing and packaging")
    assert house.do(Commanded("who", asked)).summary == "Dana Okafor knows about “pricing”."


def test_what_the_library_counts_to_a_topic_leads_to_who_knows_that(house: House) -> None:
    house.join(topics=("pricing",))
    assert "knows pricing" in words(house.do(Said("Who knows about discounts?")))
    assert "Nobody" in house.do(Said("Who knows about parking?")).summary


def test_a_subject_that_says_more_than_a_topic_leads_to_who_knows_that(house: House) -> None:
    house.join(SAM, more_topics="pricing")
    assert "Sam Lee – knows pricing." in words(house.do(Said("Who knows about pricing of partners in Spain?")))


def test_an_answer_in_a_channel_rests_on_what_every_member_may_read(house: House) -> None:
    house.join()
    house.answered("When does the acquisition start?", "acquisition", readers=BOARD)
    in_channel = house.do(Said("Who knows about the acquisition?"), SAM, CHANNEL)
    assert "Nobody" in in_channel.summary
    board = house.person(SAM, groups=BOARD)
    with house.database.reading() as unit:
        found = house.chat.found("acquisition", board.principals, frozenset(), unit, NOON)
    assert [(each.colleague.person.id, each.why) for each in found] == [(DANA, "owns “Heron”, answered 1 like this")]


@pytest.mark.parametrize("place", [None, CHANNEL, replace(CHANNEL, members=frozenset())])
def test_who_knows_what_is_not_for_guests(house: House, place: Place | None) -> None:
    house.join(topics=("pricing",))
    house.dispatcher.answer_now(house.turn(Said("Who knows about pricing?"), GUEST, place, is_guest=True))
    ((where, message, _),) = house.said()
    assert where == Place("slack", "T1:U3")
    assert "Dana" not in words(message)
    guest = house.person(GUEST, is_guest=True)
    shown = house.pages.show_all(PageRequest(guest, query={"q": "pricing"}))
    assert shown.values["colleagues"] == []
    with pytest.raises(PageNotFound):
        house.pages.show_one(PageRequest(guest, {"person": DANA}))


def test_where_outsiders_read_along_a_colleague_is_answered_privately(house: House) -> None:
    house.join(topics=("pricing",))
    outside = replace(CHANNEL, members=frozenset[str]())
    house.dispatcher.answer_now(house.turn(Said("Who knows about pricing?"), SAM, outside))
    ((where, message, _),) = house.said()
    assert where == Place("slack", "T1:U2")
    assert "Dana Okafor knows" in message.summary


def test_an_expert_of_other_hubs_is_not_offered(house: House) -> None:
    house.join(topics=("pricing",))
    with house.database.begin() as unit:
        expert = SqlExperts(unit).get(DANA)
        assert expert is not None
        SqlExperts(unit).put(replace(expert, hubs=("emea",)))
    with house.database.reading() as unit:
        everyone = frozenset({"everyone"})
        found = {
            hubs: len(house.chat.found("pricing", everyone, frozenset(hubs), unit, NOON))
            for hubs in ((), ("emea",), ("apac",))
        }
    assert found == {(): 1, ("emea",): 1, ("apac",): 0}


def test_who_named_just_that_comes_before_who_named_something_with_it(house: House) -> None:
    house.join(SAM, more_topics="brand campaigns")
    house.join(more_topics="Brand")
    assert house.do(Said("Who knows about brand?")).summary == "Dana Okafor and 1 other know about “brand”."


def test_whoever_is_away_comes_last(house: House) -> None:
    house.join(topics=("pricing", "renewals"), back_on="2027-04-01")
    house.join(SAM, more_topics="pricing talks")
    assert house.do(Said("Who knows about pricing?")).summary == "Sam Lee and 1 other know about “pricing”."


def test_who_named_it_is_found_at_once(house: House) -> None:
    with house.database.begin() as unit:
        SqlExperts(unit).put(Expert(DANA, NOON, topics=("Pricing",)))
    with house.database.reading() as unit:
        found = house.chat.found("pricing", frozenset({"everyone"}), frozenset(), unit, NOON)
    assert [(each.colleague.person.id, each.why) for each in found] == [(DANA, "knows Pricing")]
