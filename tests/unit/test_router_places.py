"""Where a pressed button's turn happens, and who reads along there."""

from dataclasses import replace

import pytest

from bot.chat.reply import Actions, Button, Message, Paragraph, Post, Reply
from bot.chat.turn import EVERYONE, Commanded, Place, Pressed, Turn
from bot.features.catalog import Catalog
from bot.features.feature import Command, Feature
from bot.router import Router
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import DANA, NOON, turn

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
