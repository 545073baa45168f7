"""The forms of a session: somebody out of turn, notes, what was asked and answered, and who came."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from pydantic import Field as Bounds

from bot.chat.form import STATE_LIMIT, ChoiceField, Form, TextField, Values, one, several
from bot.chat.wording import shortened
from bot.features.form_state import from_state, to_state
from bot.features.office_hours import acts
from bot.features.office_hours.model import TEXT_LIMIT, WORD_LIMIT, Booking, Session, SessionState
from bot.features.office_hours.queue import QUESTION_LIMIT

WHO, WHAT, WORD, NOTES, QUESTION, ANSWER, CAME = "who", "what", "word", "notes", "question", "answer", "came"
NOW, MISSED, AGAIN, OFF = "now", "missed", "again", "off"
WHATS = {
    NOW: "It is their turn now",
    MISSED: "They did not come",
    AGAIN: "They are back in line",
    OFF: "Their place is called off",
}
NAME_LENGTH = 40

Number = Annotated[int, Bounds(ge=0, le=1_000_000)]
Id = Annotated[str, Bounds(max_length=32)]
Named = tuple[Number, Annotated[str, Bounds(max_length=NAME_LENGTH)]]


class People(NamedTuple):
    """Those of a session whom a form offers: the number of their booking, and what they are called. `first` counts
    those before them."""

    session_id: Id
    is_running: bool
    first: Number
    people: Annotated[tuple[Named, ...], Bounds(max_length=acts.ATTENDANCE_SHOWN)]

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        return tuple((str(number), name or "Somebody") for number, name in self.people)

    def booking_id(self, number: str) -> str:
        return f"{self.session_id}-{number}"


class Topic(NamedTuple):
    """What a point is of: `booking_id` is empty where nobody brought it."""

    session_id: Id
    booking_id: Id


def people_state(session: Session, bookings: Sequence[Booking], first: int = 0) -> str:
    """As many as fit."""
    made = People(session.id, session.state is SessionState.RUNNING, first, ())
    for each in bookings[first : first + acts.ATTENDANCE_SHOWN]:
        more = made._replace(people=(*made.people, (each.number, shortened(each.person_name, NAME_LENGTH))))
        if len(to_state(more)) > STATE_LIMIT:
            break
        made = more
    return to_state(made)


def line_form(state: str) -> Form:
    carried = from_state(state, People)
    whats = tuple(WHATS.items()) if carried.is_running else ((OFF, WHATS[OFF]),)
    fields = (
        ChoiceField(WHO, "Who", carried.options),
        ChoiceField(WHAT, "What", whats, initial=(whats[0][0],)),
        TextField(WORD, "A word for whose place is called off", required=False, max_length=WORD_LIMIT),
    )
    return Form(acts.LINE, "Somebody else", fields, "Do it", state=state)


def picked(state: str, values: Values) -> tuple[str, str, str]:
    """Booking, what is done, and a word: of values that were checked against the form."""
    carried = from_state(state, People)
    return carried.booking_id(one(values, WHO)), one(values, WHAT), one(values, WORD)


def call_off_form(state: str, name: str = "") -> Form:
    word = TextField(WORD, "A word for them", "Why, or what to do instead.", required=False, max_length=WORD_LIMIT)
    about = f"The place of {name} is called off." if name else ""
    return Form(acts.CALL_OFF, "Call off their place", (word,), "Call it off", about, state)


def note_form(state: str, notes: str = "") -> Form:
    hint = "Whoever may see these office hours reads them on the page of the session."
    field = TextField(NOTES, "Notes", hint, notes, required=False, multiline=True, max_length=TEXT_LIMIT)
    return Form(acts.NOTE, "Notes of the session", (field,), "Save", state=state, lasts=True)


def point_form(state: str, question: str = "", answer: str = "") -> Form:
    from_state(state, Topic, lost="nothing was noted")
    fields = (
        TextField(
            QUESTION, "The question", "As somebody would ask it.", question[:QUESTION_LIMIT], max_length=QUESTION_LIMIT
        ),
        TextField(ANSWER, "The answer", initial=answer, multiline=True, max_length=TEXT_LIMIT),
    )
    intro = "When the session is over, curators get it as a draft for the FAQ."
    return Form(acts.POINT, "Note an answer", fields, "Note it", intro, state, lasts=True)


def attendance_form(state: str, came: Sequence[str] = ()) -> Form:
    """`came` are the numbers of those of whom it is said already, or taken for granted."""
    carried = from_state(state, People)
    hint = "Everybody else of these did not come."
    field = ChoiceField(CAME, "Who came", carried.options, hint, tuple(came), required=False, multiple=True)
    return Form(acts.ATTENDANCE, "Who came", (field,), "Save", state=state)


def those_who_came(state: str, values: Values) -> tuple[People, frozenset[str]]:
    """With the ids of their bookings."""
    carried = from_state(state, People)
    return carried, frozenset(carried.booking_id(each) for each in several(values, CAME))
