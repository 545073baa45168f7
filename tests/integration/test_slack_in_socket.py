"""Socket Mode against the fake Slack: two connections, each envelope one effect, reconnected whatever happens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot.chat.form import Form, TextField
from bot.chat.reply import Reply
from bot.chat.turn import Pressed, Said
from bot.platforms.slack.client import open_session, web_client
from bot.platforms.slack.platform import SlackPlatform
from bot.platforms.slack.settings import SlackSettings
from bot.platforms.slack.socket_mode import SocketMode
from bot.platforms.slack.workspace import Workspace
from tests.fake_slack import APP_KEY, BOT_KEY, BOT_USER, TEAM, Channel, FakeSlack, Refused, Sender, User
from tests.fakes_people import MemoryAddresses
from tests.slack_requests import FakeInbound, FakeWorkspaces, InboundHalf, payload
from tests.waiting import until

PING = 0.05  # seconds
FORM = Form("questions.unhelpful", "What was missing", (TextField("reason", "What?"),))


def asking(ts: str = "1355517523.000005") -> dict[str, object]:
    event = {"type": "message", "channel": "D1", "channel_type": "im", "user": "U1", "text": "How?", "ts": ts}
    return Sender("").event_body(event)


def with_people(slack: FakeSlack) -> FakeSlack:
    slack.add_user(User("U1", "Dana Okafor"))
    slack.add_channel(Channel("C1", "general"))
    slack.add_channel(Channel("D1", user="U1"))
    return slack


@asynccontextmanager
async def listening(slack: FakeSlack, *, patience: float = 5.0, app_token: str = APP_KEY) -> AsyncIterator[InboundHalf]:
    half = InboundHalf(FakeWorkspaces(Workspace(TEAM, BOT_USER)))
    session = open_session()
    socket = SocketMode(
        half.bolt, app_token, lambda: web_client(None, slack.api_url, session), ping=PING, patience=patience
    )
    socket.start()
    try:
        yield half
    finally:
        await socket.stop()
        await half.surfaces.close()
        await session.close()


async def test_an_event_arrives_once_whichever_connection_brings_it() -> None:
    async with FakeSlack() as slack, listening(slack) as half:
        await slack.socket.connected(2)
        for _ in range(4):
            answer = await slack.socket.send("events_api", asking())
            assert answer is not None
            assert "payload" not in answer
        assert isinstance(half.inbound.turn.content, Said)
        assert all(connection.received for connection in slack.socket.connections)


async def test_what_cannot_be_kept_is_sent_again() -> None:
    async with FakeSlack() as slack, listening(slack) as half:
        await slack.socket.connected(2)
        slack.socket.acknowledge_within = 0.1
        half.inbound.broken = OSError("the disk is full")
        sending = asyncio.create_task(slack.socket.send("events_api", asking()))
        await until(lambda: slack.socket.redelivered > 0)
        assert not half.inbound.accepted
        half.inbound.broken = None
        assert await sending is not None
        assert isinstance(half.inbound.turn.content, Said)


async def test_a_connection_that_slack_wants_renewed_is_renewed() -> None:
    async with FakeSlack() as slack, listening(slack) as half:
        await slack.socket.connected(2)
        await slack.socket.refresh()
        await slack.socket.connected(2)
        assert slack.socket.opened == 3
        assert await slack.socket.send("events_api", asking()) is not None
        assert len(half.inbound.accepted) == 1


async def test_a_connection_that_breaks_comes_back_and_the_other_one_goes_on_meanwhile() -> None:
    async with FakeSlack() as slack, listening(slack) as half:
        await slack.socket.connected(2)
        slack.socket.break_off()
        assert await slack.socket.send("events_api", asking()) is not None
        await slack.socket.connected(2)
        assert await slack.socket.send("events_api", asking("1355517999.000005")) is not None
        assert len(half.inbound.accepted) == 2


async def test_without_an_answer_from_slack_it_goes_on_trying() -> None:
    async with FakeSlack() as slack:
        slack.fail("apps.connections.open", Refused("internal_error"), times=4)
        async with listening(slack, patience=0.2):
            await slack.socket.connected(2)


async def test_commands_and_forms_are_answered_in_the_acknowledgement() -> None:
    async with FakeSlack() as slack, listening(slack):
        await slack.socket.connected(2)
        command = {**payload("slash_command"), "team_id": TEAM}
        answer = await slack.socket.send("slash_commands", command, accepts_response=True)
        assert answer is not None
        told = answer["payload"]
        assert isinstance(told, dict)
        assert told["response_type"] == "ephemeral"


async def test_malformed_envelopes_do_no_harm() -> None:
    async with FakeSlack() as slack, listening(slack) as half:
        await slack.socket.connected(2)
        slack.socket.acknowledge_within = 0.05
        deep: list[object] = []
        for _ in range(200):
            deep = [deep]
        for odd in ({"event": deep}, {"type": "event_callback", "team_id": TEAM, "event": []}):
            await slack.socket.send("events_api", {**asking(), **odd})
        for connection in slack.socket.connections:
            await connection.websocket.send_str('{"envelope_id": 7, "type": [], "payload": 9}')
            await connection.websocket.send_str("[" * 100_000)
        assert not half.inbound.accepted
        slack.socket.acknowledge_within = 3.0
        assert await slack.socket.send("events_api", asking()) is not None
        assert len(half.inbound.accepted) == 1


async def test_the_whole_platform_over_socket_mode() -> None:
    async with FakeSlack() as slack:
        with_people(slack)
        inbound = FakeInbound()
        inbound.reply = Reply(form=FORM, nonce="nonce-1")
        settings = SlackSettings(slack.api_url, bot_token=BOT_KEY, app_token=APP_KEY)
        platform = SlackPlatform(settings, inbound, MemoryAddresses(), None, lambda: datetime.now(UTC))
        assert not platform.section.verified_paths  # without a signing secret nothing is taken over HTTP
        await platform.start()
        try:
            await slack.socket.connected(2)
            await slack.socket.send("events_api", asking())
            press = {
                "type": "block_actions",
                "team": {"id": TEAM},
                "user": {"id": "U1", "team_id": TEAM},
                "trigger_id": "trigger.1",
                "channel": {"id": "D1", "name": "directmessage"},
                "message": {"user": BOT_USER, "ts": "1355517600.000005"},
                "actions": [{"type": "button", "action_id": "a.b#0", "value": '{"n":"1"}x', "action_ts": "1.5"}],
            }
            await slack.socket.send("interactive", press)
            await until(lambda: bool(slack.opened_views and slack.statuses))
        finally:
            await platform.stop()
        assert isinstance(inbound.answered[0].content, Pressed)
        assert slack.opened_views[0]["callback_id"] == FORM.id
        assert slack.socket.connections == []
