"""Keeps what stands in the chats up to date: somebody's own place, and a session for its hosts."""

from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from bot.chat.errors import UserFacingError
from bot.chat.moments import zone_of
from bot.chat.reply import Message, Post, Reply
from bot.chat.turn import EVERYONE, Commanded, Person, Submitted, Turn
from bot.features.experts.model import zone_of as zone_name_of
from bot.features.library.links import pages_from
from bot.features.office_hours.agenda import OpenQuestions
from bot.features.office_hours.browsing import own_place, view_of
from bot.features.office_hours.cards import booking_message
from bot.features.office_hours.model import BookingState, Card, SessionState
from bot.features.office_hours.own_time import OwnTime
from bot.features.office_hours.session_card import session_message
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.profile.readers import readers_of
from bot.storage.outbox import Outbox
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork

CARD = "office-hours-"
"""Begins the key of every message of office hours."""

FOLLOWED = 30
"""So many places of a session are followed: those of who acted last, and the first in line."""


class Showing:
    """Fills `desk.Shows`. `base_url` is how people reach the web page from a chat, empty where they do not."""

    def __init__(self, questions: OpenQuestions, base_url: str = "") -> None:
        self._questions = questions
        self._base_url = base_url

    def __call__(self, session_id: str, booking_ids: Collection[str], unit: UnitOfWork, now: datetime) -> None:
        store = SqlOfficeHours(unit)
        session = store.session(session_id)
        if session is None:
            return
        standing = store.bookings(session_id)
        waiting = [each.id for each in standing if each.state is BookingState.WAITING]
        changed = {*booking_ids, *waiting[:FOLLOWED]}
        if session.state is SessionState.OVER:
            changed |= {each.id for each in standing}
        found = store.cards({session_id, *changed})
        people = People(unit).known({card.person_id for card in found})
        for card in found:
            person = people.get(card.person_id)
            message = self._message(card, person, session_id, unit, now) if person is not None else None
            if message is not None:
                Outbox(unit).show(Post(message, card.key), card.place, now)

    def _message(
        self, card: Card, reader: KnownPerson, session_id: str, unit: UnitOfWork, now: datetime
    ) -> Message | None:
        """None of what is not theirs any more."""
        time, pages = OwnTime(now, zone_of(zone_name_of(reader))), pages_from(card.place, self._base_url)
        if card.subject == session_id:
            is_guest = EVERYONE not in readers_of(reader.id, unit)
            person = Person(reader.id, reader.name, is_guest=is_guest)
            try:
                view = view_of(session_id, person, self._questions, unit)
            except UserFacingError:
                return None
            return session_message(view, time, pages) if view.is_host else None
        booking = SqlOfficeHours(unit).booking(card.subject)
        if booking is None or booking.person_id != reader.id:
            return None
        return booking_message(own_place(booking, unit), time, pages)


def shown(message: Message, turn: Turn, unit: UnitOfWork, subject: str = "") -> Reply:
    """In the place of the card that was pressed, or where only they read it. With a `subject`, the id of a booking or
    of a session that the reader hosts, it follows that."""
    store, key = SqlOfficeHours(unit), turn.message_key
    place = turn.place
    if key is None or not key.startswith(CARD) or place.is_home:
        place = turn.private_place
        own = [each for each in store.cards([subject]) if each.person_id == turn.person.id and each.place == place]
        # A form that lasts has left the card from which it was opened.
        key = own[-1].key if own and isinstance(turn.content, Submitted) else f"{CARD}{uuid4().hex}"
    is_on_page = turn.message_key is None and not isinstance(turn.content, Commanded)
    if subject and not is_on_page:
        store.put_card(Card(place, key, subject, turn.person.id))
    elif not is_on_page:
        store.drop_card(place, key)
    return Reply((Post(message, key, place),))
