"""Forms to cards: in a dialog, or where there is none, in the message's own card."""

from collections.abc import Mapping
from datetime import date
from typing import assert_never

from bot.chat.form import ChoiceField, DateField, Field, Form, TextField
from bot.platforms.teams.escaping import one_line
from bot.platforms.teams.render import adaptive_card
from bot.platforms.teams.render_actions import execute
from bot.platforms.teams.render_text import QUIET, Json, rich
from bot.platforms.teams.wire import FORM, choice, form_data

RADIO_LIMIT = 6
LABEL_UNITS = 150
HINT_UNITS = 200
INTRO_LIMIT = 2_000
NEEDED = "This is needed."

Values = Mapping[str, str | tuple[str, ...]]

_PROBLEM: Json = {"color": "Attention", "size": "Small"}
_NOTHING: Values = {}
_NO_PROBLEMS: Mapping[str, str] = {}


def form_card(
    form: Form,
    nonce: str,
    *,
    values: Values = _NOTHING,
    problems: Mapping[str, str] = _NO_PROBLEMS,
    in_card: bool = False,
) -> Json:
    """`values` are what was sent before, each `problem` stands below its field. `in_card`: not in a dialog."""
    body = rich(form.title, look={"weight": "Bolder", "size": "Medium"}) if in_card else []
    body += rich(form.intro[:INTRO_LIMIT])
    for field in form.fields:
        body += _field(field, values.get(field.name))
        body += rich(problems.get(field.name, ""), spacing="None", look=_PROBLEM)
    names = {field.name for field in form.fields}
    for name, problem in problems.items():
        body += rich(problem, look=_PROBLEM) if name not in names else []
    title = one_line(form.submit, LABEL_UNITS) or "Send"
    data = form_data(form, nonce)
    if in_card:
        return adaptive_card(body, [execute(title, FORM, data, data, "positive")])
    return adaptive_card(body, [{"type": "Action.Submit", "title": title, "style": "positive", "data": data}])


def _field(field: Field, sent: str | tuple[str, ...] | None) -> list[Json]:
    match field:
        case TextField():
            return [_text(field, sent)]
        case ChoiceField():
            return [_choice(field, sent), *_hint(field)]
        case DateField():
            return [_date(field, sent), *_hint(field)]
        case _:
            assert_never(field)


def _common(field: Field) -> Json:
    common: Json = {"id": field.name, "label": one_line(field.label, LABEL_UNITS) or field.name}
    if field.required:
        common |= {"isRequired": True, "errorMessage": NEEDED}
    return common


def _hint(field: Field) -> list[Json]:
    return rich(one_line(field.hint, HINT_UNITS), spacing="None", look=QUIET)


def _text(field: TextField, sent: str | tuple[str, ...] | None) -> Json:
    drawn: Json = {"type": "Input.Text", **_common(field), "maxLength": field.max_length}
    if field.multiline:
        drawn["isMultiline"] = True
    if hint := one_line(field.hint, HINT_UNITS):
        drawn["placeholder"] = hint
    value = sent if isinstance(sent, str) else field.initial
    return drawn | {"value": value} if value else drawn


def _choice(field: ChoiceField, sent: str | tuple[str, ...] | None) -> Json:
    chosen = field.initial if sent is None else (sent,) if isinstance(sent, str) else sent
    values = [value for value, _ in field.options if value in chosen]
    is_open = field.multiple or (field.required and len(field.options) <= RADIO_LIMIT)
    drawn: Json = {
        "type": "Input.ChoiceSet",
        **_common(field),
        "style": "expanded" if is_open else "compact",
        "choices": [{"title": _title(label) or value, "value": choice(value)} for value, label in field.options],
        "wrap": True,
    }
    if field.multiple:
        drawn["isMultiSelect"] = True
    if not is_open:
        drawn["placeholder"] = "Choose…"
    return drawn | {"value": ",".join(map(choice, values))} if values else drawn


def _title(label: str) -> str:
    """Some clients read Markdown here: no link comes of it."""
    return one_line(label, LABEL_UNITS).replace("](", "] (")


def _date(field: DateField, sent: str | tuple[str, ...] | None) -> Json:
    drawn: Json = {"type": "Input.Date", **_common(field)}
    value = sent if isinstance(sent, str) else field.initial
    return drawn | {"value": value} if _is_date(value) else drawn


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
