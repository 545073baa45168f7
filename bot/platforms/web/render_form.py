"""Forms to an accessible dialog. Problems are written into it by the page, beside their fields, and nothing
that was typed is lost."""

from collections.abc import Mapping
from html import escape
from typing import assert_never

from bot.chat.form import ChoiceField, DateField, Field, Form, TextField

RADIO_LIMIT = 6
NO_PROBLEMS: Mapping[str, str] = {}


def render_form(form: Form, nonce: str) -> str:
    intro = f'<p class="intro">{escape(form.intro)}</p>' if form.intro else ""
    return (
        f'<dialog class="form" aria-labelledby="form-title" data-form="{escape(form.id)}" '
        f'data-state="{escape(form.state)}" data-nonce="{escape(nonce)}">'
        f'<form method="dialog" novalidate><h2 id="form-title">{escape(form.title)}</h2>{intro}'
        f'<p class="problem" role="alert" data-problem="" hidden></p>{render_fields(form)}'
        '<div class="actions"><button type="submit" class="primary">'
        f'{escape(form.submit)}</button><button type="button" data-close>Cancel</button></div></form></dialog>'
    )


def render_fields(form: Form, problems: Mapping[str, str] = NO_PROBLEMS) -> str:
    """Each with what is wrong with it, by its name."""
    return "".join(_field(field, problems.get(field.name, "")) for field in form.fields)


def _field(field: Field, wrong: str) -> str:
    match field:
        case TextField():
            control = _text(field, wrong)
        case DateField():
            control = f'<input type="date" value="{escape(field.initial)}" {_attributes(field, wrong)}>'
        case ChoiceField():
            if field.multiple or len(field.options) <= RADIO_LIMIT:
                return _choices(field, wrong)
            control = _select(field, wrong)
        case _:
            assert_never(field)
    label = f'<label for="field-{escape(field.name)}">{escape(field.label)}{_optional(field)}</label>'
    return f'<div class="field">{label}{_hint(field)}{control}{_problem(field, wrong)}</div>'


def _text(field: TextField, wrong: str) -> str:
    attributes = f'maxlength="{field.max_length}" {_attributes(field, wrong)}'
    if field.multiline:
        return f'<textarea rows="4" {attributes}>\n{escape(field.initial)}</textarea>'
    return f'<input type="text" value="{escape(field.initial)}" {attributes}>'


def _select(field: ChoiceField, wrong: str) -> str:
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value in field.initial else ""}>{escape(label)}</option>'
        for value, label in field.options
    )
    return f'<select {_attributes(field, wrong)}><option value="">Choose…</option>{options}</select>'


def _choices(field: ChoiceField, wrong: str) -> str:
    name = escape(field.name)
    kind = "checkbox" if field.multiple else "radio"
    options = "".join(
        f'<label><input type="{kind}" name="{name}" value="{escape(value)}"'
        f"{' checked' if value in field.initial else ''}{' data-multiple' if field.multiple else ''}>"
        f" {escape(label)}</label>"
        for value, label in field.options
    )
    return (
        f'<fieldset class="field" aria-describedby="hint-{name} problem-{name}">'
        f"<legend>{escape(field.label)}{_optional(field)}</legend>"
        f"{_hint(field)}{options}{_problem(field, wrong)}</fieldset>"
    )


def _attributes(field: Field, wrong: str) -> str:
    name = escape(field.name)
    invalid = ' aria-invalid="true"' if wrong else ""
    needed = ' aria-required="true"' if field.required else ""
    return f'id="field-{name}" name="{name}" aria-describedby="hint-{name} problem-{name}"{needed}{invalid}'


def _optional(field: Field) -> str:
    return "" if field.required else ' <span class="optional">optional</span>'


def _hint(field: Field) -> str:
    return f'<p class="hint" id="hint-{escape(field.name)}"{"" if field.hint else " hidden"}>{escape(field.hint)}</p>'


def _problem(field: Field, wrong: str) -> str:
    name = escape(field.name)
    return (
        f'<p class="problem" id="problem-{name}" data-problem="{name}"{"" if wrong else " hidden"}>{escape(wrong)}</p>'
    )
