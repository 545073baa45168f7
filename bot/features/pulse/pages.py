"""The pulse as a page: how it goes on, and what is asked of the reader."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.turn import EVERYONE
from bot.features.library.model import hub_name
from bot.features.page import Download, Page, PageNotFound, PageRequest, View
from bot.features.pulse import acts
from bot.features.pulse.cards import PAGE, QUESTION, basis, finding, finding_of_hubs, mean, period
from bot.features.pulse.model import LEAST, OTHERS, QUARTER, SCORES, AskState, Group, trend
from bot.features.pulse.store import SqlPulse
from bot.features.spreadsheet import table_to_take_away
from bot.storage.unit_of_work import Database

SHOWN = 24
WORDS = 50
COLUMNS = ("From", "To", "Hub", "Answers", "Mean, at least", "Mean, at most", "Asked, of all hubs")


@dataclass(frozen=True, slots=True)
class Bar:
    """`low` and `high` of the way from the lowest score to the highest."""

    label: str
    group: Group

    @property
    def low(self) -> float:
        return _share(self.group.low)

    @property
    def high(self) -> float:
        return _share(self.group.high)

    @property
    def mean(self) -> str:
        return mean(self.group)


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
        shown = [each for each in words if not each.is_hidden]
        months = trend(groups)[-SHOWN:]
        newest = [each for each in groups if months and each.ends == months[-1].ends]
        newest.sort(key=lambda each: each.hub == OTHERS)
        now = self.clock()
        is_asked = own.is_open(now)
        values: dict[str, object] = {
            "title": finding(months) if months else "",
            "bars": [Bar(period(each), each) for each in months],
            "basis": basis(months[-1]) if months else "",
            "hubs": [Bar(_hub(each), each) for each in newest] if len(newest) > 1 else [],
            "hubs_title": finding_of_hubs({_hub(each): each for each in newest}) if len(newest) > 1 else "",
            "words": [(each.text, acts.hide(each.id) if person.curates else None) for each in shown],
            "hidden": [(each.text, acts.unhide(each.id)) for each in words if each.is_hidden and person.curates],
            "least": self.least,
            "question": QUESTION if is_asked else "",
            "scores": acts.scores() if is_asked and not own.opted_out else (),
            "word": acts.word() if own.state is AskState.ANSWERED and own.is_recent(now) else None,
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


def _share(score: float) -> float:
    return (score - SCORES[0]) / (SCORES[-1] - SCORES[0])


def _check_colleague(request: PageRequest) -> None:
    if EVERYONE not in request.person.principals:
        raise PageNotFound


def _hub(group: Group) -> str:
    if group.hub == OTHERS:
        return "Other hubs together"
    return hub_name(group.hub) if group.hub else "No hub known"


def _row(group: Group) -> Sequence[str]:
    begins, ends = f"{group.begins:%Y-%m}", f"{group.ends:%Y-%m}"
    return (begins, ends, _hub(group), str(group.answers), f"{group.low:.2f}", f"{group.high:.2f}", str(group.asked))
