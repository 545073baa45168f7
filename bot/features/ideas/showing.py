"""Brings up to date what people have of an idea."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from bot.chat.reply import Post
from bot.chat.turn import Person
from bot.features.ideas.cards import closed_message, idea_message
from bot.features.ideas.model import Idea, may_see
from bot.features.ideas.store import SqlIdeas
from bot.features.ideas.viewing import Viewing, is_guest, people_named
from bot.features.profile.quiet import quiet_until
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Showing:
    """`curators` and `admins` are those whom the settings name."""

    viewing: Viewing
    curators: Collection[str] = ()
    admins: Collection[str] = field(default=())

    def everywhere(self, idea: Idea, unit: UnitOfWork, now: datetime) -> None:
        cards = SqlIdeas(unit).cards(idea.id)
        if not cards:
            return
        people = People(unit).known({person_id for person_id, _, _ in cards})
        curators, admins = (people_named(each, unit) for each in (self.curators, self.admins))
        for person_id, place, key in cards:
            known = people.get(person_id)
            if known is None:
                continue
            person = Person(
                known.id,
                known.name,
                is_curator=known.id in curators,
                is_admin=known.id in admins,
                is_guest=is_guest(known.id, unit),
            )
            if may_see(idea, person):
                message = idea_message(self.viewing.view_for(idea, person, place, unit))
            else:
                message = closed_message()
            Outbox(unit).show(Post(message, key), place, now, not_before=quiet_until(known, now))
