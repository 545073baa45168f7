"""Announcements as pages: the archive for everybody, drafts and figures for curators."""

import csv
import io
from collections.abc import Sequence

import pytest

from bot.chat.reply import Button
from bot.chat.turn import Person, Pressed, Submitted
from bot.features.announcements import acts
from bot.features.announcements.cards import AnnouncementView
from bot.features.announcements.model import Announcement, AnnouncementState, Audience
from bot.features.announcements.store import SqlAnnouncements
from bot.features.page import PageNotFound, PageRequest, View
from bot.storage.unit_of_work import Database
from tests.announcements_house import ADA, CLEO, DANA, GENERAL, GUEST, ID, KIM, PARTNERS, SAM, House, announcement
from tests.chat_house import labels


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
    opened = house.act(Pressed(acts.READ, f"{ID}/1", ""), DANA)
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


def taken_away(house: House, person: Person) -> list[list[str]]:
    content = house.pages.take_away(PageRequest(person)).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def test_all_of_them_are_taken_away_with_figures_for_curators_only(house: House) -> None:
    house.sent(audience=Audience(channels=(("slack", GENERAL.channel),)), asks_read=True)
    house.written(id="b" * 16, title="=A draft", audience=Audience(("experts",)))
    shown(house, DANA)
    house.act(Submitted(acts.READ, {"word": ""}, f"{ID}/1", ""), DANA)
    columns, draft, sent = taken_away(house, CLEO)
    assert draft[:2] == ["'=A draft", "Draft"] and draft[columns.index("Arrived") :] == ["", "", "", ""]
    assert sent[columns.index("For") :] == ["general", "1", "1", "1", "1", "0"]
    theirs, mine = taken_away(house, DANA)
    assert "For" not in theirs and "Arrived" not in theirs
    assert mine[:2] == ["The renewal template changes", "Sent"] and len(mine) == len(theirs)
    assert taken_away(house, GUEST) == [theirs]


def test_the_list_in_a_chat_counts_all_and_is_narrowed_by_words(house: House) -> None:
    with house.database.begin() as unit:
        for number in range(12):
            at = house.clock()
            made = announcement(f"{number}", title=f"News {number}", state=AnnouncementState.SENT, sent_at=at)
            SqlAnnouncements(unit).add(made)
    listed_all = house.say(DANA)
    assert listed_all.message.summary == "12 announcements." and labels(listed_all) == ["Show it"] * 5
    assert "7 more are on the page; or say “announcements” and a word of it." in repr(listed_all.message)
    some = house.say(DANA, "News 11")
    assert some.message.summary == "1 announcement with these words."
    assert house.say(DANA, "nothing").message.summary == "No announcement has these words."


def test_the_list_says_what_the_reader_has_yet_to_read(house: House) -> None:
    house.sent(asks_read=True)
    house.act(Submitted(acts.READ, {"word": ""}, f"{ID}/1", ""), DANA)
    assert house.pages.show_all(PageRequest(DANA)).values["own"] == {ID: 1}
    assert house.pages.show_all(PageRequest(KIM)).values["own"] == {}
    assert house.pages.show_all(PageRequest(CLEO)).values["reads"] == {ID: (1, 0)}


def test_what_was_taken_down_is_no_longer_listed(house: House) -> None:
    house.sent()
    house.act(Pressed(acts.TAKE_DOWN, ID, ""), CLEO)
    assert listed(house, DANA) == ([], [])
    assert buttons(shown(house, DANA)) == []


def test_nobody_is_there_who_is_not_known(house: House) -> None:
    with pytest.raises(PageNotFound):
        house.pages.show(PageRequest(CLEO, path={"one": "nothing"}))
