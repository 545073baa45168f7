"""Reviews inside one unit of work."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, or_, select, update

from bot.features.reviews.model import AT_WORK, RUNNING, Assignment, Card, Case, Pair, Review, Seat, State, Submission
from bot.features.reviews.tables import (
    assignment_columns,
    assignment_of,
    assignments,
    card_columns,
    card_of,
    cards,
    coauthors,
    contents,
    review_columns,
    review_of,
    reviews,
    submission_columns,
    submission_of,
    submissions,
)
from bot.storage.tables import insert_once, insert_or_change
from bot.storage.unit_of_work import UnitOfWork

SENT = submissions.c
ASKED = assignments.c


class SqlReviews:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, submission: Submission) -> bool:
        """False where there is one of that id."""
        if not insert_once(self._unit.connection, submissions, **submission_columns(submission)):
            return False
        self._put_coauthors(submission)
        return True

    def get(self, submission_id: str) -> Submission | None:
        return next(iter(self._submissions(select(submissions).where(SENT.id == submission_id))), None)

    def take(self, submission_id: str) -> Submission | None:
        """`get` for whoever is going to change it or what stands beside it: one after the other."""
        # On SQLite whoever writes is alone already.
        query = select(submissions).where(SENT.id == submission_id).with_for_update()
        return next(iter(self._submissions(query)), None)

    def change(self, submission: Submission) -> bool:
        """`submission` in the place of the revision before it; False where that is not there any more."""
        before = and_(SENT.id == submission.id, SENT.revision == submission.revision - 1)
        changed = update(submissions).where(before).values(**submission_columns(submission))
        if self._unit.connection.execute(changed).rowcount != 1:
            return False
        self._unit.connection.execute(delete(coauthors).where(coauthors.c.submission_id == submission.id))
        self._put_coauthors(submission)
        return True

    def case(self, submission_id: str) -> Case | None:
        return next(iter(self.cases([submission_id])), None)

    def cases(self, submission_ids: Collection[str]) -> Sequence[Case]:
        """The oldest first."""
        query = select(submissions).where(SENT.id.in_(submission_ids)).order_by(SENT.submitted_at, SENT.id)
        asked, written = self._beside(submission_ids)
        return [Case(each, asked.get(each.id, ()), written.get(each.id, {})) for each in self._submissions(query)]

    def submitted_by(self, person_id: str, limit: int) -> Sequence[Submission]:
        """Theirs, and those that they worked on, the newest first."""
        worked = select(coauthors.c.submission_id).where(coauthors.c.person_id == person_id)
        query = select(submissions).where(or_(SENT.author_id == person_id, SENT.id.in_(worked)))
        return self._submissions(query.order_by(SENT.submitted_at.desc(), SENT.id).limit(limit))

    def submitted_since(self, author_id: str, since: datetime) -> int:
        """How many, whatever became of them."""
        mine = and_(SENT.author_id == author_id, SENT.submitted_at > since)
        return self._unit.connection.execute(select(func.count()).select_from(submissions).where(mine)).scalar_one()

    def running(self) -> Sequence[Submission]:
        """The oldest first."""
        query = select(submissions).where(SENT.state.in_(RUNNING))
        return self._submissions(query.order_by(SENT.submitted_at, SENT.id))

    def since(self, at: datetime) -> Sequence[Case]:
        """Submitted since then, the oldest first."""
        query = select(SENT.id).where(SENT.submitted_at >= at)
        return self.cases(self._unit.connection.execute(query).scalars().all())

    def examples(self) -> Sequence[Case]:
        """What its authors let others see, the first closed first."""
        query = select(SENT.id).where(SENT.state == State.CLOSED, SENT.is_example)
        found = self.cases(self._unit.connection.execute(query).scalars().all())
        return sorted(found, key=lambda each: each.submission.closed_at or each.submission.submitted_at)

    def changes_of_closed(self) -> int:
        """More after each: nothing that is closed is opened again."""
        query = select(func.coalesce(func.sum(SENT.revision), 0)).where(SENT.state == State.CLOSED)
        return int(self._unit.connection.execute(query).scalar_one())

    def keep_content(self, submission_id: str, file_id: str, content: bytes) -> None:
        self._unit.connection.execute(insert(contents).values(id=file_id, submission_id=submission_id, content=content))

    def content(self, submission_id: str, file_id: str) -> bytes | None:
        query = select(contents.c.content).where(contents.c.id == file_id, contents.c.submission_id == submission_id)
        found: bytes | None = self._unit.connection.execute(query).scalar_one_or_none()
        return found

    def forget_content(self, submission_id: str, file_id: str = "") -> None:
        """Of one file, or of all of them."""
        gone = delete(contents).where(contents.c.submission_id == submission_id)
        self._unit.connection.execute(gone.where(contents.c.id == file_id) if file_id else gone)

    def add_assignment(self, assignment: Assignment) -> bool:
        """False where that person was asked about it already."""
        return insert_once(self._unit.connection, assignments, **assignment_columns(assignment))

    def put_assignment(self, assignment: Assignment) -> None:
        """The caller has taken its submission."""
        row = update(assignments).where(ASKED.id == assignment.id)
        self._unit.connection.execute(row.values(**assignment_columns(assignment)))

    def assignment(self, assignment_id: str) -> Assignment | None:
        row = self._unit.connection.execute(select(assignments).where(ASKED.id == assignment_id)).one_or_none()
        return None if row is None else assignment_of(row)

    def owed_by(self, person_id: str) -> Sequence[tuple[Submission, Assignment]]:
        """What they are asked, or have accepted and not handed in, the first due first."""
        query = select(assignments).where(ASKED.person_id == person_id, ASKED.seat.in_(AT_WORK))
        rows = self._unit.connection.execute(query.order_by(ASKED.due_at, ASKED.id))
        found = [assignment_of(row) for row in rows]
        ids = [each.submission_id for each in found]
        sent = {each.id: each for each in self._submissions(select(submissions).where(SENT.id.in_(ids)))}
        return [(sent[each.submission_id], each) for each in found]

    def reviewed_by(self, person_id: str, limit: int) -> Sequence[Assignment]:
        """Handed in, the newest first."""
        query = select(assignments).where(ASKED.person_id == person_id, ASKED.seat == Seat.HANDED_IN)
        rows = self._unit.connection.execute(query.order_by(ASKED.ended_at.desc(), ASKED.id).limit(limit))
        return [assignment_of(row) for row in rows]

    def passed_on(self, person_id: str) -> Sequence[str]:
        """The submissions in review that somebody else was asked for in their place: they may write all the same."""
        query = select(ASKED.submission_id).join(submissions, SENT.id == ASKED.submission_id)
        where = (ASKED.person_id == person_id, ASKED.seat == Seat.REPLACED, SENT.state == State.IN_REVIEW)
        return self._unit.connection.execute(query.where(*where)).scalars().all()

    def in_hand(self) -> Mapping[str, int]:
        """By person: how many reviews they owe, or are asked for."""
        return self._counts(ASKED.seat.in_(AT_WORK))

    def asked_since(self, at: datetime) -> Mapping[str, int]:
        """By person: how often they were asked since then."""
        return self._counts(ASKED.asked_at >= at)

    def pairs(self, person_id: str, since: datetime) -> Sequence[Pair]:
        """Of this person, as author or as reviewer, where the review was written or is to be."""
        query = (
            select(SENT.author_id, ASKED.person_id, ASKED.asked_at)
            .join_from(assignments, submissions, SENT.id == ASKED.submission_id)
            .where(
                ASKED.asked_at >= since,
                ASKED.seat.in_({*AT_WORK, Seat.HANDED_IN}),
                or_(SENT.author_id == person_id, ASKED.person_id == person_id),
            )
            .order_by(ASKED.asked_at, ASKED.id)
        )
        return [Pair(*row) for row in self._unit.connection.execute(query)]

    def put_review(self, review: Review) -> None:
        """In the place of an earlier one of the same reviewer."""
        values = review_columns(review)
        changes = {name: value for name, value in values.items() if name != "assignment_id"}
        insert_or_change(self._unit.connection, reviews, changes, key=[reviews.c.assignment_id], **values)

    def put_card(self, card: Card) -> bool:
        """False where there is one of that key in that place."""
        return insert_once(self._unit.connection, cards, **card_columns(card))

    def cards(self, submission_id: str) -> Sequence[Card]:
        """The newest last."""
        query = select(cards).where(cards.c.submission_id == submission_id).order_by(cards.c.id)
        return [card_of(row) for row in self._unit.connection.execute(query)]

    def _beside(
        self, submission_ids: Collection[str]
    ) -> tuple[Mapping[str, Sequence[Assignment]], Mapping[str, Mapping[str, Review]]]:
        asked: dict[str, list[Assignment]] = {}
        query = select(assignments).where(ASKED.submission_id.in_(submission_ids)).order_by(ASKED.number)
        for row in self._unit.connection.execute(query):
            asked.setdefault(row.submission_id, []).append(assignment_of(row))
        written: dict[str, dict[str, Review]] = {}
        found = select(reviews).where(reviews.c.submission_id.in_(submission_ids))
        for row in self._unit.connection.execute(found):
            written.setdefault(row.submission_id, {})[row.assignment_id] = review_of(row)
        return asked, written

    def _put_coauthors(self, submission: Submission) -> None:
        if submission.with_ids:
            rows = [{"submission_id": submission.id, "person_id": each} for each in sorted(submission.with_ids)]
            self._unit.connection.execute(insert(coauthors), rows)

    def _submissions(self, query: Select[*tuple[object, ...]]) -> list[Submission]:
        rows = self._unit.connection.execute(query).all()
        beside: dict[str, set[str]] = {row.id: set() for row in rows}
        found = select(coauthors).where(coauthors.c.submission_id.in_(beside))
        for each in self._unit.connection.execute(found):
            beside[each.submission_id].add(each.person_id)
        return [submission_of(row, frozenset(beside[row.id])) for row in rows]

    def _counts(self, where: ColumnElement[bool]) -> Mapping[str, int]:
        query = select(ASKED.person_id, func.count()).where(where).group_by(ASKED.person_id)
        return {str(name): int(many) for name, many in self._unit.connection.execute(query)}
