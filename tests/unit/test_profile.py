"""Settings through the dispatcher: form, card, undo, home, and accounts that are not mine."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import ChoiceField
from bot.chat.ports import Profile
from bot.chat.reply import Button, Facts, Message, plain
from bot.chat.turn import Commanded, Content, Person, Place, Pressed, Submitted, Turn
from bot.directory import Directory
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.page import PageRequest, Redirect, View
from bot.features.profile.chat import ProfileChat, profile_feature
from bot.features.profile.model import NONE, preferences_from, zone_names
from bot.features.profile.pages import SettingsPages
from bot.features.profile.settings_form import empty_form, settings_form
from bot.router import Router
from bot.storage.lanes import heads
from bot.storage.outbox import Outbox
from bot.storage.people import KnownPerson, People, Preferences
from bot.storage.unit_of_work import Database
from knowledge.document import SourceDocument
from tests.builders import NOON, document, minutes, turn

DANA = Profile("Dana", "dana@example.com", True, "Europe/Berlin", "de")
SLACK, TEAMS = "slack:T1:U1", "teams:t:o"
DIRECT = Place("slack", "T1:U1")
PLAIN: dict[str, str | tuple[str, ...]] = {
    "topics": (), "more_topics": "", "time_zone": "", "quiet_from": NONE, "quiet_to": NONE, "language": NONE
}  # fmt: skip


class Library:
    def documents(self, readers: frozenset[str]) -> list[SourceDocument]:
        shared = [document("a", topics=("crm", "pricing")), document("b", topics=("crm", "Pricing"))]
        return [*shared, document("c", topics=("heron",))] if "board" in readers else shared


class House:
    """A directory, a dispatcher and the one feature."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.directory = Directory(database, lambda: NOON)
        self.chat = ProfileChat(Library(), base_url="https://hall.example")
        self.catalog = Catalog([profile_feature(self.chat)])
        router = Router(self.catalog)
        self.dispatcher = Dispatcher(database, router, lambda: NOON, identify=self.directory.identify)
        self.directory.sign_in(Person(SLACK, "Dana"), DANA)

    def turn(self, content: Content, place: Place = DIRECT, account: str = SLACK) -> Turn:
        return replace(turn(content, person=Person(account, ""), place=place), direct="T1:U1")

    def do(self, content: Content, place: Place = DIRECT) -> None:
        self.dispatcher.answer_now(self.turn(content, place))

    def said(self) -> list[tuple[Place, Message, str]]:
        """What was posted since the last look, with the nonce of its buttons."""
        found: list[tuple[Place, Message, str]] = []
        with self.database.begin() as unit:
            while ready := heads(unit, NOON, {"slack": minutes(0)}).ready:
                delivery = Outbox(unit).claim(ready[0], NOON)
                assert delivery is not None
                Outbox(unit).sent(delivery, f"id-{delivery.id}", NOON)
                found.append((delivery.place, delivery.message, delivery.nonce))
        return found

    def send(self, **values: str | tuple[str, ...]) -> None:
        reply = self.dispatcher.answer_now(self.turn(Pressed("profile.change", "", self.settings_nonce())))
        assert reply.form is not None
        self.do(Submitted("profile.settings", {**PLAIN, **values}, reply.form.state, reply.nonce))

    def settings_nonce(self) -> str:
        self.do(Commanded("settings"))
        return self.said()[0][2]

    def preferences(self) -> Preferences:
        with self.database.reading() as unit:
            known = People(unit).get(SLACK)
        assert known is not None
        return known.preferences


@pytest.fixture
def house(sqlite_database: Database) -> Iterator[House]:
    house = House(sqlite_database)
    yield house
    house.dispatcher.stop()


def button(message: Message, action: str) -> Button:
    return next(each for each in message.buttons if each.action == action)


def facts(message: Message) -> dict[str, str]:
    return {label: plain(text) for block in message.blocks if isinstance(block, Facts) for label, text in block.pairs}


def test_settings_are_shown_where_only_their_owner_reads(house: House) -> None:
    house.do(Commanded("settings"), Place("slack", "T1:C1", is_shared=True))
    ((place, message, _),) = house.said()
    assert place == DIRECT
    assert facts(message) == {
        "Topics": "none chosen",
        "Time zone": "as your account says",
        "Quiet hours": "none",
        "Language": "as your account says",
    }
    assert button(message, "profile.change").opens_form


def test_saved_settings_hold_at_the_next_turn_and_can_be_undone(house: House) -> None:
    house.send(
        topics=("crm",), more_topics="AI , ai,  office hours", time_zone="tokyo", quiet_from="22:00", quiet_to="07:00",
        language="ja",
    )  # fmt: skip
    ((place, message, nonce),) = house.said()
    assert place == DIRECT
    assert message.summary == "Saved: topics, time zone, quiet hours, language."
    assert house.preferences() == Preferences(("crm", "AI", "office hours"), "Asia/Tokyo", "22:00", "07:00", "ja")
    person = house.directory.identify(house.turn(Commanded("settings"))).person
    assert (person.time_zone, person.language) == ("Asia/Tokyo", "ja")
    undo = button(message, "profile.undo")
    house.do(Pressed(undo.action, undo.value, nonce))
    assert house.preferences() == Preferences()


def test_saving_nothing_new_says_so(house: House) -> None:
    house.send()
    ((_, message, _),) = house.said()
    assert message.summary == "Nothing is different, so your settings are as they were."
    assert message.buttons == ()


def test_all_that_is_wrong_is_said_at_its_field_and_nothing_is_saved(house: House) -> None:
    with pytest.raises(FormRejected) as rejected:
        house.send(time_zone="<!channel>", quiet_from="22:00")
    assert set(rejected.value.problems) == {"time_zone", "quiet_to"}
    assert house.preferences() == Preferences()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": "Berlin/Europe"}, "time_zone"),
        ({"quiet_to": "07:00"}, "quiet_from"),
        ({"quiet_from": "07:00", "quiet_to": "07:00"}, "quiet_to"),
        ({"quiet_from": "99:00", "quiet_to": "07:00"}, "quiet_from"),
        ({"more_topics": ",".join(map(str, range(21)))}, "more_topics"),
    ],
)
def test_what_cannot_be_kept_is_refused(values: dict[str, str], field: str) -> None:
    with pytest.raises(FormRejected) as rejected:
        preferences_from({**PLAIN, **values})
    assert list(rejected.value.problems) == [field]


@pytest.mark.parametrize("typed", ["Europe/Berlin", "europe/berlin", " Berlin ", "BERLIN"])
def test_a_time_zone_may_be_written_as_people_write_it(typed: str) -> None:
    assert preferences_from({**PLAIN, "time_zone": typed}).time_zone == "Europe/Berlin"


def test_zones_are_offered_by_their_whole_names() -> None:
    assert {"Europe/Berlin", "America/New_York", "UTC"} <= set(zone_names())


def test_the_form_offers_topics_that_the_person_may_read_and_keeps_their_own(house: House) -> None:
    own = KnownPerson(SLACK, "Dana", NOON, preferences=Preferences(("crm", "gardening"), "Asia/Tokyo"))
    topics = house.chat.topics(Person(SLACK, "Dana"))
    form = settings_form(own, topics)
    offered = form.fields[0]
    assert isinstance(offered, ChoiceField)
    assert offered.options == (("crm", "crm"), ("Pricing", "Pricing"))
    assert offered.initial == ("crm",)
    assert form.fields[1].initial == "gardening"
    assert "heron" in house.chat.topics(Person(SLACK, "Dana", groups=frozenset({"board"})))
    assert [field.name for field in empty_form(form.state).fields] == [field.name for field in form.fields]


@pytest.mark.parametrize("state", ["", "{", "null", "[1, null]", '{"a": 1}', "[" * 10_000])
def test_a_state_that_was_tampered_with_offers_nothing(state: str) -> None:
    assert next(field.name for field in empty_form(state).fields) == "more_topics"


def test_a_long_state_fits(house: House) -> None:
    form = settings_form(KnownPerson(SLACK, "Dana", NOON), [f"{number} " + "ü" * 90 for number in range(200)])
    assert len(json.loads(form.state)) == 30


def test_an_account_that_is_not_mine_goes_its_own_way_and_comes_back(house: House) -> None:
    house.directory.sign_in(Person(TEAMS, "Dana T"), DANA)
    house.do(Commanded("settings"))
    ((_, message, nonce),) = house.said()
    not_me = [each for each in message.buttons if each.action == "profile.not_me"]
    assert [each.label for each in not_me] == ["Not me: Dana on Slack", "Not me: Dana on Microsoft Teams"]
    house.do(Pressed(not_me[1].action, not_me[1].value, nonce))
    assert house.directory.person_of(Person(TEAMS, "")).id == TEAMS
    house.directory.sign_in(Person(TEAMS, "Dana T"), DANA)
    assert house.directory.person_of(Person(TEAMS, "")).id == TEAMS
    ((_, parted, nonce),) = house.said()
    undo = button(parted, "profile.mine")
    house.do(Pressed(undo.action, undo.value, nonce))
    house.directory.sign_in(Person(TEAMS, "Dana T"), DANA)
    assert house.directory.person_of(Person(TEAMS, "")).id == SLACK


def test_what_was_never_changed_cannot_be_undone(house: House) -> None:
    pages = SettingsPages(house.database, house.chat, lambda: NOON)
    with pytest.raises(UserFacingError, match="nothing to undo"):
        pages.undo(PageRequest(house.directory.person_of(Person(SLACK, ""))))


def test_nobody_parts_or_takes_an_account_of_somebody_else(house: House) -> None:
    house.directory.sign_in(Person("slack:T1:U2", "Eve"), replace(DANA, name="Eve", email="eve@example.com"))
    pages = SettingsPages(house.database, house.chat, lambda: NOON)
    eve = house.directory.person_of(Person("slack:T1:U2", ""))
    for change in (pages.part, pages.rejoin):
        with pytest.raises(UserFacingError, match="othing was changed"):
            change(PageRequest(eve, form={"account": SLACK}))
    assert house.directory.person_of(Person(SLACK, "")).id == SLACK


def test_the_home_shows_the_settings_with_a_way_to_change_them(house: House) -> None:
    (source,) = house.catalog.home
    asked = house.directory.identify(house.turn(Commanded("settings")))
    with house.database.reading() as unit:
        section = source(asked, unit)
    assert section is not None
    assert button(Message("", section.blocks), "profile.change").opens_form


def test_what_the_home_changes_is_confirmed_in_the_direct_channel(house: House) -> None:
    home = Place("slack", "T1:U1", "home")
    reply = house.dispatcher.answer_now(house.turn(Pressed("profile.change", "", house.settings_nonce()), home))
    assert reply.form is not None
    house.do(Submitted("profile.settings", PLAIN, reply.form.state, reply.nonce), home)
    assert [place for place, _, _ in house.said()] == [DIRECT]


def test_the_page_saves_the_same_settings_and_keeps_what_was_typed(house: House) -> None:
    pages = SettingsPages(house.database, house.chat, lambda: NOON)
    dana = house.directory.person_of(Person(SLACK, ""))
    form = {"topic-crm": "yes", "more_topics": "gardening", "time_zone": "Europe/Rome", "quiet_from": NONE,
            "quiet_to": NONE, "language": "it"}  # fmt: skip
    answer = pages.save(PageRequest(dana, form=form))
    assert isinstance(answer, Redirect)
    assert answer.notice == "Saved: topics, time zone, language."
    assert house.preferences() == Preferences(("crm", "gardening"), "Europe/Rome", language="it")
    shown = pages.show(PageRequest(dana))
    assert shown.values["topics"] == ["crm", "Pricing", "gardening"]
    pages.undo(PageRequest(dana))
    assert house.preferences() == Preferences()
    pages.undo(PageRequest(dana))
    assert house.preferences().topics == ("crm", "gardening")
    wrong = pages.save(PageRequest(dana, form={**form, "time_zone": "Atlantis"}))
    assert isinstance(wrong, View)
    assert wrong.status == 422
    assert wrong.values["typed"] == {**form, "time_zone": "Atlantis"}
