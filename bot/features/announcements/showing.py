"""Brings announcements to the curators whom they concern, and up to date what these have of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.chat.reply import Post
from bot.chat.turn import Person, Place
from bot.features.announcements import audience, sending
from bot.features.announcements.cards import AnnouncementView, announcement_message, earlier_message
from bot.features.announcements.model import Announcement
from bot.features.announcements.sending import Outcome
from bot.features.announcements.store import Reads, SqlAnnouncements
from bot.features.library.links import pages_from
from bot.features.profile.quiet import quiet_until
from bot.features.profile.reach import reach
from bot.features.profile.roles import Roles
from bot.storage.outbox import Outbox
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork

KEY = "announcement-"
"""Begins the key of every message that shows an announcement to a curator."""


@dataclass(frozen=True, slots=True)
class Showing:
    """`base_url` is how people reach the web page from a chat."""

    roles: Roles
    base_url: str = ""

    def view(
        self, announcement: Announcement, person: Person, place: Place, unit: UnitOfWork, known: Outcome | None = None
    ) -> AnnouncementView:
        """`place` is where it is shown, to this person alone; `known` is its outcome, where that was looked up."""
        store, pages = SqlAnnouncements(unit), pages_from(place, self.base_url)
        read = store.editions_read([announcement.id], person.id).get(announcement.id, 0)
        if not person.curates:
            return AnnouncementView(announcement, person.id, pages=pages, read=read)
        outcome = known or sending.outcome(announcement, unit)
        places = 0 if outcome.figures else len(audience.recipients(announcement.audience, self.roles, unit))
        return AnnouncementView(
            announcement,
            person.id,
            curates=True,
            pages=pages,
            to=audience.in_words(announcement.audience, unit),
            places=places,
            outcome=outcome,
            reads=store.read_counts([announcement.id]).get(announcement.id, Reads()),
            read=read,
            alone=not self.roles.others(person.id, unit),
        )

    def give(self, announcement: Announcement, wanted: Mapping[str, str], unit: UnitOfWork, now: datetime) -> None:
        """A new message for each of these curators, by id, with what happened."""
        people, cards = People(unit).known(wanted.keys()), SqlAnnouncements(unit).cards(announcement.id)
        key = f"{KEY}{announcement.id}-{announcement.revision}"
        for person_id in sorted(wanted):
            known, place = people.get(person_id), reach(person_id, unit)
            if known is None or place is None:
                continue
            message = announcement_message(self.view(announcement, _curator(known), place, unit), wanted[person_id])
            Outbox(unit).add(Post(message, key), place, now, not_before=quiet_until(known, now))
            self.replace(announcement, cards.get(person_id), person_id, place, key, unit, now)

    def replace(
        self,
        announcement: Announcement,
        have: tuple[Place, str] | None,
        person_id: str,
        place: Place,
        key: str,
        unit: UnitOfWork,
        now: datetime,
    ) -> None:
        """From now on this is the message that is kept up to date for them; the one that they `have` says so."""
        if have is not None and have != (place, key):
            Outbox(unit).show(Post(earlier_message(announcement), have[1]), have[0], now)
        SqlAnnouncements(unit).put_card(announcement.id, person_id, place, key)

    def everywhere(
        self, announcement: Announcement, unit: UnitOfWork, now: datetime, *, but: Collection[str] = ()
    ) -> None:
        """To those who still curate."""
        cards, curators = SqlAnnouncements(unit).cards(announcement.id), self.roles.curator_ids(unit)
        shown_to = People(unit).known((cards.keys() & curators) - set(but))
        outcome = sending.outcome(announcement, unit) if shown_to else None
        for person_id, known in shown_to.items():
            place, key = cards[person_id]
            message = announcement_message(self.view(announcement, _curator(known), place, unit, outcome))
            Outbox(unit).show(Post(message, key), place, now, not_before=quiet_until(known, now))


def _curator(known: KnownPerson) -> Person:
    return Person(known.id, known.name, is_curator=True)
