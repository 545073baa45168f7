"""The calendar as a page: a month as a grid or as a list, its table, one date as a file, and where to subscribe."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.chat.moments import zone_of
from bot.chat.reply import Button
from bot.chat.turn import Person
from bot.features.calendar import card
from bot.features.calendar.feeds import Addresses, in_feed
from bot.features.calendar.model import DAY, OnCalendar, midnight
from bot.features.calendar.month import Wanted, agenda, grid, span_of
from bot.features.calendar.sources import AHEAD, BACK, Calendar
from bot.features.calendar.words import days_in_words
from bot.features.page import Download, Page, PageNotFound, PageRequest, View
from bot.features.spreadsheet import table_to_take_away
from bot.settings import is_loopback
from bot.storage.unit_of_work import Database
from scheduler.calendar_file import Method, calendar_file

FILE = f"{card.PAGE}/file/"
COLUMNS = ("starts", "ends", "time zone", "kind", "title", "place", "how it stands", "yours", "link")
NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class CalendarPages:
    database: Database
    calendar: Calendar
    addresses: Addresses
    clock: Callable[[], datetime]
    base_url: str = ""

    def pages(self) -> tuple[Page, ...]:
        return (
            Page(card.PAGE, self.show, nav="Calendar", nav_in="Community"),
            Page(f"{card.PAGE}.csv", self.take_away),
            Page(card.SUBSCRIBE_PAGE, self.subscribe),
            Page(f"{FILE}{{uid}}", self.take_one),
        )

    def show(self, request: PageRequest) -> View:
        zone, now = zone_of(request.person.time_zone), self.clock()
        today = now.astimezone(zone).date()
        wanted = Wanted.from_query(request.query, today)
        known = self._dates(request.person, *span_of(wanted, zone), zone)
        shown = [each for each in known if wanted.matches(each)]
        over, ahead = agenda(wanted, shown, today)
        later = None if over or ahead else self._later(request.person, wanted, zone)
        values: dict[str, object] = {
            "wanted": wanted,
            "weeks": grid(wanted, shown),
            "over": over,
            "ahead": ahead,
            "later": later,
            "kinds": sorted({each.entry.kind for each in known} | ({wanted.kind} - {""})),
            "zone": zone,
            "file_of": lambda on: "" if on.is_over(now) or on.starts >= now + AHEAD else file_of(on),
            "days_in_words": days_in_words,
            "clock": lambda at: f"{at.astimezone(zone):%H:%M}",
            "one_day": DAY,
            "export": wanted.url(f"{card.PAGE}.csv"),
            "subscribe": card.SUBSCRIBE_PAGE,
        }
        return View("calendar/calendar.html", values)

    def take_away(self, request: PageRequest) -> Download:
        """The month, as it is narrowed down."""
        zone = zone_of(request.person.time_zone)
        wanted = Wanted.from_query(request.query, self.clock().astimezone(zone).date())
        known = self._dates(request.person, *span_of(wanted, zone), zone)
        shown = [
            each
            for each in known
            if wanted.matches(each) and each.last >= wanted.month and each.first < wanted.until
        ]  # fmt: skip
        rows = [self._cells(each, zone) for each in shown]
        return table_to_take_away(f"calendar-{wanted.month:%Y-%m}", COLUMNS, rows)

    def take_one(self, request: PageRequest) -> Download:
        """A date that they may see, for any calendar program."""
        uid, person, now = request.path["uid"].removesuffix(".ics"), request.person, self.clock()
        with self.database.reading() as unit:
            known = self.calendar.entries(person.id, person.principals, now - BACK, now + AHEAD, unit)
        found = [in_feed(each, self.base_url) for each in known if each.event.uid == uid]
        if not found:
            raise PageNotFound
        return Download(_file_name(found[0].title), "text/calendar", calendar_file(Method.PUBLISH, found, now))

    def subscribe(self, request: PageRequest) -> View:
        person = request.person
        with self.database.begin() as unit:
            addresses = self.addresses.of(person.id, person.principals, self.clock(), unit)
        renew = [
            (card.LABELS[feed], address, Button("Make a new address", card.RENEW, feed, confirm=card.RENEW_CONFIRM))
            for feed, address in addresses.items()
        ]
        values = {
            "addresses": renew,
            "is_here_only": is_loopback(self.base_url),
            "how": card.HOW,
            "private": card.PRIVATE,
            "no_address": card.NO_ADDRESS,
            "opens": lambda address: address.replace("https://", "webcal://").replace("http://", "webcal://"),
            "page": card.PAGE,
            "here": card.SUBSCRIBE_PAGE,
        }
        return View("calendar/subscribe.html", values)

    def _dates(self, person: Person, since: datetime, until: datetime, zone: ZoneInfo) -> Sequence[OnCalendar]:
        with self.database.reading() as unit:
            return self.calendar.dates(person.id, person.principals, since, until, zone, unit)

    def _later(self, person: Person, wanted: Wanted, zone: ZoneInfo) -> OnCalendar | None:
        """The first after the month, and not before now, that fits."""
        since = max(midnight(wanted.until, zone), self.clock())
        found = self._dates(person, since, since + AHEAD, zone)
        return next((each for each in found if wanted.matches(each) and not each.is_cancelled), None)

    def _cells(self, on: OnCalendar, zone: ZoneInfo) -> tuple[str, ...]:
        event, entry = on.entry.event, on.entry
        times = (
            (on.first.isoformat(), on.last.isoformat())
            if on.is_all_day
            else tuple(f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (on.starts, on.ends))
        )
        note = "cancelled" if on.is_cancelled else entry.note
        mine = "yes" if entry.is_mine else "no"
        return (*times, zone.key, entry.kind, event.title, event.location, note, mine, f"{self.base_url}{entry.page}")


def file_of(on: OnCalendar) -> str:
    return f"{FILE}{quote(on.entry.event.uid, safe='')}.ics"


def _file_name(title: str) -> str:
    kept = "".join(each if each.isalnum() else " " for each in title).split()
    return f"{'-'.join(kept)[:NAME_LENGTH] or 'date'}.ics"
