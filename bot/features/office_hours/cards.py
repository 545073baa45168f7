"""What people read about office hours: those they can book, one series, their own place. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.reply import Actions, Block, Bullets, Button, Facts, Message, Note, Paragraph, Quote, Span, Text, spans
from bot.chat.wording import shortened
from bot.features.escalations.expert_forms import is_address
from bot.features.feature import HomeSection
from bot.features.office_hours import acts
from bot.features.office_hours.addresses import PAGE, booking_file, series_page, session_page
from bot.features.office_hours.model import Booking, BookingState, OfficeHours, Session, SessionState, What, slot_times
from bot.features.office_hours.own_time import OwnTime
from scheduler.rule_phrases import series_in_words

OWN_SHOWN = 5
HOME_SHOWN = 3
SERIES_SHOWN = 8
DATES_SHOWN = 5
ABOUT_LENGTH = 200
BROUGHT_LENGTH = 120
NONE_FOR_YOU = "There are no office hours that you could book."
NONE_YET = "There are no office hours yet. Open some: others book a place, and you say when."
HOLD_SOME = "Something that you are asked again and again? Hold some yourself."
BOOKED_IT = "You get this because you booked it. If you cannot come, cancel, so that somebody else can."
WAIT_FOR_IT = "You get this because you are on the waiting list. If it does not suit you any more, leave it."
ALL = Button("All office hours", acts.LIST)

STANDS = {
    BookingState.BOOKED: "Booked: {what}, {when}.",
    BookingState.WAITING: "On the waiting list: {what}, {when}.",
    BookingState.IN_TURN: "It is your turn now: {what}.",
    BookingState.DONE: "You were there: {what}, {when}.",
    BookingState.MISSED: "You were missed: {what}, {when}.",
    BookingState.CANCELLED: "Cancelled: {what}, {when}.",
    BookingState.CALLED_OFF: "It does not take place for you: {what}, {when}.",
}
"""How a place stands, to whose it is."""

DONE = {
    What.REWORDED: "Changed what you bring: {what}, {when}.",
    What.CANCELLED: "Your place is cancelled: {what}, {when}.",
}


@dataclass(frozen=True, slots=True)
class Dated:
    """A session as whoever books sees it: how many places are left, and how many people come and wait."""

    session: Session
    left: int
    coming: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """A series with its next date that takes place, None where there is none. `is_host`: the reader is one."""

    hours: OfficeHours
    next: Dated | None
    is_host: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """Somebody's own place; `line` counts from 1 where they wait."""

    hours: OfficeHours
    session: Session
    booking: Booking
    line: int = 0


def list_message(
    offers: Sequence[Offer],
    own: Sequence[Own],
    time: OwnTime,
    pages: str | None,
    said: str = "",
    *,
    may_host: bool = True,
) -> Message:
    """`said` is what was done just now, or looked for. `pages` comes before a page's path, None where there is none."""
    summary = said or _counted(offers, own, may_host=may_host)
    blocks: list[Block] = [Paragraph((Span(summary, bold=True),))]
    for each in own[:OWN_SHOWN]:
        blocks += [own_line(each, time), Actions(own_buttons(each))]
    for offer in sorted(offers, key=_soonest)[:SERIES_SHOWN]:
        blocks += [_offer_line(offer, time, pages), Actions(_offer_buttons(offer))]
    hidden = max(len(offers) - SERIES_SHOWN, 0)
    more = f"{hidden} more: say “office hours” and a topic. " if hidden else ""
    url = "" if pages is None else f"{pages}{PAGE}"
    note = Note(f"{more}Times are by your own clock, {time.zone.key}.")
    if may_host and (offers or own):
        blocks.append(Paragraph(HOLD_SOME))  # between two rows of buttons, which platforms would draw as one
    hold = (Actions((acts.open_series(),)),) if may_host else ()
    return Message(summary, (*blocks, *hold, note), url)


def series_message(
    offer: Offer, dates: Sequence[Dated], own: Sequence[Own], time: OwnTime, pages: str | None, said: str = ""
) -> Message:
    """`dates` are those to come, for hosts also those that are not held; `own` are the reader's in this series."""
    hours = offer.hours
    stands = f"{named(hours)}: {series_in_words(hours.schedule)}."
    summary = said or (stands if hours.is_open else f"{named(hours)} are closed: nothing can be booked any more.")
    blocks: list[Block] = [Paragraph((Span(summary, bold=True),))]
    blocks += [Paragraph(hours.about)] if hours.about else []
    blocks.append(Facts(tuple(_series_facts(hours, pages, rhythm=bool(said)))))
    if hours.is_open:
        blocks += _for_host(offer, dates, time) if offer.is_host else _for_guest(hours, dates, own, time)
    return Message(summary, (*blocks, Note(f"Times are by your own clock, {time.zone.key}.")), _page(hours, pages))


def booking_message(own: Own, time: OwnTime, pages: str | None, said: str = "") -> Message:
    """Whoever's place it is keeps this."""
    booking = own.booking
    summary = said or standing_in_words(own, time)
    blocks: list[Block] = [Paragraph((Span(summary, bold=True),))]
    if own.line:
        blocks.append(Paragraph(in_line_in_words(own.line)))
    if booking.state is BookingState.CALLED_OFF and booking.word:
        blocks.append(Quote(booking.word))
    if not booking.is_standing:
        again = booking.state is BookingState.CANCELLED and own.session.is_bookable(time.now) and own.hours.is_open
        buttons = (acts.book(own.session, "Book it again"), ALL) if again else (ALL,)
        return Message(summary, (*blocks, Actions(buttons)))
    if booking.brings:
        blocks.append(Quote(booking.brings))
    blocks.append(Facts(tuple(when_and_where(own, time, pages))))
    if own_buttons(own):
        change, cancel = own_buttons(own)
        why = WAIT_FOR_IT if booking.state is BookingState.WAITING else BOOKED_IT
        blocks += [Actions((change, Button("See the agenda", acts.AGENDA, own.session.id), cancel)), Note(why)]
    url = "" if pages is None else f"{pages}{session_page(own.session.id)}"
    return Message(summary, tuple(blocks), url)


def standing_in_words(own: Own, time: OwnTime) -> str:
    starts = slot_times(own.session, own.booking.slot)[0]
    return STANDS[own.booking.state].format(what=named(own.hours), when=time.moment(starts))


def done_in_words(what: What, own: Own, time: OwnTime) -> str:
    """What somebody did with their own place."""
    if own.line and what is What.PUT_ON_LIST:
        starts = slot_times(own.session, own.booking.slot)[0]
        return f"It is full, so you are on the waiting list: {named(own.hours)}, {time.moment(starts)}."
    if what not in DONE:
        return standing_in_words(own, time)
    starts = slot_times(own.session, own.booking.slot)[0]
    return DONE[what].format(what=named(own.hours), when=time.moment(starts))


def home_section(own: Sequence[Own], hosted: Sequence[Offer], time: OwnTime, pages: str | None) -> HomeSection | None:
    """None where there is neither."""
    blocks: list[Block] = []
    for each in own[:HOME_SHOWN]:
        blocks += [own_line(each, time), Actions(own_buttons(each))]
    for offer in sorted(hosted, key=_soonest)[:HOME_SHOWN]:
        if offer.next is not None:
            blocks += [_offer_line(offer, time, pages), Actions(_offer_buttons(offer))]
    return HomeSection("Office hours", (*blocks, Paragraph("What else there is:"), Actions((ALL,)))) if blocks else None


def in_line_in_words(line: int) -> str:
    return f"You are number {line} in line, and move up by yourself when somebody cancels."


def own_line(own: Own, time: OwnTime) -> Paragraph:
    starts, _ = slot_times(own.session, own.booking.slot)
    word = f"number {own.line} on the waiting list" if own.line else str(own.booking.state)
    brings = f" You bring: {shortened(own.booking.brings, BROUGHT_LENGTH)}" if own.booking.brings else ""
    said = f" with {hosts_in_words(own.hours)} · {time.soon(starts)} · {word}.{brings}"
    return Paragraph(spans(Span(own.hours.title, bold=True), said))


def own_buttons(own: Own) -> tuple[Button, ...]:
    """To change and to cancel, as long as there is something to."""
    if own.booking.state not in (BookingState.BOOKED, BookingState.WAITING):
        return ()
    if own.session.state not in (SessionState.PLANNED, SessionState.RUNNING):
        return ()
    return acts.reword(own.booking), acts.cancel(own.booking)


def when_and_where(own: Own, time: OwnTime, pages: str | None) -> list[tuple[str, Text]]:
    starts, ends = slot_times(own.session, own.booking.slot)
    pairs: list[tuple[str, Text]] = [("When", time.whole(starts, ends)), *where(own.hours)]
    if pages is not None and own.booking.seat is not None:
        pairs.append(("Calendar", (Span("Add it to your calendar", href=f"{pages}{booking_file(own.booking.id)}"),)))
    return pairs


def where(hours: OfficeHours) -> list[tuple[str, Text]]:
    """An address reads as it is, so that nobody is led elsewhere than they see."""
    pairs: list[tuple[str, Text]] = [("Where", hours.place)] if hours.place else []
    if hours.link:
        href = hours.link if is_address(hours.link) else None
        pairs.append(("Link", (Span(hours.link, href=href),)))
    return pairs


def named(hours: OfficeHours) -> str:
    """`“Pricing clinic” with Sam Lee`."""
    return f"“{hours.title}” with {hosts_in_words(hours)}"


def hosts_in_words(hours: OfficeHours) -> str:
    """`Sam Lee and Dana Okafor`."""
    names = [host.name for host in hours.hosts]
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def places_in_words(dated: Dated) -> str:
    if dated.session.state is SessionState.CANCELLED:
        return f"not held{f': {dated.session.word}' if dated.session.word else ''}"
    if dated.left:
        return "1 place left" if dated.left == 1 else f"{dated.left} places left"
    return f"full, {dated.waiting} on the waiting list" if dated.waiting else "full"


def minutes_in_words(length: timedelta) -> str:
    return f"{length // timedelta(minutes=1)} minutes"


def _counted(offers: Sequence[Offer], own: Sequence[Own], *, may_host: bool) -> str:
    if not offers and not own:
        return NONE_YET if may_host else NONE_FOR_YOU
    open_ones = "1 office hour series is open" if len(offers) == 1 else f"{len(offers)} office hour series are open"
    if not own:
        return f"{open_ones}."
    return f"You have {'1 place' if len(own) == 1 else f'{len(own)} places'}; {open_ones}."


def _soonest(offer: Offer) -> tuple[bool, datetime]:
    at = offer.next.session.starts if offer.next else offer.hours.opened_at
    return offer.next is None, at


def _offer_line(offer: Offer, time: OwnTime, pages: str | None) -> Paragraph:
    hours, upcoming = offer.hours, offer.next
    title = Span(hours.title, bold=True, href=_page(hours, pages) or None)
    about = f" {shortened(hours.about, ABOUT_LENGTH)}" if hours.about else ""
    who = "you host it" if offer.is_host else f"with {hosts_in_words(hours)}"
    then = "no date to come"
    if upcoming is not None:
        come = f"{upcoming.coming} booked" if offer.is_host else places_in_words(upcoming)
        then = f"{'runs now' if _runs(upcoming) else f'next {time.soon(upcoming.session.starts)}'}, {come}"
    return Paragraph(spans(title, f" · {who} · {series_in_words(hours.schedule)} · {then}.{about}"))


def _offer_buttons(offer: Offer) -> tuple[Button, ...]:
    more = Button("Dates and changes" if offer.is_host else "More", acts.SERIES, offer.hours.id)
    if offer.next is None:
        return (more,)
    if offer.is_host:
        return Button("Agenda", acts.AGENDA, offer.next.session.id, "primary"), more
    return acts.book(offer.hours, "Book" if offer.next.left else "Choose a date"), more


def _series_facts(hours: OfficeHours, pages: str | None, *, rhythm: bool) -> list[tuple[str, Text]]:
    length = hours.slot_length
    taken = "a group" if length is None else f"one-to-one, {minutes_in_words(length)} each"
    pairs: list[tuple[str, Text]] = [("For", f"{taken} of {hours.capacity}" if length is None else taken)]
    pairs += [("When", series_in_words(hours.schedule))] if rhythm else []
    pairs += [("Takes", minutes_in_words(hours.schedule.duration)), *where(hours)]
    pairs += [("Topics", ", ".join(hours.topics))] if hours.topics else []
    if page := _page(hours, pages):
        pairs.append(("Page", (Span("All dates, to subscribe to", href=page),)))
    return pairs


def _for_guest(hours: OfficeHours, dates: Sequence[Dated], own: Sequence[Own], time: OwnTime) -> list[Block]:
    mine = {each.session.id: each for each in own}
    lines = [
        f"{time.span(each.session.starts, each.session.ends)} · "
        f"{str(mine[each.session.id].booking.state) if each.session.id in mine else places_in_words(each)}"
        for each in dates[:DATES_SHOWN]
    ]
    blocks: list[Block] = [Bullets(tuple(lines)), Actions((acts.book(hours), ALL))] if lines else [Actions((ALL,))]
    return blocks


def _for_host(offer: Offer, dates: Sequence[Dated], time: OwnTime) -> list[Block]:
    hours = offer.hours
    blocks: list[Block] = []
    for each in dates[:DATES_SHOWN]:
        session = each.session
        stands = places_in_words(each) if session.state is SessionState.CANCELLED else f"{each.coming} booked"
        moved = " · moved" if acts.is_moved(hours, session) else ""
        agenda = () if session.state is SessionState.CANCELLED else (Button("Agenda", acts.AGENDA, session.id),)
        buttons = agenda if _runs(each) else (*agenda, *acts.of_date(hours, session))
        blocks += [Paragraph(f"{time.span(session.starts, session.ends)} · {stands}{moved}"), Actions(buttons)]
    return [*blocks, Paragraph("All of its dates:"), Actions((acts.change(hours), ALL, acts.close(hours)))]


def _runs(dated: Dated) -> bool:
    return dated.session.state is SessionState.RUNNING


def _page(hours: OfficeHours, pages: str | None) -> str:
    return "" if pages is None else f"{pages}{series_page(hours.id)}"
