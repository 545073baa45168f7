"""The pulse as a page: how it goes on, and what is asked of the reader."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.turn import EVERYONE
from bot.features.library.model import hub_name
from bot.features.page import Download, Page, PageNotFound, PageRequest, View
from bot.features.pulse import acts
from bot.features.pulse.cards import PAGE, QUESTION, finding, period
from bot.features.pulse.model import LEAST, OTHERS, QUARTER, SCORES, AskState, Group
from bot.features.pulse.store import SqlPulse
from bot.features.pulse.use_cases import trend
from bot.features.spreadsheet import table_to_take_away
from bot.storage.unit_of_work import Database

SHOWN = 24
WORDS = 50
COLUMNS = ("From", "To", "Hub", "Answers", "Mean", *(acts.SCALE[score] for score in SCORES))


@dataclass(frozen=True, slots=True)
class Bar:
    """`share` of the way from the lowest score to the highest."""

    label: str
    group: Group

    @property
    def share(self) -> float:
        return (self.group.mean - SCORES[0]) / (SCORES[-1] - SCORES[0])


@dataclass(frozen=True, slots=True)
class PulsePages:
    database: Database
    clock: Callable[[], datetime]
    least: int = LEAST

    def pages(self) -> tuple[Page, ...]:
        return Page(PAGE, self.show, nav="Pulse", nav_in="Community"), Page(f"{PAGE}.csv", self.take_away)

    def show(self, request: PageRequest) -> View:
        person = request.person
        _check_colleague(request)
        with self.database.reading() as unit:
            store = SqlPulse(unit)
            groups, words, own = store.groups(), store.words(WORDS), store.get(person.id)
        months = trend(groups)[-SHOWN:]
        newest = [each for each in groups if months and each.ends == months[-1].ends]
        newest.sort(key=lambda each: each.hub == OTHERS)
        is_asked = own.is_open(self.clock())
        values: dict[str, object] = {
            "title": finding(months) if months else "",
            "bars": [Bar(period(each), each) for each in months],
            "hubs": [Bar(_hub(each), each) for each in newest] if len(newest) > 1 else [],
            "newest": period(months[-1]) if months else "",
            "scale": acts.SCALE,
            "words": words,
            "least": self.least,
            "question": QUESTION if is_asked else "",
            "scores": acts.scores() if is_asked and not own.opted_out else ((), ()),
            "word": acts.word() if own.state is AskState.ANSWERED and own.asked_at else None,
            "opt": acts.back() if own.opted_out else acts.out(),
            "opted_out": own.opted_out,
            "days": QUARTER.days,
            "here": PAGE,
        }
        return View("pulse/pulse.html", values)

    def take_away(self, request: PageRequest) -> Download:
        """Each group as it is shown."""
        _check_colleague(request)
        with self.database.reading() as unit:
            groups = SqlPulse(unit).groups()
        return table_to_take_away("pulse", COLUMNS, [_row(each) for each in groups])


def _check_colleague(request: PageRequest) -> None:
    if EVERYONE not in request.person.principals:
        raise PageNotFound


def _hub(group: Group) -> str:
    if group.hub == OTHERS:
        return "Other hubs together"
    return hub_name(group.hub) if group.hub else "Of no known hub"


def _row(group: Group) -> Sequence[str]:
    times = map(str, group.scores)
    begins, ends = f"{group.begins:%Y-%m}", f"{group.ends:%Y-%m}"
    return (begins, ends, _hub(group), str(group.answers), f"{group.mean:.2f}", *times)
