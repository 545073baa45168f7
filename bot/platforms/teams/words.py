"""What people wrote, as plain words: without our own mention, with the others' names, without markup."""

import re
from html import unescape

from bot.platforms.links import LINK_LIMIT
from bot.platforms.payload import objects_at, text_at
from bot.platforms.validation import JsonObject

READ_LIMIT = 200_000  # characters
MENTIONS_LIMIT = 100

_BREAKS = frozenset({"p", "div", "br", "li", "tr", "ul", "ol", "table", "blockquote", "pre", "h1", "h2", "h3", "h4"})
_HIDDEN = frozenset({"script", "style", "head", "title", "template"})
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)[^<>]*+>|<[!?][^<>]*+>")
_HREF = re.compile(r"""\shref\s?=\s?["']([^"']*+)["']""", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n\s*")


def said_text(activity: JsonObject) -> str:
    """Which parts are mentions stands in the activity's entities, so nobody's name has to be guessed."""
    text = text_at(activity, "text")[:READ_LIMIT]
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
            return html_text(text_at(attachment, "content")[:READ_LIMIT])
    return ""


def is_mentioned(activity: JsonObject) -> bool:
    """Whether we are."""
    own = text_at(activity, "recipient", "id")
    return bool(own) and any(text_at(mention, "mentioned", "id") == own for mention in mentions(activity))


def mentions(activity: JsonObject) -> list[JsonObject]:
    found = [entity for entity in objects_at(activity, "entities") if text_at(entity, "type") == "mention"]
    return found[:MENTIONS_LIMIT]


def html_text(html: str) -> str:
    """The words of `html`, one line for each block of it; the address of a link after its words. In one pass: the
    standard library's parser takes seconds over a hundred kilobytes of unfinished tags."""
    words: list[str] = []
    hidden, end = "", 0
    address, begins = "", 0
    for tag in _TAG.finditer(html):
        if not hidden:
            words.append(unescape(html[end : tag.start()]))
        end, closes, name = tag.end(), tag[1], (tag[2] or "").lower()
        if hidden:
            hidden = "" if closes and name == hidden else hidden
        elif name in _BREAKS:
            words.append("\n")
        elif name in _HIDDEN and not closes:
            hidden = name
        elif name == "a" and closes:
            if address and address not in "".join(words[begins:]):
                words.append(f" ({address})")
            address = ""
        elif name == "a":
            address, begins = _address(tag[0]), len(words)
    if not hidden:
        words.append(unescape(html[end:]))
    return tidy("".join(words))


def _address(tag: str) -> str:
    """Where a link leads, if that is on the web."""
    found = _HREF.search(tag)
    address = unescape(found[1]).strip() if found else ""
    return address if address.startswith(("https://", "http://")) and len(address) <= LINK_LIMIT else ""


def tidy(text: str) -> str:
    """Single spaces, no empty lines."""
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()
