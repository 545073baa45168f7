"""The circles somebody can join or is in, with what they can do there. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.moments import day_in_words, moment_in_words, zone_of
from bot.chat.reply import Actions, Block, Button, Message, Note, Paragraph, Span
from bot.chat.wording import shortened
from bot.features.introductions.model import Refusal, Week
from bot.features.introductions.seats import Seat, rhythm_in_words

JOIN = "introductions.join"
LEAVE = "introductions.leave"
PAUSE = "introductions.pause"
COME_BACK = "introductions.come_back"
OPEN = "introductions.open"
CHANGE = "introductions.change"
CLOSE = "introductions.close"
NEW = "introductions.new"
NEW_NO_MORE = "introductions.new_no_more"
NOT_NEW = "introductions.not_new"
BUDDY = "introductions.buddy"
BUDDY_NO_MORE = "introductions.buddy_no_more"
APART = "introductions.apart"
APART_NAMED = "introductions.apart_named"
TOGETHER = "introductions.together"

PAGE = "/introductions"
SHOWN = 8
ABOUT_LENGTH = 200
NAME_LENGTH = 40
NONE_YET = "No circle is open yet. Open one, and colleagues who join are introduced to each other."

OPEN_ONE = Button("Open a circle", OPEN, opens_form=True)
I_AM_NEW = Button("I am new here", NEW, opens_form=True)
I_AM_NOT_NEW = Button("I am not new", NOT_NEW)
BE_A_BUDDY = Button("Be a buddy", BUDDY, opens_form=True)
STOP_BEING_ONE = Button("Stop being a buddy", BUDDY_NO_MORE, confirm="Your newcomers get another buddy.")
STOP_WEEK = Button("Stop my first week", NEW_NO_MORE)
NEVER_WITH = Button("Never with somebody", APART_NAMED, opens_form=True)


@dataclass(frozen=True, slots=True)
class Own:
    """What else is the reader's own: their first week, whether they are a buddy, whom they are never introduced to."""

    week: Week | None = None
    is_buddy: bool = False
    refusals: Sequence[Refusal] = ()


def lobby_message(
    seats: Sequence[Seat], said: str, own: Own, now: datetime, *, zone: str = "", pages: str | None = None
) -> Message:
    """`said` is what was done just now, empty where that is nothing. `pages` comes before a page's path; None where
    people reach none."""
    count = f"You are in {sum(seat.member is not None for seat in seats)} of {len(seats)} circles."
    summary = said or (count if seats else NONE_YET)
    blocks: list[Block] = [Paragraph((Span(summary, bold=True),))]
    for seat in seats[:SHOWN]:
        blocks += [_described(seat, now, zone), Actions(circle_buttons(seat, now))]
    for each in own.refusals:
        never = f"You are never introduced to {shortened(each.other_name, NAME_LENGTH)}. Only you see this."
        blocks += [Paragraph(never), Actions((together_button(each),))]
    more = f" {len(seats) - SHOWN} more are not shown." if len(seats) > SHOWN else ""
    why = f"People who have not met, of other offices and functions, are introduced first.{more}"
    # Between two rows of buttons, which platforms would draw as one.
    blocks += [Paragraph(why), Actions(own_buttons(own))]
    if pages is not None:
        blocks.append(Note((Span("All of this on the web page", href=f"{pages}{PAGE}"),)))
    return Message(summary, tuple(blocks), f"{pages}{PAGE}" if pages else "")


def circle_buttons(seat: Seat, now: datetime) -> tuple[Button, ...]:
    """What the reader can do with a circle that is open."""
    circle = seat.circle
    sure = f"You are not introduced in “{circle.title}” any more. You can join again."
    leave = Button("Leave", LEAVE, circle.id, "danger", confirm=sure)
    if seat.member is None:
        buttons = [Button("Join", JOIN, circle.id, "primary", opens_form=True)]
    elif seat.is_paused(now):
        buttons = [Button("Come back", COME_BACK, circle.id, "primary"), leave]
    else:
        buttons = [Button("Pause", PAUSE, circle.id, opens_form=True), leave]
    if seat.is_theirs:
        ends = f"Nobody is introduced in “{circle.title}” any more. It cannot be opened again."
        buttons.insert(1, Button("Change", CHANGE, circle.id, opens_form=True))
        buttons.append(Button("Close it", CLOSE, circle.id, "danger", confirm=ends))
    return tuple(buttons)


def own_buttons(own: Own) -> tuple[Button, ...]:
    buttons = [OPEN_ONE]
    if own.week is None or own.week.is_declined:
        buttons.append(I_AM_NEW)
    elif own.week.is_running:
        buttons.append(STOP_WEEK)
    return (*buttons, STOP_BEING_ONE if own.is_buddy else BE_A_BUDDY, NEVER_WITH)


def apart_button(person_id: str, name: str) -> Button:
    who = shortened(name, NAME_LENGTH)
    sure = (
        f"From the next round on you are not introduced to {who} any more, nor is one of you the other’s buddy. "
        f"{who} does not hear of it, and you can take it back."
    )
    return Button(f"Never with {who}", APART, person_id, confirm=sure)


def together_button(refusal: Refusal) -> Button:
    return Button(f"Meet {shortened(refusal.other_name, NAME_LENGTH)} again", TOGETHER, refusal.other_id)


def _described(seat: Seat, now: datetime, zone: str) -> Paragraph:
    circle = seat.circle
    about = f" {shortened(circle.about, ABOUT_LENGTH)}" if circle.about else ""
    parts = [f"People in it: {seat.people}."]
    if seat.member is not None and (back_on := seat.member.paused_until) and seat.is_paused(now):
        parts.append(f"You pause until {day_in_words(back_on)}.")
    elif seat.member is not None:
        parts.append("You are one of them.")
    if seat.next_at is not None:
        parts.append(f"Next round: {moment_in_words(seat.next_at, now, zone_of(zone))} your time.")
    rhythm = f" · {rhythm_in_words(circle)}.{about} {' '.join(parts)}"
    return Paragraph((Span(circle.title, bold=True), Span(rhythm)))
