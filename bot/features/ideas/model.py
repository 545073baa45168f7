"""Requests and ideas: what is asked for, whether it is ready, who approves, who votes, what came of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.chat.turn import EVERYONE, Person

ID_LENGTH = 16
TITLE_LIMIT = 120
TEXT_LIMIT = 2_000
WORD_LIMIT = 500
MOST_AMOUNT = 2_000_000_000
MOST_DAYS = 5_000
SPONSOR = "sponsor"
"""The id of the need that is a person."""

ORIGIN = "idea"
"""Begins the origin of a story that came of one."""


class State(StrEnum):
    """What is `incomplete` only its asker sees, and those who decide: its asker completes it, and then it is `new`."""

    INCOMPLETE = "incomplete"
    NEW = "new"
    ACCEPTED = "accepted"
    UNDER_WAY = "under way"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


RUNNING = frozenset({State.NEW, State.ACCEPTED, State.UNDER_WAY})
PUBLIC = RUNNING | {State.DONE, State.DECLINED}


class Role(StrEnum):
    """As whom somebody approves. An admin is a curator too, but one person approves once."""

    SPONSOR = "sponsor"
    CURATOR = "curator"
    ADMIN = "admin"


class Unit(StrEnum):
    """What a value is counted in, each a year."""

    HOURS = "hours"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Value:
    """A year: working hours saved, or money in the currency of `worth.Rates`."""

    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Colleague:
    person_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Approval:
    role: Role
    person_id: str
    person_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Idea:
    """`kind` is the id of a `rules.Kind`, `kind_title` what that was called. `given` answers its needs, by their ids,
    `missing` says what they still lack. `needed` are the roles that approve. `value` is what is expected of it,
    `effort` in working days. `owner` does it, from `starts_on` to `ends_on`. `word` is why it was returned or declined.
    `reached` is what it brought, in the unit that is said with it, `lesson` how that is known. `by_mail`: its asker
    hears of each step by e-mail too.

    `revision` counts changes: one is made to the revision that was read, or not at all. Votes are none."""

    id: str
    kind: str
    kind_title: str
    title: str
    asker: Colleague
    asked_at: datetime
    given: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    needed: tuple[Role, ...] = (Role.CURATOR,)
    sponsor: Colleague | None = None
    value: Value | None = None
    effort: int | None = None
    owner: Colleague | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    state: State = State.NEW
    word: str = ""
    decided_by: str = ""
    changed_at: datetime | None = None
    finished_at: datetime | None = None
    reached: Value | None = None
    lesson: str = ""
    by_mail: bool = False
    revision: int = 1

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def origin(self) -> str:
        """Of the story that comes of it."""
        return f"{ORIGIN}/{self.id}"


def is_of(idea: Idea, person: Person) -> bool:
    """Whether they have a part in it."""
    return person.id in {each.person_id for each in (idea.asker, idea.sponsor, idea.owner) if each is not None}


def may_see(idea: Idea, person: Person) -> bool:
    """What is not complete, and what was taken back, only whoever asked for it and those who decide."""
    is_public = idea.state in PUBLIC and (EVERYONE in person.principals or is_of(idea, person))
    return is_public or idea.asker.person_id == person.id or may_decide(person)


def may_decide(person: Person) -> bool:
    """Curators and admins."""
    return person.curates


def may_run(idea: Idea, person: Person) -> bool:
    """Plan it, begin it and say what came of it: whoever does it, and those who decide."""
    return may_decide(person) or (idea.owner is not None and idea.owner.person_id == person.id)


def may_tell(idea: Idea, person: Person) -> bool:
    """Its story: whoever asked for it, and who may run it."""
    return idea.asker.person_id == person.id or may_run(idea, person)


def open_roles(idea: Idea, approvals: Sequence[Approval]) -> tuple[Role, ...]:
    """Those that have not approved yet."""
    done = {each.role for each in approvals}
    return tuple(each for each in idea.needed if each not in done)


def approves_as(idea: Idea, approvals: Sequence[Approval], person: Person) -> Role | None:
    """The next role in which this person approves; None for the asker, and whoever approved already."""
    if idea.state is not State.NEW or idea.asker.person_id == person.id:
        return None
    if any(each.person_id == person.id for each in approvals):
        return None
    own = {
        Role.SPONSOR: idea.sponsor is not None and idea.sponsor.person_id == person.id,
        Role.CURATOR: person.curates,
        Role.ADMIN: person.is_admin,
    }
    return next((each for each in open_roles(idea, approvals) if own[each]), None)
