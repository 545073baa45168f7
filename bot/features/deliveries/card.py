"""What admins are told about messages that did not arrive."""

from collections import Counter
from collections.abc import Sequence

from bot.chat.reply import Actions, Block, Bullets, Button, Facts, Message, Note, Paragraph, Span
from bot.features.deliveries.model import STATES, Undelivered

PAGE = "/deliveries"
AGAIN = "deliveries.again"
ARRIVED = "deliveries.arrived"
DROP = "deliveries.drop"
SHOWN = 3
REASONS_SHOWN = 3


def counted(number: int) -> str:
    return "1 message waits" if number == 1 else f"{number} messages wait"


def list_message(letters: Sequence[Undelivered], base_url: str) -> Message:
    """The newest ones, each with what can be done about it."""
    if not letters:
        text = "Every message arrived. Nothing waits for you here."
        return Message(text, (Paragraph(text),))
    text = f"{counted(len(letters))} for a decision: not delivered, or nobody can say whether."
    blocks: list[Block] = [Paragraph(text)]
    for letter in letters[:SHOWN]:
        blocks += [_facts(letter), Actions(buttons(letter))]
    return Message(text, (*blocks, _all(base_url)))


def buttons(letter: Undelivered) -> tuple[Button, ...]:
    value = str(letter.id)
    sure = "Send it again? If it arrived the first time, people see it twice." if letter.may_have_arrived else ""
    again = Button("Send again", AGAIN, value, confirm=sure)
    drop = Button("Drop it", DROP, value, style="danger", confirm="Drop this message for good?")
    return (again, Button("It arrived", ARRIVED, value), drop) if letter.may_have_arrived else (again, drop)


def digest(letters: Sequence[Undelivered], base_url: str) -> Message:
    """One message a day, kept current in place."""
    text = f"{counted(len(letters))} for your decision: not delivered, or nobody can say whether."
    reasons = Counter(f"{letter.platform}: {letter.reason}" for letter in letters)
    lines = tuple(f"{number} × {reason}" for reason, number in reasons.most_common(REASONS_SHOWN))
    return Message(text, (Paragraph(text), Bullets(lines), _all(base_url)))


def _facts(letter: Undelivered) -> Facts:
    pairs = [("Where", f"{letter.platform}, {letter.where}"), (STATES[letter.state], letter.reason)]
    return Facts((*pairs, ("What", letter.what)) if letter.what else tuple(pairs))


def _all(base_url: str) -> Note:
    return Note((Span("All of them", href=f"{base_url.rstrip('/')}{PAGE}"), Span(". Admins see this, nobody else.")))
