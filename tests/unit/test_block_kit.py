"""Our own check of what goes to Slack finds what Slack would refuse."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.chat.form import ChoiceField, Form, TextField
from bot.chat.reply import Actions, Button, Facts, Heading, Message, Paragraph, Span, Table
from bot.chat.turn import Place
from bot.platforms.slack.render import render_message
from bot.platforms.slack.render_form import render_form
from tests.block_kit import problems

Json = dict[str, Any]


def message() -> Json:
    content = (
        Heading("Renewals"),
        Paragraph((Span("Read", href="https://g.example"),)),
        Facts((("Owner", "Dana"),)),
        Table(("A", "B"), (("1", "2"),)),
        Actions((Button("Go", "x.go", confirm="Sure?"), Button("Stop", "x.stop"))),
    )
    return dict(render_message(Message("A sentence.", content), "n"))


def form() -> Json:
    fields = (TextField("note", "Note"), ChoiceField("hub", "Hub", (("a", "A"), ("b", "B")), initial=("a",)))
    return dict(render_form(Form("x.send", "A form", fields), "n", Place("slack", "T1:C1")))


def put(value: object, *path: str | int) -> Callable[[Json], None]:
    def change(payload: Json) -> None:
        holder: Any = payload
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = value

    return change


MESSAGE_FAULTS = {
    "no blocks": put([], "blocks"),
    "51 blocks": lambda payload: payload["blocks"].extend(payload["blocks"][:1] * 46),
    "no notification": put("", "text"),
    "a long heading": put("x" * 151, "blocks", 0, "text", "text"),
    "emoji count twice": put("👍" * 76, "blocks", 0, "text", "text"),
    "mrkdwn in a heading": put({"type": "mrkdwn", "text": "Renewals"}, "blocks", 0, "text"),
    "an empty run": put("", "blocks", 1, "elements", 0, "elements", 0, "text"),
    "a script as a link": put("javascript:x", "blocks", 1, "elements", 0, "elements", 0, "url"),
    "an empty section of text": put([], "blocks", 1, "elements", 0, "elements"),
    "no facts": put([], "blocks", 2, "fields"),
    "a long fact": put("x" * 2_001, "blocks", 2, "fields", 0, "text"),
    "a ragged table": lambda payload: payload["blocks"][3]["rows"][0].pop(),
    "two tables": lambda payload: payload["blocks"].append(payload["blocks"][3]),
    "an empty cell": put("", "blocks", 3, "rows", 1, 0, "text"),
    "an action_id twice": put("x.stop#1", "blocks", 4, "elements", 0, "action_id"),
    "a long value": put("x" * 2_001, "blocks", 4, "elements", 0, "value"),
    "a long label": put("x" * 76, "blocks", 4, "elements", 0, "text", "text"),
    "a long question": put("x" * 301, "blocks", 4, "elements", 0, "confirm", "text", "text"),
    "no buttons": put([], "blocks", 4, "elements"),
    "an image": put({"type": "image", "image_url": "https://g.example", "alt_text": "x"}, "blocks", 0),
    "half a character": put("\ud800", "blocks", 0, "text", "text"),
    "too much in all": lambda payload: payload["blocks"].extend(
        {"type": "context", "elements": [{"type": "plain_text", "text": "x" * 2_900}]} for _ in range(5)
    ),
}
FORM_FAULTS = {
    "a long title": put("x" * 25, "title", "text"),
    "no way to submit": lambda view: view.pop("submit"),
    "too much metadata": put("x" * 3_001, "private_metadata"),
    "a field twice": put("note", "blocks", 1, "block_id"),
    "a long option": put("x" * 151, "blocks", 1, "element", "options", 0, "value"),
    "a long option's label": put("x" * 76, "blocks", 1, "element", "options", 0, "text", "text"),
    "an option twice": put("=a", "blocks", 1, "element", "options", 1, "value"),
    "a choice of nothing": put([], "blocks", 1, "element", "options"),
    "an initial option from elsewhere": put({"text": {}, "value": "=c"}, "blocks", 1, "element", "initial_option"),
    "feedback buttons in a view": put({"type": "context_actions", "elements": []}, "blocks", 1),
}


@pytest.mark.parametrize("fault", MESSAGE_FAULTS.values(), ids=MESSAGE_FAULTS.keys())
def test_a_wrong_message_is_found(fault: Callable[[Json], None]) -> None:
    payload = message()
    assert problems(payload) == []
    fault(payload)
    assert problems(payload)


@pytest.mark.parametrize("fault", FORM_FAULTS.values(), ids=FORM_FAULTS.keys())
def test_a_wrong_view_is_found(fault: Callable[[Json], None]) -> None:
    view = form()
    assert problems(view) == []
    fault(view)
    assert problems(view)
