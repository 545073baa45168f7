"""Headings, paragraphs, lists and notes as rich text, split where one block would be too long."""

from collections.abc import Iterator, Sequence
from itertools import count

from bot.chat.reply import Bullets, Heading, Span, Suggestions, Text
from bot.platforms.cleaning import is_blank, line, units
from bot.platforms.slack.limits import CHUNK, HEADER, TEXT, Json
from bot.platforms.slack.render_text import chunks, elements, mrkdwn, mrkdwn_text, plain_text, rich_section, runs


def text_sections(text: Text) -> list[Json]:
    return [rich_section(part) for part in chunks(runs(text), CHUNK)]


def render_paragraph(text: Text) -> list[Json]:
    """Code of several lines stands in a block of its own."""
    spans = runs(text)
    if any("\n" in span.text for span in spans) and all(span.code and not span.href for span in spans):
        code = Span("".join(span.text for span in spans))
        return [rich_section(part, "rich_text_preformatted") for part in chunks((code,), CHUNK)]
    return text_sections(spans)


def render_heading(heading: Heading) -> list[Json]:
    words = line(heading.text)
    if is_blank(words):
        return []
    if units(words) > HEADER:
        return text_sections((Span(words, bold=True),))
    return [{"type": "header", "text": plain_text(words)}]


def render_bullets(bullets: Bullets) -> list[Json]:
    items = [spans for item in bullets.items if (spans := runs(item))]
    lengths = [sum(units(span.text) for span in spans) for spans in items]
    if max(lengths, default=0) > CHUNK or (bullets.ordered and sum(lengths) > CHUNK):
        marks = (f"{number}. " if bullets.ordered else "• " for number in count(1))
        return [
            block for mark, spans in zip(marks, items, strict=False) for block in text_sections((Span(mark), *spans))
        ]
    return [_list(part, "ordered" if bullets.ordered else "bullet") for part in _parts(items, lengths)]


def render_suggestions(suggestions: Suggestions) -> list[Json]:
    prompts = render_bullets(Bullets(suggestions.prompts))
    return [*text_sections("You could ask:"), *prompts] if prompts else []


def render_note(text: Text) -> list[Json]:
    spans = runs(text)
    if not spans:
        return []
    if isinstance(text, str):
        return [_context(plain_text(part)) for part in _plain(spans[0].text)]
    written = mrkdwn(spans)
    return [_context(mrkdwn_text(written))] if units(written) <= TEXT else text_sections(text)


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


def _plain(text: str) -> list[str]:
    return ["".join(span.text for span in part) for part in chunks((Span(text),), CHUNK)]


def _context(text: Json) -> Json:
    return {"type": "context", "elements": [text]}
