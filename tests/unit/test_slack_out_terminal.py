from bot.chat.reply import Button, Judge, Message, Paragraph
from bot.platforms.slack.render import render_message
from bot.platforms.slack.wire import decode_press
from tests.fake_slack.__main__ import Terminal, buttons_of, shown
from tests.fake_slack.slack import FakeSlack

ANSWER = Message(
    "Ninety days.",
    (Paragraph("Ninety days."), Judge(Button("Helpful", "a.yes", "1"), Button("Not helpful", "a.no", "1"))),
)


def test_the_slack_in_the_terminal_shows_what_can_be_pressed() -> None:
    drawn = dict(render_message(ANSWER, "nonce"))
    assert shown(drawn).splitlines() == ["Guildhall: Ninety days.", "  :1 Helpful", "  :2 Not helpful"]
    pressed = [decode_press(each["action_id"], each["value"]) for each in buttons_of(drawn)]
    assert [press.action for press in pressed] == ["a.yes", "a.no"]


async def test_what_is_typed_is_a_direct_message() -> None:
    slack = FakeSlack()
    sent: list[dict[str, object]] = []

    async def send(kind: str, payload: dict[str, object], *, accepts_response: bool = False) -> None:
        sent.append(payload)

    slack.socket.send = send
    await Terminal(slack).type("How early?")
    (event,) = [each["event"] for each in sent]
    assert (event["text"], event["channel_type"], event["channel"]) == ("How early?", "im", "D1")
