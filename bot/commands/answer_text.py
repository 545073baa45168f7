"""An answer in plain text, and as the fields that `guildhall ask --json` prints."""

from collections.abc import Iterator
from typing import assert_never

from bot.features.library.links import reader_url
from knowledge.answer import Answer, Outcome, Source
from knowledge.document import Block, Code, Heading, ListItem, Paragraph, Table
from knowledge.inline import plain_text

SCORE_DIGITS = 4


def answer_fields(answer: Answer, base_url: str) -> dict[str, object]:
    """Kept stable; docs/command-line.md names each."""
    return {
        "outcome": answer.outcome.value,
        "confidence": round(answer.confidence, SCORE_DIGITS),
        "answer": answer_words(answer),
        "sources": [_source_fields(source, base_url) for source in answer.sources],
    }


def answer_words(answer: Answer) -> str:
    """The answer's own words, one paragraph, item or row a line; empty unless there is an answer."""
    if answer.outcome is not Outcome.ANSWER:
        return ""
    return "\n".join([*filter(None, [answer.lead]), *(line for block in answer.blocks for line in _lines(block))])


def answer_lines(answer: Answer, base_url: str) -> Iterator[str]:
    """For people at a terminal."""
    match answer.outcome:
        case Outcome.ANSWER:
            yield f"{answer_words(answer)}\n"
            heading = "Sources"
        case Outcome.CANDIDATES:
            heading = "Nothing answers this for certain. One of these may"
        case Outcome.UNKNOWN:
            heading = "Nothing in the library answers this. The closest" if answer.sources else ""
            if not answer.sources:
                yield "Nothing in the library answers this."
        case _:
            assert_never(answer.outcome)
    if answer.sources:
        yield f"{heading}:"
    for number, source in enumerate(answer.sources, 1):
        yield f"  [{number}] {source.passage.place}"
        yield f"      {reader_url(source.passage.document.id, source.passage.chunk, base_url=base_url)}"


def _source_fields(source: Source, base_url: str) -> dict[str, object]:
    passage = source.passage
    return {
        "title": passage.document.title,
        "url": reader_url(passage.document.id, passage.chunk, base_url=base_url),
        "quote": source.quote,
        "score": round(passage.score, SCORE_DIGITS),
    }


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading() | Paragraph():
            yield plain_text(block.text)
        case ListItem():
            mark = "-" if block.number is None else f"{block.number}."
            yield f"{'  ' * block.depth}{mark} {plain_text(block.text)}"
        case Table():
            for row in (block.header, *block.rows):
                yield " | ".join(plain_text(cell) for cell in row)
        case Code():
            yield block.text
        case _:
            assert_never(block)
