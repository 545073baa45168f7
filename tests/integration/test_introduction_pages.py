"""Introductions on pages, at home and on the calendar: what each reader finds, and who met whom for nobody else."""

from dataclasses import replace
from datetime import date

import pytest

from bot.chat.reply import Actions, Button, Paragraph, plain
from bot.chat.turn import Opened, Person, Place, Pressed, Submitted, Turn
from bot.features.feature import WAITS, HomeSection
from bot.features.introductions import home as home_module
from bot.features.introductions import lobby
from bot.features.introductions.calendar import calendar_entries
from bot.features.introductions.first_week import read_steps
from bot.features.introductions.jobs import ROUND
from bot.features.introductions.model import Answer, Member
from bot.features.introductions.pages import IntroductionPages
from bot.features.introductions.store import SqlIntroductions
from bot.features.page import PageNotFound, PageRequest, View
from bot.features.profile.reach import PAGE_THREAD
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database
from tests.builders import ADMIN
from tests.introduced import DAY, FIRST, MONDAYS, SUNDAY
from tests.introductions_house import HOUR, Shelf, TellingHouse, person

SIX = ("ana", "ben", "cai", "dag", "eva", "fay")
WEEK = 7 * DAY
FOR_EMEA = frozenset({"hub:emea"})


def on_page(person_id: str) -> Place:
    return Place("web", person_id, PAGE_THREAD)


def pressed(button: Button) -> Pressed:
    return Pressed(button.action, button.value, "")


def plain_of(section: HomeSection) -> str:
    return " ".join(plain(each.text) for each in section.blocks if isinstance(each, Paragraph))


class Desk(TellingHouse):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.pages = IntroductionPages(database, Shelf(), read_steps(), lambda: self.now)

    def listed(self, who: str | Person) -> View:
        return self.pages.show_all(PageRequest(person(who) if isinstance(who, str) else who))

    def one(self, who: str | Person, circle: str = "coffee") -> View:
        return self.pages.show(PageRequest(person(who) if isinstance(who, str) else who, path={"circle": circle}))

    def at_home(self, who: str, **values: object) -> list[HomeSection]:
        with self.database.reading() as unit:
            opened: Turn = self.turn(Opened("home"), who, **values)
            return [section for source in self.feature.home if (section := source(opened, unit))]

    def do(self, button: Button, who: str) -> str:
        """Pressed on a page. What is said of it."""
        made = self.turn(pressed(button), who)
        return self.dispatcher.act_now(replace(made, place=on_page(who))).posts[0].message.summary

    def fill(self, button: Button, who: str, **values: str) -> str:
        form = self.dispatcher.look_now(replace(self.turn(pressed(button), who), place=on_page(who))).form
        assert form is not None
        sent = self.turn(Submitted(form.id, dict(values), form.state, ""), who)
        return self.dispatcher.act_now(replace(sent, place=on_page(who))).posts[0].message.summary


@pytest.fixture
def desk(database: Database) -> Desk:
    desk = Desk(database)
    desk.open(about="For everybody.")
    desk.arrive(*SIX)
    desk.join(*SIX, office="Berlin")
    return desk


def test_the_list_shows_ones_circles_and_those_to_join_with_the_next_round(desk: Desk) -> None:
    desk.open(circle_id="tea", title="Tea")
    desk.open(circle_id="emea", title="EMEA", readers=FOR_EMEA)
    values = desk.listed("ana").values
    assert [(each.circle.id, each.people, each.next_at) for each in values["mine"]] == [("coffee", 6, FIRST)]
    assert [each.circle.id for each in values["others"]] == ["tea"]
    assert [each.circle.id for each in desk.listed(person("ana", groups=FOR_EMEA)).values["others"]] == ["emea", "tea"]


def test_who_pauses_sees_the_round_in_which_they_are_back(desk: Desk) -> None:
    with desk.database.begin() as unit:
        desk.desk.pause("coffee", person("ana"), date(2027, 3, 9), unit, desk.now)
    (seat,) = desk.listed("ana").values["mine"]
    assert seat.next_at == FIRST + 2 * WEEK
    assert [each.label for each in lobby.circle_buttons(seat, desk.now)] == ["Come back", "Leave"]


def test_a_circle_that_one_is_in_stays_ones_own_also_where_one_would_not_see_it_now(desk: Desk) -> None:
    with desk.database.begin() as unit:
        known = SqlIntroductions(unit).circle("coffee")
        assert known is not None
        desk.desk.change(replace(known, readers=FOR_EMEA), ADMIN, unit, desk.now)
    assert [each.circle.id for each in desk.listed("ana").values["mine"]] == ["coffee"]
    assert desk.one("ana").values["circle"].title == "Coffee"
    with pytest.raises(PageNotFound):
        desk.one("stranger")


def test_guests_see_that_it_is_not_for_them_and_no_circle(desk: Desk) -> None:
    guest = person("gus", is_guest=True)
    assert desk.listed(guest).values == {"is_colleague": False}
    for show in (desk.one, lambda who: desk.pages.show_first_week(PageRequest(who))):
        with pytest.raises(PageNotFound):
            show(guest)
    with pytest.raises(PageNotFound):
        desk.one("ana", "no-such-circle")


def test_a_circle_is_told_in_numbers_and_names_nobody_but_ones_own(desk: Desk) -> None:
    desk.arrive(*(f"p{number}" for number in range(6)))
    desk.join(*(f"p{number}" for number in range(6)), office="Austin")
    desk.live(FIRST)
    with desk.database.begin() as unit:
        for meeting in SqlIntroductions(unit).meetings_of_round("coffee-270301")[:2]:
            desk.desk.say(meeting.id, person(meeting.person_ids[0]), Answer.MET, unit, desk.now)
    values = desk.one("ana").values
    ((made, figures),) = values["rounds"]
    assert (made.people, figures.groups, figures.met, figures.silent) == (12, 6, 2, 4)
    assert (values["all"].across, values["all"].known, values["all"].repeats) == (6, 6, 0)
    assert [each.who for each in values["introduced"]] == [desk.meetings("ana")[0].others("ana")[0].person_name]
    assert desk.one("stranger").values["introduced"] == []


def test_what_waits_is_said_on_the_page_and_the_card_in_the_chat_shows_it_too(desk: Desk) -> None:
    desk.live(FIRST + HOUR)
    ((said, buttons),) = desk.listed("ana").values["waits"]
    (other,) = desk.meetings("ana")[0].others("ana")
    assert said == f"Meet {other.person_name}: half an hour for each other before 8 March 2027, 08:00."
    assert [each.label for each in buttons] == ["We met", "It is planned"]
    desk.live(FIRST + 6 * DAY)
    card = desk.out()["ana"]
    ((said, buttons),) = desk.listed("ana").values["waits"]
    assert said == f"Did you meet {other.person_name}?"
    assert desk.do(buttons[0], "ana") == f"You met {other.person_name}. In the next rounds you meet others first."
    changed = desk.out()["ana"]
    assert (changed.key, changed.message.buttons) == (card.key, ())
    assert desk.listed("ana").values["waits"] == []


def test_everything_is_done_on_the_page_by_the_buttons_and_forms_of_the_chat(desk: Desk) -> None:
    desk.arrive("kim")
    opened = desk.fill(
        lobby.OPEN_ONE, "kim", title="Tea", rhythm="every second Tuesday 15:00 Berlin", size="3", about=""
    )
    assert opened == (
        "“Tea” is open: every second Tuesday at 15:00 Berlin time, in trios. Next round: Tuesday, 14:00 your time. "
        "Join it yourself, and tell colleagues."
    )
    seat = next(each for each in desk.listed("kim").values["others"] if each.circle.title == "Tea")
    by_label = {each.label: each for each in lobby.circle_buttons(seat, desk.now)}
    again = "every second Tuesday at 15:00 Berlin time"
    changed = desk.fill(by_label["Change"], "kim", title="Green tea", rhythm=again, size="2", about="Leaves.")
    assert changed.startswith("“Green tea” is changed: every second Tuesday at 15:00 Berlin time, in pairs.")
    joined = desk.fill(by_label["Join"], "kim", office="", function="")
    assert joined == "You are in “Green tea”. Next round: Tuesday, 14:00 your time."
    assert desk.do(by_label["Close it"], "kim") == "“Green tea” is closed. Nobody is introduced in it any more."
    assert desk.fill(lobby.NEVER_WITH, "kim", name="Ben").startswith("From the next round on")
    ((name, undo),) = desk.listed("kim").values["together"]
    assert (name, desk.do(undo, "kim")) == ("Ben", "You may be introduced to Ben again.")
    assert desk.all_out() == []


def test_a_form_that_was_opened_before_somebody_else_changed_the_circle_changes_nothing(desk: Desk) -> None:
    with desk.database.begin() as unit:
        known = SqlIntroductions(unit).circle("coffee")
        assert known is not None
        desk.desk.change(replace(known, title="Tea"), ADMIN, unit, desk.now)
    values = {"title": "Water", "rhythm": "every Monday at 9:00", "size": "2", "about": ""}
    sent = desk.turn(Submitted(lobby.CHANGE, dict(values), "coffee:1", ""), ADMIN.id, is_admin=True)
    with pytest.raises(Exception, match="Somebody changed this at the same moment"):
        desk.dispatcher.act_now(replace(sent, place=on_page(ADMIN.id)))
    mine = desk.turn(Submitted(lobby.CHANGE, dict(values), "coffee:2", ""), "ana")
    with pytest.raises(Exception, match="Only who opened this circle"):
        desk.dispatcher.act_now(replace(mine, place=on_page("ana")))


def test_admins_see_what_failed_until_it_goes_well(desk: Desk) -> None:
    with desk.database.begin() as unit:
        timer = Timers(unit).due([ROUND], FIRST)[0]
        Timers(unit).failed(timer, "RuntimeError: no", FIRST)
    (failed,) = desk.listed(ADMIN).values["failed"]
    assert (failed.what, failed.circle, failed.timer.error) == ("A round", "Coffee", "RuntimeError: no")
    assert desk.listed("ana").values["failed"] == []
    desk.live(FIRST)
    assert desk.listed(ADMIN).values["failed"] == []


def test_the_first_week_shows_what_its_reader_may_read(desk: Desk) -> None:
    def titles(who: Person) -> list[str]:
        shown = desk.pages.show_first_week(PageRequest(who)).values["steps"]
        return [each.title for _, documents in shown for each in documents]

    assert titles(person("kim")) == ["Charter"]
    assert titles(person("kim", groups=frozenset({"group:board"}))) == ["Charter", "Plans"]


def test_a_home_offers_a_first_week_once_to_whom_guildhall_has_just_met(desk: Desk) -> None:
    (offer,) = desk.at_home("ana")
    assert offer.title == home_module.NEW_HERE
    assert desk.do(lobby.I_AM_NOT_NEW, "ana").startswith("Noted, you are not new.")
    assert desk.at_home("ana") == []
    assert "Welcome." in desk.fill(lobby.I_AM_NEW, "ana", office="Berlin", function="")
    desk.live(SUNDAY + HOUR)
    (running,) = desk.at_home("ana")
    assert running.title == home_module.FIRST_WEEK
    assert "1 of 5: Where you are." in plain_of(running)
    desk.now = SUNDAY + 15 * DAY
    assert desk.at_home("ben") == []
    assert desk.at_home("ben", is_guest=True) == []


def test_a_home_says_whom_one_meets_and_asks_whether_one_did(desk: Desk) -> None:
    with desk.database.begin() as unit:
        desk.desk.decline(person("ana"), unit, desk.now)
    desk.live(FIRST + HOUR)
    (waits,) = desk.at_home("ana")
    assert (waits.title, "half an hour for each other" in plain_of(waits)) == (WAITS, True)
    desk.live(FIRST + 6 * DAY)
    (waits,) = desk.at_home("ana")
    buttons = [each.label for block in waits.blocks if isinstance(block, Actions) for each in block.buttons]
    assert buttons == ["We met", "It is planned", "Not this time"]
    desk.now = FIRST + 60 * DAY
    assert desk.at_home("ana") == []


def test_the_calendar_has_ones_own_rounds_and_the_next_of_those_to_join(desk: Desk) -> None:
    tuesdays = replace(MONDAYS, first=MONDAYS.first + DAY, rule="FREQ=WEEKLY;BYDAY=TU")
    desk.open(circle_id="tea", title="Tea", schedule=tuesdays)
    desk.open(circle_id="emea", readers=FOR_EMEA)
    with desk.database.begin() as unit:
        SqlIntroductions(unit).put_member(Member("coffee", "ana", "Ana", SUNDAY, paused_until=date(2027, 3, 8)))
    with desk.database.reading() as unit:
        entries = calendar_entries("ana", frozenset({"everyone", "ana"}), SUNDAY, SUNDAY + 3 * WEEK, unit)
    found = [(each.event.title, each.event.starts, each.is_mine, each.note) for each in entries]
    assert found == [
        ("Tea", FIRST + DAY, False, "nobody yet"),
        ("Coffee", FIRST + WEEK, True, "6 people"),
        ("Coffee", FIRST + 2 * WEEK, True, "6 people"),
    ]
    assert len({each.event.uid for each in entries}) == 3
    assert {each.page for each in entries} == {"/introductions/tea", "/introductions/coffee"}
