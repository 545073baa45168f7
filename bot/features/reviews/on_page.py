"""What a page says after something was done there. In a chat the card says it."""

from bot.chat.reply import Message, Paragraph, Post, Reply
from bot.chat.turn import Pressed, Submitted, Turn


def is_on_page(turn: Turn) -> bool:
    """Nothing that stands in a chat has no nonce."""
    return isinstance(turn.content, Pressed | Submitted) and not turn.content.nonce


def said(turn: Turn, text: str) -> Reply:
    if not is_on_page(turn):
        return Reply()
    return Reply((Post(Message(text, (Paragraph(text),)), "review-done"),))
