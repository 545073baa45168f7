"""What people wrote, as plain words: without our own mention, with the others' names, without markup."""

import re
from html.parser import HTMLParser

from bot.platforms.payload import objects_at, text_at
from bot.platforms.validation import JsonObject

_BREAKS = frozenset({"p", "div", "br", "li", "tr", "ul", "ol", "table", "blockquote", "pre", "h1", "h2", "h3", "h4"})
_HIDDEN = frozenset({"script", "style", "head", "title", "template"})
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n\s*")


def said_text(activity: JsonObject) -> str:
    """Which parts are mentions stands in the activity's entities, so nobody's name has to be guessed."""
    text = text_at(activity, "text")
    if text_at(activity, "textFormat") in ("xml", "html"):
        return html_text(text)
    own = text_at(activity, "recipient", "id")
    for mention in mentions(activity):
        marked = text_at(mention, "text")
        if marked:
            name = "" if text_at(mention, "mentioned", "id") == own else text_at(mention, "mentioned", "name")
            text = text.replace(marked, f" {name} ", 1)
    return tidy(text) or attached_text(activity)


def attached_text(activity: JsonObject) -> str:
    """The words of what was sent as HTML only."""
    for attachment in objects_at(activity, "attachments"):
        if text_at(attachment, "contentType") == "text/html" and not mentions(activity):
            return html_text(text_at(attachment, "content"))
    return ""


def is_mentioned(activity: JsonObject) -> bool:
    """Whether we are."""
    own = text_at(activity, "recipient", "id")
    return bool(own) and any(text_at(mention, "mentioned", "id") == own for mention in mentions(activity))


def mentions(activity: JsonObject) -> list[JsonObject]:
    return [entity for entity in objects_at(activity, "entities") if text_at(entity, "type") == "mention"]


def html_text(html: str) -> str:
    """The words of `html`, one line for each block of it."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return tidy("".join(reader.words))


def tidy(text: str) -> str:
    """Single spaces, no empty lines."""
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.words.append("\n")
        elif tag in _HIDDEN:
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS:
            self.words.append("\n")
        elif tag in _HIDDEN and self._hidden:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)
