"""Office hours as pages: what one can book, and one series with its dates. What is done goes by the chats' buttons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.chat.moments import exact, zone_of
from bot.chat.reply import Button
from bot.chat.turn import EVERYONE, Person
from bot.features.office_hours import acts
from bot.features.office_hours.addresses import PAGE, session_page
from bot.features.office_hours.calendar import SERIES_FEED, has_feed
from bot.features.office_hours.cards import hosts_in_words
from bot.features.office_hours.model import BookingState, OfficeHours, SessionState
from bot.features.office_hours.overview import Date, Row, dates, is_over, rows, topics_of
from bot.features.office_hours.own_time import OwnTime
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.page import Download, Page, PageNotFound, PageRequest, Redirect, View
from bot.features.spreadsheet import table_to_take_away
from bot.storage.subscriptions import Subscription, Subscriptions
from bot.storage.unit_of_work import Database, UnitOfWork
from scheduler.rule_phrases import series_in_words

COLUMNS = ("Office hours", "Topics", "Hosts", "Kind", "Next date", "Until", "How it stands", "Yours", "Where")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
PAST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class OfficeHoursPages:
    """`address_of` makes of a subscription's key what a calendar program reads, empty where people reach no page;
    `base_url` is how they reach it."""

    database: Database
    clock: Callable[[], datetime]
    address_of: Callable[[str], str]
    base_url: str = ""

    def pages(self) -> tuple[Page, ...]:
        one = f"{PAGE}/{{series}}"
        return (
            Page(PAGE, self.show_all, nav="Office hours", nav_in="Community"),
            Page(f"{PAGE}.csv", self.take_away),
            Page(f"{one}/subscribe", self.subscribe, method="POST"),
            Page(f"{one}/renew", self.renew, method="POST"),
            Page(one, self.show),
        )

    def show_all(self, request: PageRequest) -> View:
        person, topic = request.person, request.query.get("topic", "")
        found = self._rows(person)
        values: dict[str, object] = {
            "rows": [row for row in found if _is_about(row, topic)],
            "total": len(found),
            "topic": topic,
            "topics": topics_of(found),
            "time": self._time(person),
            "kind": kind_of,
            "hosts": hosts_in_words,
            "book": acts.book,
            "open_series": _open_series(person, is_first=not found),
            "session_page": session_page,
        }
        return View("office_hours/list.html", values)

    def take_away(self, request: PageRequest) -> Download:
        topic, zone = request.query.get("topic", ""), zone_of(request.person.time_zone)
        found = [row for row in self._rows(request.person) if _is_about(row, topic)]
        cells = (
            (
                row.hours.title,
                ", ".join(row.hours.topics),
                hosts_in_words(row.hours),
                kind_of(row.hours),
                exact(row.next.session.starts, zone) if row.next else "",
                exact(row.next.session.ends, zone) if row.next else "",
                row.next.standing if row.next else "no date to come",
                _whose(row),
                f"{self.base_url}{PAGE}/{row.hours.id}",
            )
            for row in found
        )
        return table_to_take_away("office-hours", COLUMNS, cells)

    def show(self, request: PageRequest) -> View:
        person, now = request.person, self.clock()
        with self.database.reading() as unit:
            store = SqlOfficeHours(unit)
            hours = self._seen(request, store)
            sessions = store.sessions_of(hours.id, LONG_AGO)
            coming = [each for each in sessions if not is_over(each, now)]
            past = [each for each in sessions if is_over(each, now) and each.state is not SessionState.CANCELLED]
            shown = dates(store, [(hours, each) for each in coming], person.id, now)
            past_bookings = store.bookings_of([each.id for each in past[-PAST_SHOWN:]])
            figures = store.figures(hours.id)
            key = Subscriptions(unit).find(_subscription(hours, person))
        manages = hours.is_open and (hours.is_hosted_by(person.id) or person.is_admin)
        feeds = has_feed(hours, person.id, is_guest=EVERYONE not in person.principals)
        values: dict[str, object] = {
            "hours": hours,
            "rhythm": series_in_words(hours.schedule),
            "kind": kind_of(hours),
            "hosts": hosts_in_words(hours),
            "dates": shown,
            "past": [(each, past_bookings.get(each.id, ())) for each in reversed(past[-PAST_SHOWN:])],
            "figures": figures,
            "buttons": [acts.change(hours), acts.close(hours)] if manages else [],
            "buttons_of": _buttons_of(shown, person, now, manages=manages),
            "time": self._time(person),
            "session_page": session_page,
            "feeds": feeds and bool(self.address_of("key")),
            "feed": self.address_of(key) if key else "",
            "opens": lambda address: f"webcal{address[address.index(':') :]}",
        }
        return View("office_hours/series.html", values)

    def subscribe(self, request: PageRequest) -> Redirect:
        """An address of their own, the same every time."""
        with self.database.begin() as unit:
            hours = self._fed(request, unit)
            Subscriptions(unit).key_of(_subscription(hours, request.person), self.clock())
        return Redirect(f"{PAGE}/{hours.id}#subscribe")

    def renew(self, request: PageRequest) -> Redirect:
        with self.database.begin() as unit:
            hours = self._fed(request, unit)
            Subscriptions(unit).renew(_subscription(hours, request.person), self.clock())
        return Redirect(
            f"{PAGE}/{hours.id}#subscribe",
            "There is a new address. Give it to your calendar program: the one before opens nothing any more.",
        )

    def _rows(self, person: Person) -> list[Row]:
        with self.database.reading() as unit:
            return list(rows(SqlOfficeHours(unit), person, self.clock()))

    def _time(self, person: Person) -> OwnTime:
        return OwnTime(self.clock(), zone_of(person.time_zone))

    def _seen(self, request: PageRequest, store: SqlOfficeHours) -> OfficeHours:
        """A closed series too. Raises PageNotFound."""
        hours = store.get(request.path["series"])
        if hours is None or not may_see(hours, request.person):
            raise PageNotFound
        return hours

    def _fed(self, request: PageRequest, unit: UnitOfWork) -> OfficeHours:
        hours = self._seen(request, SqlOfficeHours(unit))
        if not has_feed(hours, request.person.id, is_guest=EVERYONE not in request.person.principals):
            raise PageNotFound
        return hours


def may_see(hours: OfficeHours, person: Person) -> bool:
    return bool(hours.readers & person.principals) or hours.is_hosted_by(person.id) or person.is_admin


def kind_of(hours: OfficeHours) -> str:
    if hours.slot_length is not None:
        return f"One-to-one, {int(hours.slot_length.total_seconds()) // 60} minutes each"
    return f"A group of up to {hours.capacity}"


def may_book(date: Date, person: Person, now: datetime) -> bool:
    hours = date.hours
    is_theirs = bool(hours.readers & person.principals) and not hours.is_hosted_by(person.id)
    return is_theirs and hours.is_open and date.session.is_bookable(now) and date.own is None


def _buttons_of(shown: Sequence[Date], person: Person, now: datetime, *, manages: bool) -> dict[str, list[Button]]:
    """By session; of all that can be booked the first is the likely one."""
    bookable = [each.session.id for each in shown if each.free and may_book(each, person, now)]
    buttons: dict[str, list[Button]] = {}
    for each in shown:
        session, offered = each.session, list[Button]()
        if may_book(each, person, now):
            book = acts.book(session, "Book" if each.free else "Join the waiting list")
            offered.append(book if session.id in bookable[:1] else replace(book, style="normal"))
        if each.own is not None and each.own.state in (BookingState.BOOKED, BookingState.WAITING):
            offered.append(acts.cancel(each.own))
        if manages and session.starts > now and session.state is not SessionState.RUNNING:
            offered.extend(acts.of_date(each.hours, session))
        buttons[session.id] = offered
    return buttons


def _open_series(person: Person, *, is_first: bool) -> Button | None:
    """By any colleague; where there are none yet it is the likely thing to do."""
    if EVERYONE not in person.principals:
        return None
    return replace(acts.open_series(), style="primary") if is_first else acts.open_series()


def _subscription(hours: OfficeHours, person: Person) -> Subscription:
    return Subscription(SERIES_FEED, hours.id, person.id)


def _is_about(row: Row, topic: str) -> bool:
    return not topic or topic.casefold() in {each.casefold() for each in row.hours.topics}


def _whose(row: Row) -> str:
    if row.is_hosted:
        return "you host it"
    states = {"you wait" if each.waits else "you have a place" for each in row.booked}
    return ", ".join(sorted(states))
