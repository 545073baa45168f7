"""Buttons, and Slack's own way of asking whether an answer helped."""

from collections.abc import Iterator, Sequence

from bot.chat.reply import Button, Judge
from bot.platforms.cleaning import cut, is_blank
from bot.platforms.slack.limits import BUTTON, CONFIRM_BUTTON, CONFIRM_TEXT, CONFIRM_TITLE, Json
from bot.platforms.slack.render_text import plain_text
from bot.platforms.slack.wire import encode_action, encode_value

_UNNAMED = "Choose"


def render_actions(buttons: Sequence[Button], nonce: str, numbers: Iterator[int]) -> Json | None:
    """Slack shows a message to all alike: `only_for` is the route's to check."""
    drawn = [_button(button, nonce, next(numbers)) for button in buttons]
    return {"type": "actions", "elements": drawn} if drawn else None


def render_judge(judge: Judge, nonce: str, numbers: Iterator[int], *, feedback: bool) -> Json | None:
    """One element for both buttons, so its value says which route a press is for. Messages only: no view has it."""
    if not feedback or judge.helpful.confirm or judge.unhelpful.confirm:
        return render_actions((judge.helpful, judge.unhelpful), nonce, numbers)
    buttons = {
        "type": "feedback_buttons",
        "action_id": encode_action(judge.helpful.action, next(numbers)),
        "positive_button": _opinion(judge.helpful, nonce),
        "negative_button": _opinion(judge.unhelpful, nonce),
    }
    return {"type": "context_actions", "elements": [buttons]}


def _opinion(button: Button, nonce: str) -> Json:
    label = _label(button.label, BUTTON)
    value = encode_value(nonce, button.value, button.action)
    return {"text": plain_text(label), "value": value, "accessibility_label": label}


def _button(button: Button, nonce: str, number: int) -> Json:
    drawn: Json = {
        "type": "button",
        "text": plain_text(_label(button.label, BUTTON)),
        "action_id": encode_action(button.action, number),
        "value": encode_value(nonce, button.value),
    }
    if button.style != "normal":
        drawn["style"] = button.style
    if not is_blank(button.confirm):
        drawn["confirm"] = _confirm(button)
    return drawn


def _confirm(button: Button) -> Json:
    confirm: Json = {
        "title": plain_text(_label(button.label, CONFIRM_TITLE)),
        "text": plain_text(cut(button.confirm, CONFIRM_TEXT)),
        "confirm": plain_text(_label(button.label, CONFIRM_BUTTON)),
        "deny": plain_text("Cancel"),
    }
    if button.style == "danger":
        confirm["style"] = "danger"
    return confirm


def _label(label: str, limit: int) -> str:
    return _UNNAMED if is_blank(label) else cut(label, limit)
