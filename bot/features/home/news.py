"""What is new in the library, for one person. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.chat.reply import Block, Bullets, Note, Span, Text
from bot.features.feature import HomeSection
from bot.features.library.links import source_url
from bot.features.library.model import KINDS
from knowledge.document import SourceDocument

NEWS_AGE = timedelta(days=30)
SHOWN = 5
NOTHING = "Nothing in the library has changed in the last 30 days. New and changed documents show up here."


@dataclass(frozen=True, slots=True)
class Change:
    """`others` are as many more documents of the same file, e.g. of one long FAQ."""

    document: SourceDocument
    others: int = 0


def by_file(documents: Iterable[SourceDocument]) -> Sequence[Change]:
    """One of each file, the first, with how many others there are."""
    first: dict[tuple[str, str], SourceDocument] = {}
    files = Counter[tuple[str, str]]()
    for each in documents:
        files[each.source, each.path] += 1
        first.setdefault((each.source, each.path), each)
    return [Change(each, files[named] - 1) for named, each in first.items()]


def newest(documents: Iterable[SourceDocument], interests: Collection[str], today: date) -> Sequence[Change]:
    """What changed lately, a line for each file: on topics of interest first, then by day."""
    wanted = {topic.casefold() for topic in interests}
    recent = [each for each in documents if each.changed_on is not None and each.changed_on >= today - NEWS_AGE]

    def order(document: SourceDocument) -> tuple[bool, int, str]:
        is_wanted = bool(wanted & {topic.casefold() for topic in document.topics})
        changed_on = document.changed_on or date.min
        return not is_wanted, -changed_on.toordinal(), document.title.casefold()

    return by_file(sorted(recent, key=order))


def news_section(found: Sequence[Change], interests: Collection[str], pages: str | None) -> HomeSection:
    """`pages` comes before a page's path; None where people reach none."""
    if not found:
        return HomeSection("What is new", (Note(NOTHING),))
    wanted = {topic.casefold() for topic in interests}
    blocks: list[Block] = [Bullets(tuple(_line(each, wanted, pages) for each in found[:SHOWN]))]
    more = len(found) - SHOWN
    if more > 0:
        text = f"{more} more changed in the last 30 days"
        opens = (Span(": "), Span("open the library", href=f"{pages}/library")) if pages is not None else ()
        blocks.append(Note((Span(text), *opens)))
    return HomeSection("What is new", tuple(blocks))


def _line(change: Change, wanted: Collection[str], pages: str | None) -> Text:
    document = change.document
    on = [topic for topic in document.topics if topic.casefold() in wanted]
    why = f", on {on[0]}" if on else ""
    day = f", {document.changed_on.day} {document.changed_on:%B}" if document.changed_on else ""
    opens = Span(document.title, href=source_url(document, pages=pages) or None)
    others = f", with {change.others} more from there" if change.others else ""
    return (opens, Span(f" – {KINDS[document.kind]}{day}{why}{others}"))
