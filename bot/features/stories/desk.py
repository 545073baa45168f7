"""Where everything that happens to stories comes by: the use case, the audit log, who is told, what was sent, and the
library."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.broadcasts import use_cases as broadcasting
from bot.features.broadcasts.model import Broadcast
from bot.features.broadcasts.store import SqlBroadcasts
from bot.features.stories import pictures, sending, use_cases
from bot.features.stories.model import Clearance, Consent, Story, StoryState, as_told
from bot.features.stories.origin import CameOf, nobody_hears
from bot.features.stories.sending import Wanted
from bot.features.stories.showing import Showing
from bot.features.stories.store import SqlStories
from bot.storage.audit import AuditEntry, record
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork
from bot.storage.wakeups import ENTRIES

REMIND = "stories.remind"
"""The timer that asks those once more who have not said whether they may be named; its subject is the story."""

REMIND_AFTER = timedelta(days=3)


class Desk:
    """One for chat, timers and pages. Each method checks who may, and raises UserFacingError where it is not done.
    `zone` is that of channels and people without one."""

    def __init__(self, showing: Showing, zone: str = "UTC", came_of: CameOf = nobody_hears) -> None:
        self.showing = showing
        self._zone = zone
        self._came_of = came_of

    def tell(self, story: Story, person: Person, unit: UnitOfWork, now: datetime) -> Story:
        made = use_cases.tell(SqlStories(unit), story, person, now)
        self._ask(made, unit, now)
        curators = self.showing.roles.asked(unit, but=person.id)
        to_name = {each.person_id for each in made.credits}
        told = dict.fromkeys(curators | to_name, "")
        return self._settled("story told", person, made, told, unit, now)

    def change(self, edited: Story, person: Person, unit: UnitOfWork, now: datetime) -> Story:
        known = SqlStories(unit).get(edited.id)
        made = use_cases.change(SqlStories(unit), edited, person, now)
        before = {each.person_id for each in known.credits} if known else set[str]()
        told = {each.person_id: "" for each in made.credits if each.person_id not in before}
        if told:
            self._ask(made, unit, now)
        if known and known.state is StoryState.RETURNED and made.state is StoryState.TOLD:
            told |= dict.fromkeys(self.showing.roles.asked(unit, but=person.id), "")
        if made.published_at is not None:
            done = f"{person.name} changed the success story “{as_told(made).title}”."
            told |= dict.fromkeys({made.author_id, made.decider_id} - {person.id}, done)
        return self._settled("story changed", person, made, told, unit, now, also_by_mail=True)

    def approve(self, story_id: str, revision: int, person: Person, unit: UnitOfWork, now: datetime) -> Story:
        """As it was read."""
        curates_alone = not self.showing.roles.others(person.id, unit)
        made = use_cases.approve(SqlStories(unit), story_id, revision, person, now, curates_alone=curates_alone)
        done = f"{person.name} approved your success story “{as_told(made).title}”."
        return self._settled("story approved", person, made, self._author(made, person, done), unit, now)

    def give_back(self, story_id: str, person: Person, word: str, unit: UnitOfWork, now: datetime) -> Story:
        made = use_cases.give_back(SqlStories(unit), story_id, person, word)
        done = f"{person.name} gave your success story “{as_told(made).title}” back to you."
        return self._settled("story given back", person, made, self._author(made, person, done), unit, now)

    def withdraw(self, story_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Story:
        made = use_cases.withdraw(SqlStories(unit), story_id, person)
        Timers(unit).clear(REMIND, made.id)
        done = f"{person.name} took your success story “{as_told(made).title}” down."
        told = self._author(made, person, done)
        return self._settled("story withdrawn", person, made, told, unit, now, also_by_mail=True)

    def answer(
        self, story_id: str, person: Person, consent: Consent, shown_as: str, unit: UnitOfWork, now: datetime
    ) -> Story:
        """About their own name."""
        made = use_cases.answer(SqlStories(unit), story_id, person, consent, shown_as, now)
        return self._settled(f"story name {consent.value}", person, made, {}, unit, now)

    def put_picture(self, story_id: str, person: Person, content: bytes, unit: UnitOfWork, now: datetime) -> Story:
        """Without content the one that it has is taken out."""
        made = pictures.put(SqlStories(unit), story_id, person, content)
        return self._settled("story picture changed", person, made, {}, unit, now)

    def send(self, story_id: str, wanted: Wanted, person: Person, unit: UnitOfWork, now: datetime) -> list[Broadcast]:
        story = use_cases.to_decide(SqlStories(unit), story_id, person)
        base_url = self.showing.base_url
        sent = sending.send(story, wanted, person, unit, now, zone=self._zone, base_url=base_url)
        for each in sent:
            self.showing.progress(each, broadcasting.progress_of(each, unit), unit, now)
        return sent

    def stop(self, broadcast_id: str, person: Person, unit: UnitOfWork, now: datetime) -> tuple[Story, Broadcast]:
        """What has not gone yet."""
        story = self._of_broadcast(broadcast_id, person, unit)
        return story, self._shown(broadcasting.stop(broadcast_id, person.id, unit, now), unit, now)

    def try_again(self, broadcast_id: str, person: Person, unit: UnitOfWork, now: datetime) -> tuple[Story, Broadcast]:
        """Where it failed."""
        story = self._of_broadcast(broadcast_id, person, unit)
        return story, self._shown(broadcasting.try_again(broadcast_id, person.id, unit, now), unit, now)

    def remind(self, story: Story, unit: UnitOfWork, now: datetime) -> None:
        """Those who were asked so long ago, once. `story` is taken."""
        silent = {
            each.person_id: f"{story.author_name} still waits for your word on “{as_told(story).title}”."
            for each in story.credits
            if each.consent is Consent.ASKED
        }
        self.showing.give(story, silent, unit, now, key="reminder")

    def _of_broadcast(self, broadcast_id: str, person: Person, unit: UnitOfWork) -> Story:
        broadcast = SqlBroadcasts(unit).get(broadcast_id)
        owner, _, story_id = broadcast.about.partition("/") if broadcast else ("", "", "")
        if owner != "stories":
            raise UserFacingError(broadcasting.UNKNOWN)
        return use_cases.to_decide(SqlStories(unit), story_id, person)

    def _shown(self, broadcast: Broadcast, unit: UnitOfWork, now: datetime) -> Broadcast:
        self.showing.progress(broadcast, broadcasting.progress_of(broadcast, unit), unit, now)
        return broadcast

    def _ask(self, story: Story, unit: UnitOfWork, now: datetime) -> None:
        if story.credits:
            Timers(unit).set(REMIND, story.id, now + REMIND_AFTER)

    def _author(self, story: Story, person: Person, done: str) -> Mapping[str, str]:
        return {} if story.author_id == person.id else {story.author_id: done}

    def _settled(
        self,
        action: str,
        person: Person,
        story: Story,
        told: Mapping[str, str],
        unit: UnitOfWork,
        now: datetime,
        *,
        also_by_mail: bool = False,
    ) -> Story:
        """`told` are those who get a message of it, with what happened; what the others have is brought up to date."""
        details: dict[str, str] = {}
        if story.clearance is not Clearance.ANONYMOUS:
            details |= {"clearance": story.clearance.value, "cleared by": story.cleared_by}
        if story.state is StoryState.PUBLISHED and story.is_decided_by_author:
            details["approved by"] = "who told it, curating alone"
        record(unit, AuditEntry(now, person.id, action, story.id, details or None))
        if story.published_at is not None:
            unit.wake(ENTRIES)
            base_url = self.showing.base_url
            sending.follow(story, person.id, unit, now, base_url=base_url, also_by_mail=also_by_mail)
            self._came_of(story.origin, unit, now)
        self.showing.give(story, told, unit, now)
        self.showing.everywhere(story, unit, now, but=told.keys())
        return story
