"""Office hours in a chat: what one can book, a place of one's own, and what a session is about."""

from dataclasses import replace

from bot.chat.errors import UserFacingError
from bot.chat.form import one
from bot.chat.reply import Reply
from bot.chat.turn import EVERYONE, Commanded, Turn
from bot.features.feature import Command, FormRoute, Handler, HomeSection
from bot.features.form_state import from_state
from bot.features.library.links import pages_from
from bot.features.office_hours import acts, booking_form, cards
from bot.features.office_hours.agenda import OpenQuestions
from bot.features.office_hours.availability import HostsBusy
from bot.features.office_hours.booking_form import Offered
from bot.features.office_hours.browsing import (
    bookable_dates,
    dates_of,
    offer_of,
    offers_for,
    own_place,
    own_places,
    seen_series,
    view_of,
)
from bot.features.office_hours.desk import Desk
from bot.features.office_hours.hosting_values import kept_in_the_form
from bot.features.office_hours.model import Fact
from bot.features.office_hours.own_time import OwnTime
from bot.features.office_hours.session_card import session_message
from bot.features.office_hours.showing import shown
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.office_hours.use_cases import ENDED, NOT_YOURS, YOURS
from bot.storage.unit_of_work import UnitOfWork

MINE = "mine"
NO_DATE = "There is no date that you could book, so nothing was booked. “office hours” shows other office hours."
NO_TIME = "No host is free then, so nothing was booked. “office hours” shows other dates."
MORE_DATES = " Later dates do not fit in here: open one of them on the page of these office hours."
ALL_YOURS = "You have a place on each of these dates, or wait for one, so nothing was booked."


class OfficeHoursChat:
    """Turn -> desk -> Reply: the card that was pressed shows what came of it. `base_url` is how people reach the web
    page from a chat, empty where they do not."""

    def __init__(self, desk: Desk, questions: OpenQuestions, base_url: str = "", busy: HostsBusy | None = None) -> None:
        self._desk = desk
        self._questions = questions
        self._base_url = base_url
        self._busy = busy or HostsBusy()

    @property
    def commands(self) -> dict[str, Command]:
        words = "office hours that you can book, and your own places; with a topic, those about it; mine"
        return {"office-hours": Command(self.on_list, words, free_words=True)}

    @property
    def buttons(self) -> dict[str, Handler]:
        return {
            acts.LIST: self.on_list,
            acts.SERIES: self.on_series,
            acts.AGENDA: self.on_agenda,
            acts.BOOK: self.on_book,
            acts.REWORD: self.on_reword,
            acts.CANCEL: self.on_cancel,
        }

    @property
    def forms(self) -> dict[str, FormRoute]:
        return {
            acts.BOOK: FormRoute(self.on_book_sent, booking_form.booking_form),
            acts.REWORD: FormRoute(self.on_reword_sent, booking_form.reword_form),
        }

    def on_list(self, turn: Turn, unit: UnitOfWork) -> Reply:
        person, said = turn.person, ""
        words = turn.content.text if isinstance(turn.content, Commanded) else ""
        own, is_mine = own_places(person, unit, turn.at), words.casefold() == MINE
        found = offers_for(person, unit, turn.at, "" if is_mine else words)
        hosted = [each for each in found if each.is_host]
        if is_mine and (own or hosted):
            found, said = hosted, "The office hours that you host, and your own places."
        elif is_mine:
            said = "You have no place, and host no office hours. These are all there are." if found else ""
        elif words and not found:
            found = offers_for(person, unit, turn.at)
            said = f"No office hours are about “{words}”. These are all there are." if found else ""
        may_host = EVERYONE in person.principals
        message = cards.list_message(found, own, OwnTime.of(turn), self.pages(turn), said, may_host=may_host)
        return shown(message, turn, unit)

    def on_series(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self.series(turn.carried, turn, unit)

    def series(self, series_id: str, turn: Turn, unit: UnitOfWork, said: str = "") -> Reply:
        """Its card, with what was done above it."""
        hours = seen_series(series_id, turn.person, unit)
        offer = offer_of(hours, turn.person)
        dates = dates_of(hours, unit, turn.at, with_cancelled=offer.is_host)
        own = [each for each in own_places(turn.person, unit, turn.at) if each.hours.id == hours.id]
        return shown(cards.series_message(offer, dates, own, OwnTime.of(turn), self.pages(turn), said), turn, unit)

    def on_agenda(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self.session(turn.carried, turn, unit)

    def session(self, session_id: str, turn: Turn, unit: UnitOfWork, said: str = "", *, attended_to: int = 0) -> Reply:
        """The agenda, which is the live queue while it runs. From `attended_to` on it is not said who came."""
        view = replace(view_of(session_id, turn.person, self._questions, unit), attended_to=attended_to)
        message = session_message(view, OwnTime.of(turn), self.pages(turn), said)
        return shown(message, turn, unit, session_id if view.agenda.hours.is_hosted_by(turn.person.id) else "")

    def on_book(self, turn: Turn, unit: UnitOfWork) -> Reply:
        unit.discard()  # calendars may be slow, and a form writes nothing
        busy = self._busy.busy_slots(turn.carried, unit.database, turn.at)
        hours, free, is_one_date = bookable_dates(turn.carried, turn.person, unit, turn.at)
        if hours.is_hosted_by(turn.person.id):
            raise UserFacingError(YOURS)
        if not free:
            has_one = any(each.hours.id == hours.id for each in own_places(turn.person, unit, turn.at))
            raise UserFacingError(ALL_YOURS if has_one else NO_DATE)
        state = booking_form.offered(hours, free, OwnTime.of(turn), is_one_date=is_one_date, busy=busy)
        if not booking_form.has_options(state):
            raise UserFacingError(NO_TIME)
        more = MORE_DATES if len(state.days) < len(free) else ""
        return Reply(form=booking_form.booking_form(state.text, f"{cards.named(hours)}.{more}"))

    def on_book_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        carried = from_state(turn.carried, Offered, lost="nothing was booked")
        session_id, slot, may_wait = carried.chosen(turn.values)
        brings = one(turn.values, booking_form.BRINGS)
        with kept_in_the_form(booking_form.WHEN):
            fact = self._desk.book(session_id, turn.person, brings, unit, turn.at, slot=slot, may_wait=may_wait)
        return self._place(fact, turn, unit)

    def on_reword(self, turn: Turn, unit: UnitOfWork) -> Reply:
        own = SqlOfficeHours(unit).booking(turn.carried)
        if own is None or own.person_id != turn.person.id:
            raise UserFacingError(NOT_YOURS)
        if not own.is_standing:
            raise UserFacingError(ENDED)
        about = f"{cards.named(own_place(own, unit).hours)}."
        return Reply(form=booking_form.reword_form(own.id, own.brings, about))

    def on_reword_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        with kept_in_the_form(booking_form.BRINGS):
            brings = one(turn.values, booking_form.BRINGS)
            fact = self._desk.reword(turn.carried, turn.person, brings, unit, turn.at)
        return self._place(fact, turn, unit)

    def on_cancel(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._place(self._desk.cancel(turn.carried, turn.person, unit, turn.at), turn, unit)

    def at_home(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        """Own places, and the next sessions that they host."""
        own = own_places(turn.person, unit, turn.at)
        hosted = [each for each in offers_for(turn.person, unit, turn.at) if each.is_host]
        return cards.home_section(own, hosted, OwnTime.of(turn), self.pages(turn))

    def pages(self, turn: Turn) -> str | None:
        return pages_from(turn.place, self._base_url)

    def _place(self, fact: Fact, turn: Turn, unit: UnitOfWork) -> Reply:
        own = own_place(fact.booking, unit)
        said = cards.done_in_words(fact.what, own, OwnTime.of(turn))
        message = cards.booking_message(own, OwnTime.of(turn), self.pages(turn), said)
        return shown(message, turn, unit, fact.booking.id)
