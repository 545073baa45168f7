"""Events in a chat, and by the same buttons on a page: what organisers do, and those who announce."""

from uuid import uuid4

from bot.chat.colleagues import check_colleague
from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import one
from bot.chat.reply import Reply
from bot.chat.turn import EVERYONE, Turn
from bot.features.channels.choosing import channels_in_chats, chosen_in
from bot.features.channels.model import Channel
from bot.features.events import forms, plan_form
from bot.features.events.changes import COLLISION, NOT_ORGANISER, seen, to_announce
from bot.features.events.chat import show
from bot.features.events.desk import Desk
from bot.features.events.model import (
    ID_LENGTH,
    Event,
    Kind,
    Organiser,
    in_order,
    may_organise,
)
from bot.features.events.plan_form import FindPerson
from bot.features.events.store import SqlEvents
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork

NOTHING_ASKED = "No question is open, so there is nothing to answer."


class OrganisersChat:
    """Turn -> desk -> Reply. `base_url` is how people reach the web page from a chat."""

    def __init__(self, desk: Desk, *, base_url: str = "") -> None:
        self._desk = desk
        self._base_url = base_url

    def on_plan(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person)
        return Reply(form=plan_form.plan_form(turn.person.time_zone))

    def on_plan_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person)
        own = (Organiser(turn.person.id, turn.person.name),)
        new = Event(uuid4().hex[:ID_LENGTH], Kind.OTHER, "", turn.at, turn.at, "UTC", own, turn.at)
        made = self._drafted(plan_form.event_from(turn.values, new, finder(unit)), turn, unit)
        self._desk.telling.tell_new_organisers(made, (), turn.person, unit, turn.at)
        next_step = "Announce it" if turn.person.curates else "Ask to announce it"
        return self._show(made, turn, unit, f"The draft of “{made.title}” is kept. {next_step} when it is ready.")

    def on_change(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply(form=plan_form.change_form(self._theirs(turn.carried, turn, unit)))

    def on_change_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        planned = plan_form.planned_in(turn.carried)
        known = self._theirs(planned.event_id, turn, unit)
        if known.revision != planned.revision:
            raise FormRejected({plan_form.TITLE: COLLISION})
        edited = plan_form.event_from(turn.values, known, finder(unit))
        try:
            made = self._desk.change(edited, turn.person, unit, turn.at)
        except UserFacingError as refused:
            raise FormRejected({plan_form.TITLE: str(refused)}) from refused
        self._desk.telling.tell_new_organisers(made, known.organisers, turn.person, unit, turn.at)
        is_told = made.sequence > known.sequence and SqlEvents(unit).sign_ups(made.id)
        told = " Those who signed up are told." if is_told else ""
        return self._show(made, turn, unit, f"“{made.title}” is changed.{told}")

    def on_hand_in(self, turn: Turn, unit: UnitOfWork) -> Reply:
        event, asked = self._desk.hand_in(turn.carried, turn.person, unit, turn.at)
        who = "1 curator is" if asked == 1 else f"{asked} curators are"
        done = f"{who} asked to announce “{event.title}”."
        if not asked:
            done = (
                f"No curator can be written to, so “{event.title}” waits where they look: at home and under “events”."
            )
        return self._show(event, turn, unit, done)

    def on_announce(self, turn: Turn, unit: UnitOfWork) -> Reply:
        store = SqlEvents(unit)
        event = to_announce(store, turn.carried, turn.person)
        there = {(each.platform, each.channel) for each in store.announcements(event.id)}
        channels = [each for each in _channels(event, unit) if (each.platform, each.channel) not in there]
        return Reply(form=forms.announce_form(event, channels))

    def on_announce_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        offered = forms.offered_in(turn.carried)
        problems: dict[str, str] = {}
        inside, outside = chosen_in(turn.values, offered.listed, channels_in_chats(unit), problems)
        if problems:
            raise FormRejected(problems)
        may_read_along = {(each.platform, each.channel) for each in outside}
        everywhere = list(dict.fromkeys((*inside, *outside)))
        event, new = self._desk.announce(offered.event_id, turn.person, everywhere, may_read_along, unit, turn.at)
        where = ", ".join(each.name for each in new)
        done = f"“{event.title}” is announced in {where}." if new else f"“{event.title}” is on the calendar now."
        return self._show(event, turn, unit, done)

    def on_cancel(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply(form=forms.cancel_form(self._theirs(turn.carried, turn, unit)))

    def on_cancel_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        word = one(turn.values, forms.WORD)
        event = self._desk.cancel(turn.carried, turn.person, word, unit, turn.at)
        told = ", and those who signed up are told" if SqlEvents(unit).sign_ups(event.id) else ""
        done = f"“{event.title}” is cancelled{told}."
        if event.announced_at is None:
            done = f"The draft of “{event.title}” is thrown away."
        return self._show(event, turn, unit, done)

    def on_answer(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """Of the question that is named after the event, or of one to be chosen."""
        event_id, _, question_id = turn.carried.partition("/")
        event, store = self._theirs(event_id, turn, unit), SqlEvents(unit)
        asked = in_order(store.questions(event.id))
        chosen = next((each for each in asked if each.id == question_id), None)
        open_ones = [each for each in asked if each.is_open]
        if chosen is None and not open_ones:
            raise UserFacingError(NOTHING_ASKED)
        return Reply(form=forms.answer_form(event, open_ones, chosen))

    def on_answer_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        question_id, text = one(turn.values, forms.QUESTION), one(turn.values, forms.ANSWERED)
        event, asked = self._desk.answer(question_id, turn.person, text, unit, turn.at)
        told = "Whoever asked it is told." if asked.answer else "It is marked as answered."
        return self._show(event, turn, unit, f"Answered for “{event.title}”. {told}")

    def on_after(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply(form=forms.after_form(self._theirs(turn.carried, turn, unit)))

    def on_after_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        problems: dict[str, str] = {}
        came = plan_form.number_typed(one(turn.values, forms.CAME), forms.CAME, problems, least=0)
        if problems:
            raise FormRejected(problems)
        recording, notes = one(turn.values, forms.RECORDING), one(turn.values, forms.NOTES)
        try:
            event = self._desk.say_how_it_was(turn.carried, turn.person, recording, notes, came, unit, turn.at)
        except UserFacingError as refused:
            raise FormRejected({forms.RECORDING: str(refused)}) from refused
        kept = " The library has it within seconds." if event.recording or event.notes else ""
        return self._show(event, turn, unit, f"Kept for “{event.title}”.{kept}")

    def _drafted(self, event: Event, turn: Turn, unit: UnitOfWork) -> Event:
        try:
            return self._desk.draft(event, turn.person, unit, turn.at)
        except UserFacingError as refused:
            raise FormRejected({plan_form.TITLE: str(refused)}) from refused

    def _theirs(self, event_id: str, turn: Turn, unit: UnitOfWork) -> Event:
        event = seen(SqlEvents(unit), event_id, turn.person)
        if not may_organise(event, turn.person):
            raise UserFacingError(NOT_ORGANISER)
        return event

    def _show(self, event: Event, turn: Turn, unit: UnitOfWork, done: str) -> Reply:
        return show(event, turn, unit, done, base_url=self._base_url)


def _channels(event: Event, unit: UnitOfWork) -> list[Channel]:
    """Where it may be announced: those that Guildhall has been in, none where not everybody may see the event."""
    return channels_in_chats(unit) if EVERYONE in event.readers else []


def finder(unit: UnitOfWork) -> FindPerson:
    """Among everybody whom Guildhall knows."""
    people = People(unit)

    def find(typed: str) -> Organiser | None:
        found = [person] if (person := people.by_email(typed.lower())) else list(people.called(typed))
        return Organiser(found[0].id, found[0].name) if len(found) == 1 else None

    return find
