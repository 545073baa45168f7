"""What hosts do in a chat with a series: open it, change it, skip, move and keep its dates, close it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from bot.chat.colleagues import check_colleague
from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import one
from bot.chat.moments import zone_of
from bot.chat.reply import Reply
from bot.chat.turn import Person, Turn
from bot.features.escalations.colleagues import colleague_named
from bot.features.feature import FormRoute, Handler
from bot.features.form_state import from_state, to_state
from bot.features.office_hours import acts, hosting_forms
from bot.features.office_hours.cards import named
from bot.features.office_hours.changes import GONE, check_host, series_of
from bot.features.office_hours.chat import OfficeHoursChat
from bot.features.office_hours.desk import Desk
from bot.features.office_hours.hosting_forms import CHANGED_SINCE, HOSTS, TIME, TITLE, WORD, Known
from bot.features.office_hours.hosting_values import Plan, hosts_in, kept_in_the_form, moved_to, plan_from
from bot.features.office_hours.model import ID_LENGTH, BookingState, Host, OfficeHours, Session
from bot.features.office_hours.own_time import OwnTime
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.office_hours.telling import tell_new_hosts
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork
from scheduler.rule_phrases import series_in_words
from scheduler.rules import Series, next_occurrence

NEXT_SHOWN = 3


class HostChat:
    """Turn -> desk -> Reply, with what was understood, and the next dates, above the card of the series."""

    def __init__(self, desk: Desk, chat: OfficeHoursChat) -> None:
        self._desk = desk
        self._chat = chat

    @property
    def buttons(self) -> dict[str, Handler]:
        return {
            acts.OPEN: self.on_open,
            acts.CHANGE: self.on_change,
            acts.CLOSE: self.on_close,
            acts.SKIP: self.on_skip,
            acts.KEEP: self.on_keep,
            acts.MOVE: self.on_move,
            acts.MOVE_BACK: self.on_move_back,
        }

    @property
    def forms(self) -> dict[str, FormRoute]:
        return {
            acts.OPEN: FormRoute(self.on_open_sent, hosting_forms.open_form),
            acts.CHANGE: FormRoute(self.on_change_sent, hosting_forms.change_form),
            acts.CLOSE: FormRoute(self.on_close_sent, hosting_forms.close_form),
            acts.SKIP: FormRoute(self.on_skip_sent, hosting_forms.skip_form),
            acts.MOVE: FormRoute(self.on_move_sent, hosting_forms.move_form),
        }

    def on_open(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person)
        return Reply(form=hosting_forms.open_form())

    def on_open_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """In their own time zone, where the words name none."""
        check_colleague(turn.person)
        plan = plan_from(turn.values, zone_of(turn.person.time_zone).key, turn.at)
        hosts = _hosts(hosts_in(turn.values), (Host(turn.person.id, turn.person.name),), unit)
        made = _planned(OfficeHours(uuid4().hex[:ID_LENGTH], plan.title, hosts, plan.schedule, turn.at), plan)
        with kept_in_the_form(TITLE):
            opened = self._desk.open(made, turn.person, unit, turn.at)
        tell_new_hosts(opened, (), turn.person, unit, turn.at)
        return self._chat.series(opened.id, turn, unit, f"Opened: {_understood(opened, turn)}")

    def on_change(self, turn: Turn, unit: UnitOfWork) -> Reply:
        hours = _own_series(turn.carried, turn.person, unit)
        known = Known(hours.id, hours.revision, hours.is_one_to_one)
        people = People(unit).known([host.person_id for host in hours.hosts])
        typed = [people[each.person_id].email if each.person_id in people else "" for each in hours.hosts]
        hosts = [address or host.name for address, host in zip(typed, hours.hosts, strict=True)]
        return Reply(form=hosting_forms.change_form(to_state(known), hours, hosts))

    def on_change_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        carried = from_state(turn.carried, Known)
        hours = _own_series(carried.series_id, turn.person, unit)
        if hours.revision != carried.revision:
            raise FormRejected({TITLE: CHANGED_SINCE})
        plan = plan_from(turn.values, hours.schedule.zone, turn.at, hours)
        hosts = _hosts(hosts_in(turn.values), hours.hosts, unit, is_whole=True)
        with kept_in_the_form(TITLE):
            changed = self._desk.change(_planned(replace(hours, hosts=hosts), plan), turn.person, unit, turn.at)
        tell_new_hosts(changed, hours.hosts, turn.person, unit, turn.at)
        return self._chat.series(changed.id, turn, unit, f"Changed: {_understood(changed, turn)}")

    def on_close(self, turn: Turn, unit: UnitOfWork) -> Reply:
        hours = _own_series(turn.carried, turn.person, unit)
        store = SqlOfficeHours(unit)
        coming = [each for each in store.sessions_of(hours.id, turn.at) if each.starts > turn.at]
        about = f"{named(hours)} are not held any more. {_booked(coming, unit)} They cannot be opened again."
        return Reply(form=hosting_forms.close_form(hours.id, about))

    def on_close_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        coming = SqlOfficeHours(unit).sessions_of(turn.carried, turn.at)
        told = _told("Those who had booked", coming, unit)
        with kept_in_the_form(WORD):
            closed = self._desk.close(turn.carried, turn.person, one(turn.values, WORD), unit, turn.at)
        return self._chat.series(closed.id, turn, unit, f"Closed: {named(closed)}.{told}")

    def on_skip(self, turn: Turn, unit: UnitOfWork) -> Reply:
        _, session = _own_date(turn.carried, turn.person, unit)
        about = f"{_date(session, turn)} is not held. {_booked([session], unit)} You can keep it after all."
        return Reply(form=hosting_forms.skip_form(session.id, about))

    def on_skip_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        _, session = _own_date(turn.carried, turn.person, unit)
        told = _told("Those who had booked", [session], unit)
        with kept_in_the_form(WORD):
            hours = self._desk.skip(session.id, turn.person, one(turn.values, WORD), unit, turn.at)
        said = f"Skipped: “{hours.title}”, {_date(session, turn)}.{told}"
        return self._chat.series(hours.id, turn, unit, said)

    def on_keep(self, turn: Turn, unit: UnitOfWork) -> Reply:
        hours = self._desk.keep(turn.carried, turn.person, unit, turn.at)
        _, session = _own_date(turn.carried, turn.person, unit)
        said = f"Kept: “{hours.title}”, {_date(session, turn)}, can be booked again. Nobody has a place yet."
        return self._chat.series(hours.id, turn, unit, said)

    def on_move(self, turn: Turn, unit: UnitOfWork) -> Reply:
        hours, session = _own_date(turn.carried, turn.person, unit)
        return Reply(form=hosting_forms.move_form(session.id, hours, session))

    def on_move_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        to = moved_to(turn.values)
        with kept_in_the_form(TIME):
            return self._moved(turn.carried, to, turn, unit)

    def on_move_back(self, turn: Turn, unit: UnitOfWork) -> Reply:
        hours, session = _own_date(turn.carried, turn.person, unit)
        return self._moved(session.id, acts.regular(hours, session), turn, unit)

    def _moved(self, session_id: str, to: datetime, turn: Turn, unit: UnitOfWork) -> Reply:
        hours = self._desk.move(session_id, turn.person, to, unit, turn.at)
        _, session = _own_date(session_id, turn.person, unit)
        told = _told("Those who booked keep their places, and", [session], unit)
        said = f"Moved: “{hours.title}” is {_date(session, turn)}.{told}"
        return self._chat.series(hours.id, turn, unit, said)


def _planned(hours: OfficeHours, plan: Plan) -> OfficeHours:
    return replace(
        hours,
        title=plan.title,
        topics=plan.topics,
        about=plan.about,
        schedule=plan.schedule,
        place=plan.place,
        link=plan.link,
        capacity=plan.capacity,
        slot_length=plan.slot_length,
    )


def _hosts(
    typed: Sequence[str], known: Sequence[Host], unit: UnitOfWork, *, is_whole: bool = False
) -> tuple[Host, ...]:
    """Those who are hosts already are known by name or address; where it is the whole list, only those typed are.
    Raises FormRejected."""
    people = People(unit).known([each.person_id for each in known])
    by_word = {each.name.casefold(): each for each in known}
    by_word |= {people[each.person_id].email: each for each in known if each.person_id in people}
    found = {} if is_whole else {each.person_id: each for each in known}
    for word in typed:
        host = by_word.get(word.casefold())
        if host is None:
            try:
                person = colleague_named(word, unit)
            except FormRejected as error:
                raise FormRejected({HOSTS: str(error)}) from error
            host = Host(person.id, person.name)
        found.setdefault(host.person_id, host)
    return tuple(found.values())


def _own_series(series_id: str, person: Person, unit: UnitOfWork) -> OfficeHours:
    hours = SqlOfficeHours(unit).get(series_id)
    if hours is None or not hours.is_open:
        raise UserFacingError(GONE)
    check_host(hours, person)
    return hours


def _own_date(session_id: str, person: Person, unit: UnitOfWork) -> tuple[OfficeHours, Session]:
    store = SqlOfficeHours(unit)
    session = store.session(session_id)
    if session is None:
        raise UserFacingError(GONE)
    hours = series_of(store, session)
    check_host(hours, person)
    return hours, session


def _understood(hours: OfficeHours, turn: Turn) -> str:
    """`“Pricing clinic”, every second Tuesday at 15:00 Berlin time; next: Tue 8 Dec, 15:00–16:00 your time.`"""
    time, following = OwnTime.of(turn), _next_dates(hours.schedule, turn.at)
    dates = "; ".join(time.span(starts, ends) for starts, ends in following)
    then = f"; next by your clock: {dates}" if dates else "; no date is to come"
    return f"“{hours.title}”, {series_in_words(hours.schedule)}{then}."


def _next_dates(schedule: Series, now: datetime) -> Sequence[tuple[datetime, datetime]]:
    found: list[tuple[datetime, datetime]] = []
    after = now
    while len(found) < NEXT_SHOWN and (each := next_occurrence(schedule, after)) is not None:
        found.append((each.starts, each.ends))
        after = each.starts
    return found


def _date(session: Session, turn: Turn) -> str:
    return OwnTime.of(turn).moment(session.starts)


def _told(whom: str, sessions: Sequence[Session], unit: UnitOfWork) -> str:
    """Where nobody has a place or waits for one, nothing."""
    store = SqlOfficeHours(unit)
    return f" {whom} are told." if any(store.bookings(each.id) for each in sessions) else ""


def _booked(sessions: Sequence[Session], unit: UnitOfWork) -> str:
    store = SqlOfficeHours(unit)
    standing = [each for session in sessions for each in store.bookings(session.id)]
    come = sum(each.state is BookingState.BOOKED for each in standing)
    if not standing:
        return "Nobody has booked."
    people = "1 person who has" if come == 1 else f"{come} people who have"
    waiting = f", and {len(standing) - come} who wait" if len(standing) > come else ""
    return f"{people} booked{waiting}, are told."
