"""Buttons. A form opens in a dialog, for which Teams wants an Action.Submit of its own kind; what has to be confirmed
is confirmed in the card."""

from collections.abc import Sequence

from bot.chat.reply import Button
from bot.platforms.teams.escaping import inert, one_line
from bot.platforms.teams.limits import LABEL_UNITS
from bot.platforms.teams.render_text import Json, rich
from bot.platforms.teams.wire import button_data, submit_data

SIDE_BY_SIDE = 26
"""Characters of the longest label up to which buttons stand in one row."""

_STYLES = {"normal": "default", "primary": "positive", "danger": "destructive"}


def action_sets(buttons: Sequence[Button], nonce: str, key: str, *, native: bool) -> list[Json]:
    """Long labels stand one below the other, where they are not cut."""
    actions = [_action(button, nonce, key, native=native) for button in buttons]
    return _sets(actions, [button.label for button in buttons])


def prompts(texts: Sequence[str]) -> list[Json]:
    """Pressed, they are said by whoever pressed."""
    said = [inert(text).strip() for text in texts]
    actions: list[Json] = [
        {
            "type": "Action.Submit",
            "title": one_line(text, LABEL_UNITS),
            "data": {"msteams": {"type": "imBack", "value": text}},
        }
        for text in said
        if text
    ]
    return _sets(actions, said)


def execute(title: str, verb: str, data: Json, fallback: Json, style: str = "default") -> Json:
    """`fallback` is the data for clients that know no Action.Execute."""
    submit: Json = {"type": "Action.Submit", "title": title, "style": style, "data": fallback}
    return {"type": "Action.Execute", "title": title, "style": style, "verb": verb, "data": data, "fallback": submit}


def _sets(actions: Sequence[Json], labels: Sequence[str]) -> list[Json]:
    if not actions:
        return []
    if max(map(len, labels)) <= SIDE_BY_SIDE:
        return [{"type": "ActionSet", "actions": [*actions]}]
    sets: list[Json] = [{"type": "ActionSet", "actions": [each], "spacing": "Small"} for each in actions]
    sets[0]["spacing"] = "Default"
    return sets


def _action(button: Button, nonce: str, key: str, *, native: bool) -> Json:
    title = one_line(button.label, LABEL_UNITS) or "Open"
    style = _STYLES[button.style]
    if button.opens_form and native:
        data = {**submit_data(button, nonce, key), "msteams": {"type": "task/fetch"}}
        return {"type": "Action.Submit", "title": title, "style": style, "data": data}
    action = execute(title, button.action, button_data(button, nonce, key), submit_data(button, nonce, key), style)
    if not button.confirm:
        return action
    sure: Json = {"type": "AdaptiveCard", "body": rich(button.confirm[:500]), "actions": [action]}
    return {"type": "Action.ShowCard", "title": title, "style": style, "card": sure}
