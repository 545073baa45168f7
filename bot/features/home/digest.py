"""What changed in the library, for digests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.features.digest_entry import DigestItem, DigestKind, DigestSpan
from bot.features.home.news import newest
from bot.features.library.links import reader_url, source_url
from bot.features.library.model import KINDS, Documents
from bot.features.stories.in_library import PREFIX as STORY
from bot.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class NewsDigest:
    knowledge: Documents

    def items(self, span: DigestSpan, unit: UnitOfWork) -> Sequence[DigestItem]:
        """Fills `DigestSource`. Success stories tell of themselves."""
        documents = [each for each in self.knowledge.documents(span.readers) if not each.id.startswith(STORY)]
        found: list[DigestItem] = []
        for each in newest(documents, (), span.now.date()):
            document, day = each.document, each.document.changed_on
            if day is None or day < span.since.date():
                continue
            others = f", with {each.others} more from there" if each.others else ""
            found.append(
                DigestItem(
                    DigestKind.NEW,
                    document.title,
                    f"{KINDS[document.kind]}, {day.day} {day:%B}{others}",
                    page=reader_url(document.id),
                    url=source_url(document, pages=None),
                    topics=document.topics,
                    at=datetime.combine(day, datetime.min.time(), UTC),
                    all_day=True,
                )
            )
        return found
