"""Digests as pages: what each reader finds there, and what they can do by the same buttons as in a chat."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.chat.errors import UserFacingError
from bot.chat.form import ChoiceField
from bot.chat.reply import Button
from bot.chat.turn import Person, Pressed, Submitted
from bot.features.digest_entry import DigestKind
from bot.features.digests.model import DigestState, EditionState
from bot.features.digests.pages import Row
from bot.features.digests.tables import editions
from bot.features.page import PageNotFound, PageRequest, View
from bot.storage.unit_of_work import Database
from tests.chat_house import CLEO, DANA, GUEST, KIM
from tests.digests_house import HERE, OWN, House, at, item


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def listed(house: House, person: Person) -> View:
    return house.pages.show_all(PageRequest(person))


def shown(house: House, person: Person, digest_id: str) -> View:
    return house.pages.show(PageRequest(person, path={"digest": digest_id}))


def edition(house: House, person: Person, digest_id: str, day: str) -> View:
    return house.pages.edition(PageRequest(person, path={"digest": digest_id, "day": day}))


def labels(found: object) -> list[str]:
    assert isinstance(found, list | tuple)
    return [each.label for each in found if isinstance(each, Button)]


def rows(view: View) -> list[Row]:
    found = view.values["rows"]
    assert isinstance(found, list)
    return [each for each in found if isinstance(each, Row)]


def test_somebody_without_one_is_offered_one_and_a_guest_is_not(house: House) -> None:
    get = listed(house, DANA).values["get"]
    assert isinstance(get, Button)
    assert get.opens_form
    assert listed(house, GUEST).values["get"] is None
    assert "guests get none" in str(listed(house, GUEST).values["none_yet"])


def test_one_is_got_paused_and_stopped_on_the_page(house: House) -> None:
    opened = house.act(Pressed("digests.set_up", "", ""), DANA)
    assert opened.form is not None
    sent = house.act(Submitted("digests.set_up", dict(OWN), opened.form.state, ""), DANA)
    assert sent.posts[0].message.summary.startswith("You get a digest every Monday at 09:00 New York time.")
    kept = house.kept(DANA)
    view = listed(house, DANA)
    assert labels(view.values["buttons"]) == ["Change it", "Pause it", "Stop it"]
    assert view.values["standing"] == "You get a digest every Monday at 09:00 New York time."
    house.act(Pressed("digests.pause", kept.id, ""), DANA)
    assert labels(listed(house, DANA).values["buttons"]) == ["Go on", "Change it", "Stop it"]
    house.act(Pressed("digests.stop", kept.id, ""), DANA)
    assert house.kept(DANA).state is DigestState.STOPPED
    assert labels(listed(house, DANA).values["buttons"]) == ["Get it again"]


def test_what_comes_next_is_shown_and_can_be_skipped(house: House) -> None:
    house.gets_one()
    house.tell(item("First <b>"))
    kept = house.kept(DANA)
    view = shown(house, DANA, kept.id)
    assert "First &lt;b&gt;" in str(view.values["preview"])
    offered = view.values["next_acts"]
    assert isinstance(offered, tuple)
    (skip,) = offered
    assert (skip.label, skip.value) == ("Skip this one", f"{kept.id}/2027-03-01")
    house.act(Pressed(skip.action, skip.value, ""), DANA)
    assert labels(shown(house, DANA, kept.id).values["next_acts"]) == ["Send it after all"]


def test_a_channels_digest_is_seen_by_those_who_decide_there(house: House) -> None:
    (row,) = rows(listed(house, CLEO))
    assert (row.name, row.digest, row.set_up.style) == ("general", None, "normal")  # one likely act on a page
    assert rows(listed(house, KIM)) == []
    opened = house.act(Pressed("digests.set_up", "slack/T1:C1", ""), CLEO)
    assert opened.form is not None
    house.act(Submitted("digests.set_up", dict(HERE), opened.form.state, ""), CLEO)
    kept = house.kept()
    (row,) = rows(listed(house, CLEO))
    assert row.digest == kept
    assert row.standing == "every Monday at 09:00 Berlin time"
    assert shown(house, CLEO, kept.id).values["name"] == "general"
    with pytest.raises(PageNotFound):
        shown(house, KIM, kept.id)


def test_a_sent_edition_is_read_by_its_person_and_a_channels_by_colleagues_without_its_name(house: House) -> None:
    house.gets_one(rhythm="every Monday at 9:00 Berlin time")
    house.sets_one_up()
    house.tell(item("First"))
    house.live(at(8, 12))
    own, here = house.kept(DANA), house.kept()
    assert "First" in str(edition(house, DANA, own.id, "2027-03-08").values["told"])
    assert "First" in str(edition(house, KIM, here.id, "2027-03-08").values["told"])
    assert "general" not in str(edition(house, KIM, here.id, "2027-03-08").values)
    assert edition(house, CLEO, here.id, "2027-03-08").values["name"] == "general"
    for person, digest_id, day in [
        (KIM, own.id, "2027-03-08"),
        (CLEO, own.id, "2027-03-08"),
        (GUEST, here.id, "2027-03-08"),
        (DANA, own.id, "2027-03-15"),
        (DANA, own.id, "never"),
        (DANA, "nothing", "2027-03-08"),
    ]:
        with pytest.raises(PageNotFound):
            edition(house, person, digest_id, day)
    past = shown(house, DANA, own.id).values["past"]
    assert isinstance(past, list)
    assert [each.state for each in past] == [EditionState.SENT]


def test_a_word_for_the_members_of_a_channel_is_for_those_who_see_to_it_only(house: House) -> None:
    house.sets_one_up()
    house.tell(item("First"))
    here = house.kept()
    opened = house.act(Pressed("digests.edit", f"{here.id}/2027-03-08", ""), CLEO)
    assert opened.form is not None
    said = {"word": "The deal is signed on Friday.", "left_out": ()}
    house.act(Submitted("digests.edit", said, opened.form.state, ""), CLEO)
    house.live(at(8, 12))
    assert "signed on Friday" in str(edition(house, CLEO, here.id, "2027-03-08").values)
    for_others = str(edition(house, KIM, here.id, "2027-03-08").values)
    assert "First" in for_others
    assert "signed" not in for_others and "Cleo" not in for_others


def test_what_a_page_brings_is_looked_at(house: House) -> None:
    for value in ("slack", "slack/", "/"):  # without a channel it is their own
        assert house.act(Pressed("digests.set_up", value, ""), CLEO).form is not None
    for value in ("slack/T1:C3", "slack/T1:C9", f"slack/{'x' * 400}"):
        with pytest.raises(UserFacingError, match="Nothing was changed"):
            house.act(Pressed("digests.set_up", value, ""), CLEO)


def test_an_old_edition_shows_what_may_be_read_today_and_says_how_much_may_not(house: House) -> None:
    house.sets_one_up()
    house.tell(item("Renewals at Initech", kind=DigestKind.STORIES), item("Kept"), item("Secret"), item("Over"))
    (sent,) = house.live(at(8, 12))
    assert "Initech" in str(sent.message)
    here = house.kept()
    told = dict(zip((each.title for _, each in house.said), house.said, strict=True))
    reader, story = told["Renewals at Initech"]
    house.said = [(reader, replace(story, title="Renewals at a bank", page=story.page)), told["Kept"]]
    house.said.append(("board", told["Secret"][1]))
    values = edition(house, KIM, here.id, "2027-03-08").values
    drawn = str(values)
    assert values["counts"] == "3 new or changed documents and 1 success story"
    assert "Renewals at a bank" in drawn
    assert "Kept" in drawn
    assert "Of what was told then, 2 are not shown" in drawn
    for gone in ("Initech", "Secret", "Over"):
        assert gone not in drawn
    with house.database.reading() as unit:
        assert "Initech" not in str(unit.connection.execute(select(editions)).all())


def test_an_edition_whose_button_is_pressed_does_not_bring_back_what_was_taken_back(house: House) -> None:
    house.gets_one()
    house.tell(item("Renewals at Initech", kind=DigestKind.STORIES), item("Kept"))
    (sent,) = house.live(at(1, 15))
    house.said.pop(0)
    house.press(sent, "Stop it", DANA)
    stopped = str(house.newest(DANA).message)
    assert "Kept" in stopped
    assert "Initech" not in stopped


def test_what_is_no_news_goes_along_and_is_never_sent_alone(house: House) -> None:
    before = item("12 documents were in the library before", page="/library", number=0)
    house.gets_one()
    house.tell(before)
    assert house.live(at(1, 15)) == []
    house.tell(before, item("New"), item("138 documents came in at once", number=138))
    (sent,) = house.live(at(8, 15))
    assert sent.message.summary == "Your digest of 8 March 2027: 139 new or changed documents."
    assert "12 documents were in the library before" in str(sent.message)


def test_what_comes_again_and_is_left_out_does_not_come_back_with_its_next_date(house: House) -> None:
    house.sets_one_up()
    for week in range(3):
        clinic = item("Clinic", kind=DigestKind.DATES, page=f"/clinic/{week}")
        house.said.append(("everyone", replace(clinic, at=at(9 + 7 * week, 12))))
    house.tell(item("First"))
    opened = house.act(Pressed("digests.edit", f"{house.kept().id}/2027-03-08", ""), CLEO)
    assert opened.form is not None
    field = opened.form.fields[1]
    assert isinstance(field, ChoiceField)
    (clinic_key,) = (key for key, label in field.options if label == "Clinic")
    house.act(Submitted("digests.edit", {"word": "", "left_out": (clinic_key,)}, opened.form.state, ""), CLEO)
    (told,) = house.live(at(8, 9))
    assert "First" in str(told.message)
    assert "Clinic" not in str(told.message)
