"""Announcements as pages: the archive for everybody, drafts and figures for curators."""

from collections.abc import Sequence

import pytest

from bot.chat.reply import Button
from bot.chat.turn import Person, Pressed
from bot.features.announcements import acts
from bot.features.announcements.cards import AnnouncementView
from bot.features.announcements.model import Announcement, Audience
from bot.features.page import PageNotFound, PageRequest, View
from bot.storage.unit_of_work import Database
from tests.announcements_house import ADA, CLEO, DANA, GENERAL, GUEST, ID, KIM, PARTNERS, SAM, House


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def listed(house: House, person: Person) -> tuple[list[str], list[str]]:
    """Ids of those that have not gone out, and of those that have."""
    values = house.pages.show_all(PageRequest(person)).values
    unsent, sent = values["unsent"], values["sent"]
    assert isinstance(unsent, Sequence) and isinstance(sent, Sequence)
    return (
        [each.announcement.id for each in unsent if isinstance(each, AnnouncementView)],
        [each.id for each in sent if isinstance(each, Announcement)],
    )


def shown(house: House, person: Person) -> View:
    return house.pages.show(PageRequest(person, path={"one": ID}))


def buttons(view: View) -> list[str]:
    found = view.values["buttons"]
    assert isinstance(found, Sequence)
    return [each.label for each in found if isinstance(each, Button)]


def facts(view: View) -> dict[str, object]:
    found = view.values["facts"]
    assert isinstance(found, Sequence)
    return dict(found)


def test_drafts_are_for_curators_and_what_was_sent_is_for_every_colleague(house: House) -> None:
    house.written()
    assert listed(house, CLEO) == ([ID], [])
    assert listed(house, DANA) == ([], []) == listed(house, GUEST)
    with pytest.raises(PageNotFound):
        shown(house, DANA)
    house.act(Pressed(acts.HAND_IN, ID, ""), SAM)
    house.act(Pressed(acts.APPROVE, f"{ID}/1", ""), CLEO)
    house.live(house.clock() - house.clock())
    assert listed(house, SAM) == ([], [ID]) == listed(house, DANA)
    assert listed(house, GUEST) == ([], [])
    with pytest.raises(PageNotFound):
        shown(house, GUEST)


def test_its_page_offers_what_the_card_does_and_counts_who_opened_it(house: House) -> None:
    house.sent(audience=Audience(channels=(("slack", GENERAL.channel),)), asks_read=True)
    assert buttons(shown(house, DANA)) == ["I have read it"]
    shown(house, DANA)
    shown(house, KIM)
    opened = house.act(Pressed(acts.READ, ID, ""), DANA)
    house.send_on_page(opened, DANA, {"word": ""})
    assert buttons(shown(house, DANA)) == []
    view = shown(house, CLEO)
    assert buttons(view) == ["Correct it", "Take it down"]
    assert facts(view) == {
        "For": "general",
        "Written by": "Sam Lee",
        "Approved by": "Cleo Cura",
        "Arrived": "1 place",
        "Opened": "2 people",
        "Have read it": "1 said so",
    }
    assert "Opened" not in facts(shown(house, DANA))


def test_openings_are_counted_for_the_announcement_wherever_it_went(house: House) -> None:
    both = Audience(channels=(("slack", GENERAL.channel),), outside=(("slack", PARTNERS.channel),))
    house.sent(audience=both)
    for person in (DANA, KIM, DANA, SAM, CLEO):
        shown(house, person)
    found = facts(shown(house, ADA))
    assert (found["Arrived"], found["Opened"]) == ("2 places", "2 people")


def test_what_was_taken_down_is_no_longer_listed(house: House) -> None:
    house.sent()
    house.act(Pressed(acts.TAKE_DOWN, ID, ""), CLEO)
    assert listed(house, DANA) == ([], [])
    assert buttons(shown(house, DANA)) == []


def test_nobody_is_there_who_is_not_known(house: House) -> None:
    with pytest.raises(PageNotFound):
        house.pages.show(PageRequest(CLEO, path={"one": "nothing"}))
