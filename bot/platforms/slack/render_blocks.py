"""Each block of a reply as blocks of Slack's Block Kit."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import assert_never

from bot.chat.reply import (
    Actions,
    Block,
    Bullets,
    Citation,
    Facts,
    Heading,
    Judge,
    Note,
    Paragraph,
    Progress,
    Quote,
    Sources,
    Span,
    Suggestions,
    Table,
    Text,
)
from bot.platforms.slack.cleaning import is_blank, line
from bot.platforms.slack.limits import CHUNK, FIELD, FIELDS, HEADER, TEXT, Json, units
from bot.platforms.slack.render_buttons import render_actions, render_judge
from bot.platforms.slack.render_table import render_records, render_table
from bot.platforms.slack.render_text import (
    chunks,
    elements,
    escaped,
    mrkdwn,
    mrkdwn_text,
    plain_text,
    rich_section,
    runs,
)

_BAR = 20


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
                return _pieces(_heading(block))
            case Paragraph():
                return _pieces(_paragraph(block.text))
            case Bullets():
                return _pieces(_bullets(block))
            case Quote():
                return _pieces(rich_section(part, "rich_text_quote") for part in chunks(runs(block.text), CHUNK))
            case Facts():
                return _pieces(_facts(block))
            case Table():
                return self._table(block)
            case Sources():
                return _pieces(_sources(block))
            case Progress():
                return _pieces(_progress(block))
            case Actions():
                return self._stays(render_actions(block.buttons, self.nonce, self.numbers))
            case Judge():
                return self._stays(render_judge(block, self.nonce, self.numbers, feedback=self.feedback))
            case Suggestions():
                return _pieces(_suggestions(block))
            case Note():
                return [Piece(note, stays=True) for note in _note(block.text)]
            case _:
                assert_never(block)

    def _table(self, table: Table) -> list[Piece]:
        if self.tables and (drawn := render_table(table)):
            self.tables -= 1
            block, is_whole = drawn
            return [Piece(block, is_cut=not is_whole)]
        return _pieces(_bullets(Bullets(render_records(table))))

    def _stays(self, block: Json | None) -> list[Piece]:
        return [Piece(block, stays=True)] if block else []


def _pieces(blocks: Iterable[Json]) -> list[Piece]:
    return [Piece(block) for block in blocks]


def _sections(text: Text) -> list[Json]:
    return [rich_section(part) for part in chunks(runs(text), CHUNK)]


def _paragraph(text: Text) -> list[Json]:
    """Code of several lines stands in a block of its own."""
    spans = runs(text)
    if any("\n" in span.text for span in spans) and all(span.code and not span.href for span in spans):
        code = Span("".join(span.text for span in spans))
        return [rich_section(part, "rich_text_preformatted") for part in chunks((code,), CHUNK)]
    return _sections(spans)


def _heading(heading: Heading) -> list[Json]:
    words = line(heading.text)
    if is_blank(words):
        return []
    if units(words) > HEADER:
        return _sections((Span(words, bold=True),))
    return [{"type": "header", "text": plain_text(words)}]


def _bullets(bullets: Bullets) -> list[Json]:
    items = [spans for item in bullets.items if (spans := runs(item))]
    lengths = [sum(units(span.text) for span in spans) for spans in items]
    if max(lengths, default=0) > CHUNK or (bullets.ordered and sum(lengths) > CHUNK):
        marks = (f"{number}. " if bullets.ordered else "• " for number in count(1))
        return [block for mark, spans in zip(marks, items, strict=False) for block in _sections((Span(mark), *spans))]
    return [_list(part, "ordered" if bullets.ordered else "bullet") for part in _parts(items, lengths)]


def _list(items: Sequence[tuple[Span, ...]], style: str) -> Json:
    drawn = [{"type": "rich_text_section", "elements": elements(spans)} for spans in items]
    return {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": style, "elements": drawn}]}


def _parts(items: Sequence[tuple[Span, ...]], lengths: Sequence[int]) -> Iterator[Sequence[tuple[Span, ...]]]:
    """The items in lists that are not too long."""
    start = used = 0
    for index, length in enumerate(lengths):
        if used + length > CHUNK and index > start:
            yield items[start:index]
            start, used = index, 0
        used += length
    if items[start:]:
        yield items[start:]


def _facts(facts: Facts) -> Iterator[Json]:
    fields: list[Json] = []
    for label, text in facts.pairs:
        spans = runs(text) or (Span("–"),)
        name = "" if is_blank(label) else line(label)
        written = (f"*{escaped(name)}*\n" if name else "") + mrkdwn(spans)
        if units(written) <= FIELD:
            fields.append(mrkdwn_text(written))
        else:
            yield from _fields(fields)
            fields = []
            yield from _sections((Span(name, bold=True), Span("\n"), *spans) if name else spans)
    yield from _fields(fields)


def _fields(fields: Sequence[Json]) -> Iterator[Json]:
    for start in range(0, len(fields), FIELDS):
        yield {"type": "section", "fields": list(fields[start : start + FIELDS])}


def _sources(sources: Sources) -> Iterator[Json]:
    for citation in sources.citations:
        yield from _sections(_cited(citation))


def _cited(citation: Citation) -> tuple[Span, ...]:
    named = [line(text) for text in (citation.title, citation.place) if not is_blank(text)]
    title = named[0] if named else "Source"
    place = line(citation.place).removeprefix(title).strip(" ›")
    spans = [Span(f"[{citation.number}] "), Span(title, bold=True, href=citation.url)]
    if not is_blank(place):
        spans.append(Span(f" › {place}"))
    if not is_blank(citation.quote):
        spans.append(Span(f"\n“{line(citation.quote)}”"))
    if not is_blank(citation.note):
        spans.append(Span(f"\n{line(citation.note)}"))
    return tuple(spans)


def _progress(progress: Progress) -> list[Json]:
    spans = [Span(line(progress.label))] if not is_blank(progress.label) else []
    if progress.total > 0:
        done = max(0, min(progress.done, progress.total))
        full = done * _BAR // progress.total
        spans.append(Span(f"{' ' if spans else ''}{done:,} of {progress.total:,}", bold=True))
        spans.append(Span(f"\n{'█' * full}{'░' * (_BAR - full)}"))
    return _sections(tuple(spans) or (Span("Under way"),))


def _suggestions(suggestions: Suggestions) -> list[Json]:
    prompts = _bullets(Bullets(suggestions.prompts))
    return [*_sections("You could ask:"), *prompts] if prompts else []


def _note(text: Text) -> list[Json]:
    spans = runs(text)
    if not spans:
        return []
    if isinstance(text, str):
        return [_context(plain_text(part)) for part in _plain(spans[0].text)]
    written = mrkdwn(spans)
    return [_context(mrkdwn_text(written))] if units(written) <= TEXT else _sections(text)


def _plain(text: str) -> list[str]:
    return ["".join(span.text for span in part) for part in chunks((Span(text),), CHUNK)]


def _context(text: Json) -> Json:
    return {"type": "context", "elements": [text]}
