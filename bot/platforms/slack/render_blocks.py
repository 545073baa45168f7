"""Each block of a reply as blocks of Slack's Block Kit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import assert_never

from bot.chat.reply import (
    Actions,
    Block,
    Bullets,
    Facts,
    Heading,
    Invitation,
    Judge,
    Note,
    Paragraph,
    Progress,
    Quote,
    Sources,
    Suggestions,
    Table,
)
from bot.platforms.slack.limits import CHUNK, Json
from bot.platforms.slack.render_buttons import render_actions, render_judge
from bot.platforms.slack.render_facts import render_facts, render_progress, render_sources
from bot.platforms.slack.render_prose import (
    render_bullets,
    render_heading,
    render_note,
    render_paragraph,
    render_suggestions,
)
from bot.platforms.slack.render_table import render_records, render_table
from bot.platforms.slack.render_text import chunks, rich_section, runs


@dataclass(frozen=True, slots=True)
class Piece:
    """One of Slack's blocks. `stays`: room is kept for it when a message is too long. `is_cut`: not all is in it."""

    block: Json
    stays: bool = False
    is_cut: bool = False


@dataclass(slots=True)
class Drawing:
    """One message or view while it is drawn: whether Slack's own feedback buttons may be in it, and how many tables."""

    nonce: str
    feedback: bool = True
    tables: int = 1
    numbers: Iterator[int] = field(default_factory=count)

    def draw(self, block: Block) -> list[Piece]:
        match block:
            case Heading():
                return _pieces(render_heading(block))
            case Paragraph():
                return _pieces(render_paragraph(block.text))
            case Bullets():
                return _pieces(render_bullets(block))
            case Quote():
                return _pieces(rich_section(part, "rich_text_quote") for part in chunks(runs(block.text), CHUNK))
            case Facts():
                return _pieces(render_facts(block))
            case Table():
                return self._table(block)
            case Sources():
                return _pieces(render_sources(block))
            case Progress():
                return _pieces(render_progress(block))
            case Actions():
                return self._stays(render_actions(block.buttons, self.nonce, self.numbers))
            case Judge():
                return self._stays(render_judge(block, self.nonce, self.numbers, feedback=self.feedback))
            case Suggestions():
                return _pieces(render_suggestions(block))
            case Invitation():
                return _pieces(render_facts(block.facts))
            case Note():
                return [Piece(note, stays=True) for note in render_note(block.text)]
            case _:
                assert_never(block)

    def _table(self, table: Table) -> list[Piece]:
        if self.tables and (drawn := render_table(table)):
            self.tables -= 1
            block, is_whole = drawn
            return [Piece(block, is_cut=not is_whole)]
        return _pieces(render_bullets(Bullets(render_records(table))))

    def _stays(self, block: Json | None) -> list[Piece]:
        return [Piece(block, stays=True)] if block else []


def _pieces(blocks: Iterable[Json]) -> list[Piece]:
    return [Piece(block) for block in blocks]
