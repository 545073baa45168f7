"""Block Kit as a page in Slack's light look, for looking at what is sent without Slack. Draws what we send, no more."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

Json = Mapping[str, Any]

THUMB = (
    '<svg width="14" height="14" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4">'
    '<path d="M1.5 7h2.7v7H1.5zM4.2 7.4 7.4 1c1.2 0 2 .9 1.8 2.2L8.8 6h4.4c.9 0 1.5.8 1.3 1.7l-1.1 5c-.2.8-.8 1.3-1.6 '
    '1.3H4.2"/></svg>'
)
STYLE = Path(__file__).with_suffix(".css")


def page(payload: Json) -> str:
    """A message, a home or a modal as a whole page."""
    return _whole(_body(payload))


def sheet(payloads: Mapping[str, Json]) -> str:
    """Several side by side, each under what it is."""
    drawn = (
        f"<figure><figcaption>{escape(name)}</figcaption>{_body(each)}</figure>" for name, each in payloads.items()
    )
    return _whole(f'<div class="sheet">{"".join(drawn)}</div>')


def _whole(body: str) -> str:
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><style>{STYLE.read_text()}</style>'
    return f"{head}<main>{body}</main></html>"


def _body(payload: Json) -> str:
    blocks = "".join(_block(block) for block in payload["blocks"])
    match payload.get("type"):
        case "modal":
            buttons = (("", payload.get("close")), ("primary", payload.get("submit")))
            drawn = "".join(f'<button class="{style}">{_text(text)}</button>' for style, text in buttons if text)
            title = _text(payload["title"])
            return f'<div class="modal"><h2>{title}</h2><div class="body">{blocks}</div><footer>{drawn}</footer></div>'
        case "home":
            return blocks
        case _:
            by = '<div class="by"><b>Guildhall</b><small>APP</small> <i>15:04</i></div>'
            return f'<div class="message"><div class="avatar">G</div><div>{by}{blocks}</div></div>'


def _block(block: Json) -> str:
    match block["type"]:
        case "header":
            return f"<h3>{_text(block['text'])}</h3>"
        case "section":
            return f'<div class="block fields">{"".join(f"<div>{_text(each)}</div>" for each in block["fields"])}</div>'
        case "context":
            return f'<div class="block context">{" ".join(_text(each) for each in block["elements"])}</div>'
        case "rich_text":
            return f'<div class="block">{"".join(_rich(each) for each in block["elements"])}</div>'
        case "table":
            return f'<table class="block">{"".join(f"<tr>{_row(row)}</tr>" for row in block["rows"])}</table>'
        case "actions":
            return f'<div class="block actions">{"".join(_button(each) for each in block["elements"])}</div>'
        case "context_actions":
            (feedback,) = block["elements"]
            thumbs = (("up", feedback["positive_button"]), ("down", feedback["negative_button"]))
            drawn = "".join(f'<button class="{way}">{THUMB} {_text(each["text"])}</button>' for way, each in thumbs)
            return f'<div class="block actions feedback">{drawn}</div>'
        case "input":
            return _input(block)
        case unknown:
            raise ValueError(unknown)


def _text(text: Json) -> str:
    return _mrkdwn(text["text"]) if text["type"] == "mrkdwn" else escape(text["text"])


def _mrkdwn(text: str) -> str:
    """Bold, code and links; the escapes of mrkdwn are those of HTML."""
    text = re.sub(r"<([^|>]*)\|([^>]*)>", r'<a href="\1">\2</a>', text)
    text = re.sub(r"(?<!\w)\*([^*\n]+)\*(?!\w)", r"<b>\1</b>", text)
    return re.sub(r"(?<!\w)`([^`\n]+)`(?!\w)", r"<code>\1</code>", text)


def _rich(part: Json) -> str:
    match part["type"]:
        case "rich_text_list":
            tag = "ol" if part["style"] == "ordered" else "ul"
            items = [f"<li>{_runs(each['elements'])}</li>" for each in part["elements"]]
            return f"<{tag}>{''.join(items)}</{tag}>"
        case "rich_text_preformatted":
            return f"<pre>{_runs(part['elements'])}</pre>"
        case "rich_text_quote":
            return f"<blockquote>{_runs(part['elements'])}</blockquote>"
        case _:
            return _runs(part["elements"])


def _runs(elements: Sequence[Json]) -> str:
    drawn = []
    for element in elements:
        html = escape(element["text"])
        style = element.get("style", {})
        html = f"<code>{html}</code>" if style.get("code") else html
        html = f"<b>{html}</b>" if style.get("bold") else html
        drawn.append(f'<a href="{escape(element["url"])}">{html}</a>' if element["type"] == "link" else html)
    return "".join(drawn)


def _row(row: Sequence[Json]) -> str:
    return "".join(f"<td>{escape(cell['text'])}</td>" for cell in row)


def _button(button: Json) -> str:
    return f'<button class="{button.get("style", "")}">{_text(button["text"])}</button>'


def _input(block: Json) -> str:
    element = block["element"]
    optional = ' <span class="optional">(optional)</span>' if block["optional"] else ""
    hint = f'<div class="hint">{_text(block["hint"])}</div>' if "hint" in block else ""
    return f'<div class="block"><label>{_text(block["label"])}{optional}</label>{_element(element)}{hint}</div>'


def _element(element: Json) -> str:
    match element["type"]:
        case "radio_buttons" | "checkboxes" as kind:
            mark, chosen = ("◯", "◉") if kind == "radio_buttons" else ("☐", "☑")
            initial = element.get("initial_options", [element.get("initial_option")])
            return "".join(
                f'<div class="choice">{chosen if option in initial else mark} {_text(option["text"])}</div>'
                for option in element["options"]
            )
        case "static_select" | "multi_static_select":
            initial = element.get("initial_options", [element.get("initial_option")])
            words = ", ".join(_text(option["text"]) for option in initial if option) or "Select an option"
            return f'<div class="box">{words} ▾</div>'
        case "datepicker":
            return f'<div class="box">{escape(element.get("initial_date", "Select a date"))}</div>'
        case _:
            tall = " tall" if element.get("multiline") else ""
            return f'<div class="box{tall}">{escape(element.get("initial_value", ""))}</div>'
