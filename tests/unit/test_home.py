"""Somebody's home: every feature's part of it, and what is new to them."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import create_engine

from bot.chat.reply import Actions, Bullets, Button, Heading, Note, Paragraph, plain
from bot.chat.turn import Commanded, Opened, Place, Turn
from bot.features.feature import WAITS, HomeSection, HomeSource
from bot.features.home.chat import HomeChat, home_feature
from bot.features.home.news import Change, newest
from bot.features.home.pages import HomePages, Part
from bot.features.office_hours.cards import ALL
from bot.features.page import PageRequest
from bot.features.profile.settings_card import CHANGE
from bot.platforms.web.render import render_message
from bot.storage.people import KnownPerson, Preferences
from bot.storage.unit_of_work import Database, UnitOfWork
from knowledge.document import SourceDocument
from tests.builders import DANA, NOON, document, turn
from tests.fakes_features import KnownPeople

TODAY = NOON.date()
HOME = Place("slack", "T1:U1", "home")
YESTERDAY, LAST_WEEK = TODAY - timedelta(days=1), TODAY - timedelta(days=7)


def section(title: str, text: str) -> HomeSource:
    return lambda turn, unit: HomeSection(title, (Paragraph(text),))


def nothing(turn: Turn, unit: UnitOfWork) -> None:
    return None


class Shelf:
    def __init__(self, *documents: SourceDocument) -> None:
        self._documents = documents

    def documents(self, readers: frozenset[str]) -> list[SourceDocument]:
        return [each for each in self._documents if each.audience & readers]


class House:
    def __init__(self, *sources: HomeSource, shelf: Shelf | None = None, topics: tuple[str, ...] = ()) -> None:
        person = KnownPerson(DANA.id, DANA.name, NOON, preferences=Preferences(topics))
        self.chat = HomeChat(
            shelf or Shelf(),
            lambda: sources,
            base_url="https://guild.example",
            persons=lambda unit: KnownPeople({person.id: person}),
        )
        self.database = Database(create_engine("sqlite://"))
        self.unit = UnitOfWork(self.database)


def test_sections_stand_in_their_order_and_those_of_one_heading_together() -> None:
    settings, new = section("Settings", "e"), section("What is new", "c")
    mine, waits = section("Mine", "a"), section(WAITS, "w")
    house = House(settings, new, mine, section("Both", "b"), nothing, section("Both", "d"), waits)
    feature = home_feature(house.chat)
    (post,) = feature.opened["home"](turn(Opened("home"), place=HOME), house.unit).posts
    assert (post.key, post.place) == ("home", None)
    assert [plain(each.text) for each in post.message.blocks if isinstance(each, Heading | Paragraph)] == [
        *(WAITS, "w"),
        *("Mine", "a"),
        *("Both", "b", "d"),
        *("What is new", "c"),
        *("Settings", "e"),
    ]
    assert post.message.url == "https://guild.example/home"


def test_asked_for_in_a_channel_a_home_comes_privately() -> None:
    house = House(section("Mine", "a"))
    shared = Place("slack", "T1:C1", "17.2", is_shared=True)
    asked = replace(turn(Commanded("home"), place=shared), direct="T1:U1")
    (post,) = home_feature(house.chat).commands["home"].handler(asked, house.unit).posts
    assert post.place == Place("slack", "T1:U1")


def test_an_empty_home_says_what_belongs_there() -> None:
    house = House(nothing)
    (post,) = house.chat.on_opened(turn(Opened("home"), place=HOME), house.unit).posts
    assert "shows up here" in plain(post.message.blocks[1].text)


def test_what_changed_lately_comes_first_with_what_one_is_interested_in() -> None:
    old = document("old", changed_on=TODAY - timedelta(days=31))
    undated = document("undated")
    other = document("other", changed_on=YESTERDAY)
    wanted = document("wanted", changed_on=LAST_WEEK, topics=("Forecast",))
    assert newest([old, undated, other, wanted], ("forecast",), TODAY) == [Change(wanted), Change(other)]
    assert newest([other, wanted], (), TODAY) == [Change(other), Change(wanted)]


def test_the_entries_of_one_file_are_one_piece_of_news() -> None:
    entries = [document(f"entry {number}", path="faq.md", changed_on=YESTERDAY) for number in range(3)]
    assert newest([*entries, document("other", changed_on=LAST_WEEK)], (), TODAY) == [
        Change(entries[0], 2),
        Change(document("other", changed_on=LAST_WEEK)),
    ]


def news(house: House) -> str:
    blocks = house.chat.news(turn(Opened("home"), place=HOME), house.unit).blocks
    items = [plain(item) for block in blocks if isinstance(block, Bullets) for item in block.items]
    return "\n".join(items + [plain(block.text) for block in blocks if isinstance(block, Note)])


def test_news_are_of_what_this_person_may_read() -> None:
    hidden = document("heron", audience=frozenset({"board"}), changed_on=YESTERDAY)
    shown = document("renewals", topics=("forecast",), changed_on=YESTERDAY)
    assert news(House(shelf=Shelf(hidden, shown), topics=("forecast",))) == (
        "Renewals – Playbook, 28 February, on forecast"
    )
    assert "Nothing in the library has changed" in news(House(shelf=Shelf(hidden)))


def test_many_news_end_with_the_library() -> None:
    many = [document(f"number {number}", changed_on=YESTERDAY) for number in range(7)]
    assert news(House(shelf=Shelf(*many))).endswith("2 more changed in the last 30 days: open the library")


def test_the_page_escapes_what_people_wrote() -> None:
    house = House(section("Mine", "<script>alert(1)</script>"))
    pages = HomePages(house.chat, house.database, lambda: NOON, lambda message: render_message(message, ""))
    view = pages.show(PageRequest(DANA))
    assert view.values["sections"] == [("Mine", [Part("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")])]


def test_on_the_page_a_button_is_a_link_or_does_what_pages_may() -> None:
    vote, other = Button("Vote", "ballot.vote"), Button("Count", "ballot.count")
    blocks = (Paragraph("Yours."), Actions((CHANGE, vote, other, ALL)), Paragraph("And more."))
    links = (("Change", "/settings"), ("All office hours", "/office-hours"))
    house = House(lambda turn, unit: HomeSection("Settings", blocks))
    draw, may = (lambda message: render_message(message, "")), frozenset({vote.action})
    pages = HomePages(house.chat, house.database, lambda: NOON, draw, lambda: may)
    assert pages.show(PageRequest(DANA)).values["sections"] == [
        ("Settings", [Part("<p>Yours.</p>", (vote,), links), Part("<p>And more.</p>")])
    ]
