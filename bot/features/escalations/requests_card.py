"""The questions that wait for somebody as an expert: the list, and the part of their home."""

from collections.abc import Sequence

from bot.chat.moments import moment_for_readers
from bot.chat.reply import Actions, Block, Bullets, Button, Message, Note, Paragraph, Span, Text
from bot.chat.turn import Turn
from bot.chat.wording import shortened
from bot.features.escalations.model import Escalation, State
from bot.features.feature import WAITS, HomeSection

REQUESTS = "escalations.requests"
PAGE = "/requests"

SHOWN = 3
"""As cards, the first due first."""

LISTED = 8
TEXT_LENGTH = 120


def requests_message(waiting: Sequence[Escalation], turn: Turn) -> Message:
    """`waiting` are those of the turn's person."""
    text = _counted(waiting, turn)
    if not waiting:
        note = "“expertise” says what you are asked about. Each question that nobody has taken stands on the open list."
        return Message(text, (Paragraph(text), Note(note)))
    blocks: list[Block] = [Paragraph((Span(text, bold=True),))]
    if len(waiting) > 1:
        blocks.append(Bullets(_lines(waiting, turn)))
    if len(waiting) > SHOWN:
        blocks.append(Note(f"The first {SHOWN} follow. Say “requests” again when you are through with them."))
    return Message(text, tuple(blocks))


def requests_section(waiting: Sequence[Escalation], turn: Turn, pages: str | None) -> HomeSection | None:
    """`pages` comes before a page's path; None where people reach none."""
    if not waiting:
        return None
    text = _counted(waiting, turn)
    show = Button("Show them" if len(waiting) > 1 else "Show it", REQUESTS)
    return HomeSection(WAITS, (Paragraph(text), Bullets(_lines(waiting, turn, pages)), Actions((show,))))


def request_url(asked: Escalation, pages: str = "") -> str:
    return f"{pages}{PAGE}/{asked.id}"


def _counted(waiting: Sequence[Escalation], turn: Turn) -> str:
    own = sum(each.owner_id == turn.person.id for each in waiting)
    offered = len(waiting) - own
    parts = [f"{_questions(own)} yours to answer"] if own else []
    if offered:
        are = "is" if offered == 1 else "are"
        parts.append(f"{offered} {are} offered to you" if own else f"{_questions(offered)} offered to you")
    return f"{', and '.join(parts)}." if parts else "No question waits for you."


def _questions(number: int) -> str:
    return "1 question is" if number == 1 else f"{number} questions are"


def _lines(waiting: Sequence[Escalation], turn: Turn, pages: str | None = None) -> tuple[Text, ...]:
    def line(asked: Escalation) -> Text:
        opens = None if pages is None else request_url(asked, pages)
        words = Span(shortened(asked.text, TEXT_LENGTH), bold=True, href=opens)
        return (words, Span(f" – {_standing(asked, turn)}"))

    return tuple(line(each) for each in waiting[:LISTED])


def _standing(escalation: Escalation, turn: Turn) -> str:
    place = turn.private_place
    if escalation.state is State.ASKED_BACK:
        return "you asked back, and nothing is due"
    if escalation.due_at is not None:
        was_due = "was due" if escalation.due_at < turn.at else "due"
        return f"{was_due} {moment_for_readers(escalation.due_at, turn, place)}"
    if escalation.offered_at is not None:
        return f"offered {moment_for_readers(escalation.offered_at, turn, place)}"
    return "yours"
