"""A form: a Slack modal, a Teams dialog, a page's dialog. Kept within what all of them can show."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from bot.chat.turn import storable

Values = Mapping[str, str | tuple[str, ...]]
"""What was sent, by field name; a choice of several is a tuple."""

TITLE_LIMIT = 24  # Slack's limit for a modal's title, the tightest of the platforms
STATE_LIMIT = 2_500  # of Slack's 3,000 characters of private_metadata, the rest is the platform's own
WORDING_LIMIT = 6_000
OPTION_LIMIT = 100  # Slack's limit for a menu
OPTION_VALUE_LIMIT = 74  # Slack's own types say 75 characters, its reference says 150; one is the platform's own


@dataclass(frozen=True, slots=True)
class TextField:
    name: str
    label: str
    hint: str = ""
    initial: str = ""
    required: bool = True
    multiline: bool = False
    max_length: int = 3_000
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """`options` are (value, label), at most OPTION_LIMIT; a value has at most OPTION_VALUE_LIMIT characters."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    hint: str = ""
    initial: tuple[str, ...] = ()
    required: bool = True
    multiple: bool = False
    kind: Literal["choice"] = "choice"

    def __post_init__(self) -> None:
        if len(self.options) > OPTION_LIMIT:
            raise ValueError(f"A choice has at most {OPTION_LIMIT} options, not {len(self.options)}: {self.name}")
        if any(len(value) > OPTION_VALUE_LIMIT for value, _ in self.options):
            raise ValueError(f"An option's value has at most {OPTION_VALUE_LIMIT} characters: {self.name}")


@dataclass(frozen=True, slots=True)
class DateField:
    """Value as ISO date, ``2027-03-31``."""

    name: str
    label: str
    hint: str = ""
    initial: str = ""
    required: bool = True
    kind: Literal["date"] = "date"


Field = TextField | ChoiceField | DateField


@dataclass(frozen=True, slots=True)
class Form:
    """`id` names the route that takes the values, e.g. ``questions.unhelpful``; `state` comes back unchanged. One that
    `lasts` is taken also where the message whose button opened it has changed meanwhile, so that no long text is lost:
    its handler sees to what is not to be done any more, or not twice."""

    id: str
    title: str
    fields: tuple[Field, ...]
    submit: str = "Send"
    intro: str = ""
    state: str = ""
    lasts: bool = False

    def __post_init__(self) -> None:
        if len(self.title) > TITLE_LIMIT:
            raise ValueError(f"A form's title has at most {TITLE_LIMIT} characters: {self.title!r}")
        if len(self.state) > STATE_LIMIT:
            raise ValueError(f"A form's state has at most {STATE_LIMIT} characters.")


def wording_of(form: Form) -> str:
    """What people read around its fields, which `worded` takes: for a platform that has to draw all of it again, when
    the form is known by its state alone. It is made of what was drawn, so it may be lost, and then nothing else is."""
    hints = {field.name: field.hint for field in form.fields if field.hint}
    said = json.dumps([form.title, form.submit, form.intro, hints], ensure_ascii=False)
    return said if len(said) <= WORDING_LIMIT else ""


def worded(form: Form, wording: str) -> Form:
    """As it was drawn before. The wording went through somebody's hands, and is shown to nobody else."""
    try:
        *texts, hints = json.loads(wording[:WORDING_LIMIT])
        title, submit, intro = map(storable, texts)
        said = {name: storable(hint) for name, hint in hints.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return form
    fields = tuple(replace(field, hint=said.get(field.name, field.hint)) for field in form.fields)
    return replace(form, title=title[:TITLE_LIMIT], submit=submit, intro=intro, fields=fields)


def one(values: Values, name: str) -> str:
    """What was typed or chosen there, storable; empty where nothing was."""
    value = values.get(name, "")
    return storable(value if isinstance(value, str) else next(iter(value), "")).strip()


def several(values: Values, name: str) -> tuple[str, ...]:
    """All that was chosen there, storable."""
    value = values.get(name, ())
    return tuple(storable(each) for each in ((value,) if isinstance(value, str) else value) if each)


def missing_or_invalid(form: Form, values: Values) -> dict[str, str]:
    """What is wrong with `values`, by field name; empty when all is well."""
    problems: dict[str, str] = {}
    for field in form.fields:
        value = values.get(field.name, "")
        if not isinstance(field, ChoiceField) and not isinstance(value, str):
            value = next(iter(value), "")  # the one that `one` takes
        if field.required and not value:
            problems[field.name] = "This is needed."
        elif isinstance(field, TextField) and len(value) > field.max_length:
            problems[field.name] = f"At most {field.max_length} characters, please; this has {len(value)}."
        elif isinstance(field, ChoiceField) and value:
            chosen = (value,) if isinstance(value, str) else value
            if not set(chosen) <= {option for option, _ in field.options}:
                problems[field.name] = "Please choose one of the options."
    return problems
