"""Forms to modals, the problems with what was sent, and modals that only tell something."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import assert_never

from bot.chat.form import ChoiceField, DateField, Field, Form, TextField
from bot.chat.reply import Paragraph
from bot.chat.turn import Place
from bot.platforms.cleaning import clean, cut, is_blank, line, units
from bot.platforms.slack.limits import (
    CHECKBOXES,
    INPUT,
    LABEL,
    OPTION,
    RADIO_OPTIONS,
    VIEW_BLOCKS,
    VIEW_BYTES,
    VIEW_TITLE,
    Json,
    json_bytes,
)
from bot.platforms.slack.render_blocks import Drawing
from bot.platforms.slack.render_text import plain_text
from bot.platforms.slack.wire import INPUT as INPUT_ID
from bot.platforms.slack.wire import encode_metadata, encode_option

_PROBLEM = 500  # characters beside a field


def render_form(form: Form, nonce: str, place: Place) -> Json:
    """A modal. ValueError for a form that no modal can hold: too many fields, or more than 250 KB of options."""
    blocks = _paragraphs(form.intro)
    blocks += [_field(field) for field in form.fields]
    view: Json = {
        "type": "modal",
        "callback_id": form.id,
        "title": _title(form.title),
        "submit": plain_text(_named(form.submit, "Send", VIEW_TITLE)),
        "close": plain_text("Cancel"),
        "private_metadata": encode_metadata(nonce, form.state, place),
        "blocks": blocks or _paragraphs(form.title) or _paragraphs("Continue?"),
    }
    if len(blocks) > VIEW_BLOCKS or json_bytes(view) > VIEW_BYTES:
        raise ValueError(f"The form {form.id} is more than a modal can hold.")
    return view


def render_notice(text: str, title: str = "Guildhall") -> Json:
    """A modal that tells something, e.g. why a press had no effect."""
    blocks = _paragraphs(text)[:VIEW_BLOCKS] or _paragraphs("There is nothing to show.")
    return {"type": "modal", "title": _title(title), "close": plain_text("Close"), "blocks": blocks}


def render_problems(problems: Mapping[str, str], names: Sequence[str]) -> Json:
    """The answer to a submission that leaves the modal open. `names` are the view's fields, at least one, in order:
    what is wrong with none of them stands at the first."""
    gathered: dict[str, list[str]] = {}
    for name, problem in (problems or {"": ""}).items():
        gathered.setdefault(name if name in names else names[0], []).append(problem)
    errors = {name: _named(" ".join(each), "Please check this.", _PROBLEM) for name, each in gathered.items()}
    return {"response_action": "errors", "errors": errors}


def _field(field: Field) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(_named(field.label, field.name, LABEL)),
        "element": {**_element(field), "action_id": INPUT_ID},
        "optional": not field.required,
    }
    if not is_blank(field.hint):
        block["hint"] = plain_text(cut(field.hint, LABEL))
    return block


def _element(field: Field) -> Json:
    match field:
        case TextField():
            return _text(field)
        case ChoiceField():
            return _choice(field)
        case DateField():
            return _date(field)
        case _:
            assert_never(field)


def _text(field: TextField) -> Json:
    limit = max(1, min(field.max_length, INPUT))
    element: Json = {"type": "plain_text_input", "multiline": field.multiline, "max_length": limit}
    initial = clean(field.initial) if field.multiline else line(field.initial)
    if initial:
        element["initial_value"] = initial if units(initial) <= limit else cut(initial, limit)
    return element


def _date(field: DateField) -> Json:
    element: Json = {"type": "datepicker"}
    try:
        element["initial_date"] = date.fromisoformat(field.initial).isoformat()
    except ValueError:
        return element
    return element


def _choice(field: ChoiceField) -> Json:
    """Up to six as radio buttons, up to ten as checkboxes, more as a menu."""
    drawn = {value: _option(value, label) for value, label in field.options}
    if not drawn:
        raise ValueError(f"A choice needs options: {field.name}")
    options = list(drawn.values())
    chosen = [drawn[value] for value in dict.fromkeys(field.initial) if value in drawn]
    if field.multiple:
        kind = "checkboxes" if len(options) <= CHECKBOXES else "multi_static_select"
        initial: Json = {"initial_options": chosen}
    else:
        kind = "radio_buttons" if len(options) <= RADIO_OPTIONS else "static_select"
        initial = {"initial_option": chosen[0]} if chosen else {}
    return {"type": kind, "options": options, **(initial if chosen else {})}


def _option(value: str, label: str) -> Json:
    return {"text": plain_text(_named(label, value, OPTION)), "value": encode_option(value)}


def _paragraphs(text: str) -> list[Json]:
    return [piece.block for piece in Drawing("").draw(Paragraph(text))]


def _title(title: str) -> Json:
    return plain_text(_named(title, "Guildhall", VIEW_TITLE))


def _named(text: str, otherwise: str, limit: int) -> str:
    """Never empty."""
    words = next((each for each in (text, otherwise) if not is_blank(each)), "–")
    return cut(words, limit)
