"""What people add to their answer: shown among others, and hidden where it names somebody."""

import pytest
from sqlalchemy import select

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.turn import Pressed
from bot.features.pulse import acts
from bot.features.pulse.store import SqlPulse
from bot.features.pulse.tables import words
from bot.storage.audit import latest
from bot.storage.unit_of_work import Database
from tests.announcements_house import DANA, GUEST, SAM
from tests.pulse_house import COLLEAGUES, DAY, LATER, House

HOSTILE = "<script>alert(1)</script> <!channel> @here **x** [a](https://evil.example) \u202e{{ 7*7 }}"


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def worded(house: House, *texts: str) -> None:
    """Each by one of them, and shown."""
    house.asked(*COLLEAGUES)
    for person, text in zip(COLLEAGUES, texts, strict=False):
        house.answer(person, 3)
        assert house.page()["words"] == []
        opened = house.press(house.newest(person), "Add a word", person)
        house.send(opened, person, {"text": text})
    assert house.page()["words"] == []
    house.days(31)


def test_words_are_shown_together_only(house: House) -> None:
    house.asked(DANA)
    house.answer(DANA, 3)
    opened = house.press(house.newest(DANA), "Add a word", DANA)
    with pytest.raises(FormRejected):
        house.send(opened, DANA, {"text": "\0 "})
    house.clock.at += 93 * DAY
    worded(house, "One", "Two", "Three", "Four", HOSTILE)
    assert sorted(house.words()) == sorted(["One", "Two", "Three", "Four", HOSTILE])


def test_words_of_too_few_are_not_shown(house: House) -> None:
    worded(house, "One", "Two", "Three", "Four")
    assert house.page()["words"] == []


def test_a_word_that_names_somebody_is_hidden_by_a_curator_alone(house: House) -> None:
    worded(house, "Ask Kim Park, not me.", "Two", "Three", "Four", "Five")
    with house.database.reading() as unit:
        (bad,) = [each.id for each in SqlPulse(unit).words(9) if "Kim" in each.text]
    for person in (DANA, GUEST):
        with pytest.raises(UserFacingError, match="Only curators"):
            house.act(Pressed(acts.HIDE, bad, ""), person)
    assert house.buttons_at_words(DANA) == [] and house.buttons_at_words(SAM) == ["Hide"] * 5
    house.act(Pressed(acts.HIDE, bad, ""), SAM)
    with pytest.raises(UserFacingError, match="so already"):
        house.act(Pressed(acts.HIDE, bad, ""), SAM)
    assert len(house.words()) == 4 and "Kim" not in repr(house.page()) and "Kim" in repr(house.page(SAM)["hidden"])
    house.act(Pressed(acts.UNHIDE, bad, ""), SAM)
    assert len(house.words()) == 5
    with house.database.reading() as unit:
        entries = latest(unit)
    assert [each.action for each in entries[:2]] == ["pulse word shown again", "pulse word hidden"]
    assert "Kim" not in repr(entries)


def test_a_word_is_not_hidden_before_it_is_shown(house: House) -> None:
    with house.database.begin() as unit:
        SqlPulse(unit).add_word(LATER.date(), "One")
        word_id = unit.connection.execute(select(words.c.id)).scalar_one()
    with pytest.raises(UserFacingError, match="no such word"):
        house.act(Pressed(acts.HIDE, word_id, ""), SAM)
