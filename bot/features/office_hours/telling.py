"""What people are told who did not just ask: about their bookings, each fact once; and reminders before a session."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.chat.moments import moment_at, reminded_moment, zone_of
from bot.chat.reply import Actions, Block, Bullets, Button, Facts, Message, Note, Paragraph, Post, Quote, Span, Text
from bot.chat.turn import Person, Place
from bot.chat.wording import shortened
from bot.features.experts.model import zone_of as zone_name_of
from bot.features.library.links import pages_from
from bot.features.office_hours import acts
from bot.features.office_hours.cards import ALL, BOOKED_IT, Own, hosts_in_words, own_buttons, when_and_where, where
from bot.features.office_hours.model import (
    Booking,
    BookingState,
    Card,
    Fact,
    Host,
    OfficeHours,
    Session,
    What,
    slot_times,
)
from bot.features.office_hours.own_time import OwnTime
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.profile.quiet import quiet_until
from bot.features.profile.reach import reach
from bot.storage.outbox import Outbox
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork
from scheduler.rule_phrases import series_in_words

SAID: Mapping[What, str] = {
    What.MOVED_UP: "You moved up from the waiting list: “{title}” with {hosts}, {when}.",
    What.CALLED_OFF: "“{title}” with {hosts}, {when}, does not take place for you.",
    What.RETIMED: "“{title}” with {hosts} has another time: {when}.",
    What.CHANGED: "Something changed about “{title}” with {hosts}, {when}.",
    What.TAKEN_IN_TURN: "It is your turn now at “{title}” with {hosts}.",
}
"""The rest follows from what somebody just did, and is said there."""

WHY = {
    What.MOVED_UP: "You were on the waiting list. If you cannot come, cancel, so that somebody else can.",
    What.CALLED_OFF: "You had booked it or waited for it. “office hours” shows what else you can book.",
    What.RETIMED: "You keep your place, or your turn in line. If you cannot come, cancel, so that somebody else can.",
}
SHOWN = 10
LINE_LENGTH = 150


def tell(hours: OfficeHours, facts: Sequence[Fact], unit: UnitOfWork, now: datetime, base_url: str = "") -> None:
    """Fills `desk.Hears`. `base_url` is how people reach the web page from a chat."""
    for fact in facts:
        if fact.what in SAID:
            key = f"office-hours-{fact.booking.id}-{fact.booking.revision}"
            says = partial(told, fact, hours)
            _post(fact.booking.person_id, says, key, unit, now, subject=fact.booking.id, base_url=base_url)


def remind(hours: OfficeHours, session: Session, name: str, unit: UnitOfWork, now: datetime, base_url: str = "") -> int:
    """Everybody who has a place, and the hosts; how many could be told. `name` tells one reminder from another."""
    booked = [each for each in SqlOfficeHours(unit).bookings(session.id) if each.state is BookingState.BOOKED]
    key, until = f"office-hours-{name}-{session.id}-{session.sequence}", session.starts
    sent = [
        _post(each.person_id, partial(reminder, hours, session, each), key, unit, now, until, each.id, base_url)
        for each in booked
    ]
    if booked or not hours.is_one_to_one:
        note = partial(host_note, hours, session, booked)
        sent += [_post(host.person_id, note, key, unit, now, until, session.id) for host in hours.hosts]
    return sum(sent)


def ask_who_came(hours: OfficeHours, session: Session, drafts: int, unit: UnitOfWork, now: datetime) -> None:
    """The hosts of a session that is over; nobody drops in on talks one-to-one that nobody booked."""
    had_place = bool(SqlOfficeHours(unit).bookings(session.id))
    if hours.is_one_to_one and not had_place:
        return
    for host in hours.hosts:
        asked = partial(afterwards, hours, session, drafts, had_place=had_place)
        _post(host.person_id, asked, f"office-hours-over-{session.id}", unit, now, subject=session.id)


def tell_new_hosts(hours: OfficeHours, before: Collection[Host], by: Person, unit: UnitOfWork, now: datetime) -> None:
    """Whom somebody else made a host; `before` are those who were hosts already."""
    known = {by.id, *(each.person_id for each in before)}
    for host in hours.hosts:
        if host.person_id not in known:
            key = f"office-hours-host-{hours.id}-{hours.revision}"
            _post(host.person_id, partial(made_host, hours, by.name), key, unit, now)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is written to, and when it is by their clock."""

    person: KnownPerson
    place: Place
    now: datetime
    base_url: str = ""

    @property
    def pages(self) -> str | None:
        return pages_from(self.place, self.base_url)

    @property
    def time(self) -> OwnTime:
        return OwnTime(self.now, zone_of(zone_name_of(self.person)))

    def moment(self, at: datetime) -> str:
        return moment_at(at, self.now, self.place, self.time.zone)

    def soon(self, at: datetime) -> str:
        return reminded_moment(at, self.now, self.place, self.time.zone)


def told(fact: Fact, hours: OfficeHours, reader: Reader) -> Message:
    """What happened to their booking."""
    starts = slot_times(fact.session, fact.booking.slot)[0]
    said = SAID[fact.what].format(title=hours.title, hosts=hosts_in_words(hours), when=reader.moment(starts))
    word = fact.booking.word if fact.what is What.CALLED_OFF else ""
    blocks: list[Block] = [Paragraph((Span(said, bold=True),))]
    if word:
        blocks.append(Quote(word))
    if fact.what is What.CALLED_OFF:
        blocks.append(Actions((ALL,)))
    else:
        own = Own(hours, fact.session, fact.booking)
        blocks.append(Facts(tuple(when_and_where(own, reader.time, reader.pages))))
        blocks += [Actions(own_buttons(own))] if own_buttons(own) else []
    return Message(said, (*blocks, Note(WHY.get(fact.what, BOOKED_IT))))


def reminder(hours: OfficeHours, session: Session, booking: Booking, reader: Reader) -> Message:
    own = Own(hours, session, booking)
    starts = slot_times(session, booking.slot)[0]
    said = f"“{hours.title}” with {hosts_in_words(hours)} is {reader.soon(starts)}."
    blocks: list[Block] = [
        Paragraph((Span(said, bold=True),)),
        Facts(tuple(when_and_where(own, reader.time, reader.pages))),
    ]
    if booking.brings:
        blocks.append(Quote(booking.brings))
    buttons = (Button("See the agenda", acts.AGENDA, session.id), *own_buttons(own))
    return Message(said, (*blocks, Actions(buttons), Note(BOOKED_IT)))


def host_note(hours: OfficeHours, session: Session, booked: Sequence[Booking], reader: Reader) -> Message:
    """Who comes, and what they bring."""
    come = "nobody has booked" if not booked else "1 person comes" if len(booked) == 1 else f"{len(booked)} people come"
    said = f"Your office hours “{hours.title}” are {reader.soon(session.starts)}: {come}."
    blocks: list[Block] = [Paragraph((Span(said, bold=True),))]
    if booked:
        blocks.append(Bullets(tuple(_line(hours, session, each, reader) for each in booked[:SHOWN])))
    blocks.append(Facts((("When", reader.time.whole(session.starts, session.ends)), *where(hours))))
    move, *_, skip = acts.of_date(hours, session)
    start = (acts.start(session),) if acts.can_start(session, reader.now) else ()
    buttons = (*start, Button("See the agenda", acts.AGENDA, session.id), move, skip)
    note = Note("You get this because you are a host. Skip the date if nobody can hold it.")
    return Message(said, (*blocks, Actions(buttons), note))


def made_host(hours: OfficeHours, by: str, _: Reader) -> Message:
    said = f"{by} made you a host of “{hours.title}”, {series_in_words(hours.schedule)}."
    about = [Paragraph(hours.about)] if hours.about else []
    button = Button("Dates and changes", acts.SERIES, hours.id)
    note = Note("You hear before each date who comes. If it is not for you, change the series and take yourself out.")
    return Message(said, (Paragraph((Span(said, bold=True),)), *about, Actions((button,)), note))


def afterwards(hours: OfficeHours, session: Session, drafts: int, reader: Reader, *, had_place: bool = True) -> Message:
    """To the hosts, when a session is over; `had_place` says whether anybody had one."""
    ask = "Say who came, and note what was answered." if had_place else "Nobody had booked."
    said = f"Your office hours “{hours.title}”, {reader.moment(session.starts)}, are over. {ask}"
    blocks: list[Block] = [Paragraph((Span(said, bold=True),))]
    if drafts:
        made = "1 draft for the FAQ was" if drafts == 1 else f"{drafts} drafts for the FAQ were"
        blocks.append(Paragraph(f"{made} made of your notes."))
    who = (acts.attendance(session),) if had_place else ()
    note = Note("What you note as question and answer goes to the curators. You get this because you are a host.")
    return Message(said, (*blocks, Actions((*who, acts.point(session), acts.note(session))), note))


def _line(hours: OfficeHours, session: Session, booking: Booking, reader: Reader) -> Text:
    begins = slot_times(session, booking.slot)[0]
    at = f"{begins.astimezone(reader.time.zone):%H:%M} " if hours.is_one_to_one else ""
    brings = f": {shortened(booking.brings, LINE_LENGTH)}" if booking.brings else ""
    return f"{at}{booking.person_name}{brings}"


def _post(
    person_id: str,
    message: Callable[[Reader], Message],
    key: str,
    unit: UnitOfWork,
    now: datetime,
    until: datetime | None = None,
    subject: str = "",
    base_url: str = "",
) -> bool:
    """Whether they can be reached, and it would not come too late: by `until`, where it is quiet for them. From then on
    the message follows its `subject`, a booking or a session."""
    person, place = People(unit).get(person_id), reach(person_id, unit)
    if person is None or place is None:
        return False
    quiet = quiet_until(person, now)
    if quiet is not None and until is not None and quiet >= until:
        return False
    Outbox(unit).add(Post(message(Reader(person, place, now, base_url)), key), place, now, not_before=quiet)
    if subject:
        SqlOfficeHours(unit).put_card(Card(place, key, subject, person_id))
    return True
