"""What changed in the library, for digests."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.features.digest_entry import DigestItem, DigestKind, DigestSpan
from bot.features.home.news import Change, by_file
from bot.features.library.links import reader_url, source_url
from bot.features.library.model import KINDS, Documents
from bot.features.questions.digest import asked_about
from bot.features.stories.in_library import PREFIX as STORY
from bot.storage.unit_of_work import UnitOfWork
from knowledge.document import SourceDocument

PAGE = "/library"
AT_ONCE = 12
"""Files of one source that change on one day; where there are more, somebody took them in, and nobody reads a list."""


@dataclass(frozen=True, slots=True)
class NewsDigest:
    knowledge: Documents

    def items(self, span: DigestSpan, unit: UnitOfWork) -> Sequence[DigestItem]:
        """Fills `DigestSource`: what people asked about first, then the newest. What came in at once, and in a first
        edition what was there before, is a line each. Success stories tell of themselves."""
        documents = [each for each in self.knowledge.documents(span.readers) if not each.id.startswith(STORY)]
        if span.pages:
            return [_item(each) for each in by_file(documents) if reader_url(each.document.id) in span.pages]
        is_first = span.began is not None and span.since <= span.began
        begins = max(span.since, span.began or span.since).date()
        recent = [each for each in documents if (each.changed_on or date.min) >= begins]
        files = Counter((each.document.source, each.document.changed_on) for each in by_file(recent))
        bulk = {named for named, number in files.items() if number > AT_ONCE}
        asked = asked_about(span, unit)
        single = by_file(each for each in recent if (each.source, each.changed_on) not in bulk)
        found = [_item(each) for each in sorted(single, key=lambda each: _best_first(each, asked))]
        found += _at_once([each for each in recent if (each.source, each.changed_on) in bulk])
        if is_first:
            found += _from_before([each for each in documents if (each.changed_on or date.min) < begins])
        return found


def _best_first(change: Change, asked: Mapping[str, int]) -> tuple[int, int, str]:
    document = change.document
    day = document.changed_on or date.min
    return -asked.get(document.id, 0), -day.toordinal(), document.title.casefold()


def _item(change: Change) -> DigestItem:
    document, day = change.document, change.document.changed_on
    when = f", {day.day} {day:%B}" if day else ""
    others = f", with {change.others} more from there" if change.others else ""
    return DigestItem(
        DigestKind.NEW,
        document.title,
        f"{KINDS[document.kind]}{when}{others}",
        page=reader_url(document.id),
        url=source_url(document, pages=None),
        topics=document.topics,
        at=_midnight(day) if day else None,
        all_day=True,
    )


def _at_once(documents: Sequence[SourceDocument]) -> list[DigestItem]:
    if not documents:
        return []
    day = max(each.changed_on or date.min for each in documents)
    title = f"{len(documents)} documents came in at once"
    note = f"from {_sources(documents)}, {day.day} {day:%B}"
    at = _midnight(day)
    return [DigestItem(DigestKind.NEW, title, note, page=PAGE, at=at, all_day=True, number=len(documents))]


def _from_before(documents: Sequence[SourceDocument]) -> list[DigestItem]:
    if not documents:
        return []
    count = "1 document was" if len(documents) == 1 else f"{len(documents)} documents were"
    title, note = f"{count} in the library before", f"from {_sources(documents)}"
    return [DigestItem(DigestKind.NEW, title, note, page=PAGE, number=0)]


def _sources(documents: Sequence[SourceDocument]) -> str:
    """By name, those with the most first."""
    names = [name for name, _ in Counter(each.source for each in documents).most_common()]
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC)
