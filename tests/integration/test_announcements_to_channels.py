"""Whom a draft is for, where there are more channels than a form lists."""

import pytest

from bot.chat.errors import FormRejected
from bot.chat.form import ChoiceField
from bot.chat.turn import Place, Pressed
from bot.features.announcements import acts
from bot.features.channels.store import SqlChannels
from bot.storage.unit_of_work import Database
from tests.announcements_house import SAM, TYPED, House


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def test_where_there_are_hundreds_of_channels_each_can_be_named(house: House) -> None:
    with house.database.begin() as unit:
        for number in range(100):
            SqlChannels(unit).note(
                Place("slack", f"T1:X{number}", is_shared=True, title=f"team-{number}"), house.clock()
            )
    opened = house.act(Pressed(acts.WRITE, "", ""), SAM)
    assert opened.form is not None
    outsiders = next(each for each in opened.form.fields if each.name == "outsiders")
    assert isinstance(outsiders, ChoiceField)
    assert [label for _, label in outsiders.options] == ["partners"], "they are listed, however many others there are"
    for typed, problem in (("Nowhere", "is called “nowhere”"), ("partners", "can only be chosen below")):
        with pytest.raises(FormRejected, match=problem) as rejected:
            house.send_on_page(opened, SAM, {**TYPED, "title": "", "named": f"team-1, {typed}", "groups": ()})
        assert list(rejected.value.problems) == ["title", "named"]
    every = ", ".join(f"#team-{number}" for number in range(60))
    made = house.send_on_page(opened, SAM, {**TYPED, "named": f"{every}, general", "groups": ()}).posts[0]
    again = house.act(Pressed(acts.CHANGE, made.message.buttons[1].value, ""), SAM)
    assert again.form is not None
    initial = {each.name: each.initial for each in again.form.fields}
    assert len(initial["channels"]) + len(str(initial["named"]).split(", ")) == 61, "none is lost by a change"
