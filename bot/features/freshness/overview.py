"""What is due, whose it is and how that stands, as the page lists it. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from bot.features.freshness.looking import Seen, title_of
from bot.features.freshness.model import Check, Confirmation, Reason, State, file_of, is_due
from knowledge.document import SourceDocument

LATELY = timedelta(days=90)


class Standing(StrEnum):
    """How something stands, the most pressing first."""

    CONTRADICTED = "contradicted"
    VOTED_DOWN = "voted down"
    OVERDUE = "overdue"
    DUE = "due soon"
    CONFIRMED = "confirmed lately"


OF_REASON = {Reason.CONTRADICTED: Standing.CONTRADICTED, Reason.VOTED_DOWN: Standing.VOTED_DOWN}
TONES = {
    Standing.CONTRADICTED: "bad",
    Standing.VOTED_DOWN: "bad",
    Standing.OVERDUE: "warn",
    Standing.DUE: "",
    Standing.CONFIRMED: "good",
}


@dataclass(frozen=True, slots=True)
class Row:
    """`first` is the document, or the first of a file; `check` is what is asked about it, None where nobody was asked
    yet. `review_by` is by when somebody looks."""

    subject: str
    title: str
    first: SourceDocument
    standing: Standing
    review_by: date | None
    check: Check | None = None
    confirmation: Confirmation | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """One state of the page, and its address."""

    standing: str = ""
    mine: bool = False
    hub: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Filter":
        """What is unknown is left out, so that an old address still opens."""
        standing = query.get("state", "")
        return cls(standing if standing in set(Standing) else "", query.get("whose") == "mine", query.get("hub", ""))

    @property
    def is_set(self) -> bool:
        return bool(self.standing or self.mine or self.hub)

    def matches(self, row: Row, is_own: bool) -> bool:
        """What was confirmed is shown where it is asked for."""
        if row.standing is Standing.CONFIRMED and not self.standing:
            return False
        return self.standing in ("", row.standing) and (is_own or not self.mine) and self.hub in ("", row.first.hub)

    def url(self, path: str) -> str:
        values = {"state": self.standing, "whose": "mine" if self.mine else "", "hub": self.hub}
        kept = {name: value for name, value in values.items() if value}
        return f"{path}?{urlencode(kept)}" if kept else path


def rows(
    documents: Iterable[SourceDocument], seen: Seen, opened: Sequence[Check], now: datetime, today: date
) -> list[Row]:
    """`documents` are what the reader may read."""
    files: dict[str, list[SourceDocument]] = defaultdict(list)
    by_id: dict[str, SourceDocument] = {}
    for each in documents:
        files[file_of(each)].append(each)
        by_id[each.id] = each
    checks = {check.subject: check for check in opened}
    found = [
        row for subject, of_file in files.items() if (row := _of_file(subject, of_file, seen, checks, now, today))
    ]  # fmt: skip
    for check in opened:
        if check.subject not in files and check.subject in by_id:
            document = by_id[check.subject]
            standing = OF_REASON.get(check.reason, Standing.DUE)
            found.append(Row(check.subject, check.title, document, standing, seen.until(document), check))
    order = list(Standing)
    return sorted(found, key=lambda row: (order.index(row.standing), row.review_by or date.max, row.title.casefold()))


def whose(row: Row, names: Mapping[str, str], reader_id: str = "") -> str:
    """Who is asked, in words."""
    if row.check is None:
        if row.confirmation is not None and row.standing is Standing.CONFIRMED:
            return f"{row.confirmation.person_name} said that it holds"
        return "Nobody was asked yet"
    if row.check.state is State.CURATORS:
        return "The curators see to it"
    if row.check.person_id == reader_id:
        return "You are asked"
    return f"{names.get(row.check.person_id) or 'Its owner'} is asked"


def _of_file(
    subject: str,
    documents: Sequence[SourceDocument],
    seen: Seen,
    checks: Mapping[str, Check],
    now: datetime,
    today: date,
) -> Row | None:
    dates = [until for each in documents if (until := seen.until(each)) is not None]
    review_by, first, check = min(dates, default=None), documents[0], checks.get(subject)
    confirmation = seen.confirmed.get(subject)
    title = title_of(documents)
    if check is not None and check.reason in OF_REASON:
        return Row(subject, title, first, OF_REASON[check.reason], review_by, check)
    if is_due(review_by, today):
        is_late = review_by is not None and review_by < today
        return Row(subject, title, first, Standing.OVERDUE if is_late else Standing.DUE, review_by, check)
    if confirmation is not None and confirmation.at > now - LATELY:
        return Row(subject, title, first, Standing.CONFIRMED, review_by, None, confirmation)
    return None
