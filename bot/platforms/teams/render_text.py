"""Text: as runs in a card, where no Markdown is read, and as the Markdown of a message."""

from collections.abc import Sequence
from typing import TypeGuard, assert_never

from bot.chat.reply import Bullets, Heading, Note, Paragraph, Quote, Span, Text
from bot.platforms.links import link_target
from bot.platforms.teams.escaping import inert, link, message_text

Json = dict[str, object]
Words = Heading | Paragraph | Bullets | Quote | Note
"""Blocks that a message's text can hold as well as a card."""

QUIET: Json = {"isSubtle": True, "size": "Small"}


def rich(text: Text, *, before: str = "", spacing: str = "Default", look: Json | None = None) -> list[Json]:
    """RichTextBlocks, one a line. Empty where there is nothing to read."""
    blocks: list[Json] = []
    for line in _lines(text):
        runs = [run for span in line if (run := _run(span, look or {}))]
        if not runs and blocks and any(span.code for span in line):
            runs = [{"type": "TextRun", "text": "\u00a0"}]  # code keeps its empty lines
        if not runs:
            continue
        if before and not blocks:
            runs.insert(0, {"type": "TextRun", "text": before, **(look or {})})
        block: Json = {"type": "RichTextBlock", "inlines": runs}
        if blocks or spacing != "Default":
            block["spacing"] = "None" if blocks else spacing
        blocks.append(block)
    return blocks


def said(blocks: Sequence[Words]) -> str:
    """The Markdown of a message."""
    return "\n\n".join(shown for block in blocks if (shown := _said(block)))


def is_words(block: object) -> TypeGuard[Words]:
    """Whether a message's text shows the block as well as a card does. Code keeps its lines in a card only."""
    match block:
        case Heading() | Quote():
            return True
        case Paragraph() | Note():
            return not _has_code(block.text)
        case Bullets():
            return not any(_has_code(item) for item in block.items)
        case _:
            return False


def _has_code(text: Text) -> bool:
    return not isinstance(text, str) and any(span.code for span in text)


def _said(block: Words) -> str:
    match block:
        case Heading():
            return _marked(Span(block.text.replace("\n", " "), bold=True))
        case Paragraph() | Note():
            return _markdown(block.text, "\n\n")
        case Quote():
            return "\n".join(f"> {line}" for line in _markdown(block.text, "\n").split("\n") if line)
        case Bullets():
            items = [shown for item in block.items if (shown := _markdown(item, " "))]
            marks = (f"{number}." for number in range(1, len(items) + 1)) if block.ordered else ("-" for _ in items)
            return "\n".join(f"{mark} {item}" for mark, item in zip(marks, items, strict=True))
        case _:
            assert_never(block)


def _markdown(text: Text, line_end: str) -> str:
    lines = ("".join(_marked(*edged) for edged in _edged(line)).strip() for line in _lines(text))
    return line_end.join(line for line in lines if line)


def _edged(line: Sequence[Span]) -> list[tuple[Span, bool, bool]]:
    """Each span, and whether the line or a space ends before it and after it."""
    texts = ["", *(span.text for span in line), ""]
    before = [not text or text[-1].isspace() for text in texts]
    after = [not text or text[0].isspace() for text in texts]
    return [(span, before[index], after[index + 2]) for index, span in enumerate(line)]


def _marked(span: Span, begins: bool = True, ends: bool = True) -> str:
    core = span.text.strip()
    shown = message_text(core)
    if not shown:
        return span.text and " "
    begins = begins or span.text[0].isspace() or core[0].isalnum()
    ends = ends or span.text[-1].isspace() or core[-1].isalnum()
    if span.bold and begins and ends:  # what Markdown takes for emphasis beyond doubt
        shown = f"**{shown}**"
    shown = link(shown, span.href)
    return f"{' ' if span.text[0].isspace() else ''}{shown}{' ' if span.text[-1].isspace() else ''}"


def _run(span: Span, look: Json) -> Json | None:
    text = inert(span.text).replace("\t", "    ")
    if span.code:
        text = text.replace(" ", "\u00a0")
    if not text:
        return None
    run: Json = {"type": "TextRun", "text": text, **look}
    if span.bold:
        run["weight"] = "Bolder"
    if span.code:
        run["fontType"] = "Monospace"
    if target := link_target(span.href):
        run |= {"color": "Accent", "underline": True, "selectAction": {"type": "Action.OpenUrl", "url": target}}
    return run


def _lines(text: Text) -> list[list[Span]]:
    lines: list[list[Span]] = [[]]
    for span in (Span(text),) if isinstance(text, str) else text:
        first, *others = inert(span.text).split("\n")
        lines[-1].append(Span(first, span.bold, span.code, span.href))
        lines += [[Span(each, span.bold, span.code, span.href)] for each in others]
    return lines
