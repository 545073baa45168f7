"""Messages to plain text, for who reads no HTML. Buttons cannot be pressed in e-mail: a link leads to them."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from bot.chat.reply import (
    Actions,
    Block,
    Bullets,
    Citation,
    Facts,
    Heading,
    Invitation,
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
    Text,
)
from bot.platforms.cleaning import clean, is_blank, line
from bot.platforms.links import link_target

OPEN = "Open it in Guildhall"


def render_text(message: Message) -> str:
    """Paragraphs with an empty line between them."""
    parts = [drawn for block in in_letter(message) if not is_blank(drawn := _block(block))]
    return "\n\n".join(parts) + "\n"


def in_letter(message: Message) -> Sequence[Block]:
    """What e-mail shows of it, and before the quiet last lines a link to all of it."""
    shown = [block for block in message.blocks if not isinstance(block, Actions | Judge | Suggestions)]
    end = len(shown)
    while end and isinstance(shown[end - 1], Note):
        end -= 1
    said = shown[:end] or [Paragraph(message.summary)]
    link = [Paragraph((Span(OPEN, href=message.url),))] if link_target(message.url) else []
    return [*said, *link, *shown[end:]]


def _block(block: Block) -> str:
    match block:
        case Heading():
            return line(block.text)
        case Paragraph():
            return _text(block.text)
        case Bullets():
            marks = (f"{number}." if block.ordered else "-" for number in range(1, len(block.items) + 1))
            return "\n".join(f"{mark} {_text(item)}" for mark, item in zip(marks, block.items, strict=True))
        case Quote():
            return "\n".join(f"> {each}" for each in clean(block.text).split("\n"))
        case Facts():
            return _facts(block)
        case Table():
            return "\n".join(" | ".join(line(cell) for cell in row) for row in (block.columns, *block.rows))
        case Sources():
            return "\n".join(_cited(block.citations))
        case Progress():
            return _progress(block)
        case Invitation():
            return _facts(block.facts)
        case Note():
            return _text(block.text)
        case Actions() | Judge() | Suggestions():
            return ""
        case _:
            assert_never(block)


def _facts(facts: Facts) -> str:
    return "\n".join(f"{line(label)}: {_text(text)}" for label, text in facts.pairs)


def _cited(citations: Iterable[Citation]) -> Iterable[str]:
    for each in citations:
        yield f"[{each.number}] {line(each.title)} {link_target(each.url) or ''}".rstrip()
        if each.quote:
            yield f"    “{line(each.quote)}”"


def _progress(progress: Progress) -> str:
    if progress.total <= 0:
        return f"{line(progress.label)} …"
    done = max(0, min(progress.done, progress.total))
    return f"{line(progress.label)} {done:,} of {progress.total:,}"


def _text(text: Text) -> str:
    return clean(text) if isinstance(text, str) else "".join(_span(each) for each in text)


def _span(span: Span) -> str:
    target = link_target(span.href)
    return f"{clean(span.text)} <{target}>" if target else clean(span.text)
