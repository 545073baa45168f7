"""The forms about circles, first weeks and buddies. Pure."""

from bot.chat.form import ChoiceField, DateField, Form, TextField
from bot.features.introductions.lobby import APART_NAMED, BUDDY, CHANGE, JOIN, NEW, OPEN, PAUSE
from bot.features.introductions.model import REFUSALS, TEXT_LIMIT, TITLE_LIMIT, WORD_LIMIT, Circle
from bot.features.introductions.pairing import PAIRS, TRIOS
from scheduler.rule_phrases import series_in_words

OFFICE, FUNCTION, UNTIL = "office", "function", "until"
TITLE, ABOUT, RHYTHM, SIZE = "title", "about", "rhythm", "size"
NAME = "name"
SIZES = ((str(PAIRS), "Two"), (str(TRIOS), "Three"))
RHYTHM_LIMIT = 200
ADDRESS_LIMIT = 320


def join_form(circle_id: str, office: str = "", function: str = "") -> Form:
    intro = "You are in from the next round on. You can pause or leave at any time."
    return Form(JOIN, "Join the circle", _about_you(office, function), "Join", intro, circle_id)


def new_form(state: str = "") -> Form:
    intro = "You get a buddy, and a few pages on each of your first days."
    return Form(NEW, "Your first week", _about_you(), "Begin", intro)


def buddy_form(state: str = "") -> Form:
    intro = "You are there for newcomers in their first week, two at a time at most."
    return Form(BUDDY, "Be a buddy", _about_you(), "Offer it", intro)


def pause_form(circle_id: str) -> Form:
    fields = (DateField(UNTIL, "Back on", hint="You are in the first round on this day or later."),)
    return Form(PAUSE, "Pause", fields, "Pause", state=circle_id)


def open_form(state: str = "") -> Form:
    return Form(OPEN, "Open a circle", _about_circle(), "Open")


def change_form(state: str, circle: Circle | None = None) -> Form:
    """`state` is the circle's id and the revision that was read. Of what is not known nothing stands in it."""
    intro = "Members stay. A new rhythm holds from now on."
    return Form(CHANGE, "Change the circle", _about_circle(circle), "Change", intro, state)


def apart_form(state: str = "") -> Form:
    intro = (
        "You two are not introduced any more, and neither is the other’s buddy. They do not hear of it, and you can "
        f"take it back. {REFUSALS} people at most."
    )
    hint = "Name or e-mail address of a colleague"
    return Form(
        APART_NAMED,
        "Never with somebody",
        (TextField(NAME, "With whom", hint, max_length=ADDRESS_LIMIT),),
        "Save",
        intro,
    )


def _about_you(office: str = "", function: str = "") -> tuple[TextField, TextField]:
    return (
        TextField(OFFICE, "Your office", hint="Berlin", initial=office, required=False, max_length=WORD_LIMIT),
        TextField(FUNCTION, "What you do", hint="Sales", initial=function, required=False, max_length=WORD_LIMIT),
    )


def _about_circle(circle: Circle | None = None) -> tuple[TextField | ChoiceField, ...]:
    title, about, size = (circle.title, circle.about, circle.size) if circle else ("", "", PAIRS)
    rhythm = series_in_words(circle.schedule) if circle else ""
    return (
        TextField(TITLE, "What it is called", "Coffee across offices", title, max_length=TITLE_LIMIT),
        TextField(RHYTHM, "How often", "every second Monday at 9:00", rhythm, max_length=RHYTHM_LIMIT),
        ChoiceField(SIZE, "How many meet at a time", SIZES, initial=(str(size),)),
        TextField(ABOUT, "Whom it is for", "", about, required=False, multiline=True, max_length=TEXT_LIMIT),
    )
