"""Work that colleagues review: what was submitted, who reviews it, and what they wrote. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.chat.turn import Place
from bot.features.reviews.rubric import Apart, Blind, Rubric

ID_LENGTH = 24
"""Of a submission at most: the ids of its assignments are made of it and have at most 32."""

TITLE_LIMIT = 120
TEXT_LIMIT = 2_000
ANSWER_LIMIT = 300
WORD_LIMIT = 500
LINK_LIMIT = 5
FILE_LIMIT = 5
FILE_SIZE_LIMIT = 10_000_000  # bytes
NO_RATING = None
"""Of a criterion that a reviewer cannot judge."""


class State(StrEnum):
    """`returned`: its author has to complete it. `in review`: reviewers are looked for, asked, or at work. `released`:
    its author reads the reviews and answers. `closed` by the author, or after a long silence. `withdrawn` by the
    author, or returned to them and not heard of for long."""

    RETURNED = "returned"
    IN_REVIEW = "in review"
    RELEASED = "released"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


RUNNING = frozenset({State.RETURNED, State.IN_REVIEW})
"""Reviews are still to come."""

READABLE = frozenset({State.RELEASED, State.CLOSED})
"""Author and reviewers read all reviews."""


class Seat(StrEnum):
    """How one reviewer stands. `replaced`: they did not react, or not in time. `gone`: nobody needs theirs any more."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REPLACED = "replaced"
    HANDED_IN = "handed in"
    GONE = "gone"


HELD = frozenset({Seat.ASKED, Seat.ACCEPTED, Seat.HANDED_IN})
"""One of the seats of a submission is theirs."""

AT_WORK = frozenset({Seat.ASKED, Seat.ACCEPTED})
"""They still owe something."""


@dataclass(frozen=True, slots=True)
class Link:
    """A document, or a file where its platform keeps it. `url` is https."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class File:
    """What was uploaded with it, without its content; `size` in bytes."""

    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Submission:
    """`rubric` is as it was when it was submitted: what is changed there later changes nothing here. `about` says what
    it is, `wanted` on what feedback is wanted. `given` are the answers to what the rubric needs, by need.

    `team` are the names of the author's teams, `with_ids` those who worked on it too: none of them reviews it.
    `private` is where only the author reads. `due_at` is when reviews are wished for. `missing` is what it was returned
    for, in sentences, `returned_by` the reviewer who did; empty where it was found incomplete at once. `asked` counts
    the reviewers who were ever asked. `short_told_at` is when somebody was told that no reviewer can be found.

    `reply` is the author's answer. `is_example`: it may be shown as what good looks like. `revision` counts changes:
    one is made to the revision that was read, or not at all.
    """

    id: str
    rubric: Rubric
    title: str
    author_id: str
    author_name: str
    private: Place
    submitted_at: datetime
    due_at: datetime
    about: str = ""
    wanted: str = ""
    links: tuple[Link, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    team: frozenset[str] = frozenset()
    with_ids: frozenset[str] = frozenset()
    language: str = ""
    blind: Blind = Blind.OPEN
    seats: int = 2
    state: State = State.RETURNED
    missing: tuple[str, ...] = ()
    returned_by: str = ""
    returned_at: datetime | None = None
    complete_at: datetime | None = None
    asked: int = 0
    short_told_at: datetime | None = None
    released_at: datetime | None = None
    reply: str = ""
    replied_at: datetime | None = None
    closed_at: datetime | None = None
    is_example: bool = False
    revision: int = 1
    files: tuple[File, ...] = ()

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def text(self) -> str:
        """What it is about, for whoever looks for somebody who knows."""
        return "\n".join(filter(None, (self.rubric.title, self.title, self.about, ", ".join(self.rubric.topics))))

    def is_by(self, person_id: str) -> bool:
        """Whether it is theirs, alone or with others."""
        return person_id == self.author_id or person_id in self.with_ids

    def keeps_apart(self, person_id: str, teams: frozenset[str]) -> bool:
        """Whether somebody of these teams stands too close to it to review it."""
        return self.is_by(person_id) or (self.rubric.apart is Apart.TEAM and not self.team.isdisjoint(teams))


@dataclass(frozen=True, slots=True)
class Assignment:
    """One reviewer of one submission. `number` counts those who were asked. `why` is the line that explains the
    choice, `word` what they said when they declined. `by` is who chose them; empty where Guildhall did. `due_at` is
    when the reply is due while they are asked, and their review once they have accepted."""

    id: str
    submission_id: str
    number: int
    person_id: str
    person_name: str
    asked_at: datetime
    due_at: datetime
    seat: Seat = Seat.ASKED
    why: str = ""
    word: str = ""
    by: str = ""
    accepted_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """`level` counts from the lowest of the criterion's scale, 0; NO_RATING where they cannot judge it."""

    level: int | None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What one reviewer wrote. `ratings` are by criterion. `good` is what should stay, `better` what would make it
    better."""

    assignment_id: str
    submission_id: str
    ratings: Mapping[str, Rating]
    good: str
    better: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """A message that shows somebody how a submission stands, kept so that it can be changed in place."""

    submission_id: str
    person_id: str
    place: Place
    key: str


@dataclass(frozen=True, slots=True)
class Case:
    """A submission and what stands beside it, as it is by now; assignments in the order in which they were asked."""

    submission: Submission
    assignments: Sequence[Assignment]
    reviews: Mapping[str, Review]
    """By assignment."""

    def of(self, person_id: str) -> Assignment | None:
        return next((each for each in self.assignments if each.person_id == person_id), None)

    @property
    def held(self) -> Sequence[Assignment]:
        return [each for each in self.assignments if each.seat in HELD]

    @property
    def free_seats(self) -> int:
        return max(self.submission.seats - len(self.held), 0) if self.submission.state is State.IN_REVIEW else 0

    @property
    def written(self) -> Sequence[tuple[Assignment, Review]]:
        return [(each, self.reviews[each.id]) for each in self.assignments if each.seat is Seat.HANDED_IN]


@dataclass(frozen=True, slots=True)
class Pair:
    """Who reviewed, or is to review, whose work, and when they were asked."""

    author_id: str
    reviewer_id: str
    at: datetime


class What(StrEnum):
    """What happened, for whatever follows from it."""

    RETURNED = "returned"
    SUBMITTED = "submitted"
    RESUBMITTED = "submitted again"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REPLACED = "replaced"
    REMINDED = "reminded"
    OVERDUE = "overdue"
    HANDED_IN = "handed in"
    SHORT = "nobody left to ask"
    RELEASED = "released"
    ANSWERED = "answered"
    AUTHOR_REMINDED = "author reminded"
    CLOSED = "closed"
    SHOWN = "may be shown"
    HIDDEN = "may not be shown"
    FILES = "files changed"


def assignment_id(submission_id: str, number: int) -> str:
    return f"{submission_id}-{number}"
