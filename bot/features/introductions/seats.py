"""The circles that somebody sees, and their own part in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from bot.chat.moments import moment_in_words, zone_of
from bot.chat.turn import Person
from bot.features.introductions.model import Circle, Member
from bot.features.introductions.pairing import TRIOS
from bot.features.introductions.store import SqlIntroductions
from bot.storage.unit_of_work import UnitOfWork
from scheduler.rule_phrases import series_in_words
from scheduler.rules import next_occurrence


@dataclass(frozen=True, slots=True)
class Seat:
    """A circle as one person sees it. `member` is None where they are not in it. `people` counts its members;
    `next_at` is its next round, for a member that in which they are present. `is_theirs` to change and to close."""

    circle: Circle
    member: Member | None
    people: int
    next_at: datetime | None = None
    is_theirs: bool = False

    def is_paused(self, now: datetime) -> bool:
        today = now.astimezone(zone_of(self.circle.schedule.zone)).date()
        return self.member is not None and not self.member.is_present(today)


def seats_of(person: Person, unit: UnitOfWork, now: datetime) -> Sequence[Seat]:
    """Open circles: those that they are in, whoever may see them by now, and after them those that they may join."""
    store = SqlIntroductions(unit)
    own = {each.circle_id: each for each in store.memberships(person.id)}
    seen = {each.id: each for each in store.open_circles(person.principals)}
    for name in own.keys() - seen.keys():
        circle = store.circle(name)
        if circle is not None and circle.is_open:
            seen[name] = circle
    counts = store.counts(seen)
    seats = [_seat(each, own.get(each.id), counts.get(each.id, 0), person, now) for each in seen.values()]
    return sorted(seats, key=lambda each: (each.member is None, each.circle.title.casefold(), each.circle.id))


def seat_in(circle_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Seat | None:
    """In one circle, also a closed one; None where they may not see it."""
    store = SqlIntroductions(unit)
    circle, member = store.circle(circle_id), store.member(circle_id, person.id)
    if circle is None or (member is None and not circle.readers & person.principals):
        return None
    return _seat(circle, member, store.counts([circle_id]).get(circle_id, 0), person, now)


def rhythm_in_words(circle: Circle) -> str:
    """`every second Tuesday at 15:00 Berlin time, in trios`."""
    return f"{series_in_words(circle.schedule)}, {'in trios' if circle.size == TRIOS else 'in pairs'}"


def rhythm_as_sentence(circle: Circle) -> str:
    words = rhythm_in_words(circle)
    return f"{words[0].upper()}{words[1:]}."


def next_round_in_words(circle: Circle, now: datetime, zone: str) -> str:
    """A whole sentence."""
    following = next_occurrence(circle.schedule, now)
    if following is None:
        return "There is no round to come."
    return f"Next round: {moment_in_words(following.starts, now, zone_of(zone))} your time."


def _seat(circle: Circle, member: Member | None, people: int, person: Person, now: datetime) -> Seat:
    following = next_occurrence(circle.schedule, _present_from(member, circle, now)) if circle.is_open else None
    is_theirs = circle.is_open and (person.is_admin or person.id == circle.opened_by)
    return Seat(circle, member, people, following.starts if following else None, is_theirs)


def _present_from(member: Member | None, circle: Circle, now: datetime) -> datetime:
    if member is None or member.paused_until is None:
        return now
    back = datetime.combine(member.paused_until, time(), zone_of(circle.schedule.zone)).astimezone(UTC)
    return max(now, back - timedelta(seconds=1))
