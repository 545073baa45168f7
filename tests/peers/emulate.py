"""The whole product against a Slack that nobody here wrote: npm's emulate, started as ../shared/peers says, by
``python3 dev.py peers``. No ordinary run collects this file."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.turn import Place
from bot.platforms.slack.client import SlackApi
from bot.platforms.slack.installations import Installations
from bot.platforms.slack.messenger import SlackMessenger
from bot.platforms.slack.profiles import SlackProfiles
from bot.platforms.slack.surfaces import Surfaces
from bot.platforms.slack.tokens import FixedToken
from bot.platforms.slack.wire import decode_press
from tests.builders import message
from tests.fake_slack import Sender
from tests.running import index_library, running, settings_in, write_library
from tests.slack_out import now

SHARED = Path(__file__).parents[3] / "shared" / "peers" / "slack"
PACKAGE = "emulate@0.12.2"
INSTALLED = Path(tempfile.gettempdir()) / "guildhall-peers-slack"
SIGNED_WITH = "test-signing-secret"
BOT = "U0GUILD"
HELPFUL, UNHELPFUL = "questions.helpful", "questions.unhelpful"
FEEDBACK = ("positive_button", "negative_button")
Json = Mapping[str, object]


def install() -> None:
    """Into a temporary folder, before the network is shut off."""
    if not (INSTALLED / "node_modules" / "emulate").exists():
        options = ("--no-audit", "--no-fund", "--ignore-scripts")
        subprocess.run(["npm", "install", "--prefix", str(INSTALLED), *options, PACKAGE], check=True)


@pytest.fixture(scope="module")
def emulate() -> Path:
    """The folder with the package and the script that starts it."""
    if not SHARED.is_dir() or shutil.which("node") is None:
        pytest.skip("needs ../shared and node")
    shutil.copy(SHARED / "start_emulate.mjs", INSTALLED)
    return INSTALLED


@contextmanager
def slack(folder: Path, events_url: str) -> Iterator[str]:
    """Gives the address of the Web API."""
    port = unused_port()
    environment = {**os.environ, "PORT": str(port), "EVENTS_URL": events_url}
    process = subprocess.Popen(
        ["node", "start_emulate.mjs"], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready")
        yield f"http://127.0.0.1:{port}/api/"
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


class Workspace:
    """`bot` and `alice` as they call the Web API."""

    def __init__(self, api: str, product: str, session: ClientSession) -> None:
        self.bot = AsyncWebClient("xoxb-test", base_url=api, session=session)
        self.alice = AsyncWebClient("xoxp-alice", base_url=api, session=session)
        self.sender = Sender(f"{product}/slack/events", SIGNED_WITH)
        self.session = session
        self.views = f"{api.removesuffix('api/')}?tab=views"
        self.team = self.user = self.general = ""

    async def look_around(self) -> None:
        alice = await self.alice.api_call("auth.test")
        self.team = self.sender.team = str(alice["team_id"])
        self.user = str(alice["user_id"])
        channels = (await self.bot.api_call("conversations.list", data={}))["channels"]
        self.general = next(each["id"] for each in channels if each["name"] == "general")
        for who in (self.bot, self.alice):
            await who.api_call("conversations.join", data={"channel": self.general})

    async def answered(self, channel: str, ts: str, wanted: Callable[[Json], bool]) -> Json:
        """The bot's message in the thread, as soon as there is one that is `wanted`."""
        where = {"channel": channel, "ts": ts, "include_all_metadata": "true"}
        for _ in range(200):
            replies = (await self.bot.api_call("conversations.replies", data=where))["messages"]
            found = [each for each in replies if each["user"] == BOT and wanted(each)]
            if found:
                return found[0]
            await asyncio.sleep(0.05)
        raise TimeoutError("No answer came.")

    async def shows(self, words: str, *, absent: bool = False) -> None:
        """Until its own page of views has these words, or has them no more."""
        for _ in range(200):
            async with self.session.get(self.views) as page:
                if (words in await page.text()) is not absent:
                    return
            await asyncio.sleep(0.05)
        raise TimeoutError(f"Still {'there' if absent else 'not there'}: {words}")

    async def press(self, channel: str, message: Json, button: Json) -> int:
        """As alice. Gives the status of the answer."""
        trigger = await self.bot.api_call("views.generateTriggerId", json={"user_id": self.user})
        pressed = await self.sender.interaction(
            {
                "type": "block_actions",
                "team": {"id": self.team, "domain": "acme"},
                "user": {"id": self.user, "username": "alice", "team_id": self.team},
                "trigger_id": trigger["trigger_id"],
                "channel": {"id": channel, "name": "general"},
                "container": {"type": "message", "message_ts": message["ts"], "channel_id": channel},
                "message": dict(message),
                "actions": [{**button, "block_id": "b", "action_ts": "1700000000.000001"}],
            }
        )
        return pressed.status


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small library and its index, to be copied."""
    folder = tmp_path_factory.mktemp("indexed")
    index_library(settings_in(folder), write_library(folder))
    return folder


@pytest.fixture
async def workspace(emulate: Path, indexed: Path, tmp_path: Path) -> AsyncIterator[Workspace]:
    await asyncio.to_thread(shutil.copytree, indexed, tmp_path, dirs_exist_ok=True)
    settings = settings_in(tmp_path)
    port = unused_port()
    product = f"http://127.0.0.1:{port}"
    with slack(emulate, f"{product}/slack/events") as api:
        chat = {"slack_bot_token": "xoxb-test", "slack_signing_secret": SIGNED_WITH, "slack_api_url": api}
        with running(type(settings).model_validate({**settings.model_dump(), **chat, "port": port})):
            async with ClientSession() as session:
                found = Workspace(api, product, session)
                await found.look_around()
                yield found


def buttons(message: Json) -> dict[str, dict[str, object]]:
    """What in it can be pressed, by the route that it leads to, as block_actions name it."""
    found: dict[str, dict[str, object]] = {}
    blocks = message.get("blocks")
    for block in blocks if isinstance(blocks, list) else ():
        for element in block.get("elements", ()):
            shared = {"type": element.get("type"), "action_id": element.get("action_id")}
            parts = [element] if shared["type"] == "button" else [element.get(name) for name in FEEDBACK]
            for part in parts:
                if part is not None:
                    pressed = {**shared, "value": part["value"]}
                    found[decode_press(pressed["action_id"], pressed["value"]).action] = pressed
    return found


async def test_a_mention_is_answered_in_its_thread_and_the_card_updated(workspace: Workspace) -> None:
    asked = await workspace.alice.chat_postMessage(
        channel=workspace.general, text=f"<@{BOT}> How early does the renewal clock start?"
    )
    ts = str(asked["ts"])
    answer = await workspace.answered(workspace.general, ts, lambda message: len(buttons(message)) > 1)
    assert answer["metadata"]["event_type"] == "guildhall"
    assert "120 days" in str(answer["text"])

    assert await workspace.press(workspace.general, answer, buttons(answer)[HELPFUL]) == 200
    edited = await workspace.answered(workspace.general, ts, lambda message: "edited" in message)
    assert edited["ts"] == answer["ts"]


async def test_a_button_that_opens_a_form_opens_a_view(workspace: Workspace) -> None:
    await workspace.shows("No modal views have been opened.")
    asked = await workspace.alice.chat_postMessage(
        channel=workspace.general, text=f"<@{BOT}> How early does the renewal clock start?"
    )
    answer = await workspace.answered(workspace.general, str(asked["ts"]), lambda message: len(buttons(message)) > 1)
    assert await workspace.press(workspace.general, answer, buttons(answer)[UNHELPFUL]) == 200
    await workspace.shows("No modal views have been opened.", absent=True)


async def test_a_direct_question_is_answered_there(workspace: Workspace) -> None:
    opened = await workspace.alice.api_call("conversations.open", data={"users": BOT})
    channel = str(opened["channel"]["id"])
    asked = await workspace.alice.chat_postMessage(channel=channel, text="What can you do?")
    answer = await workspace.answered(channel, str(asked["ts"]), lambda message: True)
    assert answer["text"]


async def test_the_home_is_published_for_who_opens_it(workspace: Workspace) -> None:
    event = {"type": "app_home_opened", "user": workspace.user, "channel": "D1", "tab": "home", "event_ts": "1.1"}
    assert (await workspace.sender.event(event)).status == 200
    await workspace.shows("No App Home views have been published.", absent=True)


async def test_what_was_posted_is_found_by_its_key(emulate: Path) -> None:
    with slack(emulate, "http://127.0.0.1:9/") as url:
        known = Installations(None, now)
        api = SlackApi(known, url, now)
        token = FixedToken("xoxb-test", api, known)
        await token.start()
        team = str((await api.bearing("xoxb-test").api_call("auth.test"))["team_id"])
        channels = (await api.read(team, "conversations.list", {}))["channels"]
        users = (await api.read(team, "users.list", {}))["members"]
        general = next(each["id"] for each in channels if each["name"] == "general")
        alice = next(each["id"] for each in users if each["name"] == "alice")
        out = SlackMessenger(api, now, Surfaces(api))
        for channel in (general, alice):
            place = Place("slack", f"{team}:{channel}")
            message_id = await out.post(place, message("Hello."), "greeting", "n")
            assert await out.find(place, "greeting") == message_id
            assert await out.find(place, "another") is None
            await out.update(place, message_id, message("Hello again."), "n")
        profile = await SlackProfiles(api).profile(f"slack:{team}:{alice}")
        assert profile is not None
        assert (profile.name, profile.email) == ("alice", "alice@example.com")
        await api.close()


async def test_a_request_signed_with_another_secret_is_refused(workspace: Workspace) -> None:
    workspace.sender.key = "something-else"
    assert (await workspace.sender.event({"type": "app_home_opened", "user": workspace.user})).status == 401


if __name__ == "__main__":
    install()
