"""An idea as somebody sees it just now."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from bot.chat.reply import Button
from bot.chat.turn import EVERYONE, Person, Place
from bot.features.ideas.cards import IdeaView, StoryLink, needs_of
from bot.features.ideas.model import Idea, approves_as, may_decide, may_run
from bot.features.ideas.rule_reader import Intake
from bot.features.ideas.store import SqlIdeas
from bot.features.library.links import pages_from
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork

StoryOf = Callable[[str, UnitOfWork], StoryLink | None]
"""The published story that came of what has this origin; None where there is none."""

Tell = Callable[[str], Button | None]
"""The button that begins a story of this origin; None where none can be told."""


def no_story(origin: str, unit: UnitOfWork) -> StoryLink | None:
    return None


def none_to_tell(origin: str) -> Button | None:
    return None


@dataclass(frozen=True, slots=True)
class Viewing:
    """`base_url` is how people reach the web page from a chat."""

    intake: Intake
    base_url: str = ""
    story_of: StoryOf = no_story
    tell: Tell = none_to_tell

    def view_for(self, idea: Idea, person: Person, place: Place, unit: UnitOfWork) -> IdeaView:
        """`place` is where only this person reads."""
        view = self.views([idea], person, place, unit)[0]
        return replace(view, story=self.story_of(idea.origin, unit) if idea.finished_at is not None else None)

    def views(self, ideas: Sequence[Idea], person: Person, place: Place, unit: UnitOfWork) -> list[IdeaView]:
        """For lists: without the stories."""
        store, pages = SqlIdeas(unit), pages_from(place, self.base_url)
        ids = [each.id for each in ideas]
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
