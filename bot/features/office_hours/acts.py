"""What people and hosts can do with office hours, by button: the same on a card and on a page."""

from datetime import datetime, timedelta

from bot.chat.reply import Button
from bot.features.form_state import to_state
from bot.features.office_hours.model import Booking, BookingState, OfficeHours, Session, SessionState

LIST = "office_hours.list"
SERIES = "office_hours.series"
AGENDA = "office_hours.agenda"

BOOK = "office_hours.book"
REWORD = "office_hours.reword"
CANCEL = "office_hours.cancel"

OPEN = "office_hours.open"
CHANGE = "office_hours.change"
CLOSE = "office_hours.close"
SKIP = "office_hours.skip"
KEEP = "office_hours.keep"
MOVE = "office_hours.move"
MOVE_BACK = "office_hours.move_back"

START = "office_hours.start"
NEXT = "office_hours.next"
CALL = "office_hours.call"
DONE = "office_hours.done"
MISSED = "office_hours.missed"
BACK = "office_hours.back"
CALL_OFF = "office_hours.call_off"
LINE = "office_hours.line"
FINISH = "office_hours.finish"
NOTE = "office_hours.note"
POINT = "office_hours.point"
ATTENDANCE = "office_hours.attendance"

ON_PAGES = frozenset(
    {
        *(BOOK, REWORD, CANCEL, OPEN, CHANGE, CLOSE, SKIP, KEEP, MOVE, MOVE_BACK),
        *(START, NEXT, CALL, DONE, MISSED, BACK, CALL_OFF, FINISH, NOTE, POINT, ATTENDANCE),
    }
)
"""For `Feature.on_pages`. The others show something, for which a page has pages."""

EARLY = timedelta(minutes=30)
"""So long before its time hosts can start a session, and its page looks for news by itself."""

FREED = "Your place is free again."


def book(wanted: OfficeHours | Session, label: str = "Book") -> Button:
    """Any of the dates of a series, or one of them."""
    return Button(label, BOOK, wanted.id, "primary", opens_form=True)


def reword(booking: Booking) -> Button:
    label = "Change what you bring" if booking.brings else "Say what you bring"
    return Button(label, REWORD, booking.id, opens_form=True)


def cancel(booking: Booking) -> Button:
    if booking.state is BookingState.WAITING:
        return Button("Leave the list", CANCEL, booking.id, "danger", confirm="You give up your place in line.")
    return Button("Cancel my place", CANCEL, booking.id, "danger", confirm=FREED)


def open_series(label: str = "Open office hours") -> Button:
    return Button(label, OPEN, opens_form=True)


def change(hours: OfficeHours) -> Button:
    return Button("Change", CHANGE, hours.id, opens_form=True)


def close(hours: OfficeHours) -> Button:
    return Button("Close", CLOSE, hours.id, "danger", opens_form=True)


def of_date(hours: OfficeHours, session: Session) -> tuple[Button, ...]:
    """What hosts do with a date to come."""
    if session.state is SessionState.CANCELLED:
        return (Button("Keep it after all", KEEP, session.id),)
    back = (Button("Move it back", MOVE_BACK, session.id),) if is_moved(hours, session) else ()
    skip = Button("Skip this date", SKIP, session.id, "danger", opens_form=True)
    return (Button("Move", MOVE, session.id, opens_form=True), *back, skip)


def is_moved(hours: OfficeHours, session: Session) -> bool:
    at = hours.schedule.moved.get(session.original)
    return at is not None and at != regular(hours, session)


def regular(hours: OfficeHours, session: Session) -> datetime:
    """When the rule has it: naive, in the zone of the series."""
    return datetime.combine(session.original, hours.schedule.first.time())


def start(session: Session) -> Button:
    return Button("Start", START, session.id, "primary")


def can_start(session: Session, now: datetime) -> bool:
    """Whether it is offered: it starts by itself too."""
    return session.state is SessionState.PLANNED and session.starts - EARLY <= now


def call_next(session: Session, label: str = "Next") -> Button:
    """Whose turn it was is done."""
    return Button(label, NEXT, session.id, "primary")


def call(booking: Booking, label: str = "Their turn") -> Button:
    return Button(label, CALL, booking.id)


def done(booking: Booking) -> Button:
    return Button("Done", DONE, booking.id)


def missed(booking: Booking) -> Button:
    return Button("Did not come", MISSED, booking.id)


def put_back(booking: Booking) -> Button:
    return Button("Back in line", BACK, booking.id)


def call_off(booking: Booking) -> Button:
    return Button("Call off", CALL_OFF, booking.id, "danger", opens_form=True)


def line(session: Session) -> Button:
    """Somebody out of turn: whom, and what, is chosen in the form."""
    return Button("Somebody else", LINE, session.id, opens_form=True)


def finish(session: Session) -> Button:
    sure = "Those who still wait are told that there was no time."
    return Button("Finish", FINISH, session.id, "danger", confirm=sure)


def note(session: Session) -> Button:
    return Button("Change the notes" if session.notes else "Write notes", NOTE, session.id, opens_form=True)


def point(session: Session, booking: Booking | None = None, label: str = "Note an answer") -> Button:
    """A question and its answer, which becomes a draft for the FAQ. `booking` is of whoever brought it."""
    value = to_state((session.id, booking.id if booking else ""))
    return Button(label, POINT, value, opens_form=True)


def attendance(session: Session, first: int = 0, label: str = "Who came") -> Button:
    """`first` counts those who had a place from 0; a form takes ATTENDANCE_SHOWN of them."""
    return Button(label, ATTENDANCE, to_state((session.id, first)), opens_form=True)


ATTENDANCE_SHOWN = 40
