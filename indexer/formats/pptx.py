"""PowerPoint: a slide is a section, with its notes."""

import io
from collections.abc import Iterable, Iterator

from pptx import Presentation
from pptx.shapes.autoshape import Shape
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.text.text import TextFrame

from indexer.formats.archive import open_archive
from indexer.formats.outline import Outline, cell
from indexer.formats.parsed import Parsed, Unparsable
from indexer.formats.runs import Run, flow
from knowledge.document import Heading

_DEPTH = 10  # of groups in groups
_NO_TITLES = {"PowerPoint Presentation", "PowerPoint-Präsentation", "Présentation PowerPoint"}
_NUMBER_PLACEHOLDERS = {"DATE", "FOOTER", "SLIDE_NUMBER", "HEADER"}


def parse_pptx(content: bytes) -> Parsed:
    open_archive(content).close()
    deck = Presentation(io.BytesIO(content))
    outline = Outline()
    for number, slide in enumerate(deck.slides, start=1):
        title = slide.shapes.title
        words = " ".join(title.text_frame.text.split()) if title is not None else ""
        start = len(outline.blocks)
        outline.heading([Run(words or f"Slide {number}")], 2, f"slide-{number}")
        for shape in _shapes(slide.shapes, 0):
            if title is None or shape.shape_id != title.shape_id:
                _add(outline, shape)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            _add_notes(outline, slide.notes_slide.notes_text_frame.text)
        if not words and len(outline.blocks) == start + 1:
            outline.blocks.pop()
    if all(isinstance(block, Heading) for block in outline.blocks):
        raise Unparsable("no text on any slide")
    title = (deck.core_properties.title or "").strip()
    return Parsed("" if title in _NO_TITLES else title, tuple(outline.blocks))


def _shapes(shapes: Iterable[BaseShape], depth: int) -> Iterator[BaseShape]:
    """In reading order, groups opened."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if isinstance(shape, GroupShape):
            if depth < _DEPTH:
                yield from _shapes(shape.shapes, depth + 1)
        elif not _is_frame(shape):
            yield shape


def _is_frame(shape: BaseShape) -> bool:
    return shape.is_placeholder and shape.placeholder_format.type.name in _NUMBER_PLACEHOLDERS


def _add(outline: Outline, shape: BaseShape) -> None:
    if isinstance(shape, GraphicFrame) and shape.has_table:
        rows = [[cell(part.text_frame.text) for part in row.cells] for row in shape.table.rows]
        outline.table(rows[0] if rows else [], rows[1:])
    elif isinstance(shape, Shape):
        _add_text(outline, shape.text_frame, is_list=shape.is_placeholder)


def _add_text(outline: Outline, frame: TextFrame, *, is_list: bool) -> None:
    paragraphs = [p for p in frame.paragraphs if any(character.isalpha() for character in p.text)]
    for paragraph in paragraphs:
        runs = [flow(run.text, "strong" if run.font.bold else "") for run in paragraph.runs]
        runs = runs or [flow(paragraph.text)]
        if paragraph.level or (is_list and len(paragraphs) > 1):
            outline.item(runs, paragraph.level)
        else:
            outline.paragraph(runs)


def _add_notes(outline: Outline, text: str) -> None:
    for index, line in enumerate(part for part in text.splitlines() if part.strip()):
        outline.paragraph([*([] if index else [Run("Notes:", "strong"), Run(" ")]), flow(line)])
