"""The list of questions that wait for an expert, for every colleague."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.chat.reply import Block, Bullets, Message, Note, Paragraph, Span
from bot.chat.wording import shortened
from bot.features.escalations.model import Escalation

SHOWN = 20
TEXT_LENGTH = 200
ANONYMOUS = "A colleague"


def open_questions_message(waiting: Sequence[Escalation], moment: Callable[[datetime], str]) -> Message:
    """`waiting` with the longest waiting first; `moment` says when as the reader does."""
    count = len(waiting)
    if not count:
        text = "No question is waiting for an expert."
        return Message(text, (Paragraph(text), Note("Questions land here when somebody presses “Ask an expert”.")))
    text = "1 question is waiting for an expert." if count == 1 else f"{count} questions are waiting for an expert."
    items = tuple(
        (
            Span(shortened(asked.text, TEXT_LENGTH), bold=True),
            Span(f" – {asked.asker_name or ANONYMOUS}, waiting since {moment(asked.opened_at)}"),
        )
        for asked in waiting[:SHOWN]
    )
    blocks: list[Block] = [Paragraph(text), Bullets(items)]
    if count > SHOWN:
        blocks.append(Note(f"The {SHOWN} that wait longest are shown."))
    return Message(text, tuple(blocks))
