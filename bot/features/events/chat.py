"""Events in a chat, and by the same buttons on a page: what people do."""

from datetime import timedelta
from uuid import uuid4

from bot.chat.errors import FormRejected
from bot.chat.form import one, several
from bot.chat.reply import Note, Post, Reply
from bot.chat.turn import EVERYONE, Commanded, Pressed, Submitted, Turn
from bot.features.events import forms
from bot.features.events.cards import EventView, earlier_message, event_message, list_message, waits_for, when
from bot.features.events.changes import seen
from bot.features.events.desk import Desk
from bot.features.events.model import Event, What, in_order
from bot.features.events.store import SqlEvents
from bot.features.events.use_cases import NO_WORDS
from bot.features.events.viewing import view_for
from bot.features.feature import WAITS, HomeSection
from bot.features.library.links import pages_from
from bot.storage.unit_of_work import UnitOfWork

AHEAD = timedelta(days=366)
WRITTEN_UP_WITHIN = timedelta(days=30)
"""So long organisers are reminded at home of what is over."""

SHOWN = 5
KEY = "event-"
"""Begins the key of every message that shows an event, or tells something of one."""


def show(event: Event, turn: Turn, unit: UnitOfWork, done: str, *, base_url: str) -> Reply:
    """The event as this person sees it, where only they do, and kept up to date there. What they did in that place
    changes the card that they have; what they did in a channel brings a new one, and the earlier one says so."""
    private, store = turn.private_place, SqlEvents(unit)
    view = view_for(event, turn.person, private, unit, turn.at, base_url)
    if _is_on_page(turn):
        return Reply((Post(event_message(view, done), f"{KEY}{event.id}-{uuid4().hex[:12]}"),))
    have = next(((place, key) for _, place, key in store.cards(event.id, turn.person.id)), None)
    key = turn.message_key or ""
    if not (key.startswith(KEY) and turn.place == private):
        was_theirs = have is not None and have[0] == private == turn.place and isinstance(turn.content, Submitted)
        key = have[1] if have and was_theirs else f"{KEY}{event.id}-{uuid4().hex[:12]}"
    posts = [Post(event_message(view, done), key, None if private == turn.place else private)]
    if have is not None and have != (private, key):
        posts.append(Post(earlier_message(event), have[1], have[0]))
    store.put_card(event.id, turn.person.id, private, key)
    return Reply(tuple(posts))


class EventsChat:
    """Turn -> desk -> Reply. `base_url` is how people reach the web page from a chat."""

    def __init__(self, desk: Desk, *, base_url: str = "") -> None:
        self._desk = desk
        self._base_url = base_url

    def on_events(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """In private, for it says what is theirs: all that is coming, or what the words after the command name; where
        that is one, all of it."""
        place = turn.private_place
        words = turn.content.text.casefold().split() if isinstance(turn.content, Commanded) else []
        views = [each for each in self._coming(turn, unit) if all(word in each.words for word in words)]
        if words and len(views) == 1:
            return self._show(views[0].event, turn, unit, "")
        pages = pages_from(place, self._base_url)
        may_plan = EVERYONE in turn.person.principals
        message = list_message(views[:SHOWN], len(views), pages, may_plan=may_plan, is_chosen=bool(words))
        return Reply((Post(message, f"{KEY}list-{uuid4().hex[:12]}", None if place == turn.place else place),))

    def on_show(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._show(seen(SqlEvents(unit), turn.carried, turn.person), turn, unit, "")

    def on_sign_up(self, turn: Turn, unit: UnitOfWork) -> Reply:
        event = seen(SqlEvents(unit), turn.carried, turn.person)
        view = view_for(event, turn.person, turn.private_place, unit, turn.at, self._base_url)
        return Reply(form=forms.sign_up_form(event.id, is_full=view.is_full))

    def on_sign_up_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        event, fact = self._desk.sign_up(turn.carried, turn.person, unit, turn.at)
        asked = one(turn.values, forms.QUESTION)
        if asked:
            self._ask(event.id, asked, turn, unit)
        at = when(event, turn.person.time_zone, is_own=True)
        place = "You follow" if event.has_whole_days else "You have a place at"
        done = f"{place} “{event.title}”, {at}."
        if fact.what is What.PUT_ON_LIST:
            done = f"“{event.title}”, {at}, is full. You are on the waiting list and move up by yourself."
        return self._show(event, turn, unit, f"{done} Your question is asked too." if asked else done)

    def on_leave(self, turn: Turn, unit: UnitOfWork) -> Reply:
        event, fact = self._desk.leave(turn.carried, turn.person, unit, turn.at)
        freed = " Your place is free again." if fact.had_place and event.capacity else ""
        return self._show(event, turn, unit, f"You left “{event.title}”.{freed}")

    def on_ask(self, turn: Turn, unit: UnitOfWork) -> Reply:
        store = SqlEvents(unit)
        event = seen(store, turn.carried, turn.person)
        others = [each for each in in_order(store.questions(event.id)) if each.person_id != turn.person.id]
        return Reply(form=forms.ask_form(event, [each for each in others if each.is_open]))

    def on_ask_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        listed = forms.listed_in(turn.carried)
        text, too = one(turn.values, forms.QUESTION), several(turn.values, forms.TOO)
        if not (text or too):
            raise FormRejected({forms.QUESTION: NO_WORDS})
        event = seen(SqlEvents(unit), listed.event_id, turn.person)
        for each in too:
            event, _ = self._desk.ask_too(each, turn.person, unit, turn.at)
        if text:
            event = self._ask(listed.event_id, text, turn, unit)
        counted = "You are counted where you ask the same" + ("." if text else f" for “{event.title}”.") if too else ""
        asked = f"Your question for “{event.title}” is with its organisers." if text else ""
        return self._show(event, turn, unit, " ".join(each for each in (asked, counted) if each))

    def on_me_too(self, turn: Turn, unit: UnitOfWork) -> Reply:
        event, asked = self._desk.ask_too(turn.carried, turn.person, unit, turn.at)
        others = "1 more asks" if asked.votes == 1 else f"{asked.votes} more ask"
        return self._show(event, turn, unit, f"You are counted for “{event.title}”: {others} the same.")

    def on_take_back(self, turn: Turn, unit: UnitOfWork) -> Reply:
        event, _ = self._desk.take_back(turn.carried, turn.person, unit, turn.at)
        return self._show(event, turn, unit, f"The question is taken away from “{event.title}”.")

    def at_home(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        """What waits for them as an organiser or a curator. What they come to stands with all other dates."""
        place, person = turn.private_place, turn.person
        found = SqlEvents(unit).organised_by(person.id, turn.at - WRITTEN_UP_WITHIN)
        drafts = SqlEvents(unit).drafts(turn.at) if person.curates else ()
        by_id = {each.id: each for each in (*found, *drafts)}
        views = [view_for(each, person, place, unit, turn.at, self._base_url) for each in by_id.values()]
        waiting = [waits for each in views if (waits := waits_for(each)) is not None]
        blocks = [block for each in waiting[:SHOWN] for block in each]
        if len(waiting) > SHOWN:
            blocks.append(Note(f"{len(waiting) - SHOWN} more: say “events”."))
        return HomeSection(WAITS, tuple(blocks)) if blocks else None

    def _coming(self, turn: Turn, unit: UnitOfWork) -> list[EventView]:
        """What they may see and what they plan, drafts too."""
        store, person = SqlEvents(unit), turn.person
        found = {each.id: each for each in store.public(person.principals, turn.at, turn.at + AHEAD)}
        drafts = store.drafts(turn.at) if person.curates else store.organised_by(person.id, turn.at)
        found |= {each.id: each for each in drafts if each.is_draft}
        place = turn.private_place
        views = [view_for(each, person, place, unit, turn.at, self._base_url) for each in found.values()]
        return sorted(views, key=lambda view: (view.event.starts, view.event.id))

    def _ask(self, event_id: str, text: str, turn: Turn, unit: UnitOfWork) -> Event:
        with_name = one(turn.values, forms.NAME) != forms.WITHHELD
        return self._desk.ask(event_id, turn.person, text, unit, turn.at, with_name=with_name)[0]

    def _show(self, event: Event, turn: Turn, unit: UnitOfWork, done: str) -> Reply:
        return show(event, turn, unit, done, base_url=self._base_url)


def _is_on_page(turn: Turn) -> bool:
    """There nothing is posted: the page shows what came of it."""
    return isinstance(turn.content, Pressed | Submitted) and not turn.content.nonce
