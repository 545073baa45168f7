"""A Slack in the terminal, to try Guildhall out without one: ``python -m tests.fake_slack [PORT]``.

Start Guildhall with the settings that it prints. What you type is a direct message; ``:2`` presses the second button
of the last answer.
"""

import asyncio
import sys

from tests.fake_slack.sender import Sender
from tests.fake_slack.slack import FakeSlack
from tests.fake_slack.world import APP_KEY, BOT_KEY, TEAM, Answer, User

PORT = 4004
YOU = "U1"


def show(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def buttons_of(message: Answer) -> list[dict[str, object]]:
    """As block_actions names them, with their label."""
    found: list[dict[str, object]] = []
    blocks = message.get("blocks")
    elements = [each for block in blocks for each in block.get("elements", ())] if isinstance(blocks, list) else []
    for element in elements:
        parts = [element, element.get("positive_button"), element.get("negative_button")]
        found += [
            {"type": element["type"], "action_id": element["action_id"], "value": part["value"], "text": part["text"]}
            for part in parts
            if part is not None and "value" in part
        ]
    return found


def shown(message: Answer) -> str:
    labels = [each["text"] for each in buttons_of(message)]
    pressable = [f"  :{n} {label.get('text')}" for n, label in enumerate(labels, 1) if isinstance(label, dict)]
    return "\n".join([f"Guildhall: {message['text']}", *pressable])


class Terminal:
    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self._sender = Sender("")
        self._channel = slack.direct_channel(YOU)
        self._told: dict[object, str] = {}
        self._last: Answer = {}

    async def watch(self) -> None:
        """Prints what is new, or has changed, and the titles of views that were opened."""
        views = 0
        while True:
            for message in [each for each in self._channel.messages if "bot_id" in each]:
                text = shown(message)
                if self._told.get(message["ts"]) != text:
                    self._told[message["ts"]], self._last = text, message
                    show(text)
            for view in self._slack.opened_views[views:]:
                show(f"(a form opened: {view['title']})")
            views = len(self._slack.opened_views)
            await asyncio.sleep(0.1)

    async def type(self, line: str) -> None:
        if line.startswith(":") and line[1:].isdigit():
            await self._press(int(line[1:]))
        elif line:
            ts = self._slack.next_ts()
            said: Answer = {"type": "message", "channel_type": "im", "user": YOU, "text": line, "ts": ts}
            self._channel.messages.append(dict(said))
            event = self._sender.event_body({**said, "channel": self._channel.id, "event_ts": ts})
            await self._slack.socket.send("events_api", event)

    async def _press(self, number: int) -> None:
        buttons = buttons_of(self._last)
        if not 0 < number <= len(buttons):
            show("There is no such button.")
            return
        pressed = {**buttons[number - 1], "block_id": "b", "action_ts": self._slack.next_ts()}
        interaction: Answer = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": YOU, "team_id": TEAM},
            "trigger_id": f"trigger.{self._slack.next_number()}",
            "channel": {"id": self._channel.id},
            "container": {"type": "message", "message_ts": self._last["ts"], "channel_id": self._channel.id},
            "message": self._last,
            "actions": [pressed],
        }
        await self._slack.socket.send("interactive", interaction, accepts_response=True)


async def main(port: int) -> None:
    slack = FakeSlack()
    slack.add_user(User(YOU, "You", "you@example.com"))
    await slack.start(port)
    show(f"SLACK_API_URL={slack.api_url} SLACK_BOT_TOKEN={BOT_KEY} SLACK_APP_TOKEN={APP_KEY} .venv/bin/guildhall serve")
    terminal = Terminal(slack)
    watching = asyncio.create_task(terminal.watch())
    try:
        await slack.socket.connected(1, within=3_600)
        show("Guildhall is connected. Ask it something.")
        while line := await asyncio.to_thread(sys.stdin.readline):
            await terminal.type(line.strip())
        await asyncio.sleep(2)  # for what was asked last, when the questions come from a pipe
    finally:
        watching.cancel()
        await slack.stop()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else PORT))
