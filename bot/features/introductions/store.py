"""Circles, their members and rounds; buddies and first weeks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, select, update

from bot.features.introductions.model import Answer, Buddy, Circle, Meeting, Member, Participant, Refusal, Round, Week
from bot.features.introductions.tables import (
    NAME_LENGTH,
    buddies,
    circle_columns,
    circle_of,
    circles,
    meeting_of,
    meetings,
    members,
    participant_columns,
    participant_of,
    participants,
    refusals,
    rounds,
    week_columns,
    week_of,
    weeks,
)
from bot.storage.tables import insert_once, insert_or_change
from bot.storage.unit_of_work import UnitOfWork


class SqlIntroductions:
    """Rows inside one unit of work. What has a revision is changed in the one before it, or not at all: then False."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    # Circles and who is in them

    def add_circle(self, circle: Circle) -> bool:
        """False where there is one of that id."""
        return insert_once(self._unit.connection, circles, **circle_columns(circle))

    def circle(self, circle_id: str) -> Circle | None:
        return self._circle(select(circles).where(circles.c.id == circle_id))

    def take_circle(self, circle_id: str) -> Circle | None:
        """`circle` for whoever is going to change it or its members, or makes a round: the next one waits until this
        transaction is over."""
        # On SQLite whoever writes is alone already.
        return self._circle(select(circles).where(circles.c.id == circle_id).with_for_update())

    def change_circle(self, circle: Circle) -> bool:
        before = and_(circles.c.id == circle.id, circles.c.revision == circle.revision - 1)
        changed = update(circles).where(before).values(**circle_columns(circle))
        return self._unit.connection.execute(changed).rowcount == 1

    def open_circles(self, readers: frozenset[str]) -> Sequence[Circle]:
        """Which one of `readers` may see, by title."""
        query = select(circles).where(circles.c.closed_at.is_(None)).order_by(circles.c.title, circles.c.id)
        found = [circle_of(row) for row in self._unit.connection.execute(query)]
        return [each for each in found if each.readers & readers]

    def put_member(self, member: Member) -> None:
        """In the place of what was known of them there; they joined when they first did."""
        values = {**asdict(member), "person_name": member.person_name[:NAME_LENGTH]}
        changes = {name: value for name, value in values.items() if name not in ("circle_id", "person_id", "joined_at")}
        insert_or_change(self._unit.connection, members, changes, **values)

    def drop_member(self, circle_id: str, person_id: str) -> bool:
        """False where they were none."""
        gone = delete(members).where(members.c.circle_id == circle_id, members.c.person_id == person_id)
        return self._unit.connection.execute(gone).rowcount == 1

    def member(self, circle_id: str, person_id: str) -> Member | None:
        query = select(members).where(members.c.circle_id == circle_id, members.c.person_id == person_id)
        row = self._unit.connection.execute(query).one_or_none()
        return None if row is None else Member(**row._mapping)

    def members(self, circle_id: str) -> Sequence[Member]:
        """Who joined first comes first."""
        return self._members(members.c.circle_id == circle_id)

    def memberships(self, person_id: str) -> Sequence[Member]:
        """Of one person in all circles."""
        return self._members(members.c.person_id == person_id)

    def counts(self, circle_ids: Collection[str]) -> Mapping[str, int]:
        """Members by circle; of those that have any."""
        query = select(members.c.circle_id, func.count()).where(members.c.circle_id.in_(circle_ids))
        return {
            str(name): int(many) for name, many in self._unit.connection.execute(query.group_by(members.c.circle_id))
        }

    # Who is never introduced to whom

    def add_refusal(self, refusal: Refusal) -> bool:
        """False where that was said already."""
        values = {**asdict(refusal), "other_name": refusal.other_name[:NAME_LENGTH]}
        return insert_once(self._unit.connection, refusals, **values)

    def drop_refusal(self, person_id: str, other_id: str) -> bool:
        """False where that was not said."""
        gone = delete(refusals).where(refusals.c.person_id == person_id, refusals.c.other_id == other_id)
        return self._unit.connection.execute(gone).rowcount == 1

    def refusals(self, person_id: str) -> Sequence[Refusal]:
        """What this person said, the oldest first."""
        query = select(refusals).where(refusals.c.person_id == person_id)
        rows = self._unit.connection.execute(query.order_by(refusals.c.since, refusals.c.other_id))
        return [Refusal(**row._mapping) for row in rows]

    def refused(self, circle_id: str) -> frozenset[tuple[str, str]]:
        """Who said it, and of whom: of the members of a circle."""
        there = select(members.c.person_id).where(members.c.circle_id == circle_id)
        query = select(refusals.c.person_id, refusals.c.other_id).where(refusals.c.person_id.in_(there))
        return frozenset((row.person_id, row.other_id) for row in self._unit.connection.execute(query))

    def apart_from(self, person_id: str) -> frozenset[str]:
        """Whom they are never introduced to, whichever of the two said so."""
        query = select(refusals.c.person_id, refusals.c.other_id)
        found = query.where((refusals.c.person_id == person_id) | (refusals.c.other_id == person_id))
        return frozenset(name for row in self._unit.connection.execute(found) for name in row) - {person_id}

    def acquaintances(self, person_id: str) -> Mapping[str, str]:
        """Names by person id: of whom they were introduced to, of their buddy and of their newcomers."""
        found = {each.person_id: each.person_name for made in self.meetings_of(person_id) for each in made.participants}
        found |= {each.person_id: each.person_name for each in self.weeks_with(person_id)}
        week = self.week(person_id)
        if week is not None and week.buddy_id:
            found[week.buddy_id] = week.buddy_name
        return {name: words for name, words in found.items() if name != person_id}

    # Rounds

    def add_round(self, made: Round, introduced: Sequence[Meeting]) -> bool:
        """False, and nothing done, where that round was made already."""
        if not insert_once(self._unit.connection, rounds, **asdict(made)):
            return False
        if introduced:
            rows = [
                {"id": each.id, "round_id": made.id, "made_at": each.made_at, "prompt": each.prompt}
                for each in introduced
            ]
            people = [participant_columns(each, person) for each in introduced for person in each.participants]
            self._unit.connection.execute(insert(meetings), rows)
            self._unit.connection.execute(insert(participants), people)
        return True

    def add_meeting(self, meeting_id: str, round_id: str, prompt: str, at: datetime) -> None:
        """One more of that round, as yet without people."""
        self._unit.connection.execute(
            insert(meetings).values(id=meeting_id, round_id=round_id, made_at=at, prompt=prompt)
        )

    def move(self, person_id: str, round_id: str, meeting_id: str) -> None:
        """From where they are in that round to another meeting of it, with nothing said yet."""
        there = select(meetings.c.id).where(meetings.c.round_id == round_id)
        theirs = (participants.c.person_id == person_id, participants.c.meeting_id.in_(there))
        moved = update(participants).where(*theirs).values(meeting_id=meeting_id, answer=None, answered_at=None)
        self._unit.connection.execute(moved)

    def round(self, round_id: str) -> Round | None:
        row = self._unit.connection.execute(select(rounds).where(rounds.c.id == round_id)).one_or_none()
        return None if row is None else Round(**row._mapping)

    def rounds(self, circle_id: str) -> Sequence[Round]:
        """The newest first."""
        query = select(rounds).where(rounds.c.circle_id == circle_id)
        rows = self._unit.connection.execute(query.order_by(rounds.c.made_at.desc(), rounds.c.id.desc()))
        return [Round(**row._mapping) for row in rows]

    def meeting(self, meeting_id: str) -> Meeting | None:
        return next(iter(self._meetings(meetings.c.id == meeting_id)), None)

    def meetings_of_round(self, round_id: str) -> Sequence[Meeting]:
        return self._meetings(meetings.c.round_id == round_id)

    def meetings_of_circle(self, circle_id: str) -> Sequence[Meeting]:
        """The oldest first."""
        there = select(rounds.c.id).where(rounds.c.circle_id == circle_id)
        return self._meetings(meetings.c.round_id.in_(there))

    def meetings_of(self, person_id: str) -> Sequence[Meeting]:
        """The newest first."""
        theirs = select(participants.c.meeting_id).where(participants.c.person_id == person_id)
        return self._meetings(meetings.c.id.in_(theirs))[::-1]

    def meetings_among(self, circle_id: str, since: datetime) -> Sequence[Meeting]:
        """In which one of its members was, in whichever circle that was."""
        there = select(members.c.person_id).where(members.c.circle_id == circle_id)
        theirs = select(participants.c.meeting_id).where(participants.c.person_id.in_(there))
        return self._meetings(and_(meetings.c.made_at >= since, meetings.c.id.in_(theirs)))

    def set_answer(self, meeting_id: str, person_id: str, answer: Answer, at: datetime) -> bool:
        """False for somebody who was not introduced there."""
        theirs = (participants.c.meeting_id == meeting_id, participants.c.person_id == person_id)
        said = update(participants).where(*theirs).values(answer=answer, answered_at=at)
        return self._unit.connection.execute(said).rowcount == 1

    # Buddies and newcomers

    def put_buddy(self, buddy: Buddy) -> None:
        """In the place of what was known of them; they offered it when they first did."""
        values = {**asdict(buddy), "person_name": buddy.person_name[:NAME_LENGTH]}
        changes = {name: value for name, value in values.items() if name not in ("person_id", "since")}
        insert_or_change(self._unit.connection, buddies, changes, **values)

    def drop_buddy(self, person_id: str) -> bool:
        """False where they were none."""
        gone = delete(buddies).where(buddies.c.person_id == person_id)
        return self._unit.connection.execute(gone).rowcount == 1

    def buddies(self) -> Sequence[Buddy]:
        """Who offered first comes first."""
        query = select(buddies).order_by(buddies.c.since, buddies.c.person_id)
        return [Buddy(**row._mapping) for row in self._unit.connection.execute(query)]

    def buddy(self, person_id: str) -> Buddy | None:
        row = self._unit.connection.execute(select(buddies).where(buddies.c.person_id == person_id)).one_or_none()
        return None if row is None else Buddy(**row._mapping)

    def take_buddies(self) -> Sequence[Buddy]:
        """`buddies` for whoever is going to choose one: the next one waits until this transaction is over."""
        query = select(buddies).order_by(buddies.c.since, buddies.c.person_id).with_for_update()
        return [Buddy(**row._mapping) for row in self._unit.connection.execute(query)]

    def newcomers(self) -> Mapping[str, int]:
        """By person id of the buddy: how many have them in a first week that still runs."""
        query = select(weeks.c.buddy_id, func.count()).where(weeks.c.ended_at.is_(None), weeks.c.buddy_id != "")
        return {str(name): int(many) for name, many in self._unit.connection.execute(query.group_by(weeks.c.buddy_id))}

    def add_week(self, week: Week) -> bool:
        """False for somebody who had one: nobody is new twice."""
        return insert_once(self._unit.connection, weeks, **week_columns(week))

    def week(self, person_id: str) -> Week | None:
        row = self._unit.connection.execute(select(weeks).where(weeks.c.person_id == person_id)).one_or_none()
        return None if row is None else week_of(row)

    def weeks_with(self, buddy_id: str) -> Sequence[Week]:
        """Those that run, the oldest first."""
        query = select(weeks).where(weeks.c.buddy_id == buddy_id, weeks.c.ended_at.is_(None))
        rows = self._unit.connection.execute(query.order_by(weeks.c.began_at, weeks.c.person_id))
        return [week_of(row) for row in rows]

    def change_week(self, week: Week) -> bool:
        before = and_(weeks.c.person_id == week.person_id, weeks.c.revision == week.revision - 1)
        changed = update(weeks).where(before).values(**week_columns(week))
        return self._unit.connection.execute(changed).rowcount == 1

    def _circle(self, query: Select[*tuple[object, ...]]) -> Circle | None:
        row = self._unit.connection.execute(query).one_or_none()
        return None if row is None else circle_of(row)

    def _members(self, where: ColumnElement[bool]) -> Sequence[Member]:
        query = select(members).where(where).order_by(members.c.joined_at, members.c.circle_id, members.c.person_id)
        return [Member(**row._mapping) for row in self._unit.connection.execute(query)]

    def _meetings(self, where: ColumnElement[bool]) -> list[Meeting]:
        """The oldest first."""
        query = select(meetings).where(where).order_by(meetings.c.made_at, meetings.c.id)
        rows = self._unit.connection.execute(query).all()
        mine = select(participants).where(
            participants.c.meeting_id.in_(query.with_only_columns(meetings.c.id).order_by(None))
        )
        theirs: dict[str, list[Participant]] = {}
        for row in self._unit.connection.execute(mine.order_by(participants.c.person_id)):
            theirs.setdefault(row.meeting_id, []).append(participant_of(row))
        return [meeting_of(row, theirs.get(row.id, [])) for row in rows]
