"""Who is asked first: who knows most, weighed by whether they are there and what is asked of them already. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.features.escalations.model import Load
from bot.features.experts.model import NO_LIMIT, Expert, Known, today_of, working_hours
from bot.storage.people import KnownPerson

WEEK = timedelta(days=7)
LATELY = timedelta(days=28)

RUNNING = 0.7
"""What is left of somebody's weight with each question that they have in hand, …"""
ASKED = 0.9
"""… with each that they were asked lately, so that those who know as much take turns, …"""
NIGHT, LEAST = timedelta(hours=16), 0.1
"""… half with each night until they work again, never less than that: better asked at night than nobody, …"""
OTHER_LANGUAGE = 0.3
"""… and if they did not name its language among theirs."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Somebody who can be asked. `why` is the one line of the card. `stands_in_for` is the name of the expert who is
    away and for whom this one is asked; empty for somebody who is asked for themselves."""

    person_id: str
    name: str
    why: str = ""
    confidence: float = 0.0
    stands_in_for: str = ""


@dataclass(frozen=True, slots=True)
class Bench:
    """The experts and what is asked of them, all by person id: of whom there is nothing in `persons` cannot be asked at
    all, `week` counts the last seven days, `lately` four weeks. `not_again` are those who may not be asked: they wait
    for the answer, or were asked before."""

    experts: Mapping[str, Expert]
    persons: Mapping[str, KnownPerson]
    week: Mapping[str, Load] = field(default_factory=dict)
    lately: Mapping[str, Load] = field(default_factory=dict)
    not_again: frozenset[str] = frozenset()


def rank(
    known: Iterable[Known],
    bench: Bench,
    now: datetime,
    *,
    language: str = "",
    hubs: frozenset[str] = frozenset(),
    lot: str = "",
) -> Sequence[Ranked]:
    """The best first. Whoever is away is asked through their stand-in, or not at all. Among equals `lot`, e.g. the
    question's id, decides: always the same, in favour of nobody."""
    best: dict[str, tuple[float, Ranked]] = {}
    for each in known:
        expert = bench.experts.get(each.person_id)
        if expert is None or not expert.serves(hubs):
            continue
        asked = _who_is_there(expert, bench, now)
        if asked is None:
            continue
        found, person = asked, bench.persons[asked.person_id]
        weight = each.share * _weight(found, person, bench, now, language)
        ranked = _ranked(each, expert, person, bench)
        if found.person_id not in best or best[found.person_id][0] < weight:
            best[found.person_id] = weight, ranked
    ordered = sorted(best.values(), key=lambda one: (-round(one[0], 9), _drawn(lot, one[1].person_id)))
    return [ranked for _, ranked in ordered]


def _who_is_there(expert: Expert, bench: Bench, now: datetime) -> Expert | None:
    """The expert or, while they are away, who stands in; None where that one cannot be asked either."""
    person = bench.persons.get(expert.person_id)
    if person is None:
        return None
    if not expert.is_away(today_of(person, now)):
        return expert if _may_be_asked(expert, bench) else None
    other = bench.experts.get(expert.stand_in)
    person = bench.persons.get(expert.stand_in)
    if other is None or person is None or other.is_away(today_of(person, now)):
        return None
    return other if _may_be_asked(other, bench) else None


def _may_be_asked(expert: Expert, bench: Bench) -> bool:
    if expert.person_id in bench.not_again:
        return False
    return expert.weekly_limit == NO_LIMIT or bench.week.get(expert.person_id, Load()).asked < expert.weekly_limit


def _weight(expert: Expert, person: KnownPerson, bench: Bench, now: datetime, language: str) -> float:
    load = bench.lately.get(expert.person_id, Load())
    opens = working_hours(expert, person).next_open(now)
    waits = 0.5 ** ((opens - now) / NIGHT) if opens is not None else 0.0
    speaks = not expert.languages or not language or language.lower()[:2] in expert.languages
    return RUNNING**load.running * ASKED**load.asked * max(waits, LEAST) * (1.0 if speaks else OTHER_LANGUAGE)


def _ranked(known: Known, expert: Expert, asked: KnownPerson, bench: Bench) -> Ranked:
    if asked.id == expert.person_id:
        return Ranked(asked.id, asked.name, known.why, known.confidence)
    away = bench.persons[expert.person_id].name
    why = f"stands in for {away}, who {known.why}" if known.why else f"stands in for {away}"
    return Ranked(asked.id, asked.name, why, known.confidence, away)


def _drawn(lot: str, person_id: str) -> bytes:
    return hashlib.blake2b(f"{lot}\0{person_id}".encode(), digest_size=8).digest()
