"""Events as pages: those to come and those that were, and each with what the reader can do about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.chat.errors import UserFacingError
from bot.chat.moments import exact, zone_of
from bot.chat.reply import Button
from bot.chat.turn import EVERYONE, Person, Place
from bot.features.escalations.expert_forms import is_address
from bot.features.events import acts
from bot.features.events.cards import (
    NAMES,
    PAGE,
    EventView,
    buttons_of,
    length_in_words,
    places_in_words,
    signed_up_in_words,
    standing_of,
    when,
)
from bot.features.events.changes import seen
from bot.features.events.in_library import PREFIX
from bot.features.events.invitations import date_file
from bot.features.events.model import Event, EventState, Kind, in_order, may_organise, names_in_words
from bot.features.events.store import SqlEvents
from bot.features.events.viewing import view_for
from bot.features.library.links import reader_url
from bot.features.page import Download, Page, PageNotFound, PageRequest, View
from bot.features.spreadsheet import table_to_take_away
from bot.storage.unit_of_work import Database, UnitOfWork
from scheduler.calendar_file import Attendee

AHEAD = timedelta(days=800)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
SHOWN = 500
SHOWS = {"": "To come", "past": "Past", "mine": "Mine"}
PUBLIC = (EventState.ANNOUNCED, EventState.OVER, EventState.CANCELLED)
COLUMNS = ("Title", "Kind", "State", "Begins", "Ends", "Time zone", "Where", "Organisers", "Topics", "Coming", "Came")
PEOPLE = ("Name", "State", "Signed up")
TONES = {EventState.DRAFT: "warn", EventState.ANNOUNCED: "good", EventState.CANCELLED: "bad"}


@dataclass(frozen=True, slots=True)
class EventPages:
    """`organiser` is who dates are from."""

    database: Database
    organiser: Attendee
    clock: Callable[[], datetime]

    def pages(self) -> tuple[Page, ...]:
        one = f"{PAGE}/{{event}}"
        return (
            Page(PAGE, self.show_all, nav="Events", nav_in="Community"),
            Page(f"{PAGE}.csv", self.take_away),
            Page(f"{one}/calendar.ics", self.date),
            Page(f"{one}/people.csv", self.people),
            Page(one, self.show),
        )

    def show_all(self, request: PageRequest) -> View:
        kind, shown = _wanted(request.query)
        views = self._views(request.person, kind, shown)
        values: dict[str, object] = {
            "views": views,
            "kinds": [(each.value, "Other" if each is Kind.OTHER else NAMES[each]) for each in Kind],
            "kind": kind.value if kind else "",
            "shows": SHOWS,
            "shown": shown,
            "address": address,
            "when": _when,
            "names": NAMES,
            "standing": standing_of,
            "tones": TONES,
            "organisers": names_in_words,
            "plan": acts.plan() if EVERYONE in request.person.principals else None,
            "limit": SHOWN,
        }
        return View("events/list.html", values)

    def take_away(self, request: PageRequest) -> Download:
        kind, shown = _wanted(request.query)
        rows = []
        for view in self._views(request.person, kind, shown):
            event, zone = view.event, zone_of(request.person.time_zone)
            days = (event.first_day.isoformat(), event.last_day.isoformat())
            begins, ends = days if event.has_whole_days else (exact(event.starts, zone), exact(event.ends, zone))
            came = "" if event.came is None else str(event.came)
            cells = (event.title, NAMES[event.kind], event.state.value, begins, ends, event.zone, event.place)
            rows.append((*cells, names_in_words(event), ", ".join(event.topics), str(view.coming), came))
        return table_to_take_away("events", COLUMNS, rows)

    def show(self, request: PageRequest) -> View:
        person, now = request.person, self.clock()
        with self.database.reading() as unit:
            event = self._seen(request, unit)
            view = self._view(event, person, unit)
            sign_ups = SqlEvents(unit).sign_ups(event.id) if may_organise(event, person) else ()
            asked_too = SqlEvents(unit).asked_too(event.id, person.id)
        organises = may_organise(event, person)
        values: dict[str, object] = {
            "view": view,
            "event": event,
            "standing": "You organise it" if view.is_organiser else standing_of(view) if _is_running(view) else "",
            "when": _when(view),
            "kind": NAMES[event.kind],
            "state": "Runs now" if event.is_open(now) and event.starts <= now else event.state.value.capitalize(),
            "tone": TONES.get(event.state, ""),
            "length": length_in_words(event),
            "places": places_in_words(view),
            "signed_up": signed_up_in_words(view),
            "organisers": names_in_words(event),
            "organises": organises,
            "buttons": _buttons(view, person),
            "questions": [
                (each, acts.for_question(each, person.id, may_answer=organises, asks_too=each.id in asked_too))
                for each in in_order(view.questions)
            ],
            "is_open": event.is_open(now),
            "is_address": is_address,
            "sign_ups": sign_ups,
            "here": f"{PAGE}/{event.id}",
            "document": reader_url(f"{PREFIX}{event.id}") if _is_in_library(event) else "",
        }
        return View("events/event.html", values)

    def date(self, request: PageRequest) -> Download:
        """For the calendar of whoever asks."""
        with self.database.reading() as unit:
            event = self._seen(request, unit)
            view = self._view(event, request.person, unit)
        if event.announced_at is None:
            raise PageNotFound
        file = date_file(event, view.own, self.organiser, self.clock(), with_link=view.has_place)
        return Download("event.ics", "text/calendar", file)

    def people(self, request: PageRequest) -> Download:
        """Who signed up, for its organisers."""
        with self.database.reading() as unit:
            event = self._seen(request, unit)
            if not may_organise(event, request.person):
                raise PageNotFound
            found = SqlEvents(unit).sign_ups(event.id)
        zone = zone_of(request.person.time_zone)
        rows = [(each.person_name, each.state.value, exact(each.at, zone)) for each in found]
        return table_to_take_away("people", PEOPLE, rows)

    def _views(self, person: Person, kind: Kind | None, shown: str) -> list[EventView]:
        """Of what they may see; the newest first of what is past."""
        now = self.clock()
        with self.database.reading() as unit:
            store = SqlEvents(unit)
            since, until = (LONG_AGO, now + AHEAD) if shown else (now, now + AHEAD)
            found = {each.id: each for each in store.public(person.principals, since, until, PUBLIC)}
            drafts = store.drafts(since) if person.curates else ()
            found |= {each.id: each for each in (*drafts, *store.organised_by(person.id, since))}
            mine = {event.id for event, _ in store.of_person(person.id, since)}
            wanted = [
                each
                for each in sorted(found.values(), key=lambda each: (each.starts, each.id))
                if kind in (None, each.kind)
                and (shown != "past" or each.ends <= now)
                and (shown != "mine" or each.id in mine or each.is_organised_by(person.id))
                and (each.state is not EventState.CANCELLED or each.announced_at is not None)
            ]
            if shown == "past":
                wanted.reverse()
            return [self._view(each, person, unit) for each in wanted[:SHOWN]]

    def _view(self, event: Event, person: Person, unit: UnitOfWork) -> EventView:
        return view_for(event, person, Place("web", person.id), unit, self.clock(), "")

    def _seen(self, request: PageRequest, unit: UnitOfWork) -> Event:
        try:
            return seen(SqlEvents(unit), request.path["event"], request.person)
        except UserFacingError as error:
            raise PageNotFound from error


def address(shown: str, kind: str, path: str = PAGE) -> str:
    """Of the list in that state."""
    states = [f"{name}={value}" for name, value in (("which", shown), ("kind", kind)) if value]
    return f"{path}?{'&'.join(states)}" if states else path


def _wanted(query: Mapping[str, str]) -> tuple[Kind | None, str]:
    kind, shown = query.get("kind", ""), query.get("which", "")
    return Kind(kind) if kind in set(Kind) else None, shown if shown in SHOWS else ""


def _when(view: EventView) -> str:
    return when(view.event, view.zone, is_own=True)


def _buttons(view: EventView, person: Person) -> tuple[Button, ...]:
    """An admin may do what organisers do; curators announce it in more channels."""
    own = buttons_of(view)
    if person.is_admin and not view.is_organiser:
        has_questions = bool(view.open_questions)
        theirs = acts.for_organisers(view.event, may_announce=True, has_questions=has_questions)
        own += tuple(each for each in theirs if each not in own)
    if view.may_announce and _is_running(view) and acts.announce(view.event) not in own:
        own = (*own, acts.announce(view.event))
    return own


def _is_running(view: EventView) -> bool:
    return view.event.state is EventState.ANNOUNCED and view.is_running


def _is_in_library(event: Event) -> bool:
    return event.state is EventState.OVER and bool(event.recording or event.notes)
