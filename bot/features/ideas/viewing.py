"""An idea as somebody sees it just now."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.chat.reply import Button
from bot.chat.turn import EVERYONE, Person, Place
from bot.features.ideas.cards import IdeaView, StoryLink, needs_of
from bot.features.ideas.model import Idea, approves_as, may_decide, may_run
from bot.features.ideas.rule_reader import Intake
from bot.features.ideas.store import SqlIdeas
from bot.features.library.links import pages_from
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork

StoriesOf = Callable[[Collection[str], UnitOfWork], Mapping[str, StoryLink]]
"""The published stories that came of what has these origins, by origin; nothing where there is none."""

Tell = Callable[[str], Button | None]
"""The button that begins a story of this origin; None where none can be told."""


def no_stories(origins: Collection[str], unit: UnitOfWork) -> Mapping[str, StoryLink]:
    return {}


def none_to_tell(origin: str) -> Button | None:
    return None


@dataclass(frozen=True, slots=True)
class Viewing:
    """`base_url` is how people reach the web page from a chat."""

    intake: Intake
    base_url: str = ""
    stories_of: StoriesOf = no_stories
    tell: Tell = none_to_tell

    def view_for(self, idea: Idea, person: Person, place: Place, unit: UnitOfWork) -> IdeaView:
        """`place` is where only this person reads."""
        return self.views([idea], person, place, unit)[0]

    def views(self, ideas: Sequence[Idea], person: Person, place: Place, unit: UnitOfWork) -> list[IdeaView]:
        store, pages = SqlIdeas(unit), pages_from(place, self.base_url)
        ids = [each.id for each in ideas]
        done = [each.origin for each in ideas if each.finished_at is not None]
        stories = self.stories_of(done, unit) if done else {}
        votes, approvals, voted = store.votes(ids), store.approvals_of(ids), store.voted_for(person.id)
        return [
            IdeaView(
                idea=each,
                rates=self.intake.rates,
                reader_id=person.id,
                votes=votes.get(each.id, 0),
                has_voted=each.id in voted,
                approvals=tuple(approvals.get(each.id, ())),
                needs=needs_of(each, self._titles(each)),
                role=approves_as(each, approvals.get(each.id, ()), person),
                decides=may_decide(person),
                runs=may_run(each, person),
                is_colleague=EVERYONE in person.principals,
                story=stories.get(each.origin),
                tell=self.tell(each.origin),
                pages=pages,
            )
            for each in ideas
        ]

    def _titles(self, idea: Idea) -> list[tuple[str, str]]:
        kind = self.intake.kinds.get(idea.kind)
        return [(need.id, need.title) for need in kind.needs] if kind is not None else []


def is_guest(person_id: str, unit: UnitOfWork) -> bool:
    """On any platform: of those who are not here just now."""
    return any(each.is_guest for each in People(unit).accounts_of(person_id))


def people_named(names: Collection[str], unit: UnitOfWork) -> frozenset[str]:
    """The ids of those whom the settings name."""
    people = People(unit)
    return frozenset(found.id for each in names if (found := people.named(each)) is not None)
