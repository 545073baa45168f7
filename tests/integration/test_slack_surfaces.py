"""What Slack shows besides messages, against a Slack that answers late, refuses, or has retired a method."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.chat.turn import Person, Place, Said, Turn
from bot.platforms.slack.client import SlackApi
from bot.platforms.slack.messenger import SlackMessenger
from bot.platforms.slack.render_form import render_notice
from bot.platforms.slack.surfaces import Surfaces
from tests.builders import message
from tests.fake_slack import TEAM, FakeSlack, Refused, Slow
from tests.slack_out import installations, now, peopled

THREAD = "1700000000.000100"
ASKED = Place("slack", f"{TEAM}:C1", THREAD, is_shared=True)
ALONE = Place("slack", f"{TEAM}:U1")
SET_STATUS = "assistant.threads.setStatus"


@dataclass
class Workspace:
    slack: FakeSlack
    surfaces: Surfaces
    messenger: SlackMessenger

    def ask(self, thread: str = THREAD) -> None:
        place = Place("slack", f"{TEAM}:C1", thread, is_shared=True)
        said = Said("How long is the notice period?", f"C1:{thread}")
        self.surfaces.accepted(TEAM, Turn("k", Person(f"slack:{TEAM}:U1", "Dana"), place, now(), said, ALONE.channel))

    async def answer(self, place: Place = ASKED) -> None:
        await self.messenger.post(place, message("Three months."), "answer", "n" * 43)
        await self.surfaces.finish()


@asynccontextmanager
async def workspace() -> AsyncIterator[Workspace]:
    async with FakeSlack() as slack:
        api = SlackApi(installations(), peopled(slack).api_url, now)
        surfaces = Surfaces(api)
        try:
            yield Workspace(slack, surfaces, SlackMessenger(api, now, surfaces))
        finally:
            await surfaces.close()
            await api.close()


async def test_a_thread_shows_that_somebody_looks_until_it_is_answered() -> None:
    async with workspace() as there:
        there.ask()
        await there.surfaces.finish()
        assert there.slack.thinking == {("C1", THREAD): "is looking it up"}
        await there.answer()
        assert there.slack.thinking == {}
        assert len(there.slack.statuses) == 1  # the post itself took it away


async def test_a_status_that_arrives_after_the_answer_is_taken_away() -> None:
    async with workspace() as there:
        there.slack.fail(SET_STATUS, Slow())
        there.ask()
        await there.answer()
        assert [each["status"] for each in there.slack.statuses] == ["is looking it up", ""]
        assert there.slack.thinking == {}


async def test_an_answer_for_the_asker_alone_takes_the_status_from_the_thread_of_the_channel() -> None:
    async with workspace() as there:
        there.ask()
        await there.surfaces.finish()
        await there.answer(ALONE)
        assert there.slack.thinking == {}


async def test_an_answer_in_another_thread_leaves_the_status() -> None:
    async with workspace() as there:
        there.ask()
        await there.surfaces.finish()
        await there.answer(Place("slack", f"{TEAM}:C1", "1700000000.000200", is_shared=True))
        assert there.slack.thinking


async def test_where_slack_has_retired_the_status_the_sessions_begins_and_ends() -> None:
    async with workspace() as there:
        there.slack.fail(SET_STATUS, Refused("method_deprecated"))
        for thread in (THREAD, "1700000000.000200"):
            there.ask(thread)
            await there.surfaces.finish()
            assert there.slack.sessions[("C1", thread)] == "processing"
            await there.answer(Place("slack", f"{TEAM}:C1", thread, is_shared=True))
            assert there.slack.sessions[("C1", thread)] == "active"
        assert len(there.slack.calls_of(SET_STATUS)) == 1


@pytest.mark.parametrize("code", ["expired_trigger_id", "invalid_trigger_id"])
async def test_what_slack_opens_no_more_is_told_otherwise(code: str) -> None:
    told: list[str] = []

    async def otherwise() -> None:
        told.append(code)

    async with workspace() as there:
        there.slack.fail("views.open", Refused(code))
        there.surfaces.open_view(TEAM, "t.1", render_notice("Taken"), otherwise)
        there.surfaces.open_view(TEAM, "t.2", render_notice("Not late"), otherwise)
        await there.surfaces.finish()
        assert told == [code]
        assert len(there.slack.opened_views) == 1


async def test_a_view_that_was_opened_before_is_not_told_of() -> None:
    async def otherwise() -> None:
        raise AssertionError("told")

    async with workspace() as there:
        there.slack.fail("views.open", Refused("exchanged_trigger_id"))
        there.surfaces.open_view(TEAM, "t.1", render_notice("A form"), otherwise)
        await there.surfaces.finish()
        assert there.slack.opened_views == []


async def test_what_is_under_way_ends_with_the_platform() -> None:
    async with workspace() as there:
        there.slack.fail(SET_STATUS, Slow(0.2))
        there.ask()
        await asyncio.sleep(0)
        await there.surfaces.close()
        assert there.slack.statuses == []
