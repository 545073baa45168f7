"""What people are told who did not just ask: what happened to their part, each fact once; reminders; the organisers,
when it is over; and the curators, when an event waits for them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.chat.moments import reminded_moment, zone_of
from bot.chat.reply import Actions, Block, Bullets, Facts, Message, Note, Paragraph, Post, Quote, Span, Text
from bot.chat.turn import Person, Place
from bot.features.events import acts
from bot.features.events.cards import NAMES, PAGE, SHOWN, opening, question_line, when
from bot.features.events.model import Event, Fact, Organiser, Question, SignUpState, What, in_order, names_in_words
from bot.features.events.store import SqlEvents
from bot.features.experts.model import zone_of as zone_name_of
from bot.features.library.links import pages_from
from bot.features.profile.quiet import quiet_until
from bot.features.profile.reach import reach
from bot.storage.outbox import Outbox
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork

SAID = {
    What.MOVED_UP: "You moved up from the waiting list: “{title}”, {when}.",
    What.RETIMED: "“{title}” has another time: {when}.",
    What.CHANGED: "Something changed about “{title}”, {when}.",
    What.CANCELLED: "“{title}”, {when}, is cancelled.",
}
"""The rest follows from what somebody just did, and is said there."""

SIGNED_UP = "You get this because you signed up. If you cannot come, leave, so that somebody else can."
ORGANISES = "You get this because you organise it."


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is written to, and when it is by their clock."""

    person: KnownPerson
    place: Place
    now: datetime
    base_url: str = ""

    @property
    def zone(self) -> str:
        return zone_name_of(self.person)

    def soon(self, event: Event) -> str:
        """`today, 15:00 your time`, of what has a time of day; of whole days which."""
        if event.has_whole_days:
            return when(event, self.zone, is_own=True)
        return reminded_moment(event.starts, self.now, self.place, zone_of(self.zone))

    def page(self, event: Event) -> str:
        pages = pages_from(self.place, self.base_url)
        return "" if pages is None else f"{pages}{PAGE}/{event.id}"


Says = Callable[[Reader], Message]


@dataclass(frozen=True, slots=True)
class Telling:
    """Fills `desk.Hears`. `base_url` is how people reach the web page from a chat."""

    base_url: str = ""

    def __call__(self, event: Event, facts: Sequence[Fact], unit: UnitOfWork, now: datetime) -> None:
        for fact in facts:
            if fact.what in SAID:
                key = f"event-{event.id}-{fact.what}-{fact.sign_up.number}-{event.revision}-{fact.sign_up.revision}"
                self.post(fact.sign_up.person_id, partial(told, fact, event), key, unit, now)

    def remind(self, event: Event, name: str, unit: UnitOfWork, now: datetime) -> int:
        """Everybody who has a place, and the organisers; how many could be told. `name` tells one reminder from
        another."""
        store = SqlEvents(unit)
        coming = [each for each in store.sign_ups(event.id) if each.state is SignUpState.COMING]
        asked = [each for each in in_order(store.questions(event.id)) if each.is_open]
        key, until = f"event-{event.id}-{name}-{event.sequence}", event.ends if event.has_whole_days else event.starts
        sent = [self.post(each.person_id, partial(reminder, event), key, unit, now, until) for each in coming]
        for_organisers = partial(organisers_reminder, event, len(coming), asked)
        sent += [self.post(each.person_id, for_organisers, key, unit, now, until) for each in event.organisers]
        return sum(sent)

    def ask_curators(self, event: Event, curators: Collection[str], unit: UnitOfWork, now: datetime) -> int:
        """How many of them could be asked."""
        asked = partial(to_curators, event)
        key = f"event-{event.id}-asked"
        return sum(self.post(each, asked, key, unit, now) for each in sorted(curators))

    def tell_new_organisers(
        self, event: Event, before: Collection[Organiser], by: Person, unit: UnitOfWork, now: datetime
    ) -> None:
        """Whom somebody else made an organiser; `before` are those who were already."""
        known = {by.id, *(each.person_id for each in before)}
        for each in event.organisers:
            if each.person_id not in known:
                key = f"event-organiser-{event.id}-{event.revision}"
                self.post(each.person_id, partial(made_organiser, event, by.name), key, unit, now)

    def ask_how_it_was(self, event: Event, unit: UnitOfWork, now: datetime) -> None:
        """The organisers of what is over."""
        open_ones = [each for each in SqlEvents(unit).questions(event.id) if each.is_open]
        for each in event.organisers:
            key = f"event-{event.id}-over"
            self.post(each.person_id, partial(afterwards, event, len(open_ones)), key, unit, now)

    def tell_recording(self, event: Event, by: Person, unit: UnitOfWork, now: datetime) -> None:
        """Those who signed up, once: another link is put into the same message."""
        for each in SqlEvents(unit).sign_ups(event.id) if event.recording else ():
            if each.person_id != by.id:
                self.post(each.person_id, partial(recorded, event), f"event-recording-{event.id}", unit, now)

    def tell_answer(self, event: Event, question: Question, unit: UnitOfWork, now: datetime) -> None:
        """Whoever asked it, and those who asked it too; not whoever answered."""
        theirs = dict.fromkeys([question.person_id, *SqlEvents(unit).voters(question.id)])
        for person_id in theirs:
            if person_id != question.answered_by:
                key = f"event-answer-{question.id}"
                self.post(person_id, partial(answered, event, question), key, unit, now)

    def post(
        self,
        person_id: str,
        says: Says,
        key: str,
        unit: UnitOfWork,
        now: datetime,
        until: datetime | None = None,
    ) -> bool:
        """Whether they can be reached, and it would not come too late: by `until`, where it is quiet for them."""
        person, place = People(unit).get(person_id), reach(person_id, unit)
        if person is None or place is None:
            return False
        quiet = quiet_until(person, now)
        if quiet is not None and until is not None and quiet >= until:
            return False
        message = says(Reader(person, place, now, self.base_url))
        Outbox(unit).add(Post(message, key), place, now, not_before=quiet)
        return True


def told(fact: Fact, event: Event, reader: Reader) -> Message:
    """What happened to their part."""
    said = SAID[fact.what].format(title=event.title, when=when(event, reader.zone, is_own=True))
    if fact.what is What.CANCELLED:
        quoted: list[Block] = [Quote(event.word)] if event.word else []
        return _message(said, quoted, "You had signed up for it. “events” shows what else is coming.", event, reader)
    waits = fact.sign_up.state is SignUpState.WAITING
    note = "You keep your turn on the waiting list." if waits else SIGNED_UP
    shown: list[Block] = [] if waits else [_facts(event)]
    blocks = [*shown, Actions((acts.show(event), acts.leave(event, waits=waits)))]
    return _message(said, blocks, note, event, reader)


def reminder(event: Event, reader: Reader) -> Message:
    begins = "begins" if event.has_whole_days else "is"
    said = f"“{event.title}” {begins} {reader.soon(event)}."
    return _message(said, [_facts(event), Actions((acts.show(event), acts.leave(event)))], SIGNED_UP, event, reader)


def made_organiser(event: Event, by: str, reader: Reader) -> Message:
    said = f"{by} made you an organiser of “{event.title}”, {when(event, reader.zone, is_own=True)}."
    about: list[Block] = [Paragraph(event.about)] if event.about else []
    note = "If it is not for you, change the event and take yourself out."
    return _message(said, [*about, _facts(event), Actions((acts.show(event),))], note, event, reader)


def organisers_reminder(event: Event, coming: int, asked: Sequence[Question], reader: Reader) -> Message:
    """Who comes, and what they ask."""
    people = "nobody comes yet" if not coming else "1 person comes" if coming == 1 else f"{coming} people come"
    said = f"Your event “{event.title}” is {reader.soon(event)}: {people}."
    blocks: list[Block] = [_facts(event)]
    if asked:
        blocks += [Paragraph("They ask:"), Bullets(tuple(question_line(each) for each in asked[:SHOWN]))]
    return _message(said, [*blocks, Actions((acts.show(event),))], ORGANISES, event, reader)


def afterwards(event: Event, open_questions: int, reader: Reader) -> Message:
    said = f"Your event “{event.title}” is over. Say who came, and where the recording and the notes are."
    left = "1 question was" if open_questions == 1 else f"{open_questions or 'No'} questions were"
    buttons = (acts.after(event), *((acts.answer(event),) if open_questions else ()))
    more = f"{left} left open. Answers become drafts for the FAQ; recording and notes, a document of the library."
    return _message(said, [Paragraph(more), Actions(buttons)], ORGANISES, event, reader)


def recorded(event: Event, reader: Reader) -> Message:
    said = f"The recording of “{event.title}” is there."
    link = Facts((("Recording", opening(event.recording)),))
    note = "You get this once, because you signed up."
    return _message(said, [link, Actions((acts.show(event),))], note, event, reader)


def answered(event: Event, question: Question, reader: Reader) -> Message:
    said = f"{question.answered_by_name} answered a question about “{event.title}”."
    spoken = question.answer or "It was answered at the event."
    note = "You get this because you asked it, or said that you ask it too."
    return _message(said, [Quote(question.text), Paragraph(spoken), Actions((acts.show(event),))], note, event, reader)


def to_curators(event: Event, reader: Reader) -> Message:
    """Somebody asks them to announce it."""
    said = f"{names_in_words(event)} would like to announce “{event.title}”, {when(event, reader.zone, is_own=True)}."
    blocks: list[Block] = [Paragraph(event.about)] if event.about else []
    blocks.append(_facts(event))
    note = "You get this because you curate. Nobody else hears of it until one of you announces it."
    return _message(said, [*blocks, Actions((acts.announce(event), acts.show(event)))], note, event, reader)


def _facts(event: Event) -> Facts:
    pairs: list[tuple[str, Text]] = [("What", NAMES[event.kind]), ("Where", event.place), ("Link", opening(event.link))]
    return Facts(tuple((label, text) for label, text in pairs if text))


def _message(said: str, blocks: Sequence[Block], note: str, event: Event, reader: Reader) -> Message:
    return Message(said, (Paragraph((Span(said, bold=True),)), *blocks, Note(note)), reader.page(event))
