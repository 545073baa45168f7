"""Messages to what chat.postMessage and chat.update take. Whatever the message, Slack can take what comes out."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.reply import Message, Paragraph, Span, Suggestions
from bot.platforms.cleaning import cut, is_blank, line
from bot.platforms.links import link_target
from bot.platforms.slack.limits import (
    MESSAGE_BLOCKS,
    MESSAGE_BYTES,
    PROMPT_TITLE,
    PROMPTS,
    SUMMARY,
    Json,
    json_bytes,
)
from bot.platforms.slack.render_blocks import Drawing, Piece
from bot.platforms.slack.render_text import escaped, rich_section, runs

_SILENT = "Guildhall has something for you."


@dataclass(frozen=True, slots=True)
class Room:
    """How much there is room for."""

    blocks: int
    size: int


def render_message(message: Message, nonce: str, *, is_plain: bool = False) -> Json:
    """`text` and `blocks`, and what keeps Slack from making links, mentions and previews of its own.

    `is_plain` leaves out the newer blocks, for a workspace that refuses them.
    """
    drawing = Drawing(nonce, feedback=False, tables=0) if is_plain else Drawing(nonce)
    return {
        "text": fallback(message),
        "blocks": render_blocks(message, drawing, Room(MESSAGE_BLOCKS, MESSAGE_BYTES)),
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def fallback(message: Message) -> str:
    """What stands in the notification, in mrkdwn."""
    return escaped(_SILENT if is_blank(message.summary) else cut(message.summary, SUMMARY))


def suggested_prompts(message: Message) -> list[dict[str, str]]:
    """What assistant.threads.setSuggestedPrompts takes; empty where nothing is suggested."""
    prompts = [
        line(prompt)
        for block in message.blocks
        if isinstance(block, Suggestions)
        for prompt in block.prompts
        if not is_blank(prompt)
    ]
    return [{"title": cut(prompt, PROMPT_TITLE), "message": prompt} for prompt in prompts[:PROMPTS]]


def render_blocks(message: Message, drawing: Drawing, room: Room) -> list[Json]:
    """The message's blocks, at least one. What there is no room for is left out, and a line says so."""
    pieces = [piece for block in message.blocks for piece in drawing.draw(block)]
    if not pieces:
        words = _SILENT if is_blank(message.summary) else message.summary
        pieces = drawing.draw(Paragraph(words))
    return _fitted(pieces, _notice(message.url), room)


def _fitted(pieces: Sequence[Piece], notice: Json, room: Room) -> list[Json]:
    sizes = [json_bytes(piece.block) + 1 for piece in pieces]
    if len(pieces) <= room.blocks and sum(sizes) <= room.size and not any(piece.is_cut for piece in pieces):
        return [piece.block for piece in pieces]
    taken = _taken(pieces, sizes, Room(room.blocks - 1, room.size - json_bytes(notice) - 1))
    drawn: list[Json] = []
    is_told = False
    for index, piece in enumerate(pieces):
        if index in taken:
            drawn.append(piece.block)
        if not is_told and (piece.is_cut or index not in taken):
            drawn.append(notice)
            is_told = True
    return drawn


def _taken(pieces: Sequence[Piece], sizes: Sequence[int], room: Room) -> frozenset[int]:
    """What can be pressed and the quiet lines first; then the text from its beginning, without a gap."""
    taken: set[int] = set()
    blocks, size = room.blocks, room.size
    for stays in (True, False):
        for index, piece in enumerate(pieces):
            if piece.stays is not stays:
                continue
            if not blocks or sizes[index] > size:
                break
            taken.add(index)
            blocks -= 1
            size -= sizes[index]
    return frozenset(taken)


def _notice(url: str) -> Json:
    text = (Span("Read the rest", href=url),) if link_target(url) else "Shortened: not all of it fits here."
    return rich_section(runs(text))
