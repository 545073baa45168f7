"""What people ask and search for in vain: kept without them, told to curators once, made a request of or dropped."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.reply import Message, Paragraph
from bot.chat.turn import Person, Place, Pressed, Submitted
from bot.features.ideas import acts
from bot.features.ideas.gap_store import KnownGap, SqlGaps
from bot.features.ideas.searches import MOST_A_DAY, SqlSearches
from bot.features.page import PageNotFound, PageRequest
from bot.features.questions.model import Question
from bot.features.questions.store import SqlQuestions
from bot.storage.unit_of_work import Database
from knowledge.answer import Outcome
from tests.builders import NOON, minutes
from tests.ideas_house import ANA, CLEO, FILLED, GUEST, KIM, LEE, SAM, House, form_of, idea, labels

SEVEN = NOON.replace(hour=7) + timedelta(days=1)
DAY = timedelta(days=1)
THREE = (ANA, KIM, LEE)


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def asked(house: House, number: int, text: str, person: Person, **values: object) -> None:
    place = Place("slack", f"D{number}")
    said = Message("No.", (Paragraph("No."),))
    made = Question(f"q{number}", person.id, person.name, place, NOON, text, text, Outcome.UNKNOWN, 0.1, (), said)
    with house.database.begin() as unit:
        SqlQuestions(unit).add(replace(made, **values))


def searched(house: House, words: str, *people: Person) -> None:
    for person in people:
        house.clock.at += minutes(3)
        house.searches(words, person)


def kept(house: House) -> list[str]:
    with house.database.reading() as unit:
        return sorted(words for _, words, _ in SqlSearches(unit).since(NOON - DAY, 100))


def run(house: House, at: datetime = SEVEN) -> None:
    house.clock.at = max(house.clock.at, at)
    house.gap_desk.run(at)


def gaps(house: House) -> list[tuple[str, int]]:
    found = house.pages.show_gaps(PageRequest(CLEO)).values["gaps"]
    assert isinstance(found, list)
    return [(gap.text, gap.people) for gap, _ in found if isinstance(gap, KnownGap)]


def the_gap(house: House) -> KnownGap:
    with house.database.reading() as unit:
        (gap,) = SqlGaps(unit).all()
    return gap


def told_of_gaps(house: House) -> list[str]:
    return [each for each in house.told(CLEO) if "looked for" in each]


def test_what_several_people_ask_and_nobody_answers_is_proposed_once(house: House) -> None:
    for number, person in enumerate(THREE):
        asked(house, number, f"{'please ' * number}who forecasts churn for us", person)
        asked(house, 10 + number, "one person asks this often", SAM)
        asked(house, 20 + number, "this was answered", person, outcome=Outcome.ANSWER)
        asked(house, 30 + number, "long ago", person, asked_at=NOON - timedelta(days=90))
    run(house)
    assert gaps(house) == [("who forecasts churn for us", 3)]
    house.proposed(idea(title="Who forecasts churn for us"))
    run(house, SEVEN + DAY)
    assert gaps(house) == []


def test_searches_that_find_nothing_count_with_questions_and_each_person_once(house: House) -> None:
    searched(house, "parental leave", ANA, ANA, KIM)
    asked(house, 1, "parental leave", KIM)
    run(house)
    assert gaps(house) == []
    asked(house, 0, "our parental leave", LEE)
    run(house, SEVEN + DAY)
    assert gaps(house) == [("parental leave", 3)]


def test_of_a_search_nothing_is_kept_that_says_whose_it_was(house: House) -> None:
    searched(house, "parental leave", ANA)
    with house.database.reading() as unit:
        ((seeker, words, _),) = SqlSearches(unit).since(NOON, 10)
    assert words == "parental leave"
    assert seeker != ANA.id
    assert "ana" not in seeker
    assert replace(house.searches, key=b"other").seeker(ANA.id) != seeker


def test_what_is_answered_too_short_or_a_guests_is_not_kept(house: House) -> None:
    house.knowledge.answered.add("renewals")
    searched(house, "renewals", ANA)
    searched(house, "hr", ANA)
    searched(house, "12345", ANA)
    searched(house, "parental leave", GUEST)
    assert kept(house) == []


def test_while_somebody_types_only_their_last_words_are_kept_and_none_where_these_find_something(house: House) -> None:
    for words in ("par", "parental", "parental lea", "parental leave", "parental"):
        house.searches(words, ANA)
    assert kept(house) == ["parental"]
    house.knowledge.answered.add("parental pass")
    house.searches("parental pass", ANA)
    assert kept(house) == []


def test_nobody_fills_it_with_searches(house: House) -> None:
    for number in range(MOST_A_DAY + 5):
        searched(house, f"{number} elephants", ANA)
    assert len(kept(house)) == MOST_A_DAY


def test_searches_are_forgotten_after_the_time_in_which_they_count(house: House) -> None:
    searched(house, "parental leave", ANA)
    run(house, NOON + timedelta(days=61))
    with house.database.reading() as unit:
        assert SqlSearches(unit).count() == 0


def test_curators_are_told_at_most_once_a_week_and_of_each_gap_once(house: House) -> None:
    searched(house, "parental leave", *THREE)
    run(house)
    run(house)
    assert told_of_gaps(house) == ["Colleagues looked for 1 thing that Guildhall does not answer."]
    searched(house, "vpn access", *THREE)
    for day in range(1, 7):
        run(house, SEVEN + day * DAY)
    assert len(told_of_gaps(house)) == 1
    run(house, SEVEN + 7 * DAY)
    card = house.newest(CLEO)
    assert len(told_of_gaps(house)) == 2
    assert "vpn access" in str(card.message)
    assert "parental leave" not in str(card.message)
    run(house, SEVEN + 14 * DAY)
    assert len(told_of_gaps(house)) == 2
    assert [house.theirs(person) for person in (*THREE, SAM)] == [[]] * 4


def test_the_card_makes_a_request_of_a_gap_and_then_says_so(house: House) -> None:
    searched(house, "parental leave", *THREE)
    run(house)
    card = house.newest(CLEO)
    assert labels(card) == ["Propose it as a request", "Not a gap"]
    assert not any(person.name in str(card.message) for person in THREE)
    first = house.press(card, "Propose it as a request", CLEO)
    title = next(each for each in form_of(first).fields if each.name == "title")
    assert title.initial == "parental leave"
    second = house.send(first, CLEO, {"kind": "improvement", "title": "parental leave"})
    house.send(second, CLEO, FILLED)
    stands = next(each for each in house.theirs(CLEO) if each.key == card.key)
    assert labels(stands) == []
    assert "Cleo Cura made a request of it." in str(stands.message)
    assert gaps(house) == []


def test_what_is_no_gap_stays_away_until_somebody_says_that_it_is_one(house: House) -> None:
    searched(house, "parental leave", *THREE)
    run(house)
    card = house.newest(CLEO)
    house.press(card, "Not a gap", CLEO)
    stands = next(each for each in house.theirs(CLEO) if each.key == card.key)
    assert "Cleo Cura says it is no gap." in str(stands.message)
    searched(house, "parental leave", SAM)
    run(house, SEVEN + 8 * DAY)
    assert gaps(house) == []
    assert len(told_of_gaps(house)) == 1
    gap = the_gap(house)
    with pytest.raises(UserFacingError, match="decided on it already"):
        house.act(Pressed(acts.NOT_A_GAP, gap.id, ""), CLEO)
    house.act(Pressed(acts.A_GAP, gap.id, ""), CLEO)
    assert gaps(house) == [("parental leave", 4)]


def test_only_curators_have_anything_to_do_with_gaps(house: House) -> None:
    searched(house, "parental leave", *THREE)
    run(house)
    gap = the_gap(house)
    for action in (acts.FROM_GAP, acts.NOT_A_GAP, acts.A_GAP):
        with pytest.raises(UserFacingError, match="Only curators"):
            house.act(Pressed(action, gap.id, ""), LEE)
    with pytest.raises(PageNotFound):
        house.pages.show_gaps(PageRequest(LEE))
    forged = Submitted(acts.PROPOSE, dict(FILLED), f'["x1","improvement","t",[],0,"{gap.id}"]', "")
    house.act(forged, LEE)
    assert the_gap(house).is_open


def test_all_curators_cards_follow_what_one_of_them_did(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    house.gap_desk = replace(house.gap_desk, curators=[CLEO.id, SAM.id])
    searched(house, "parental leave", *THREE)
    run(house)
    assert labels(house.newest(SAM)) == ["Propose it as a request", "Not a gap"]
    with house.database.begin() as unit:
        house.gap_desk.close(the_gap(house).id, CLEO, unit, house.clock())
    assert labels(house.newest(SAM)) == []


def test_words_of_others_are_never_more_than_text(house: House) -> None:
    searched(house, "<!channel> https://evil.example", *THREE)
    run(house)
    found = house.pages.show_gaps(PageRequest(CLEO)).values["gaps"]
    assert "<!channel> https://evil.example" in str(found)
    assert "href='https" not in str(house.newest(CLEO).message).replace('"', "'").replace("href=None", "")
