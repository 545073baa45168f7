"""What of a message stands in a letter, in the fewest kinds of block, so that both ways to draw it have few to draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from bot.chat.reply import (
    Actions,
    Block,
    Bullets,
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
)
from bot.platforms.cleaning import line
from bot.platforms.links import link_target

OPEN = "Open it in Guildhall"

LetterBlock = Heading | Paragraph | Bullets | Quote | Facts | Table | Sources | Note


@dataclass(frozen=True, slots=True)
class Contents:
    """What is `said`, where there is more and all that can be done (`url`, empty where nobody gets there), and the
    quiet last lines."""

    said: Sequence[LetterBlock]
    url: str
    notes: Sequence[Note]


def contents_of(message: Message) -> Contents:
    """Without buttons, which cannot be pressed in e-mail."""
    shown = [each for block in message.blocks if (each := _in_letter(block))]
    end = len(shown)
    while end and isinstance(shown[end - 1], Note):
        end -= 1
    notes = [each for each in shown[end:] if isinstance(each, Note)]
    return Contents(shown[:end] or [Paragraph(message.summary)], link_target(message.url) or "", notes)


def _in_letter(block: Block) -> LetterBlock | None:
    match block:
        case Invitation():
            return block.facts
        case Progress():
            return Paragraph(_progress(block))
        case Actions() | Judge() | Suggestions():
            return None
        case Heading() | Paragraph() | Bullets() | Quote() | Facts() | Table() | Sources() | Note():
            return block
        case _:
            assert_never(block)


def _progress(progress: Progress) -> tuple[Span, ...]:
    label = line(progress.label)
    if progress.total <= 0:
        return (Span(f"{label} …"),)
    done = max(0, min(progress.done, progress.total))
    return (Span(f"{label} "), Span(f"{done:,} of {progress.total:,}", bold=True))
