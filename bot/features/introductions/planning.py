"""A round: who is there, who meets whom, and what they may begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zlib import crc32
from zoneinfo import ZoneInfo

from bot.features.experts.model import zone_of
from bot.features.introductions.model import Circle, Meeting, Member, Participant, Round, candidate, earlier, round_id
from bot.features.introductions.pairing import Apart, form_groups
from bot.features.introductions.store import SqlIntroductions
from bot.features.introductions.use_cases import today_in
from bot.features.profile.reach import reach_among
from bot.features.profile.readers import is_colleague
from bot.storage.people import People
from bot.storage.timers import TimerGone
from bot.storage.unit_of_work import UnitOfWork

LOOKED_BACK = timedelta(days=730)
"""Who met longer ago are strangers again."""

PROMPTS = Path(__file__).with_name("prompts.txt")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a round is to be, by how `circle` was when it was thought of and who of its members were `present`. They are
    introduced in `groups`, where none of two who are `apart` are together; who is in none has nobody to meet."""

    circle: Circle
    original: date
    present: tuple[Member, ...]
    apart: frozenset[Apart]
    groups: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A round that was made. Those who are `alone` had nobody to meet."""

    circle: Circle
    round: Round
    meetings: Sequence[Meeting]
    alone: tuple[Member, ...] = ()


def plan_round(circle_id: str, original: date, now: datetime, unit: UnitOfWork) -> Plan | None:
    """Reads, and thinks for up to a second for a thousand people. None of a circle that is closed."""
    store = SqlIntroductions(unit)
    circle = store.circle(circle_id)
    if circle is None or not circle.is_open:
        return None
    present, hours = _present(circle, now, unit)
    met = [earlier(each, now) for each in store.meetings_among(circle_id, now - LOOKED_BACK)]
    candidates = [candidate(each, hours[each.person_id]) for each in present]
    seed, apart = crc32(round_id(circle_id, original).encode()), store.refused(circle_id)
    return Plan(circle, original, present, apart, tuple(form_groups(candidates, met, circle.size, seed, apart)))


def make_round(plan: Plan, now: datetime, unit: UnitOfWork) -> Made | None:
    """None where it was made already. Raises TimerGone where the circle, who is present or who is apart is not as when
    it was planned: then it is thought of anew, at once."""
    store = SqlIntroductions(unit)
    circle = store.take_circle(plan.circle.id)
    if circle is None or circle != plan.circle or store.refused(circle.id) != plan.apart:
        raise TimerGone
    if _present(circle, now, unit)[0] != plan.present:
        raise TimerGone
    name = round_id(circle.id, plan.original)
    names = {each.person_id: each.person_name for each in plan.present}
    prompts = prompts_from(name)
    meetings = [
        Meeting(
            f"{name}-{number}",
            name,
            now,
            prompts[number % len(prompts)],
            tuple(Participant(person, names[person]) for person in sorted(group)),
        )
        for number, group in enumerate(plan.groups)
    ]
    made = Round(name, circle.id, plan.original, now, len(plan.present))
    if not store.add_round(made, meetings):
        return None
    met = {person for group in plan.groups for person in group}
    return Made(circle, made, meetings, tuple(each for each in plan.present if each.person_id not in met))


def _present(circle: Circle, now: datetime, unit: UnitOfWork) -> tuple[tuple[Member, ...], Mapping[str, float]]:
    """Members who are introduced, and by person id how many hours ahead of UTC they are: not who pauses, nor whom
    nobody can write to."""
    here = [each for each in SqlIntroductions(unit).members(circle.id) if each.is_present(today_in(circle, now))]
    present = reachable(here, unit)
    known = People(unit).known([each.person_id for each in present])
    return present, {person.id: _hours_ahead(zone_of(person), now) for person in known.values()}


def reachable(members: Sequence[Member], unit: UnitOfWork) -> tuple[Member, ...]:
    """Those who are known, of the company, and can be written to."""
    ids = [each.person_id for each in members]
    known, accounts = People(unit).known(ids), People(unit).accounts_by_person(ids)
    return tuple(
        each
        for each in members
        if each.person_id in known
        and is_colleague(theirs := accounts.get(each.person_id, ()))
        and reach_among(theirs) is not None
    )


def prompts_from(name: str) -> tuple[str, ...]:
    """All there are, beginning with another one for another `name`."""
    prompts = _prompts()
    first = crc32(name.encode()) % len(prompts)
    return prompts[first:] + prompts[:first]


@cache
def _prompts() -> tuple[str, ...]:
    return tuple(line for line in PROMPTS.read_text(encoding="utf-8").splitlines() if line)


def _hours_ahead(zone: str, now: datetime) -> float:
    offset = now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return offset / timedelta(hours=1)
