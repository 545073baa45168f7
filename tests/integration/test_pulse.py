"""The pulse: who is asked when, what is kept of what they answer, and what is shown of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import MetaData, Table, literal_column, select
from sqlalchemy.exc import OperationalError

from bot.chat.errors import UserFacingError
from bot.chat.reply import Button
from bot.chat.turn import Place, Pressed
from bot.features.experts.model import Expert
from bot.features.experts.store import SqlExperts
from bot.features.page import PageNotFound, PageRequest
from bot.features.pulse import acts, cards, use_cases
from bot.features.pulse.model import Asked, AskState
from bot.features.pulse.store import SqlPulse
from bot.features.pulse.tables import counts, words
from bot.storage.inbox import inbox
from bot.storage.people import Account, KnownPerson, People, Preferences
from bot.storage.unit_of_work import Database
from tests.announcements_house import DANA, GUEST, KIM, PEOPLE, SAM
from tests.builders import NOON
from tests.chat_house import direct, labels
from tests.pulse_house import COLLEAGUES, DAY, LATER, SCALE, House


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def buttons(found: object) -> list[str]:
    assert isinstance(found, tuple)
    return [each.label for each in found if isinstance(each, Button)]


def test_one_press_is_the_answer_and_a_word_may_follow(house: House) -> None:
    house.asked(DANA)
    card = house.newest(DANA)
    assert card.message.summary == cards.QUESTION
    assert labels(card) == [*SCALE, "Do not ask me again"]
    house.press(card, SCALE[3], DANA)
    thanks = house.newest(DANA)
    assert thanks.key == card.key and labels(thanks) == ["Add a word", "Do not ask me again"]
    assert "4" not in thanks.message.summary and "good deal" not in repr(thanks.message)
    opened = house.press(thanks, "Add a word", DANA)
    house.send(opened, DANA, {"text": "More examples."})
    assert labels(house.newest(DANA)) == ["Do not ask me again"]
    with house.database.reading() as unit:
        store = SqlPulse(unit)
        assert store.get(DANA.id).state is AskState.WORDED
        assert store.words(9) == [] and store.groups() == []


def test_an_answer_counts_once(house: House) -> None:
    house.asked(DANA)
    house.act(Pressed(acts.ANSWER, "5", ""), DANA)
    for content in (Pressed(acts.ANSWER, "5", ""), Pressed(acts.ANSWER, "1", "")):
        with pytest.raises(UserFacingError, match="answered already, or were not asked"):
            house.act(content, DANA)
    assert labels(house.newest(DANA)) == ["Add a word", "Do not ask me again"]
    with house.database.reading() as unit:
        kept = SqlPulse(unit).counts_before(LATER.date() + 60 * DAY)
        assert [(each.score, each.times) for each in kept] == [(0, 1), (5, 1)]


@pytest.mark.parametrize("value", ["0", "6", "", "five", "5 ", "-1"])
def test_only_the_five_numbers_count(house: House, value: str) -> None:
    house.asked(DANA)
    with pytest.raises(UserFacingError, match="no number from 1 to 5"):
        house.act(Pressed(acts.ANSWER, value, ""), DANA)


def test_who_was_not_asked_answers_nothing(house: House) -> None:
    for person in (KIM, GUEST):
        with pytest.raises(UserFacingError):
            house.act(Pressed(acts.ANSWER, "5", ""), person)
        with pytest.raises(UserFacingError):
            house.act(Pressed(acts.WORD, "", ""), person)
    with pytest.raises(PageNotFound):
        house.pages.show(PageRequest(GUEST))
    with pytest.raises(PageNotFound):
        house.pages.take_away(PageRequest(GUEST))


def test_an_answer_after_a_month_is_too_late(house: House) -> None:
    house.asked(DANA)
    house.clock.at += 31 * DAY
    with pytest.raises(UserFacingError, match="not asked"):
        house.act(Pressed(acts.ANSWER, "5", ""), DANA)


def test_nowhere_a_name_stands_with_an_answer(house: House) -> None:
    """In no row of any table, once the press has been answered."""
    house.asked(DANA, KIM, SAM)
    for person, score in ((DANA, 1), (KIM, 3), (SAM, 5)):
        house.answer(person, score)
        opened = house.press(house.newest(person), "Add a word", person)
        house.send(opened, person, {"text": "confidential"})
    metadata = MetaData()
    with house.database.reading() as unit:
        metadata.reflect(unit.connection)
        for name, table in metadata.tables.items():
            for row in unit.connection.execute(select(table)):
                text = repr(tuple(row))
                if name == "pulse_words":
                    assert not any(person.id in text for person in PEOPLE)
                    continue
                assert "confidential" not in text, name
        for turn in unit.connection.execute(select(inbox.c.turn)).scalars():
            assert '"value":""' in turn or '"kind":"pressed"' not in turn
        assert {each.state for each in SqlPulse(unit).all_asked().values()} == {AskState.WORDED}


def test_nothing_is_shown_before_the_month_is_over_and_enough_have_answered(sqlite_database: Database) -> None:
    house = House(sqlite_database, a_day=0)
    first, *others = COLLEAGUES
    house.asked(first)
    house.answer(first, 4)
    house.days(2)
    assert house.page()["bars"] == [] and house.page()["title"] == ""
    house.asked(*others)
    for person, score in zip(others, (3, 2, 3, 3), strict=True):
        house.answer(person, score)
        assert house.page()["bars"] == [] and house.home() is None
    house.days(28)
    assert house.page()["bars"] == []
    house.days(2)
    assert house.page()["title"] == "The Center of Excellence helps: 3.0 of 5 in March to April 2027"
    assert house.page()["basis"] == "That is of 5 answers; 5 people were asked in that time."
    home = house.home()
    assert home is not None and "3.0 of 5 in March to April 2027. That is of 5 answers" in repr(home.blocks)


def test_five_who_all_answer_alike_show_no_more_than_others(house: House) -> None:
    """Not on the page, in the file or in a chat."""
    house.asked(*COLLEAGUES)
    for person in COLLEAGUES:
        house.answer(person, 1)
    house.days(31)
    assert house.page()["title"] == "The Center of Excellence helps: 2.6 or less of 5 in March 2027"
    assert house.file() == [["2027-03", "2027-03", "No hub known", "5", "1.00", "2.60", "5"]]
    assert "2.6 or less of 5, from 5 answers" in repr(house.say(DANA).message)


def test_small_hubs_stand_together_on_the_page_and_in_the_file(house: House) -> None:
    with house.database.begin() as unit:
        store = SqlPulse(unit)
        for hub, number in (("emea", 8), ("apac", 3), ("latam", 2)):
            for at in range(number):
                person = replace(DANA, id=f"{hub}-{at}", hubs=frozenset({hub}))
                store.ask(person.id, LATER, LATER - DAY)
                use_cases.answer(store, person, use_cases.hub_of(person, unit), 4, LATER)
    house.days(31)
    assert house.file() == [
        ["2027-03", "2027-03", "Other hubs together", "5", "3.40", "5.00", "0"],
        ["2027-03", "2027-03", "Emea", "8", "4.00", "5.00", "0"],
    ]
    assert "13 answers" in repr(house.say(DANA).message)


@pytest.mark.parametrize(
    ("signed_in", "helps_in", "expected"),
    [
        (("EMEA",), ("apac",), "emea"),
        (("emea", "apac"), (), ""),
        (("emea", "apac"), ("apac",), ""),
        ((), ("apac",), "apac"),
        ((), ("apac", "emea"), ""),
        ((), (), ""),
        (("*",), (), ""),
    ],
)
def test_a_hub_is_known_where_somebody_said_it_of_themselves(
    house: House, signed_in: tuple[str, ...], helps_in: tuple[str, ...], expected: str
) -> None:
    """Also in a chat, which knows of none: by what they said as an expert."""
    with house.database.begin() as unit:
        SqlExperts(unit).put(Expert(DANA.id, NOON, hubs=helps_in))
        person = replace(DANA, hubs=frozenset(signed_in))
        assert use_cases.hub_of(person, unit) == expected
        assert use_cases.hub_of(KIM, unit) == ""
    house.asked(DANA)
    house.act(Pressed(acts.ANSWER, "5", ""), person)
    with house.database.reading() as unit:
        given = [each.hub for each in SqlPulse(unit).counts_before(LATER.date() + 60 * DAY) if each.score]
    assert given == [expected]


def test_an_answer_that_comes_after_its_month_is_shown_counts_in_the_next(house: House) -> None:
    with house.database.begin() as unit:
        store = SqlPulse(unit)
        for number in range(6):
            person = replace(DANA, id=f"p{number}")
            store.ask(person.id, LATER, LATER - DAY)
            if number < 5:
                use_cases.answer(store, person, "", 4, LATER)
        use_cases.show_what_may_be(store, LATER + 20 * DAY, 5)
        before = store.groups()
        assert len(before) == 1
        use_cases.answer(store, replace(DANA, id="p5"), "", 1, LATER)
        assert [each.month.month for each in store.counts_before(LATER.date() + 90 * DAY)] == [4]
        use_cases.show_what_may_be(store, LATER + 20 * DAY, 5)
        assert store.groups() == before


def test_a_few_a_day_each_once_a_quarter_on_working_days_never_guests_or_newcomers(
    sqlite_database: Database,
) -> None:
    house = House(sqlite_database, a_day=2)
    with house.database.begin() as unit:
        People(unit).add(KnownPerson("new", "New Comer", LATER + 85 * DAY))
        People(unit).add_account(Account("new", "new", "slack", LATER + 85 * DAY, "T1:D-New", "New Comer"))
    house.days(90)
    colleagues = [each for each in PEOPLE if each is not GUEST]
    assert [len(house.questions(each)) for each in colleagues] == [1] * 5
    asked = [each for person in colleagues for each in house.questions(person)]
    a_day = [each.queued_at.date() for each in asked]
    assert max(map(a_day.count, a_day)) <= 2 and all(each.weekday() < 5 for each in a_day)
    assert house.questions(GUEST) == []
    assert not [each for each in house.history if each.place.channel == "T1:D-New"]
    house.days(20)
    assert [len(house.questions(each)) for each in colleagues] == [2] * 5
    for person in colleagues:
        first, second = house.questions(person)
        assert second.queued_at - first.queued_at >= 91 * DAY


def test_nobody_is_asked_where_it_is_turned_off(sqlite_database: Database) -> None:
    house = House(sqlite_database, a_day=0)
    house.days(10)
    assert house.history == []


def test_it_waits_for_the_end_of_quiet_hours(house: House) -> None:
    with house.database.begin() as unit:
        quiet = Preferences(time_zone="UTC", quiet_from="09:00", quiet_to="14:00")
        People(unit).put(KnownPerson(DANA.id, DANA.name, NOON, "dana@example.org", preferences=quiet), NOON)
    house.days(4)
    (question,) = house.questions(DANA)
    assert question.queued_at.hour >= 14


def test_who_wants_no_question_gets_none_even_if_they_were_chosen(house: House) -> None:
    with house.database.begin() as unit:
        assert SqlPulse(unit).ask(DANA.id, house.clock() + timedelta(hours=1), house.clock())
    house.press(house.say(DANA), "Do not ask me again", DANA)
    with house.database.begin() as unit:
        house.jobs.ask(DANA.id, house.clock() + timedelta(hours=1), unit)
        assert not SqlPulse(unit).ask(DANA.id, house.clock() + 200 * DAY, house.clock() + 200 * DAY)
    house.days(10)
    assert house.questions(DANA) == [] and len(house.questions(KIM)) == 1
    house.press(house.newest(DANA), "Ask me again", DANA)
    house.days(100)
    assert len(house.questions(DANA)) == 1


def test_the_page_asks_nobody_before_the_question_is_put(house: House) -> None:
    """Whoever is chosen is asked on their next working morning, after quiet hours."""
    with house.database.begin() as unit:
        assert SqlPulse(unit).ask(DANA.id, house.clock() + DAY, house.clock())
    assert house.page()["scores"] == ()
    with pytest.raises(UserFacingError, match="were not asked"):
        house.act(Pressed(acts.ANSWER, "5", ""), DANA)


def test_opting_out_on_the_page_changes_the_card_in_the_chat(house: House) -> None:
    house.asked(DANA)
    assert buttons(house.page()["scores"]) == SCALE
    reply = house.act(Pressed(acts.OUT, "", ""), DANA)
    assert reply.posts[0].message.summary.startswith("You are not asked any more")
    assert labels(house.newest(DANA)) == ["Ask me again"]
    assert buttons(house.page()["scores"]) == []


def test_answering_on_the_page_changes_the_card_in_the_chat(house: House) -> None:
    house.asked(DANA)
    reply = house.act(Pressed(acts.ANSWER, "2", ""), DANA)
    assert reply.posts[0].message.summary == "Thank you, your answer is counted."
    assert labels(house.newest(DANA)) == ["Add a word", "Do not ask me again"]
    assert isinstance(house.page()["word"], Button)


def test_what_is_asked_is_answered_where_it_is_in_private(house: House) -> None:
    with house.database.reading() as unit:
        assert SqlPulse(unit).get("nobody") == Asked("nobody")
    assert house.say(KIM, place=Place("slack", "T1:C1", is_shared=True)).place.channel == direct(KIM)


@pytest.mark.parametrize("table", [counts, words], ids=str)
def test_nothing_says_in_which_order_answers_came(sqlite_database: Database, table: Table) -> None:
    with sqlite_database.reading() as unit, pytest.raises(OperationalError, match="no such column"):
        unit.connection.execute(select(literal_column("rowid")).select_from(table))
