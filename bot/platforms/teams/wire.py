"""What our buttons and dialogs carry, and what comes back of it. Everything of ours stands under the key ``g``."""

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from bot.chat.form import WORDING_LIMIT, ChoiceField, Form, wording_of
from bot.chat.reply import Button
from bot.chat.turn import Pressed, Submitted, storable

OURS = "g"
VALUE_LIMIT = 4_000  # characters of a button's value or a form's state
TEXT_LIMIT = 20_000  # characters of one field; what a form allows is far below
FIELDS_LIMIT = 60
CHOICES_LIMIT = 200

_ROUTE = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+")
_FIELD = re.compile(r"[A-Za-z0-9_.-]{1,100}")


REFRESH = "guildhall.refresh"
"""The verb of a card that asks for the version that its viewer may see."""

FORM = "guildhall.form"
"""The verb of a form that stands in a card, where there are no dialogs."""


class NotOurs(ValueError):
    """No card of ours sends this."""


def button_data(button: Button, nonce: str, key: str) -> dict[str, object]:
    """The data of an Action.Execute, whose verb is the button's action."""
    return {OURS: {"v": button.value, "n": nonce, "k": key}}


def submit_data(button: Button, nonce: str, key: str) -> dict[str, object]:
    """The data of an Action.Submit, which has no verb: for clients that know no Action.Execute, and for dialogs."""
    return {OURS: {"v": button.value, "n": nonce, "k": key, "a": button.action}}


def form_data(form: Form, nonce: str) -> dict[str, object]:
    """The data of a dialog's submit action. The values of the inputs come back beside it, by field name."""
    choices = [field for field in form.fields if isinstance(field, ChoiceField)]
    return {
        OURS: {
            "f": form.id,
            "s": form.state,
            "n": nonce,
            "w": wording_of(form),
            "one": [field.name for field in choices if not field.multiple],
            "many": [field.name for field in choices if field.multiple],
        }
    }


def refresh_data(key: str) -> dict[str, object]:
    return {OURS: {"k": key}}


def refreshed(data: object) -> str:
    """The key of the message whose card asks to be refreshed. Raises NotOurs."""
    return _text(_ours(data), "k", 300)


def choice(value: str) -> str:
    """An option's value as an Input.ChoiceSet may hold it: several come back parted by commas."""
    return quote(value, safe="")


def is_form(data: object) -> bool:
    """Whether a dialog of ours sends this, rather than a button."""
    return isinstance(data, Mapping) and isinstance(data.get(OURS), Mapping) and "f" in data[OURS]


def pressed(data: object, verb: str = "") -> Pressed:
    """From an invoke's ``action.data`` and verb, or an Action.Submit's data. Raises NotOurs."""
    ours = _ours(data)
    key = _text(ours, "k", 300)
    return Pressed(_route(verb or _text(ours, "a")), _text(ours, "v"), _text(ours, "n", 200), key or None)


def submitted(data: object) -> Submitted:
    """From a dialog's data: its own, and the inputs'. Raises NotOurs."""
    ours = _ours(data)
    one, many = _names(ours, "one"), _names(ours, "many")
    inputs = {name: value for name, value in _mapping(data).items() if name not in (OURS, "msteams")}
    if len(inputs) > FIELDS_LIMIT:
        raise NotOurs("there are too many fields")
    values: dict[str, str | tuple[str, ...]] = dict.fromkeys(one, "") | dict.fromkeys(many, ())
    for name, value in inputs.items():
        if not isinstance(name, str) or not _FIELD.fullmatch(name):
            raise NotOurs("a field has no name of ours")
        text = _clean("" if value is None else value, TEXT_LIMIT)
        if name in many:
            values[name] = tuple(storable(unquote(each)) for each in _parted(text))
        else:
            values[name] = storable(unquote(text)) if name in one else text
    return Submitted(_route(_text(ours, "f")), values, _text(ours, "s"), _text(ours, "n", 200))


def wording(data: object) -> str:
    """What stood around the fields of that dialog. Raises NotOurs."""
    return _text(_ours(data), "w", WORDING_LIMIT)


def _parted(text: str) -> list[str]:
    parts = [part for part in text.split(",") if part]
    if len(parts) > CHOICES_LIMIT:
        raise NotOurs("there are too many choices")
    return parts


def _mapping(value: object) -> Mapping[object, object]:
    if not isinstance(value, Mapping):
        raise NotOurs("it is not an object")
    return value


def _ours(data: object) -> Mapping[object, object]:
    return _mapping(_mapping(data).get(OURS))


def _route(name: str) -> str:
    if len(name) > 100 or not _ROUTE.fullmatch(name):
        raise NotOurs("it names no route")
    return name


def _names(ours: Mapping[object, object], key: str) -> list[str]:
    names = ours.get(key, [])
    if not isinstance(names, list) or len(names) > FIELDS_LIMIT:
        raise NotOurs("its fields cannot be read")
    return [_clean(name, 100) for name in names]


def _text(ours: Mapping[object, object], name: str, limit: int = VALUE_LIMIT) -> str:
    return _clean(ours.get(name, ""), limit)


def _clean(value: object, limit: int) -> str:
    if not isinstance(value, str) or len(value) > limit:
        raise NotOurs("a part of it is not text, or too long")
    return storable(value)
