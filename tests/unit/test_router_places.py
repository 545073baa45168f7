"""Where a pressed button's turn happens, and who reads along there."""

from dataclasses import replace

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.form import Form, TextField
from bot.chat.reply import Actions, Button, Message, Paragraph, Post, Reply
from bot.chat.turn import EVERYONE, Commanded, Person, Place, Pressed, Said, Submitted, Turn
from bot.features.catalog import Catalog
from bot.features.feature import Command, Feature, FormRoute
from bot.router import Router, StaleButton
from bot.storage.nonces import Nonces
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import DANA, NOON, SAM, turn

CHANNEL = Place("slack", "T1:C1", "1.2", is_shared=True)
SHOW = Button("Show", "test.show", "v")


def test_a_channel_that_outsiders_have_joined_since_is_theirs_too(sqlite_database: Database) -> None:
    """The message was posted when only colleagues read there."""
    seen: list[Turn] = []

    def on_show(asked: Turn, unit: UnitOfWork) -> Reply:
        seen.append(asked)
        return Reply()

    router = Router(Catalog([Feature("test", buttons={SHOW.action: on_show})]))
    with sqlite_database.begin() as unit:
        Outbox(unit).add(Post(Message("m", (Actions((SHOW,)),)), "m"), CHANNEL, NOON)
        nonce = unit.connection.exec_driver_sql("SELECT nonce FROM outbox").scalar_one()
        here = replace(CHANNEL, members=frozenset())
        router.route(turn(Pressed(SHOW.action, SHOW.value, nonce), person=DANA, place=here), unit, NOON)
    assert [(each.place.conversation, each.principals) for each in seen] == [(CHANNEL.conversation, frozenset())]


@pytest.mark.parametrize("about_channel", [False, True])
@pytest.mark.parametrize("members", [frozenset({EVERYONE}), frozenset[str]()])
def test_what_a_command_tells_is_not_for_outsiders(
    sqlite_database: Database, about_channel: bool, members: frozenset[str]
) -> None:
    told = Message("The sources are ...", (Paragraph("The sources are ..."),))
    command = Command(lambda asked, unit: Reply((Post(told, "m", None),)), "tells", about_channel=about_channel)
    router = Router(Catalog([Feature("test", commands={"sources": command})]))
    said = replace(turn(Commanded("sources"), place=replace(CHANNEL, members=members)), direct="T1:U1")
    with sqlite_database.begin() as unit:
        (post,) = router.route(said, unit, NOON).posts
    assert post.place == (None if about_channel or members else Place("slack", "T1:U1"))


def forms() -> Router:
    """Two forms, whose handlers answer nothing."""

    def route(name: str) -> FormRoute:
        return FormRoute(lambda sent, unit: Reply(), lambda state: Form(name, "A form", (TextField("words", "Words"),)))

    def on_show(asked: Turn, unit: UnitOfWork) -> Reply:
        return Reply()

    names = ("test.form", "test.other")
    return Router(
        Catalog([Feature("test", buttons={SHOW.action: on_show}, forms={name: route(name) for name in names})])
    )


def posted(unit: UnitOfWork, place: Place) -> str:
    Outbox(unit).add(Post(Message("m", (Actions((SHOW,)),)), "m"), place, NOON)
    return unit.connection.exec_driver_sql("SELECT nonce FROM outbox").scalar_one()


DIRECT = Place("slack", "T1:U1")


@pytest.mark.parametrize(
    ("stands_in", "used_in", "is_taken"),
    [
        (CHANNEL, replace(CHANNEL, thread="3.4"), True),
        (CHANNEL, replace(CHANNEL, channel="T1:C2"), False),
        (CHANNEL, replace(CHANNEL, platform="web"), False),
        (CHANNEL, replace(CHANNEL, channel="T1:D1", is_shared=False), False),
        (DIRECT, replace(DIRECT, channel="T1:D1", thread="3.4"), True),
        (DIRECT, CHANNEL, False),
        (replace(DIRECT, channel="T1:U2"), replace(DIRECT, channel="T1:D1"), False),
    ],
)
def test_what_a_card_carries_is_good_in_its_own_channel_only(
    sqlite_database: Database, stands_in: Place, used_in: Place, is_taken: bool
) -> None:
    for content in (Pressed(SHOW.action, SHOW.value, ""), Submitted("test.form", {"words": "w"}, "", "")):
        with sqlite_database.begin() as unit:
            unit.discard()
            nonce = posted(unit, stands_in)
            used = replace(turn(replace(content, nonce=nonce), place=used_in), direct="T1:U1")
            if is_taken:
                forms().route(used, unit, NOON)
            else:
                with pytest.raises(StaleButton):
                    forms().route(used, unit, NOON)


@pytest.mark.parametrize(
    ("form", "person", "is_taken"), [("test.form", DANA, True), ("test.other", DANA, False), ("test.form", SAM, False)]
)
def test_a_forms_own_nonce_is_good_for_that_form_by_that_person_wherever_it_opened(
    sqlite_database: Database, form: str, person: Person, is_taken: bool
) -> None:
    """A message's menu opens a form in one place, which a platform may send from another."""
    with sqlite_database.begin() as unit:
        nonce = Nonces(unit).for_form(DIRECT.conversation, "test.form", DANA.id, NOON)
        sent = turn(Submitted(form, {"words": "w"}, "", nonce), person=person, place=CHANNEL)
        if is_taken:
            forms().route(sent, unit, NOON)
        with pytest.raises(StaleButton):
            forms().route(sent, unit, NOON)


@pytest.mark.parametrize("said", ["office hours", "Office-Hours", "/guildhall office hours", "office hours next"])
def test_a_command_of_two_words_may_be_said_in_two(sqlite_database: Database, said: str) -> None:
    heard: list[str] = []

    def on_hours(asked: Turn, unit: UnitOfWork) -> Reply:
        assert isinstance(asked.content, Commanded)
        heard.append(asked.content.text)
        return Reply()

    commands = {"office-hours": Command(on_hours, "who is there for you", words=frozenset({"next"}))}
    router = Router(Catalog([Feature("test", commands=commands)]))
    with sqlite_database.begin() as unit:
        router.route(turn(Said(said)), unit, NOON)
        router.route(turn(Commanded("office", "hours next")), unit, NOON)
    assert heard == ["next" if said.endswith("next") else "", "next"]


def test_other_words_after_its_first_are_no_command(sqlite_database: Database) -> None:
    router = Router(Catalog([Feature("test", commands={"office-hours": Command(lambda asked, unit: Reply(), "x")})]))
    with sqlite_database.begin() as unit, pytest.raises(UserFacingError):
        router.route(turn(Commanded("office", "party")), unit, NOON)
