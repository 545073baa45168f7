"""What a digest tells: every feature tells of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from bot.features.calendar_entry import CalendarSource
from bot.storage.unit_of_work import UnitOfWork


class DigestKind(StrEnum):
    """In the order in which they are told."""

    NEW = "new"
    ASKED = "asked"
    STORIES = "stories"
    DATES = "dates"
    OPEN = "open"
    REVIEWS = "reviews"
    IDEAS = "ideas"
    GAPS = "gaps"


@dataclass(frozen=True, slots=True)
class DigestItem:
    """`title` and `text` may be anybody's words; `note` is a few of ours on how it stands. `page` is the path of all
    there is to know, `url` where it stands on the web too (https, of a source's record), for those who reach no page.
    `at` is when it changed or begins; of what is `all_day` the day counts, of a date its time is told to each reader in
    their zone. `number` is how many it stands for; 0 where it is no news, and only goes along with some."""

    kind: DigestKind
    title: str
    note: str = ""
    text: str = ""
    page: str = ""
    url: str = ""
    topics: tuple[str, ...] = ()
    at: datetime | None = None
    all_day: bool = False
    number: int = 1

    @property
    def key(self) -> str:
        """The same in the next edition, unless something happened to it."""
        named = (self.kind, self.page or self.url or self.title, self.at.isoformat() if self.at else "")
        return sha256("\n".join(named).encode()).hexdigest()[:12]

    @property
    def trace(self) -> "DigestItem":
        """What is kept of it once it is told: which it was, for its words may be taken back where it stands. Numbers
        name nothing and stay."""
        if self.number != 1 or not (self.page or self.url):
            return self
        return DigestItem(self.kind, "", page=self.page, url="" if self.page else self.url, at=self.at)


@dataclass(frozen=True, slots=True)
class DigestSpan:
    """For whom, and of what time. `readers` are principals: what each of them may read, all may who read the digest.
    `reader_id` is empty for a channel. Told is what happened from `since` until `now`, how it stands now, and what
    begins before `ahead`. In its first edition `since` lies before the digest `began`. `pages` are those of what was
    told before: how that stands by now, whenever it happened; empty where it is told for the first time."""

    reader_id: str
    readers: frozenset[str]
    since: datetime
    now: datetime
    ahead: datetime
    began: datetime | None = None
    pages: frozenset[str] = frozenset()


DigestSource = Callable[[DigestSpan, UnitOfWork], Sequence[DigestItem]]
"""The most important first. It only reads, and hands over nothing that one of the readers may not see."""


def coming(calendar: CalendarSource) -> DigestSource:
    """The dates of a calendar source, as a digest tells them."""

    def dates(span: DigestSpan, unit: UnitOfWork) -> Sequence[DigestItem]:
        found = calendar(span.reader_id, span.readers, span.now, span.ahead, unit)
        return [
            DigestItem(
                DigestKind.DATES,
                each.event.title,
                f"{each.kind}, {each.note}" if each.note else each.kind,
                page=each.page,
                at=each.event.starts,
                all_day=each.event.is_all_day,
            )
            for each in found
            if not each.event.is_cancelled and each.event.starts >= span.now
        ]

    return dates
