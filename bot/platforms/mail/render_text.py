"""Messages to plain text, for who reads no HTML. Buttons cannot be pressed in e-mail: a link leads to them."""

from collections.abc import Iterable
from typing import assert_never

from bot.chat.reply import (
    Bullets,
    Citation,
    Facts,
    Heading,
    Message,
    Note,
    Paragraph,
    Quote,
    Sources,
    Span,
    Table,
    Text,
)
from bot.platforms.cleaning import clean, is_blank, line
from bot.platforms.links import link_target
from bot.platforms.mail.contents import OPEN, LetterBlock, contents_of


def render_text(message: Message) -> str:
    """Paragraphs with an empty line between them."""
    contents = contents_of(message)
    link = [f"{OPEN} <{contents.url}>"] if contents.url else []
    drawn = [*map(_block, contents.said), *link, *map(_block, contents.notes)]
    return "\n\n".join(each for each in drawn if not is_blank(each)) + "\n"


def _block(block: LetterBlock) -> str:
    match block:
        case Heading():
            return line(block.text)
        case Paragraph() | Note():
            return _text(block.text)
        case Bullets():
            marks = (f"{number}." if block.ordered else "-" for number in range(1, len(block.items) + 1))
            return "\n".join(f"{mark} {_text(item)}" for mark, item in zip(marks, block.items, strict=True))
        case Quote():
            return "\n".join(f"> {each}" for each in clean(block.text).split("\n"))
        case Facts():
            return "\n".join(f"{line(label)}: {_text(text)}" for label, text in block.pairs)
        case Table():
            return "\n".join(" | ".join(line(cell) for cell in row) for row in (block.columns, *block.rows))
        case Sources():
            return "\n".join(_cited(block.citations))
        case _:
            assert_never(block)


def _cited(citations: Iterable[Citation]) -> Iterable[str]:
    for each in citations:
        yield f"[{each.number}] {line(each.title)} {link_target(each.url) or ''}".rstrip()
        if each.quote:
            yield f"    “{line(each.quote)}”"


def _text(text: Text) -> str:
    return clean(text) if isinstance(text, str) else "".join(_span(each) for each in text)


def _span(span: Span) -> str:
    target = link_target(span.href)
    return f"{clean(span.text)} <{target}>" if target else clean(span.text)
