"""Messages for Guildhall's home to what views.publish takes."""

from bot.chat.reply import Message
from bot.platforms.slack.limits import VIEW_BLOCKS, VIEW_BYTES, Json
from bot.platforms.slack.render import Room, render_blocks
from bot.platforms.slack.render_blocks import Drawing

_MARGIN = 10_000  # bytes for what Slack adds


def render_home(message: Message, nonce: str) -> Json:
    """A home view; feedback buttons are for messages only."""
    room = Room(VIEW_BLOCKS, VIEW_BYTES - _MARGIN)
    return {"type": "home", "blocks": render_blocks(message, Drawing(nonce, feedback=False), room)}
