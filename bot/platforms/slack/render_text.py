"""Runs of text as Slack's rich text, which parses nothing, and as its mrkdwn where there is no rich text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.chat.reply import Span, Text
from bot.platforms.cleaning import clean, is_blank, line, split, units
from bot.platforms.links import link_target
from bot.platforms.slack.limits import Json

# Look-alikes, for Slack has no way to escape its marks.
_LOOK_ALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ", "|": "¦"})
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")  # inside a word it marks nothing
_QUOTING = re.compile(r"^([^\S\n]*+)>", re.MULTILINE)
_EMOJI = re.compile(r"(?<!\d):(?=[\w+'-]+:)")
_CALLING = re.compile(r"@(?=channel|here|everyone|group)", re.IGNORECASE)
_EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)


def runs(text: Text) -> tuple[Span, ...]:
    """Cleaned, without empty runs; none at all where there is nothing to see."""
    spans = (Span(text),) if isinstance(text, str) else text
    cleaned = [replace(span, text=clean(span.text), href=link_target(span.href)) for span in spans]
    if all(is_blank(span.text) for span in cleaned):
        return ()
    return tuple(span for span in cleaned if span.text and not (span.href and is_blank(span.text)))


def chunks(spans: Sequence[Span], limit: int) -> list[tuple[Span, ...]]:
    """Parts of at most `limit` units each, none of them blank."""
    parts: list[list[Span]] = [[]]
    room = limit
    for span in spans:
        for number, piece in enumerate(_pieces(span.text, room, limit)):
            if number or units(piece) > room:
                parts.append([])
                room = limit
            parts[-1].append(replace(span, text=piece))
            room -= units(piece)
    return [tuple(part) for part in parts if not all(is_blank(span.text) for span in part)]


def elements(spans: Iterable[Span]) -> list[Json]:
    """The runs as elements of rich text."""
    return [_element(span) for span in spans]


def rich_section(spans: Iterable[Span], kind: str = "rich_text_section") -> Json:
    """A block of rich text with one part."""
    return {"type": "rich_text", "elements": [{"type": kind, "elements": elements(spans)}]}


def mrkdwn(spans: Iterable[Span]) -> str:
    """The runs as mrkdwn, for a text object with `verbatim`."""
    written = ""
    listed = list(spans)
    for span, following in zip(listed, [*listed[1:], Span("")], strict=True):
        apart = not written[-1:].isalnum() and not following.text[:1].isalnum()
        written += _marked(span, apart)
    return written


def escaped(text: str) -> str:
    """Cleaned words that neither format, mention, link nor turn into pictures in mrkdwn."""
    text = _QUOTING.sub(r"\1›", clean(text)).translate(_LOOK_ALIKES)
    text = _EMOJI.sub("꞉", _UNDERSCORE.sub("ˍ", text))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _CALLING.sub("@\u2060", text)


def plain_text(text: str) -> Json:
    """A text object that Slack shows as it is. `text` is cleaned and cut by the caller."""
    return {"type": "plain_text", "text": text, "emoji": False}


def mrkdwn_text(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _pieces(text: str, room: int, limit: int) -> list[str]:
    """`text` in parts: the first as long as there is room for, if that is enough to begin with."""
    if units(text) <= room:
        return [text]
    if room < limit // 4:
        return split(text, limit)
    first = split(text, room)[:1]
    return first + split(text[len(first[0]) :].lstrip(), limit) if first else []


def _element(span: Span) -> Json:
    style = {name: True for name, is_on in (("bold", span.bold), ("code", span.code)) if is_on}
    marks: Json = {"style": style} if style else {}
    if span.href:
        return {"type": "link", "url": span.href, "text": line(span.text), **marks}
    return {"type": "text", "text": span.text, **marks}


def _marked(span: Span, apart: bool) -> str:
    edges = _EDGES.fullmatch(span.text)
    before, words, after = edges.groups() if edges else ("", span.text, "")
    words = escaped(line(words) if span.href or span.bold or span.code else words)
    if not words:
        return before + after
    if span.href:
        words = f"<{span.href.replace('&', '&amp;')}|{words}>"
    if span.code and apart:
        words = f"`{words}`"
    if span.bold and apart:
        words = f"*{words}*"
    return before + words + after
