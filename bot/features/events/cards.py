"""What people read of events. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.chat.moments import day_in_words, zone_of
from bot.chat.reply import Actions, Block, Bullets, Button, Facts, Message, Note, Paragraph, Quote, Span, Text
from bot.chat.wording import shortened
from bot.features.escalations.expert_forms import is_address
from bot.features.events import acts
from bot.features.events.model import (
    Event,
    EventState,
    Kind,
    Question,
    SignUp,
    SignUpState,
    in_order,
    names_in_words,
)

PAGE = "/events"
ABOUT_LENGTH = 600
LINE_LENGTH = 150
SHOWN = 5
NAMES = {Kind.WEBINAR: "Webinar", Kind.LAUNCH: "Launch", Kind.CAMPAIGN: "Campaign", Kind.OTHER: "Event"}
NONE_YET = "No event is announced just now."


@dataclass(frozen=True, slots=True)
class EventView:
    """An event as one reader sees it, or all readers of a channel: then without a `reader_id`, and in its own zone.
    `pages` comes before the path of a page, None where they reach none. `line` is their place on the waiting list."""

    event: Event
    zone: str
    reader_id: str = ""
    own: SignUp | None = None
    line: int = 0
    coming: int = 0
    waiting: int = 0
    questions: tuple[Question, ...] = ()
    is_organiser: bool = False
    may_announce: bool = False
    pages: str | None = None
    is_running: bool = True

    @property
    def is_full(self) -> bool:
        return self.event.capacity is not None and (self.coming >= self.event.capacity or self.waiting > 0)

    @property
    def has_place(self) -> bool:
        return self.is_organiser or (self.own is not None and self.own.state is SignUpState.COMING)

    @property
    def words(self) -> str:
        """What it can be found by."""
        event = self.event
        return " ".join((event.title, NAMES[event.kind], *event.topics, names_in_words(event))).casefold()

    @property
    def open_questions(self) -> list[Question]:
        return [each for each in in_order(self.questions) if each.is_open]


def when(event: Event, zone: str, *, is_own: bool) -> str:
    """Not “tomorrow”, for a card may stand for weeks. `zone` is the reader's own, or that of the event."""
    if event.has_whole_days:
        if event.first_day == event.last_day:
            return day_in_words(event.first_day)
        return f"{day_in_words(event.first_day)} to {day_in_words(event.last_day)}"
    local = event.starts.astimezone(zone_of(zone))
    return f"{local:%A}, {day_in_words(local.date())}, {local:%H:%M} {'your time' if is_own else zone}"


def said_of(view: EventView) -> str:
    """One sentence: what it is, when, how it stands for whoever reads it."""
    event = view.event
    named = f"{NAMES[event.kind]} “{event.title}”, {when(event, view.zone, is_own=bool(view.reader_id))}"
    match event.state:
        case EventState.DRAFT:
            asked = " Curators were asked to announce it." if event.asked_at else ""
            return f"Draft: {named}. Only organisers and curators see it.{asked}"
        case EventState.CANCELLED:
            return f"Cancelled: {named}."
        case EventState.OVER:
            return f"{named}, is over."
        case EventState.ANNOUNCED if view.is_organiser:
            waiting = f", {view.waiting} {'waits' if view.waiting == 1 else 'wait'} for a place" if view.waiting else ""
            return f"{named}: {_come(view.coming)}{waiting}."
        case EventState.ANNOUNCED if view.own is None:
            return f"{named}, with {names_in_words(event)}."
        case EventState.ANNOUNCED:
            return f"{standing_of(view)}: {named}."


def event_message(view: EventView, done: str = "") -> Message:
    """`done` is what the reader did just now, in one whole sentence."""
    event, said = view.event, said_of(view)
    blocks: list[Block] = [Paragraph((Span(done or said, bold=True),))]
    if event.state is EventState.CANCELLED:
        blocks += [Quote(event.word)] if event.word else []
        return Message(done or said, (*blocks, Note("“events” shows what else is coming.")), _url(view))
    about = event.notes if event.state is EventState.OVER and event.notes else event.about
    blocks += [Paragraph(shortened(about, ABOUT_LENGTH))] if about else []
    blocks.append(Facts(_facts(view)))
    if view.is_organiser and view.open_questions:
        blocks.append(Bullets(tuple(question_line(each) for each in view.open_questions[:SHOWN])))
    buttons = buttons_of(view)
    blocks += [Actions(buttons)] if buttons else []
    return Message(done or said, (*blocks, Note(_why(view))), _url(view))


def earlier_message(event: Event) -> Message:
    """In the place of a card of which there is a newer one."""
    said = f"“{event.title}”: a newer message says how it stands."
    return Message(said, (Paragraph(said),))


def not_here_message() -> Message:
    """In the place of a card, where people from outside the company read along by now: it says nothing of the event."""
    said = "The event that stood here is not shown any more: people from outside the company read along now."
    return Message(said, (Paragraph(said), Note("Colleagues find it with “events”.")))


def buttons_of(view: EventView) -> tuple[Button, ...]:
    """What this reader can do with it: the same on a card and on its page."""
    event = view.event
    if view.is_organiser:
        has_questions = bool(view.open_questions)
        return acts.for_organisers(event, may_announce=view.may_announce, has_questions=has_questions)
    if event.state is EventState.DRAFT:
        return (acts.announce(event),) if view.may_announce else ()
    if event.state is not EventState.ANNOUNCED or not view.is_running:
        return ()
    return acts.for_people(event, view.own, is_full=view.is_full)


def list_message(
    views: Sequence[EventView], total: int, pages: str | None, *, may_plan: bool, is_chosen: bool = False
) -> Message:
    """The coming ones; `total` counts also those that are not shown. `is_chosen`: only some were wanted."""
    said = f"{total} events are coming." if total > 1 else "1 event is coming." if total else NONE_YET
    if is_chosen:
        said = f"{total or 'No'} coming events have these words."
    blocks: list[Block] = [Paragraph((Span(said, bold=True),))]
    for view in views:
        mine = "You organise it." if view.is_organiser else f"{standing_of(view)}." if view.own else ""
        draft = "Draft. " if view.event.state is EventState.DRAFT else ""
        described = f" · {NAMES[view.event.kind]}, {when(view.event, view.zone, is_own=bool(view.reader_id))}. "
        spoken = f"{described}{draft}{mine}".rstrip()
        blocks += [Paragraph((Span(view.event.title, bold=True), Span(spoken))), Actions((acts.show(view.event),))]
    if may_plan:
        blocks += [Paragraph("Any colleague plans events, curators announce them."), Actions((acts.plan(),))]
    if total > len(views):
        blocks.append(Note(f"{total - len(views)} more are on the page."))
    return Message(said, tuple(blocks), f"{pages}{PAGE}" if pages is not None else "")


def waits_for(view: EventView) -> tuple[Block, ...] | None:
    """What this reader has to see to, with the button for it; None where that is nothing."""
    event, asked = view.event, len(view.open_questions)
    is_written_up = bool(event.recording or event.notes or event.came is not None)
    if event.is_draft and event.asked_at is not None and view.may_announce:
        said, button = f": {names_in_words(event)} would like to announce it.", acts.announce(event)
    elif view.is_organiser and event.state is EventState.OVER and not is_written_up:
        said, button = " is over: say who came, and where the recording and the notes are.", acts.after(event)
    elif view.is_organiser and asked and event.state in (EventState.ANNOUNCED, EventState.OVER):
        many = "1 question waits" if asked == 1 else f"{asked} questions wait"
        said, button = f": {many} for an answer.", acts.answer(event)
    else:
        return None
    address = _url(view)
    title = Span(event.title, bold=True, href=address or None)
    return Paragraph((title, Span(said))), Actions((button,))


def question_line(question: Question) -> Text:
    """Who asked, where they gave their name."""
    by = question.person_name or "somebody"
    too = f", and {question.votes} more" if question.votes else ""
    return f"{shortened(question.text, LINE_LENGTH)} ({by}{too})"


def length_in_words(event: Event) -> str:
    """``90 minutes``, ``14 days``."""
    if event.has_whole_days:
        count = (event.last_day - event.first_day).days + 1
        return f"{count} day{'' if count == 1 else 's'}"
    return f"{(event.ends - event.starts) // timedelta(minutes=1)} minutes"


def places_in_words(view: EventView) -> str:
    if view.event.capacity is None:
        return ""
    if view.event.state is EventState.ANNOUNCED and view.is_full:
        return f"{view.event.capacity}, all taken: who signs up now waits and moves up"
    return f"{view.event.capacity}"


def signed_up_in_words(view: EventView) -> str:
    """``12, and 3 wait``."""
    waiting = f", and {view.waiting} {'waits' if view.waiting == 1 else 'wait'}" if view.waiting else ""
    return f"{view.coming or 'Nobody yet'}{waiting}"


def _facts(view: EventView) -> tuple[tuple[str, Text], ...]:
    event = view.event
    is_over = event.state is EventState.OVER
    pairs: list[tuple[str, Text]] = [
        ("When", f"{when(event, view.zone, is_own=bool(view.reader_id))}, {length_in_words(event)}"),
        ("Where", "" if is_over else event.place),
        ("Link", opening(event.link) if view.has_place and not is_over else ""),
        ("With", names_in_words(event)),
        ("Topics", ", ".join(event.topics)),
        ("Places", "" if is_over else places_in_words(view)),
        ("Signed up", signed_up_in_words(view) if view.is_organiser and event.announced_at else ""),
        ("Recording", opening(event.recording)),
        ("Came", "" if event.came is None else str(event.came)),
    ]
    if view.has_place and not is_over and view.pages is not None and event.announced_at is not None:
        file = f"{view.pages}{PAGE}/{event.id}/calendar.ics"
        pairs.append(("Calendar", (Span("Add it to your calendar", href=file),)))
    return tuple((label, text) for label, text in pairs if text)


def opening(url: str) -> Text:
    """Opens where it reads as it is."""
    return (Span(url, href=url),) if is_address(url) else url


def standing_of(view: EventView) -> str:
    """Whether they have a place; empty where they did not sign up."""
    if view.own is None:
        return ""
    if view.own.state is SignUpState.WAITING:
        return f"You are number {view.line} on the waiting list"
    return "You follow it" if view.event.has_whole_days else "You have a place"


def _come(count: int) -> str:
    return "nobody comes yet" if not count else "1 person comes" if count == 1 else f"{count} people come"


def _why(view: EventView) -> str:
    event = view.event
    if event.state is EventState.DRAFT:
        return "Curators decide on the announcement. Until then nobody else hears of it."
    if view.is_organiser:
        return "You see this because you organise it. Who signs up gets the link, reminders and changes."
    if event.state is EventState.OVER:
        return "Answers to what was asked become entries of the library once curators approve them."
    if not view.reader_id:
        return f"Announced by {event.announced_by}. Who signs up gets the link and a reminder."
    if view.own is not None:
        return "You get reminders and changes because you signed up. Leaving ends that."
    return "Who signs up gets the link, reminders and changes. Organisers see what is asked."


def _url(view: EventView) -> str:
    return f"{view.pages}{PAGE}/{view.event.id}" if view.pages is not None else ""
