from collections.abc import Iterator
from html.parser import HTMLParser
from typing import get_args

import pytest
from hypothesis import given

from bot.chat.form import OPTION_VALUE_LIMIT, ChoiceField, DateField, Form, TextField
from bot.chat.reply import (
    Actions,
    Block,
    Bullets,
    Button,
    Citation,
    Facts,
    Heading,
    Judge,
    Message,
    Note,
    Paragraph,
    Progress,
    Quote,
    Sources,
    Span,
    Suggestions,
    Table,
)
from bot.chat.transcript import Entry
from bot.platforms.web.render import render_block, render_message, render_text
from bot.platforms.web.render_entry import render_entry
from bot.platforms.web.render_form import render_form
from tests.builders import NOON
from tests.messages import EVERY_BLOCK, words


class Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def named(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.found if name == tag)


def test_every_type_of_block_is_rendered() -> None:
    assert {type(block) for block in EVERY_BLOCK} == set(get_args(Block))
    for block in EVERY_BLOCK:
        assert Elements(render_block(block, "n")).found, block


def blocks_of(text: str) -> tuple[Block, ...]:
    marked = (Span(text, bold=True), Span(text, code=True), Span(text, href=text))
    return (
        Heading(text),
        Paragraph(marked),
        Bullets((text, marked)),
        Quote(text),
        Facts(((text, marked),)),
        Table((text,), ((text,),)),
        Sources((Citation(1, text, f"{text} › {text}", text, text, text),)),
        Progress(text, 1, 2),
        Progress(text, 1, 0),
        Actions((Button(text, text, text, confirm=text),)),
        Judge(Button(text, text, text), Button(text, text, text)),
        Suggestions((text,)),
        Note(marked),
    )


SAFE_TAGS = {
    "h2",
    "h3",
    "p",
    "ul",
    "ol",
    "li",
    "blockquote",
    "dl",
    "div",
    "dt",
    "dd",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "span",
    "a",
    "progress",
    "b",
    "button",
}


@given(words)
def test_hostile_text_never_yields_markup(text: str) -> None:
    plain_tags = [tag for tag, _ in Elements(render_message(Message("s", blocks_of("x")), "x")).found]
    elements = Elements(render_message(Message("s", blocks_of(text)), text))
    tags = [tag for tag, _ in elements.found if tag != "a"]
    assert set(tags) <= SAFE_TAGS | {"strong", "code"}
    assert len(tags) <= len(plain_tags) + 2
    for _, attributes in elements.found:
        assert not [name for name in attributes if name.startswith("on") or name in {"src", "style"}]
    for attributes in elements.named("a"):
        assert str(attributes["href"]).lower().startswith(("http://", "https://", "mailto:", "/", "#"))
        assert not str(attributes["href"]).startswith(("//", "/\\"))


@given(words)
def test_hostile_text_in_a_form_stays_text(text: str) -> None:
    value = text[: OPTION_VALUE_LIMIT - 1]
    fields = (
        TextField("a", text, text, text, multiline=True),
        TextField("b", text, text, text),
        DateField("c", text, text, text),
        ChoiceField("d", text, ((value, text),), text, (value,)),
        ChoiceField("e", text, tuple((f"{n}{value}", text) for n in range(9)), text, (value,)),
        ChoiceField("f", text, ((value, text),), text, multiple=True),
    )
    elements = Elements(render_form(Form("questions.x", "Title", fields, text, text, text), text))
    allowed = {
        "dialog",
        "form",
        "h2",
        "p",
        "div",
        "label",
        "span",
        "input",
        "textarea",
        "select",
        "option",
        "fieldset",
        "legend",
        "button",
    }
    assert {tag for tag, _ in elements.found} <= allowed
    for _, attributes in elements.found:
        assert not [name for name in attributes if name.startswith("on") or name in {"src", "style", "action"}]


@given(words, words)
def test_what_a_person_said_is_shown_as_they_said_it(text: str, entry_id: str) -> None:
    elements = Elements(render_entry(Entry(entry_id, 1, 1, NOON, "Dana", said=text)))
    assert [tag for tag, _ in elements.found] == ["article", "h2", "p"]
    assert text.replace("\r\n", "\n") in "".join(elements.words)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//evil.example", "/\\evil.example", "data:text/html,x", "https:x", " /library"]
)
def test_an_address_that_is_no_plain_link_is_shown_as_words(address: str) -> None:
    assert render_text((Span("open", href=address),)) == "open"


def test_a_link_that_leaves_says_nothing_about_where_it_comes_from() -> None:
    assert 'rel="noopener noreferrer"' in render_text((Span("open", href="https://example.org/x"),))
    assert "rel=" not in render_text((Span("open", href="/library/x"),))


def test_every_button_carries_its_route_value_and_nonce() -> None:
    message = Message("s", (Actions((Button("Delete", "x.delete", "42", "danger", "Sure?"),)),))
    button = next(Elements(render_message(message, "nonce-1")).named("button"))
    assert button["data-action"] == "x.delete"
    assert button["data-value"] == "42"
    assert button["data-nonce"] == "nonce-1"
    assert button["data-confirm"] == "Sure?"
    assert button["class"] == "danger"


def test_the_place_of_a_source_does_not_repeat_its_title() -> None:
    citation = Citation(2, "Renewal playbook", "Renewal playbook › Pricing", "/library/r", "q")
    words = "".join(Elements(render_block(Sources((citation,)), "")).words)
    assert words.count("Renewal playbook") == 1
    assert "Pricing" in words


def test_a_form_names_its_fields_hints_and_problems_to_screen_readers() -> None:
    form = Form("questions.unhelpful", "What was wrong?", (TextField("comment", "Comment", "Be specific."),))
    elements = Elements(render_form(form, "n"))
    field = next(each for each in elements.named("input") if each.get("name") == "comment")
    described = str(field["aria-describedby"]).split()
    assert {attributes.get("id") for _, attributes in elements.found} >= {*described, "field-comment"}
    assert next(elements.named("label"))["for"] == field["id"]
    assert field["aria-required"] == "true"
