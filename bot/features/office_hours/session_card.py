"""A session: what it will be about, whose turn it is while it runs, and what is left to do after it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.chat.reply import Actions, Block, Bullets, Button, Facts, Message, Note, Paragraph, Quote, Span, Text, spans
from bot.chat.wording import shortened
from bot.features.office_hours import acts
from bot.features.office_hours.addresses import session_page
from bot.features.office_hours.agenda import Agenda, Item
from bot.features.office_hours.cards import ALL, Own, own_buttons, where
from bot.features.office_hours.model import Booking, BookingState, SessionState
from bot.features.office_hours.own_time import OwnTime

LINE_SHOWN = 12
QUESTIONS_SHOWN = 5
BROUGHT_LENGTH = 200
NOTES_LENGTH = 1_000

WHY = "You get this because you are a host. It stays up to date by itself."


@dataclass(frozen=True, slots=True)
class SessionView:
    """`agenda` is as the reader may know it; `bookings` are those in it, by id; `own` is the reader's place. `points`
    counts the answers that were noted. From `attended_to` on it is not said who came."""

    agenda: Agenda
    is_host: bool
    bookings: Mapping[str, Booking]
    own: Own | None = None
    points: int = 0
    attended_to: int = 0

    @property
    def in_turn(self) -> Item | None:
        return next((each for each in self.agenda.line if each.state is BookingState.IN_TURN), None)

    @property
    def waiting(self) -> Sequence[Item]:
        """In line: with a place, and then those who wait for one."""
        return [each for each in self.agenda.line if each.state is not BookingState.IN_TURN]


def session_message(view: SessionView, time: OwnTime, pages: str | None, said: str = "") -> Message:
    session = view.agenda.session
    summary = said or _stands(view, time)
    blocks: list[Block] = [Paragraph((Span(summary, bold=True),))]
    if said:
        blocks.append(Paragraph(_stands(view, time)))
    if session.state is SessionState.CANCELLED:
        blocks += [Quote(session.word)] if session.word else []
        return Message(summary, (*blocks, Actions((*_again(view), ALL))))
    blocks += _line(view, time)
    blocks += _questions(view)
    if session.state is SessionState.OVER:
        blocks += _left(view)
    else:
        facts: list[tuple[str, Text]] = [("When", time.whole(session.starts, session.ends)), *where(view.agenda.hours)]
        blocks.append(Facts(tuple(facts)))
    if buttons := _buttons(view, time):
        blocks.append(Actions(buttons))
    url = "" if pages is None else f"{pages}{session_page(session.id)}"
    if url:
        blocks.append(Note(spans(Span("Follow it on its page", href=url), ".")))
    if view.is_host:
        blocks.append(Note(WHY))
    return Message(summary, tuple(blocks), url)


def _stands(view: SessionView, time: OwnTime) -> str:
    session, title = view.agenda.session, f"“{view.agenda.hours.title}”"
    is_private = view.agenda.hours.is_one_to_one and not view.is_host
    match session.state:
        case SessionState.PLANNED if is_private:
            return f"{title}, {time.moment(session.starts)}: one-to-one, so only the hosts see who comes."
        case SessionState.RUNNING if is_private:
            return f"{title} runs."
        case SessionState.PLANNED:
            return f"{title}, {time.moment(session.starts)}: {_people(len(view.agenda.line))}."
        case SessionState.RUNNING:
            turn = f"it is the turn of {view.in_turn.name}" if view.in_turn else "nobody is in turn"
            count = len(view.waiting)
            left = "nobody else is in line" if not count else f"{count} in line"
            return f"{title} runs: {turn}, {left}."
        case SessionState.OVER:
            noted = "1 answer is" if view.points == 1 else f"{view.points or 'no'} answers are"
            return f"{title}, {time.moment(session.starts)}, is over: {noted} noted."
        case SessionState.CANCELLED:
            return f"{title}, {time.moment(session.starts)}, is not held."


def _people(number: int) -> str:
    if not number:
        return "nobody has booked yet"
    return "1 person is on the agenda" if number == 1 else f"{number} people are on the agenda"


def _line(view: SessionView, time: OwnTime) -> list[Block]:
    blocks: list[Block] = []
    if view.is_host and view.in_turn is not None and view.agenda.session.state is SessionState.RUNNING:
        now_in = view.in_turn
        blocks += [Quote(f"{now_in.name}: {now_in.text}")] if now_in.text else []
        booking = view.bookings[now_in.booking_id]
        noted = acts.point(view.agenda.session, booking, "Note the answer")
        blocks.append(Actions((noted, acts.missed(booking), acts.put_back(booking))))
    elif view.in_turn is not None:
        blocks.append(Bullets((_item(view.in_turn, time),)))
    waiting = view.waiting
    if waiting:
        blocks.append(Bullets(tuple(_item(each, time) for each in waiting[:LINE_SHOWN]), ordered=True))
    if len(waiting) > LINE_SHOWN:
        blocks.append(Paragraph(f"And {len(waiting) - LINE_SHOWN} more."))
    return blocks


def _questions(view: SessionView) -> list[Block]:
    found = view.agenda.questions[:QUESTIONS_SHOWN]
    if not found or view.agenda.session.state is SessionState.OVER:
        return []
    asked = tuple(f"{shortened(each.text, BROUGHT_LENGTH)}{f' ({each.name})' if each.name else ''}" for each in found)
    return [Paragraph("Open questions on its topics:"), Bullets(asked)]


def _left(view: SessionView) -> list[Block]:
    hears = view.is_host or not view.agenda.hours.is_one_to_one  # what was said between two is theirs
    notes = view.agenda.session.notes if hears else ""
    came = sum(each.state is BookingState.DONE for each in (*view.agenda.came, *view.agenda.line))
    counted = [Facts((("Came", str(came)),))] if view.is_host and came else []
    return [*counted, *([Quote(notes[:NOTES_LENGTH])] if notes else [])]


def _item(item: Item, time: OwnTime) -> str:
    at = f"{item.starts.astimezone(time.zone):%H:%M} " if item.starts is not None else ""
    waits = " (waits for a place)" if item.state is BookingState.WAITING else ""
    brings = f": {shortened(item.text, BROUGHT_LENGTH)}" if item.text else ""
    return f"{at}{item.name}{waits}{brings}"


def _buttons(view: SessionView, time: OwnTime) -> tuple[Button, ...]:
    session, hours = view.agenda.session, view.agenda.hours
    if not view.is_host:
        if view.own is not None:
            return own_buttons(view.own)
        return (acts.book(session),) if session.state is not SessionState.OVER and hours.is_open else ()
    match session.state:
        case SessionState.PLANNED:
            somebody = (acts.line(session),) if view.agenda.line else ()
            start = (acts.start(session),) if acts.can_start(session, time.now) else ()
            move, *_, skip = acts.of_date(hours, session)
            return *start, *somebody, move, skip
        case SessionState.RUNNING:
            following = view.waiting[0].name if view.waiting else ""
            label = f"Next: {shortened(following, 20)}" if following else "Done"
            is_anybody = view.waiting or view.in_turn
            after = (acts.call_next(session, label),) if is_anybody else ()
            others = (acts.line(session),) if view.agenda.line or view.agenda.came else ()
            noted = () if view.in_turn else (acts.point(session),)
            return (*after, *others, *noted, acts.finish(session))[:4]
        case SessionState.OVER:
            label = "Who else came" if view.attended_to else "Who came"
            is_anybody = view.agenda.line or view.agenda.came
            somebody = (acts.attendance(session, view.attended_to, label),) if is_anybody else ()
            return *somebody, acts.point(session), acts.note(session)
    return ()


def _again(view: SessionView) -> tuple[Button, ...]:
    is_theirs = view.is_host and view.agenda.hours.is_open
    return acts.of_date(view.agenda.hours, view.agenda.session) if is_theirs else ()
