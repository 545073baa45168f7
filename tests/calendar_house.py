"""A house whose calendar is filled by hand: what is for everyone, for the board, and somebody's own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.bootstrap.calendar import open_calendar
from bot.chat.ports import Profile
from bot.chat.reply import Reply
from bot.chat.turn import EVERYONE, Commanded, Content, Person, Place, Pressed, Turn
from bot.directory import Directory
from bot.dispatcher import Dispatcher
from bot.features.calendar.feeds import ALL, MINE
from bot.features.calendar_entry import CalendarEntry
from bot.features.catalog import Catalog
from bot.features.feature import Feature
from bot.features.page import Download, PageRequest, Redirect, View
from bot.router import Router
from bot.storage.subscriptions import Subscription
from bot.storage.unit_of_work import Database, UnitOfWork
from scheduler.calendar_file import CalendarEvent
from tests.builders import NOON
from tests.fakes import FixedClock

DANA, SAM, GUEST = "slack:T1:U1", "slack:T1:U2", "slack:T1:U9"
BASE = "https://hall.example"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planned:
    """`owner` is who has a part in it, `readers` who else may see it."""

    entry: CalendarEntry
    readers: frozenset[str] = frozenset({EVERYONE})
    owner: str = ""


def event(name: str = "clinic", starts: datetime = NOON + DAY, **values: object) -> CalendarEvent:
    made = CalendarEvent(f"{name}@hall.example", 0, starts, starts + HOUR, "Europe/Berlin", f"The {name}")
    return replace(made, **values)


def planned(
    name: str = "clinic",
    starts: datetime = NOON + DAY,
    *,
    kind: str = "Office hours",
    note: str = "",
    readers: frozenset[str] = frozenset({EVERYONE}),
    owner: str = "",
    **values: object,
) -> Planned:
    page = f"/office-hours/{name}"
    return Planned(CalendarEntry(kind, event(name, starts, **values), page, note=note), readers, owner)


class House:
    """Dana works in Berlin, Sam in New York; the guest belongs to another company."""

    def __init__(self, database: Database, base_url: str = BASE) -> None:
        self.database = database
        self.clock = FixedClock(NOON)
        self.planned: list[Planned] = []
        self.directory = Directory(database, self.clock)
        people = (
            (Person(DANA, "Dana Okafor", frozenset({"board"})), "Europe/Berlin"),
            (Person(SAM, "Sam Lee"), "America/New_York"),
            (Person(GUEST, "Gus Guest", is_guest=True), "UTC"),
        )
        self.people: dict[str, Person] = {}
        for person, zone in people:
            said = Profile(person.name, time_zone=zone, is_guest=person.is_guest)
            self.people[person.id] = self.directory.sign_in(person, said)
        made = Feature("made up", calendar=self.source)
        catalog = Catalog([made, open_calendar(lambda: catalog.calendar, database, base_url, self.clock)])
        self.catalog = catalog
        self.dispatcher = Dispatcher(database, Router(catalog), self.clock, identify=self.directory.identify)

    def source(
        self, reader: str, readers: frozenset[str], since: datetime, until: datetime, unit: UnitOfWork
    ) -> Sequence[CalendarEntry]:
        return [
            replace(each.entry, is_mine=bool(each.owner) and self.own(each.owner) == reader)
            for each in self.planned
            if (each.readers & readers or (each.owner and self.own(each.owner) == reader))
            and (each.entry.event.recurrence or (each.entry.event.ends > since and each.entry.event.starts < until))
        ]

    def own(self, account: str) -> str:
        return self.people[account].id

    def says(self, words: str, account: str = DANA, place: Place | None = None) -> Reply:
        return self.turns(Commanded("calendar", words), account, place)

    def presses(self, action: str, value: str = "", account: str = DANA, place: Place | None = None) -> Reply:
        return self.turns(Pressed(action, value, "", "calendar-1"), account, place)

    def turns(self, content: Content, account: str, place: Place | None) -> Reply:
        """What the handler answers; what it writes is kept."""
        here = place or Place("slack", account.removeprefix("slack:"))
        turn = Turn("t", self.people[account], here, self.clock(), content, account.removeprefix("slack:"))
        with self.database.begin() as unit:
            match content:
                case Commanded(name=name):
                    command = self.catalog.command(name)
                    assert command is not None
                    return command.handler(turn, unit)
                case Pressed(action=action):
                    handler = self.catalog.button(action)
                    assert handler is not None
                    return handler(turn, unit)
                case _:
                    raise AssertionError(content)

    def page(self, path: str, account: str = DANA, **query: str) -> View | Redirect | Download:
        for page in self.catalog.pages:
            head, _, placeholder = page.path.partition("{")
            if path == page.path or (placeholder and path.startswith(head)):
                found = {placeholder.rstrip("}"): path.removeprefix(head)} if placeholder else {}
                return page.handler(PageRequest(self.people[account], found, query))
        raise AssertionError(path)

    def feed(self, name: str, account: str = DANA) -> bytes | None:
        with self.database.reading() as unit:
            return self.catalog.feeds[name](Subscription(name, "", self.own(account)), self.clock(), unit)

    def mine(self, account: str = DANA) -> str:
        return (self.feed(MINE, account) or b"").decode()

    def everyones(self, account: str = DANA) -> str:
        return (self.feed(ALL, account) or b"").decode()
