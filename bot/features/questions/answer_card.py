"""What is answered, as a message without its buttons."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import quote

from bot.chat.moments import day_in_words
from bot.chat.reply import Block, Bullets, Citation, Message, Note, Paragraph, Sources, Span
from bot.chat.wording import shortened
from bot.features.library.links import source_url
from bot.features.questions.blocks import chat_blocks, told_row, words
from bot.features.questions.model import Cited
from knowledge.answer import Answer, Outcome, Source
from knowledge.document import DocumentKind, Heading, SourceDocument, Table
from knowledge.inline import plain_text

SUMMARY_LIMIT = 200
BOLD_LIMIT = 160
QUOTE_LIMIT = 300
OFFERS = 3
HEADINGS = 8
NEAR = 0.08  # confidence below which the closest passages are about something else

NOT_FOUND = "I found nothing in the library that answers this."


def answer_card(answer: Answer, cited: Sequence[Cited], today: date) -> Message:
    """By outcome: the answer, the offers, or that there is none."""
    match answer.outcome:
        case Outcome.ANSWER:
            return _answered(answer, cited, today)
        case Outcome.CANDIDATES:
            return candidates_card(cited, answer.notes)
        case Outcome.UNKNOWN:
            return _unknown(cited, answer.notes)


def candidates_card(cited: Sequence[Cited], notes: Sequence[str] = ()) -> Message:
    text = "One of these may be what you are looking for. Which one?"
    return Message(text, (Paragraph(text), _sources(cited), *map(Note, notes)))


def none_of_these_card() -> Message:
    text = "None of these, then. Nothing else in the library comes closer."
    hint = Note("Saying it differently may help: name the thing, the step or the customer it is about.")
    return Message(text, (Paragraph(text), hint))


def cited_sources(answer: Answer, *, pages: str | None) -> tuple[Cited, ...]:
    """The answer's sources as they are kept and shown: on UNKNOWN and CANDIDATES no more than can be offered. `pages`
    comes before a page's path; None where people reach none."""
    if answer.outcome is Outcome.UNKNOWN and answer.confidence < NEAR:
        return ()
    sources = answer.sources if answer.outcome is Outcome.ANSWER else answer.sources[:OFFERS]
    return tuple(_cited(source, pages) for source in sources)


def _answered(answer: Answer, cited: Sequence[Cited], today: date) -> Message:
    following, is_all = chat_blocks(answer.blocks)
    blocks: list[Block] = []
    summary = answer.lead or (words(answer.blocks[0]) if answer.blocks else "Here is what the library says.")
    if answer.blocks and isinstance(table := answer.blocks[0], Table) and (row := told_row(table, answer.lead)):
        name, rest = row
        blocks.append(Paragraph((Span(name, bold=True), Span(rest))))
        summary = name + rest
    elif answer.lead:
        bold = bool(following) and len(answer.lead) <= BOLD_LIMIT
        blocks.append(Paragraph((Span(answer.lead, bold=bold),)))
    blocks += following
    if not is_all and cited:
        blocks.append(Paragraph((Span("Read the rest in the source", href=cited[0].url or None),)))
    if answer.sources and cited:
        blocks += _covered(answer.sources[0], cited[0])
    shown = " ".join((answer.lead, *map(words, answer.blocks if is_all else ())))
    blocks.append(_sources([_without_quote(cited[0], shown), *cited[1:]] if cited else ()))
    blocks += map(Note, answer.notes)
    if answer.sources and (note := review_note(answer.sources[0].passage.document, today)):
        blocks.append(Note(note))
    return Message(shortened(summary, SUMMARY_LIMIT), tuple(blocks))


def _covered(source: Source, cited: Cited) -> list[Block]:
    """A document's opening words say what it is for: its headings lead on to what it says."""
    document = source.passage.document
    if source.passage.chunk.headings or document.kind in (DocumentKind.FAQ, DocumentKind.GLOSSARY):
        return []
    page = "" if cited.url == source_url(document, pages=None) else cited.url.partition("?")[0]
    headings = [block for block in document.blocks if isinstance(block, Heading) and block.anchor][:HEADINGS]
    if len(headings) < 2:
        return []
    items = tuple(
        (Span(plain_text(each.text), href=f"{page}#{quote(each.anchor)}" if page else None),) for each in headings
    )
    return [Paragraph(f"{document.title} goes on with:"), Bullets(items)]


def _unknown(cited: Sequence[Cited], notes: Sequence[str]) -> Message:
    hint = Note("You can also say it differently: name the thing, the step or the customer it is about.")
    if not cited:
        return Message(NOT_FOUND, (Paragraph(NOT_FOUND), *map(Note, notes), hint))
    text = f"{NOT_FOUND} The closest I have:"
    return Message(NOT_FOUND, (Paragraph(text), _sources(cited), *map(Note, notes), hint))


def review_note(document: SourceDocument, today: date) -> str:
    """Says so when the source is overdue for review; empty when it is not."""
    if document.review_by is None or document.review_by >= today:
        return ""
    owner = f"{document.owner} owns this source; its" if document.owner else "The source's"
    return f"{owner} review was due on {day_in_words(document.review_by)}, so check before you rely on it."


def _cited(source: Source, pages: str | None) -> Cited:
    document, chunk = source.passage.document, source.passage.chunk
    facts = []
    if document.owner:
        facts.append(f"Owner: {document.owner}")
    if document.changed_on:
        facts.append(f"changed on {day_in_words(document.changed_on)}")
    return Cited(
        document_id=document.id,
        ordinal=chunk.ordinal,
        title=document.title,
        place=source.passage.place,
        url=source_url(document, chunk, pages=pages),
        quote=shortened(source.quote, QUOTE_LIMIT),
        note=", ".join(facts),
        score=source.passage.score,
    )


def _without_quote(cited: Cited, shown: str) -> Cited:
    """What stands above is not said again below."""
    return replace(cited, quote="") if cited.quote.removesuffix("…") in shown else cited


def _sources(cited: Sequence[Cited]) -> Sources:
    return Sources(
        tuple(
            Citation(number, each.title, each.place, each.url, each.quote, each.note)
            for number, each in enumerate(cited, 1)
        )
    )
