"""Brings up to date what was shown of an event: in the channels where it was announced, and what people have of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.chat.reply import Post
from bot.chat.turn import Person, Place
from bot.features.channels.store import SqlChannels
from bot.features.events.cards import event_message, not_here_message
from bot.features.events.model import Event
from bot.features.events.store import SqlEvents
from bot.features.events.viewing import curators_of, view_for
from bot.features.experts.model import zone_of
from bot.features.profile.quiet import quiet_until
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork

NOBODY = Person("", "")


def key_of(event: Event) -> str:
    """Of its announcement, in each channel once."""
    return f"event-{event.id}"


@dataclass(frozen=True, slots=True)
class Showing:
    """`curators` are those whom the settings name. A channel's card says what all its readers may see, and not how many
    come: it would change under whoever is about to press it. Where a channel was opened to people from outside since it
    was announced there, the card makes way for a line that says so."""

    curators: Collection[str] = ()
    base_url: str = ""

    def everywhere(self, event: Event, unit: UnitOfWork, now: datetime) -> None:
        self.in_channels(event, unit, now)
        cards = SqlEvents(unit).cards(event.id)
        self._to(event, cards, unit, now)

    def to(self, event: Event, person_ids: Collection[str], unit: UnitOfWork, now: datetime) -> None:
        """Only what these people have, and the channels."""
        self.in_channels(event, unit, now)
        cards = [card for each in sorted(set(person_ids)) for card in SqlEvents(unit).cards(event.id, each)]
        self._to(event, cards, unit, now)

    def in_channels(self, event: Event, unit: UnitOfWork, now: datetime) -> None:
        for where in SqlEvents(unit).announcements(event.id):
            channel = SqlChannels(unit).get(where.platform, where.channel)
            if channel is None:
                continue
            view = view_for(event, NOBODY, channel.place, unit, now, self.base_url)
            may_stand = where.outsiders or not channel.has_outsiders
            message = event_message(view) if may_stand else not_here_message()
            Outbox(unit).show(Post(message, key_of(event)), channel.place, now)

    def _to(self, event: Event, cards: Collection[tuple[str, Place, str]], unit: UnitOfWork, now: datetime) -> None:
        if not cards:
            return
        people = People(unit).known({person_id for person_id, _, _ in cards})
        curators = curators_of(self.curators, unit)
        for person_id, place, key in cards:
            known = people.get(person_id)
            if known is None:
                continue
            person = Person(known.id, known.name, time_zone=zone_of(known), is_curator=known.id in curators)
            view = view_for(event, person, place, unit, now, self.base_url)
            post = Post(event_message(view), key)
            Outbox(unit).show(post, place, now, not_before=quiet_until(known, now))
