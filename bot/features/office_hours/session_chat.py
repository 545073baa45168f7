"""What hosts do in a chat with one session: run it one by one, note what was said, and say afterwards who came."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.chat.errors import UserFacingError
from bot.chat.form import one
from bot.chat.reply import Reply
from bot.chat.turn import Person, Turn
from bot.features.feature import FormRoute, Handler
from bot.features.form_state import from_state
from bot.features.office_hours import acts
from bot.features.office_hours import session_forms as forms
from bot.features.office_hours.changes import GONE, check_host, series_of
from bot.features.office_hours.chat import OfficeHoursChat
from bot.features.office_hours.desk import Desk
from bot.features.office_hours.hosting_values import kept_in_the_form
from bot.features.office_hours.model import BookingState, Fact, Session, SessionState, What
from bot.features.office_hours.queue import NOT_PART
from bot.features.office_hours.session_forms import Number, Topic
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.office_hours.use_cases import ENDED
from bot.storage.unit_of_work import UnitOfWork

SAID = {
    What.TAKEN_IN_TURN: "It is the turn of {name}.",
    What.DONE: "{name} is done.",
    What.MISSED: "{name} did not come.",
    What.PUT_BACK: "{name} is back in line.",
    What.CALLED_OFF: "The place of {name} is called off, and they are told.",
}
NOBODY = "Nobody is on this agenda, so there is nobody to choose."
NOT_BEGUN = "That session has not begun, so nothing was noted. Start it first."
NOT_OVER = "That session is not over yet, so nothing was changed. Finish it first, then say who came."

OnOne = Callable[[str, Person, UnitOfWork, datetime], Sequence[Fact]]
"""What a host does with one booking, by its id."""


class Listed(NamedTuple):
    """Of whom it is asked who came: those from `first` on."""

    session_id: str
    first: Number


class SessionChat:
    """Turn -> desk -> Reply. The card of the session shows what came of it."""

    def __init__(self, desk: Desk, chat: OfficeHoursChat) -> None:
        self._desk = desk
        self._chat = chat

    @property
    def buttons(self) -> dict[str, Handler]:
        return {
            acts.START: self.on_start,
            acts.NEXT: self.on_next,
            acts.CALL: self._on_one(self._desk.call),
            acts.DONE: self._on_one(self._desk.done),
            acts.MISSED: self._on_one(self._desk.miss),
            acts.BACK: self._on_one(self._desk.put_back),
            acts.CALL_OFF: self.on_call_off,
            acts.LINE: self.on_line,
            acts.FINISH: self.on_finish,
            acts.NOTE: self.on_note,
            acts.POINT: self.on_point,
            acts.ATTENDANCE: self.on_attendance,
        }

    @property
    def forms(self) -> dict[str, FormRoute]:
        return {
            acts.CALL_OFF: FormRoute(self.on_call_off_sent, forms.call_off_form),
            acts.LINE: FormRoute(self.on_line_sent, forms.line_form),
            acts.NOTE: FormRoute(self.on_note_sent, forms.note_form),
            acts.POINT: FormRoute(self.on_point_sent, forms.point_form),
            acts.ATTENDANCE: FormRoute(self.on_attendance_sent, forms.attendance_form),
        }

    def on_start(self, turn: Turn, unit: UnitOfWork) -> Reply:
        begun = self._desk.begin(turn.carried, turn.person, unit, turn.at)
        return self._chat.session(begun.id, turn, unit, "It runs. Call the first one when you are there.")

    def on_next(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._after(self._desk.call_next(turn.carried, turn.person, unit, turn.at), turn, unit)

    def on_line(self, turn: Turn, unit: UnitOfWork) -> Reply:
        session = _own_session(turn.carried, turn, unit)
        standing = SqlOfficeHours(unit).bookings(session.id)
        if not standing or session.state not in (SessionState.PLANNED, SessionState.RUNNING):
            raise UserFacingError(NOBODY)
        return Reply(form=forms.line_form(forms.people_state(session, standing)))

    def on_line_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        booking_id, what, word = forms.picked(turn.carried, turn.values)
        person, now = turn.person, turn.at
        with kept_in_the_form(forms.WHO):
            match what:
                case forms.NOW:
                    facts = self._desk.call(booking_id, person, unit, now)
                case forms.MISSED:
                    facts = self._desk.miss(booking_id, person, unit, now)
                case forms.AGAIN:
                    facts = self._desk.put_back(booking_id, person, unit, now)
                case _:
                    facts = (self._desk.call_off(booking_id, person, word, unit, now),)
        return self._after(facts, turn, unit)

    def on_call_off(self, turn: Turn, unit: UnitOfWork) -> Reply:
        booking = SqlOfficeHours(unit).booking(turn.carried)
        if booking is None or not booking.is_standing:
            raise UserFacingError(ENDED)
        _own_session(booking.session_id, turn, unit)
        return Reply(form=forms.call_off_form(booking.id, booking.person_name))

    def on_call_off_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        with kept_in_the_form(forms.WORD):
            word = one(turn.values, forms.WORD)
            fact = self._desk.call_off(turn.carried, turn.person, word, unit, turn.at)
        return self._after((fact,), turn, unit)

    def on_finish(self, turn: Turn, unit: UnitOfWork) -> Reply:
        over, drafts = self._desk.finish(turn.carried, turn.person, unit, turn.at)
        return self._chat.session(over.id, turn, unit, f"It is over. {drafts_in_words(drafts)}")

    def on_note(self, turn: Turn, unit: UnitOfWork) -> Reply:
        session = _own_session(turn.carried, turn, unit)
        _check_begun(session)
        return Reply(form=forms.note_form(session.id, session.notes))

    def on_note_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        with kept_in_the_form(forms.NOTES):
            notes = one(turn.values, forms.NOTES)
            session = self._desk.write_notes(turn.carried, turn.person, notes, unit, turn.at)
        return self._chat.session(session.id, turn, unit, "The notes are kept.")

    def on_point(self, turn: Turn, unit: UnitOfWork) -> Reply:
        topic = from_state(turn.carried, Topic, lost="nothing was noted")
        session, store = _own_session(topic.session_id, turn, unit), SqlOfficeHours(unit)
        _check_begun(session)
        booking = store.booking(topic.booking_id) if topic.booking_id else None
        if topic.booking_id and (booking is None or booking.session_id != session.id):
            raise UserFacingError(NOT_PART)
        known = [each for each in store.points(session.id) if topic.booking_id and each.id == topic.booking_id]
        question = known[0].question if known else booking.brings if booking is not None else ""
        return Reply(form=forms.point_form(turn.carried, question, known[0].answer if known else ""))

    def on_point_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        topic = from_state(turn.carried, Topic, lost="nothing was noted")
        question, answer = one(turn.values, forms.QUESTION), one(turn.values, forms.ANSWER)
        with kept_in_the_form(forms.ANSWER):
            self._desk.note_point(
                topic.session_id, turn.person, question, answer, unit, turn.at, booking_id=topic.booking_id
            )
        session = _own_session(topic.session_id, turn, unit)
        then = "goes" if session.state is SessionState.OVER else "goes, when the session is over,"
        return self._chat.session(session.id, turn, unit, f"Noted. It {then} to the curators as a draft for the FAQ.")

    def on_attendance(self, turn: Turn, unit: UnitOfWork) -> Reply:
        listed = from_state(turn.carried, Listed)
        session = _own_session(listed.session_id, turn, unit)
        if session.state is not SessionState.OVER:
            raise UserFacingError(NOT_OVER)
        standing = SqlOfficeHours(unit).bookings(session.id)
        if not standing[listed.first :]:
            raise UserFacingError(NOBODY)
        is_said = any(each.state in (BookingState.DONE, BookingState.MISSED) for each in standing)
        came = [str(each.number) for each in standing if each.has_come or not is_said]
        return Reply(form=forms.attendance_form(forms.people_state(session, standing, listed.first), came))

    def on_attendance_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """Of those whom the form did not show it stays as it is."""
        carried, came = forms.those_who_came(turn.carried, turn.values)
        standing = SqlOfficeHours(unit).bookings(carried.session_id)
        asked = {carried.booking_id(number) for number, _ in carried.options}
        others = {each.id for each in standing if each.id not in asked and each.has_come}
        with kept_in_the_form(forms.CAME):
            self._desk.set_attendance(carried.session_id, turn.person, came | others, unit, turn.at)
        following = carried.first + len(asked)
        rest = following if following < len(standing) else 0
        said = f"{len(came)} of {len(asked)} came, as you say."
        return self._chat.session(carried.session_id, turn, unit, said, attended_to=rest)

    def _on_one(self, act: OnOne) -> Handler:
        def handler(turn: Turn, unit: UnitOfWork) -> Reply:
            return self._after(act(turn.carried, turn.person, unit, turn.at), turn, unit)

        return handler

    def _after(self, facts: Sequence[Fact], turn: Turn, unit: UnitOfWork) -> Reply:
        """What was done last is said. Of a booking that is called off it is what comes first."""
        told = facts[0] if facts[0].what is What.CALLED_OFF else facts[-1]
        said = SAID[told.what].format(name=told.booking.person_name)
        return self._chat.session(told.booking.session_id, turn, unit, said)


def drafts_in_words(number: int) -> str:
    made = "1 draft for the FAQ was" if number == 1 else f"{number or 'No'} drafts for the FAQ were"
    return f"{made} made of what was noted."


def _own_session(session_id: str, turn: Turn, unit: UnitOfWork) -> Session:
    store = SqlOfficeHours(unit)
    session = store.session(session_id)
    if session is None:
        raise UserFacingError(GONE)
    check_host(series_of(store, session), turn.person)
    return session


def _check_begun(session: Session) -> None:
    if session.state not in (SessionState.RUNNING, SessionState.OVER):
        raise UserFacingError(NOT_BEGUN)
