"""Text that nobody here wrote, made inert: it neither mentions, formats, links nor computes in a card or a message."""

import re

from bot.platforms.cleaning import clean, cut
from bot.platforms.links import link_target

_MENTION = re.compile(r"<(?=\s*+/?\s*+at\b)", re.IGNORECASE)
_FUNCTION = re.compile(r"\{(?=\{)|\$(?=\{)")  # {{DATE(...)}} and ${...}
_MARKS = re.compile(r"[\\`*\[\]<>&~|]|(?<!\w)_|_(?!\w)")
_BEGINS_LIST = re.compile(r"^(\s*)([-+#=]|\d{1,9}[.)])", re.MULTILINE)
_MARKS_IN_TEXT = re.compile(r"[\\`*_\[\]<>&~|]|!\Z")  # a link after that would be an image
_BEGINS_LINE = re.compile(r"^[^\S\n]*([-+=]|#+|\d{1,9}(?=[.)]))?", re.MULTILINE)
_LINKS_ITSELF = re.compile(r"(?<=:)(?=//)|(?<=\bwww)(?=\.)", re.IGNORECASE)


def inert(text: str) -> str:
    """For a TextRun, a label or a title, where no Markdown is read."""
    return _FUNCTION.sub(lambda found: f"{found[0]} ", _MENTION.sub("‹", clean(text)))


def one_line(text: str, limit: int) -> str:
    """Inert, and of at most `limit` UTF-16 code units."""
    return cut(inert(text), limit)


def markdown(text: str) -> str:
    """For a fact or a heading of a card, where Markdown is read; on one line."""
    line = " ".join(inert(text).split())
    return _BEGINS_LIST.sub(_escaped_beginning, _MARKS.sub(lambda found: f"\\{found[0]}", line))


def message_text(text: str) -> str:
    """For a message's text, where Markdown, HTML and bare addresses are read. Entities mean themselves to all of
    them, whichever reads first."""
    shown = _LINKS_ITSELF.sub("\u2060", inert(text))
    return _BEGINS_LINE.sub(_entity_beginning, _MARKS_IN_TEXT.sub(_entity, shown))


def link(shown: str, href: str | None) -> str:
    """Markdown; `shown` alone where there is nothing to open, or to see."""
    target = link_target(href) if shown else None
    return f"[{shown}]({target.replace('(', '%28').replace(')', '%29')})" if target else shown


def _escaped_beginning(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2][:-1]}\\{found[2][-1]}"


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def _entity_beginning(found: re.Match[str]) -> str:
    return "".join(f"&#{ord(each)};" for each in found[1] or "")
