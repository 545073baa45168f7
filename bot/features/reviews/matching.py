"""Who is asked to review: who knows about it, stands apart from it, and has the least to do. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.features.experts.model import Expert, Known, today_of
from bot.features.reviews.model import Pair, Submission
from bot.storage.people import KnownPerson

LATELY = timedelta(days=28)
PAIRED = timedelta(days=180)
"""How long it is remembered who reviewed whom."""

MOST_IN_HAND = 3
"""Reviews that one person has at once: who is asked for one more does all of them badly."""

MOST_OF_PAIR = 2
"""So often somebody reviews the same author within PAIRED; then it is others' turn, even if that means nobody."""

IN_HAND = 0.6
"""What is left of somebody's weight with each review that they have in hand, …"""
ASKED = 0.85
"""… with each that they were asked for lately, …"""
SAME_PAIR = 0.4
"""… with each that they wrote for this author, or this author for them, …"""
OTHER_LANGUAGE = 0.3
"""… and if they did not name its language among theirs."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be asked. `why` is the line that explains the choice."""

    person_id: str
    name: str
    why: str
    teams: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Bench:
    """The experts and what is asked of them, all by person id: of whom there is nothing in `persons` cannot be asked at
    all. `pairs` are those of the author, within PAIRED. `not_again` were asked before."""

    experts: Mapping[str, Expert]
    persons: Mapping[str, KnownPerson]
    teams: Mapping[str, frozenset[str]] = field(default_factory=dict)
    in_hand: Mapping[str, int] = field(default_factory=dict)
    lately: Mapping[str, int] = field(default_factory=dict)
    pairs: Sequence[Pair] = ()
    not_again: frozenset[str] = frozenset()


def rank(known: Iterable[Known], submission: Submission, bench: Bench, now: datetime) -> Sequence[Candidate]:
    """The best first. Among equals a lot decides, drawn of the submission: always the same, in favour of nobody."""
    found = []
    for each in known:
        expert, person = bench.experts.get(each.person_id), bench.persons.get(each.person_id)
        if expert is None or person is None or not _may_be_asked(expert, person, submission, bench, now):
            continue
        weight = each.share * _weight(expert, submission, bench)
        candidate = Candidate(person.id, person.name, each.why, bench.teams.get(person.id, frozenset()))
        found.append((-round(weight, 9), _drawn(submission.id, person.id), candidate))
    return [candidate for _, _, candidate in sorted(found, key=lambda one: one[:2])]


def _may_be_asked(expert: Expert, person: KnownPerson, submission: Submission, bench: Bench, now: datetime) -> bool:
    """Whoever is away is not asked through a stand-in: a review is no errand."""
    return not (
        person.id in bench.not_again
        or submission.keeps_apart(person.id, bench.teams.get(person.id, frozenset()))
        or expert.is_away(today_of(person, now))
        or bench.in_hand.get(person.id, 0) >= MOST_IN_HAND
        or _reviewed(person.id, submission.author_id, bench) >= MOST_OF_PAIR
    )


def _weight(expert: Expert, submission: Submission, bench: Bench) -> float:
    who, author = expert.person_id, submission.author_id
    met = _reviewed(who, author, bench) + _reviewed(author, who, bench)
    speaks = not expert.languages or not submission.language or submission.language.lower()[:2] in expert.languages
    load = IN_HAND ** bench.in_hand.get(who, 0) * ASKED ** bench.lately.get(who, 0)
    return float(load * SAME_PAIR**met * (1.0 if speaks else OTHER_LANGUAGE))


def _reviewed(reviewer_id: str, author_id: str, bench: Bench) -> int:
    return sum(1 for each in bench.pairs if (each.reviewer_id, each.author_id) == (reviewer_id, author_id))


def _drawn(lot: str, person_id: str) -> bytes:
    return hashlib.blake2b(f"{lot}\0{person_id}".encode(), digest_size=8).digest()
