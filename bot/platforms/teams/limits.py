"""What fits into one message, which is 28 KB everywhere. What is more is cut, with a link to the rest."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
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
    plain,
)
from bot.platforms.teams.render_text import Json

ACTIVITY_BYTES = 27_000
"""Of 28 KB: the rest is for what the connector puts around it."""

BUDGETS = (16_000, 8_000, 4_000, 2_000, 1_000, 400)
"""Characters of content, tried in this order until the message fits."""

PIECE = 60
"""Characters that each piece of text costs beside its own, for the JSON around it."""

ACTIONS_LIMIT = 6
CITATIONS = 20
FACTS = 40
COLUMNS = 8
PROMPTS = 3
LABEL_UNITS = 45
"""Of a button, beyond which a card's edge cuts it."""

SUMMARY_UNITS = 300
THE_REST = "Read the rest"
NO_REST = "The rest does not fit into this message."


def fitted(message: Message, draw: Callable[[Message], Json]) -> Json:
    """`message` drawn, with as much of it as fits. Buttons go last, where they carry more than a message can hold."""
    drawn = draw(message)
    for budget in BUDGETS:
        if size(drawn) <= ACTIVITY_BYTES:
            return drawn
        drawn = draw(cut(message, budget))
    return drawn if size(drawn) <= ACTIVITY_BYTES else draw(without_buttons(cut(message, BUDGETS[-1])))


def size(activity: object) -> int:
    """Bytes on the wire."""
    return len(json.dumps(activity, ensure_ascii=False, separators=(",", ":")).encode())


def cut(message: Message, budget: int) -> Message:
    """`message` in about `budget` characters. Buttons stay; content goes from the end on, and a link to the rest
    comes in its place."""
    taken: list[Block] = []
    left = budget
    is_whole = True
    for block in message.blocks:
        shown, left = _taken(block, left)
        is_whole = is_whole and shown == block
        if shown is not None:
            taken.append(shown)
    if not is_whole:
        rest = Span(THE_REST, href=message.url) if message.url else Span(NO_REST)
        taken.insert(_end_of_content(taken), Paragraph((rest,)))
    return replace(message, blocks=tuple(taken))


def without_buttons(message: Message) -> Message:
    kept = tuple(block for block in message.blocks if not isinstance(block, Actions | Judge))
    return replace(message, blocks=kept)


def _end_of_content(blocks: Sequence[Block]) -> int:
    for index, block in enumerate(blocks):
        if isinstance(block, Sources | Actions | Judge | Suggestions | Note):
            return index
    return len(blocks)


def _taken(block: Block, left: int) -> tuple[Block | None, int]:
    match block:
        case Actions() | Judge():
            return block, left
        case Heading() | Quote():
            kept = block.text[: max(left, 0)]
            return (replace(block, text=kept) if kept else None), left - _cost(block.text)
        case Paragraph() | Note():
            words = _cut_text(block.text, left)
            return (replace(block, text=words) if plain(words) else None), left - _cost(block.text)
        case Bullets():
            items, left = _cut_all(block.items, left)
            return (replace(block, items=items) if items else None), left
        case Facts():
            pairs = []
            for label, text in block.pairs[:FACTS]:
                if left > 0:
                    pairs.append((label[:200], _cut_text(text, left)))
                left -= len(label[:200]) + _cost(text) + PIECE
            return (replace(block, pairs=tuple(pairs)) if pairs else None), left
        case Table():
            return _table(block, left)
        case Sources():
            return _sources(block, left)
        case Progress():
            return replace(block, label=block.label[:200]), left - 200
        case Invitation():
            return _invitation(block, left)
        case Suggestions():
            prompts = tuple(prompt[:200] for prompt in block.prompts[:PROMPTS])
            return (replace(block, prompts=prompts) if left > 0 and prompts else None), left - 200 * len(prompts)
        case _:
            assert_never(block)


def _invitation(block: Invitation, left: int) -> tuple[Invitation, int]:
    """When and where stay: they are what it is about."""
    short = replace(block, title=block.title[:200], when=block.when[:200], where=_cut_text(block.where, 300))
    return short, left - sum(len(label) + _cost(text) for label, text in short.facts.pairs)


def _table(table: Table, left: int) -> tuple[Table | None, int]:
    def cost(row: Sequence[str]) -> int:
        return sum(len(cell) + 2 * PIECE for cell in row)

    columns = tuple(column[:100] for column in table.columns[:COLUMNS])
    left -= cost(columns)
    rows = []
    for row in table.rows:
        cells = row[:COLUMNS]
        if cost(cells) > left:
            break
        rows.append(cells)
        left -= cost(cells)
    if len(rows) < len(table.rows):
        left = 0  # what follows a table that is cut would seem to belong to it
    return (Table(columns, tuple(rows)) if rows or columns else None), left


def _sources(sources: Sources, left: int) -> tuple[Sources, int]:
    """Titles and links stay as far as they can: an answer without its sources is none."""
    kept: list[Citation] = []
    for citation in sources.citations[:CITATIONS]:
        short = replace(citation, title=citation.title[:150], place=citation.place[:200], note=citation.note[:150])
        cost = 3 * PIECE + len(short.title) + len(short.place) + len(short.url)
        if kept and cost > left + 400:
            break
        kept.append(short if cost + len(citation.quote) <= left else replace(short, quote="", note=""))
        left -= cost + len(kept[-1].quote) + len(kept[-1].note)
    return Sources(tuple(kept)), left


def _cut_all(items: Sequence[Text], left: int) -> tuple[tuple[Text, ...], int]:
    taken: list[Text] = []
    for item in items:
        if left > 0:
            taken.append(_cut_text(item, left))
        left -= _cost(item)
    return tuple(taken), left


def _cost(text: Text) -> int:
    if isinstance(text, str):
        return len(text) + PIECE + text.count("\n") * PIECE
    return sum(len(span.text) + PIECE + span.text.count("\n") * PIECE + 2 * len(span.href or "") for span in text)


def _cut_text(text: Text, left: int) -> Text:
    if _cost(text) <= left:
        return text
    if isinstance(text, str):
        return _shorter(text, left)
    taken: list[Span] = []
    for span in text:
        left -= PIECE + 2 * len(span.href or "")
        if left <= 0:
            break
        taken.append(replace(span, text=_shorter(span.text, left)))
        left -= len(span.text) + span.text.count("\n") * PIECE
    return tuple(taken)


def _shorter(text: str, left: int) -> str:
    if len(text) + text.count("\n") * PIECE <= left:
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        if left <= 0:
            break
        lines.append(line if len(line) <= left else line[: max(left - 1, 0)].rstrip() + "…")
        left -= len(line) + PIECE
    return "\n".join(lines)
