"""Writes to people: whom they meet, whether they did, what a first week brings. In private, and not in quiet hours."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.chat.reply import Message, Post
from bot.chat.turn import Place
from bot.features.introductions import cards
from bot.features.introductions.first_week import Step, pages_for
from bot.features.introductions.mending import Mended
from bot.features.introductions.model import Answer, Circle, Meeting, Round, Week
from bot.features.introductions.planning import Made
from bot.features.introductions.store import SqlIntroductions
from bot.features.library.links import pages_from, source_url
from bot.features.profile.quiet import quiet_until
from bot.features.profile.reach import reach, reach_among
from bot.features.profile.readers import readers_of
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork
from knowledge.document import SourceDocument

MessageFor = Callable[[str, Place], Message]
"""By person id, and where they read it."""


class Library(Protocol):
    """What of the library is needed. `knowledge.knowledge_base.KnowledgeBase` fills it."""

    def documents(self, readers: frozenset[str]) -> list[SourceDocument]: ...


def introduction_key(made: Round) -> str:
    return f"introduction-{made.id}"


def changed_key(meeting: Meeting) -> str:
    """Of whatever comes after the first; a third one who comes later is told anew."""
    return f"introduced-{meeting.id}-{len(meeting.participants)}"


def newcomer_key(week: Week) -> str:
    """Of the card that their buddy has."""
    return f"newcomer-{week.person_id}"


def met_key(meeting: Meeting) -> str:
    return f"met-{meeting.id}"


class Telling:
    """Fills `jobs.Tells`. A first week has so many `steps`. `base_url` is how people reach the web page from a chat,
    empty where they do not."""

    def __init__(self, library: Library, steps: int, base_url: str = "") -> None:
        self._library = library
        self._steps = steps
        self._base_url = base_url

    def introduced(self, made: Made, unit: UnitOfWork, now: datetime) -> None:
        key = introduction_key(made.round)
        self._bring_together(made.circle, made.meetings, lambda meeting: key, unit, now)
        alone = [each.person_id for each in made.alone]
        self._write(alone, key, lambda person, place: cards.alone(made.circle), unit, now)

    def missed(self, made: Round, person_ids: Collection[str], unit: UnitOfWork) -> frozenset[str]:
        accounts = People(unit).accounts_by_person(person_ids)
        places = {each: place.conversation for each in person_ids if (place := reach_among(accounts.get(each, ())))}
        failed = Outbox(unit).failed(places.values(), introduction_key(made))
        return frozenset(each for each, conversation in places.items() if conversation in failed)

    def mended(self, mended: Mended, unit: UnitOfWork, now: datetime) -> None:
        """A new message, for an edited one tells nobody; the earlier one says that it has changed."""
        ids = [*mended.alone, *(person for each in mended.meetings for person in each.person_ids)]
        for place in map(reach_among, People(unit).accounts_by_person(ids).values()):
            if place is not None and Outbox(unit).has_arrived(place, introduction_key(mended.round)):
                Outbox(unit).show(Post(cards.changed(mended.circle), introduction_key(mended.round)), place, now)
        circle = mended.circle
        self._bring_together(circle, mended.meetings, changed_key, unit, now, opening="A change in your introduction: ")
        key = f"{introduction_key(mended.round)}-alone"
        self._write(mended.alone, key, lambda person, place: cards.alone(circle), unit, now)

    def asks(
        self, circle: Circle, meeting: Meeting, person_ids: Collection[str], unit: UnitOfWork, now: datetime
    ) -> None:
        def message(person: str, place: Place) -> Message:
            return cards.did_you_meet(circle, meeting, person)

        self._write(person_ids, met_key(meeting), message, unit, now)

    def said(
        self, meeting: Meeting, person_id: str, answer: Answer, here: Place, unit: UnitOfWork, now: datetime
    ) -> None:
        """What they said `here` takes the place of the question, wherever that was put to them."""
        place = reach(person_id, unit)
        if place is None or place.conversation == here.conversation:
            return
        if Outbox(unit).place_of(place.conversation, met_key(meeting)) is not None:
            Outbox(unit).show(Post(cards.answered(meeting, person_id, answer), met_key(meeting)), place, now)

    def guides(self, week: Week, step: Step, unit: UnitOfWork, now: datetime) -> None:
        pages = pages_for(step, self._library.documents(readers_of(week.person_id, unit)))

        def message(person: str, place: Place) -> Message:
            site = pages_from(place, self._base_url)
            return cards.step_card(week, step, self._steps, [(p.title, source_url(p, pages=site)) for p in pages])

        self._write([week.person_id], f"first-week-{week.steps}", message, unit, now)
        self.tell_buddy(week, unit, now)

    def tell_buddy(self, week: Week, unit: UnitOfWork, now: datetime) -> None:
        """The card that they have is brought up to date; a new buddy gets one."""
        email = _emails([week.person_id], unit).get(week.person_id, "")

        def message(person: str, place: Place) -> Message:
            return cards.newcomer_card(week, self._steps, email)

        self._write([week.buddy_id] if week.buddy_id else [], newcomer_key(week), message, unit, now)

    def tell_former(self, buddy_id: str, week: Week, unit: UnitOfWork, now: datetime) -> None:
        """The card that a buddy had of somebody who is not with them any more."""
        self._write([buddy_id], newcomer_key(week), lambda person, place: cards.handed_on(week), unit, now)

    def tell_over(self, buddy_id: str, week: Week, unit: UnitOfWork, now: datetime) -> None:
        """The same where it was the newcomer's wish, which stays theirs."""
        self._write([buddy_id], newcomer_key(week), lambda person, place: cards.over(week), unit, now)

    def _bring_together(
        self,
        circle: Circle,
        meetings: Sequence[Meeting],
        key_of: Callable[[Meeting], str],
        unit: UnitOfWork,
        now: datetime,
        opening: str = "",
    ) -> None:
        members = {each.person_id: each for each in SqlIntroductions(unit).members(circle.id)}
        emails = _emails([person for each in meetings for person in each.person_ids], unit)
        theirs = {person: meeting for meeting in meetings for person in meeting.person_ids}

        def message(person: str, place: Place) -> Message:
            return cards.introduction(circle, theirs[person], person, members, emails, opening)

        by_key: dict[str, list[str]] = {}
        for person, meeting in theirs.items():
            by_key.setdefault(key_of(meeting), []).append(person)
        for key, persons in by_key.items():
            self._write(persons, key, message, unit, now)

    def _write(
        self, person_ids: Collection[str], key: str, message: MessageFor, unit: UnitOfWork, now: datetime
    ) -> None:
        known = People(unit).known(person_ids)
        accounts = People(unit).accounts_by_person(person_ids)
        for person_id, person in sorted(known.items()):
            place = reach_among(accounts.get(person_id, ()))
            if place is not None:
                post = Post(message(person_id, place), key, place)
                Outbox(unit).add(post, place, now, not_before=quiet_until(person, now))


def _emails(person_ids: Collection[str], unit: UnitOfWork) -> Mapping[str, str]:
    return {person.id: person.email for person in People(unit).known(person_ids).values() if person.email}
