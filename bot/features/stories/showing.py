"""Brings stories to those whom they concern, and up to date what these have of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.chat.reply import Post
from bot.chat.turn import Person, Place
from bot.features.broadcasts.cards import NAMES_SHOWN, progress_message, way_in_words
from bot.features.broadcasts.model import Broadcast, Progress
from bot.features.broadcasts.store import SqlBroadcasts
from bot.features.broadcasts.use_cases import problems_of
from bot.features.library.links import pages_from
from bot.features.profile.quiet import quiet_until
from bot.features.profile.reach import reach
from bot.features.profile.readers import is_colleague
from bot.features.profile.roles import Roles
from bot.features.stories import acts
from bot.features.stories.cards import StoryView, earlier_message, no_longer_message, story_message
from bot.features.stories.messages import page_of
from bot.features.stories.model import Story, as_told, may_see
from bot.features.stories.store import SqlStories
from bot.storage.outbox import Outbox
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork

KEY = "story-"
"""Begins the key of every message that shows a story."""


@dataclass(frozen=True, slots=True)
class Showing:
    """`base_url` is how people reach the web page from a chat."""

    roles: Roles
    base_url: str = ""

    def view(self, story: Story, person: Person, place: Place, unit: UnitOfWork) -> StoryView:
        """`place` is where it is shown, to this person alone."""
        is_own = story.author_id == person.id
        may_approve = person.curates and story.is_open and not (is_own and self.roles.others(person.id, unit))
        return StoryView(story, person.id, person.curates, pages_from(place, self.base_url), may_approve)

    def give(
        self, story: Story, wanted: Mapping[str, str], unit: UnitOfWork, now: datetime, key: str = ""
    ) -> Collection[str]:
        """A new message for each of these people, by id, with what happened; who could be reached. Under the same `key`
        a second time it only changes that one; usually the story's revision tells them apart."""
        people, cards = People(unit).known(wanted.keys()), SqlStories(unit).cards(story.id)
        reached: list[str] = []
        for person_id in sorted(wanted):
            known, place = people.get(person_id), reach(person_id, unit)
            if known is None or place is None:
                continue
            reached.append(person_id)
            message = story_message(self.view(story, self._person(known, unit), place, unit), wanted[person_id])
            post = Post(message, f"{KEY}{story.id}-{key or story.revision}")
            Outbox(unit).add(post, place, now, not_before=quiet_until(known, now))
            self.replace(story, cards.get(person_id), person_id, place, post.key, unit, now)
        return reached

    def replace(
        self,
        story: Story,
        have: tuple[Place, str] | None,
        person_id: str,
        place: Place,
        key: str,
        unit: UnitOfWork,
        now: datetime,
    ) -> None:
        """From now on this is the message that is kept up to date for them; the one that they `have` says so."""
        if have is not None and have != (place, key):
            Outbox(unit).show(Post(earlier_message(story), have[1]), have[0], now)
        SqlStories(unit).put_card(story.id, person_id, place, key)

    def everywhere(self, story: Story, unit: UnitOfWork, now: datetime, *, but: Collection[str] = ()) -> None:
        cards = SqlStories(unit).cards(story.id)
        people = People(unit).known(cards.keys() - set(but))
        for person_id, known in people.items():
            place, key = cards[person_id]
            person = self._person(known, unit)
            view = self.view(story, person, place, unit)
            message = story_message(view) if may_see(story, person) else no_longer_message(story, view.own)
            Outbox(unit).show(Post(message, key), place, now, not_before=quiet_until(known, now))

    def progress(self, broadcast: Broadcast, progress: Progress, unit: UnitOfWork, now: datetime) -> None:
        """Fills `broadcasts.jobs.Hears`: whoever sent a story sees how far it has come."""
        owner, _, story_id = broadcast.about.partition("/")
        story = SqlStories(unit).get(story_id) if owner == "stories" else None
        person, place = People(unit).get(broadcast.made_by), reach(broadcast.made_by, unit)
        if story is None or person is None or place is None:
            return
        names = SqlBroadcasts(unit).names(broadcast.id, NAMES_SHOWN)
        title = f"Story “{as_told(story).title}” {way_in_words(broadcast, names, progress.total)}"
        problems = problems_of(broadcast, unit)
        buttons = acts.for_broadcast(broadcast, progress, problems)
        url = page_of(story, pages_from(place, self.base_url))
        message = progress_message(title, broadcast, progress, problems, buttons, url)
        Outbox(unit).show(Post(message, f"{KEY}sent-{broadcast.id}"), place, now, not_before=quiet_until(person, now))

    def _person(self, known: KnownPerson, unit: UnitOfWork) -> Person:
        is_guest = not is_colleague(People(unit).accounts_of(known.id))
        return Person(known.id, known.name, is_curator=known.id in self.roles.curator_ids(unit), is_guest=is_guest)
