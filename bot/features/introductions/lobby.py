"""The circles somebody can join or is in, with what they can do there, and the forms for it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.form import ChoiceField, DateField, Form, TextField
from bot.chat.moments import day_in_words, moment_in_words, zone_of
from bot.chat.reply import Actions, Block, Button, Message, Note, Paragraph, Span
from bot.chat.wording import shortened
from bot.features.introductions.model import TEXT_LIMIT, TITLE_LIMIT, WORD_LIMIT, Circle, Member, Week
from bot.features.introductions.pairing import PAIRS, TRIOS
from scheduler.rule_phrases import series_in_words

JOIN = "introductions.join"
LEAVE = "introductions.leave"
PAUSE = "introductions.pause"
COME_BACK = "introductions.come_back"
OPEN = "introductions.open"
CLOSE = "introductions.close"
NEW = "introductions.new"
NEW_NO_MORE = "introductions.new_no_more"
BUDDY = "introductions.buddy"
BUDDY_NO_MORE = "introductions.buddy_no_more"

OFFICE, FUNCTION, UNTIL = "office", "function", "until"
TITLE, ABOUT, RHYTHM, SIZE = "title", "about", "rhythm", "size"

SHOWN = 8
ABOUT_LENGTH = 200
NONE_YET = "No circle is open yet. Open one, and colleagues who join are introduced to each other."


@dataclass(frozen=True, slots=True)
class Seat:
    """A circle as one person sees it. `member` is None where they are not in it. `people` counts its members;
    `next_at` is its next round. `is_theirs` to close."""

    circle: Circle
    member: Member | None
    people: int
    next_at: datetime | None = None
    is_theirs: bool = False


def lobby_message(
    seats: Sequence[Seat], said: str, week: Week | None, now: datetime, *, is_buddy: bool, zone: str = ""
) -> Message:
    """`said` is what was done just now, empty where that is nothing."""
    own = sum(seat.member is not None for seat in seats)
    count = f"You are in {own} of {len(seats)} circles." if seats else NONE_YET
    summary = said or count
    blocks: list[Block] = [Paragraph((Span(summary, bold=True),))]
    for seat in sorted(seats, key=lambda each: each.member is None)[:SHOWN]:
        blocks += [_described(seat, now, zone), Actions(_buttons(seat, now))]
    more = f" {len(seats) - SHOWN} more are not shown." if len(seats) > SHOWN else ""
    why = "People who have not met, of other offices and functions, are introduced first."
    return Message(summary, (*blocks, Actions(_own_buttons(week, is_buddy=is_buddy)), Note(f"{why}{more}")))


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
    sizes = ((str(PAIRS), "Two"), (str(TRIOS), "Three"))
    fields = (
        TextField(TITLE, "What it is called", hint="Coffee across offices", max_length=TITLE_LIMIT),
        TextField(RHYTHM, "How often", hint="every second Monday at 9:00", max_length=TITLE_LIMIT),
        ChoiceField(SIZE, "How many meet at a time", sizes, initial=(str(PAIRS),)),
        TextField(ABOUT, "Whom it is for", required=False, multiline=True, max_length=TEXT_LIMIT),
    )
    return Form(OPEN, "Open a circle", fields, "Open")


def _about_you(office: str = "", function: str = "") -> tuple[TextField, TextField]:
    return (
        TextField(OFFICE, "Your office", hint="Berlin", initial=office, required=False, max_length=WORD_LIMIT),
        TextField(FUNCTION, "What you do", hint="Sales", initial=function, required=False, max_length=WORD_LIMIT),
    )


def _described(seat: Seat, now: datetime, zone: str) -> Paragraph:
    circle = seat.circle
    size = "in trios" if circle.size == TRIOS else "in pairs"
    about = f" {shortened(circle.about, ABOUT_LENGTH)}" if circle.about else ""
    parts = [f"People in it: {seat.people}."]
    if seat.member is not None and (back_on := seat.member.paused_until) and _is_paused(seat, now):
        parts.append(f"You pause until {day_in_words(back_on)}.")
    elif seat.member is not None:
        parts.append("You are one of them.")
    if seat.next_at is not None:
        parts.append(f"Next round: {moment_in_words(seat.next_at, now, zone_of(zone))} your time.")
    rhythm = f" · {series_in_words(circle.schedule)}, {size}."
    return Paragraph((Span(circle.title, bold=True), Span(f"{rhythm}{about} {' '.join(parts)}")))


def _buttons(seat: Seat, now: datetime) -> tuple[Button, ...]:
    circle = seat.circle
    sure = f"You are not introduced in “{circle.title}” any more. You can join again."
    leave = Button("Leave", LEAVE, circle.id, "danger", confirm=sure)
    if seat.member is None:
        buttons = [Button("Join", JOIN, circle.id, "primary", opens_form=True)]
    elif _is_paused(seat, now):
        buttons = [Button("Come back", COME_BACK, circle.id, "primary"), leave]
    else:
        buttons = [Button("Pause", PAUSE, circle.id, opens_form=True), leave]
    if seat.is_theirs:
        ends = f"Nobody is introduced in “{circle.title}” any more. It cannot be opened again."
        buttons.append(Button("Close it", CLOSE, circle.id, "danger", confirm=ends))
    return tuple(buttons)


def _own_buttons(week: Week | None, *, is_buddy: bool) -> tuple[Button, ...]:
    buttons = [Button("Open a circle", OPEN, opens_form=True)]
    if week is None:
        buttons.append(Button("I am new here", NEW, opens_form=True))
    elif week.is_running:
        buttons.append(Button("Stop my first week", NEW_NO_MORE))
    stop = Button("Stop being a buddy", BUDDY_NO_MORE, confirm="Your newcomers get another buddy.")
    buttons.append(stop if is_buddy else Button("Be a buddy", BUDDY, opens_form=True))
    return tuple(buttons)


def _is_paused(seat: Seat, now: datetime) -> bool:
    today = now.astimezone(zone_of(seat.circle.schedule.zone)).date()
    return seat.member is not None and not seat.member.is_present(today)
