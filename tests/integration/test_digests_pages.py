"""Digests as pages: what each reader finds there, and what they can do by the same buttons as in a chat."""

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.reply import Button
from bot.chat.turn import Person, Pressed, Submitted
from bot.features.digests.model import DigestState, EditionState
from bot.features.digests.pages import Row
from bot.features.page import PageNotFound, PageRequest, View
from bot.storage.unit_of_work import Database
from tests.digests_house import CLEO, DANA, GUEST, HERE, KIM, OWN, House, at, item


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
    leave = house.pages.leave(PageRequest(DANA, path={"digest": kept.id}))
    assert house.kept(DANA).state is DigestState.PAUSED  # a link that is only looked at stops nothing
    button = leave.values["button"]
    assert isinstance(button, Button)
    house.act(Pressed(button.action, button.value, ""), DANA)
    assert house.kept(DANA).state is DigestState.STOPPED
    assert house.pages.leave(PageRequest(DANA, path={"digest": kept.id})).values["is_stopped"]


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
    assert [(each.name, each.digest) for each in rows(listed(house, CLEO))] == [("general", None)]
    assert rows(listed(house, KIM)) == []
    opened = house.act(Pressed("digests.set_up", "slack/T1:C1", ""), CLEO)
    assert opened.form is not None
    house.act(Submitted("digests.set_up", dict(HERE), opened.form.state, ""), CLEO)
    kept = house.kept()
    (row,) = rows(listed(house, CLEO))
    assert row.digest == kept
    assert row.standing == "every Monday at 09:00 Berlin time"
    assert shown(house, CLEO, kept.id).values["name"] == "general"
    for path in (house.pages.show, house.pages.leave):
        with pytest.raises(PageNotFound):
            path(PageRequest(KIM, path={"digest": kept.id}))


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
