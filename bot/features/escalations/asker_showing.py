"""Brings up to date what those see who wait for an answer: the card of their request, what they are asked back, and the
answer itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chat.moments import moment_at
from bot.chat.reply import Message, Post
from bot.chat.turn import EVERYONE, Place
from bot.features.escalations.asker_cards import (
    AskersView,
    answer_message,
    asked_back_message,
    request_message,
    taken_back_message,
)
from bot.features.escalations.desk import Case, case_of
from bot.features.escalations.model import Escalation, Follower, Step, since
from bot.features.experts.model import zone_of
from bot.features.profile.quiet import quiet_until
from bot.features.profile.readers import readers_of
from bot.storage.outbox import Outbox
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork

ASKED_ON = frozenset({Step.ASKED_ON, Step.REOPENED})


def request_key(question_id: str) -> str:
    """Of the card of a request; there is one for each question."""
    return f"request-{question_id}"


def show_askers(case: Case, unit: UnitOfWork, now: datetime) -> None:
    """Fills `desk.Follows`. Each message has a key of its own, so its newest state stands there once."""
    _show(_standing(case, unit, now).posts(), unit, now)


def show_left(escalation: Escalation, left: Follower, unit: UnitOfWork, now: datetime) -> None:
    """Of whoever follows it no more: there is nothing left for them to press."""
    told = taken_back_message(goes_on=escalation.is_running)
    _show([(Post(told, request_key(left.question_id)), left.place, None)], unit, now)
    if escalation.answer is not None:
        _show(_standing(case_of(escalation, unit), unit, now).answer(left, has_left=True), unit, now)


def _standing(case: Case, unit: UnitOfWork, now: datetime) -> "_Standing":
    offer = case.offers.get(case.escalation.offered_to)
    why = offer.why if offer else ""
    told_why = [each for each in case.askers.ids if why and EVERYONE in readers_of(each, unit)]
    people = People(unit).known({case.escalation.offered_to, *case.askers.ids})
    return _Standing(case, people, dict.fromkeys(told_why, why), now)


def _show(posts: Iterable[tuple[Post, Place, datetime | None]], unit: UnitOfWork, now: datetime) -> None:
    for post, place, not_before in posts:
        Outbox(unit).show(post, place, now, not_before=not_before)


@dataclass(frozen=True, slots=True)
class _Standing:
    """`why` is the reason for whom it is offered to, for each person who may know what colleagues own and know: no
    guest does."""

    case: Case
    people: Mapping[str, KnownPerson]
    why: Mapping[str, str]
    now: datetime

    @property
    def escalation(self) -> Escalation:
        return self.case.escalation

    def posts(self) -> Iterator[tuple[Post, Place, datetime | None]]:
        """With the moment before which each is not to go; None for now."""
        escalation = self.escalation
        if escalation.asker_left:
            told = taken_back_message(goes_on=escalation.is_running)
            yield Post(told, request_key(escalation.id)), escalation.place, None
        answered_in: set[str] = set()
        for waiter in self.case.askers.waiting:
            card = request_message(self._view(waiter, waiter.place))
            yield Post(card, request_key(waiter.question_id)), waiter.place, None
            if waiter.person_id == self.case.askers.spokesman and (number := self._asked_back(waiter)):
                yield from self._said(asked_back_message, waiter, self._key("asked-back", waiter, number))
            if self._shows_answer:
                yield from self.answer(waiter, only_privately=waiter.place.conversation in answered_in)
                answered_in.add(waiter.place.conversation)

    def answer(
        self, waiter: Follower, *, only_privately: bool = False, has_left: bool = False
    ) -> Iterator[tuple[Post, Place, datetime | None]]:
        def message(view: AskersView) -> Message:
            return answer_message(replace(view, has_left=has_left))

        key = self._key("answer", waiter, self.escalation.answers)
        yield from self._said(message, waiter, key, only_privately=only_privately)

    def _key(self, what: str, waiter: Follower, number: int) -> str:
        """A question that has followed another one, and then is asked for itself, gets answers of both."""
        followed = "" if waiter.question_id == self.escalation.id else f"{self.escalation.id}-"
        return f"{what}-{waiter.question_id}-{followed}{number}"

    def _said(
        self, message: Callable[[AskersView], Message], waiter: Follower, key: str, *, only_privately: bool = False
    ) -> Iterator[tuple[Post, Place, datetime | None]]:
        """Where they asked and, where others read that too, also privately: they may not look there again."""
        quiet = self._quiet(waiter)
        if not waiter.place.is_shared:
            yield Post(message(self._view(waiter, waiter.place)), key), waiter.place, quiet
            return
        if not only_privately:
            yield Post(message(self._view(waiter, waiter.place)), key), waiter.place, None
        thread = self.escalation.url if waiter.question_id == self.escalation.id else ""
        copy = message(self._view(waiter, waiter.private, thread))
        yield Post(copy, key), waiter.private, quiet

    def _view(self, waiter: Follower, place: Place, thread: str = "") -> AskersView:
        reader, offered = self.people.get(waiter.person_id), self.people.get(self.escalation.offered_to)
        zone = ZoneInfo(zone_of(reader) if reader else "UTC")
        return AskersView(
            self.escalation,
            waiter,
            self.case.log,
            place,
            lambda at: moment_at(at, self.now, place, zone),
            speaks=waiter.person_id == self.case.askers.spokesman,
            offered_to=offered.name if offered else "",
            why=self.why.get(waiter.person_id, ""),
            thread=thread,
        )

    def _quiet(self, waiter: Follower) -> datetime | None:
        person = self.people.get(waiter.person_id)
        return quiet_until(person, self.now) if person else None

    def _asked_back(self, waiter: Follower) -> int:
        """How often it was, while that is the newest thing said, and once more when it is not; else 0, as for whoever
        speaks after somebody else has replied."""
        newest = next((each for each in reversed(self.case.log) if each.step in (Step.ASKED_BACK, Step.REPLIED)), None)
        if newest is not None and newest.step is Step.REPLIED and newest.person_id != waiter.person_id:
            return 0
        recent = (*since(self.case.log[:-1], Step.ANSWERED), *self.case.log[-1:])
        is_recent = any(each.step is Step.ASKED_BACK for each in recent)
        return [each.step for each in self.case.log].count(Step.ASKED_BACK) if is_recent else 0

    @property
    def _shows_answer(self) -> bool:
        """While it is the newest thing said, and once more when it is not: then its buttons go."""
        if self.escalation.answer is None:
            return False
        return not self.escalation.is_running or bool(self.case.log and self.case.log[-1].step in ASKED_ON)
