"""The list of questions that wait for an expert, for the admins."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.chat.reply import Block, Bullets, Message, Note, Paragraph, Span
from bot.chat.wording import shortened
from bot.features.questions.model import Question

SHOWN = 20
TEXT_LENGTH = 200


def open_questions_message(waiting: Sequence[Question], count: int, moment: Callable[[datetime], str]) -> Message:
    """`waiting` are the first of `count`, the longest waiting first; `moment` says when as the reader does."""
    if not count:
        text = "No question is waiting for an expert."
        return Message(text, (Paragraph(text), Note("Questions land here when somebody presses “Ask an expert”.")))
    text = "1 question is waiting for an expert." if count == 1 else f"{count} questions are waiting for an expert."
    items = tuple(
        (
            Span(shortened(question.text, TEXT_LENGTH), bold=True),
            Span(f" – {question.person_name}, waiting since {moment(question.wished_at or question.asked_at)}"),
        )
        for question in waiting
    )
    blocks: list[Block] = [Paragraph(text), Bullets(items)]
    if count > len(waiting):
        blocks.append(Note(f"The {len(waiting)} that wait longest are shown."))
    return Message(text, tuple(blocks))
