"""Where events are kept: who organises them, who signed up, what was asked, where they were announced."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Table, and_, delete, func, insert, select, update

from bot.chat.turn import Place
from bot.features.events.model import Announcement, Event, EventState, Organiser, Question, SignUp, SignUpState
from bot.features.events.tables import (
    NAME_LENGTH,
    announcements,
    cards,
    event_columns,
    event_of,
    events,
    organisers,
    question_columns,
    question_of,
    questions,
    sign_up_columns,
    sign_up_of,
    sign_ups,
    votes,
)
from bot.storage.serialisation import place_from_json, place_to_json
from bot.storage.tables import insert_once, insert_or_change
from bot.storage.unit_of_work import UnitOfWork


class SqlEvents:
    """Rows inside one unit of work. What is changed is changed in the revision before it, or not at all: then False."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, event: Event) -> bool:
        """False where there is one of that id."""
        if not insert_once(self._unit.connection, events, **event_columns(event)):
            return False
        self._put_organisers(event)
        return True

    def get(self, event_id: str) -> Event | None:
        return next(iter(self._events(select(events).where(events.c.id == event_id))), None)

    def take(self, event_id: str) -> Event | None:
        """`get` for whoever is going to change it or what belongs to it: one after the other."""
        # On SQLite whoever writes is alone already.
        return next(iter(self._events(select(events).where(events.c.id == event_id).with_for_update())), None)

    def change(self, event: Event) -> bool:
        """All but how many sign-ups were made."""
        values = {name: value for name, value in event_columns(event).items() if name != "taken"}
        if not self._changed(events, event.id, event.revision, values):
            return False
        self._unit.connection.execute(delete(organisers).where(organisers.c.event_id == event.id))
        self._put_organisers(event)
        return True

    def public(
        self,
        readers: frozenset[str],
        since: datetime,
        until: datetime,
        states: Collection[EventState] = (EventState.ANNOUNCED,),
    ) -> Sequence[Event]:
        """Of those that were announced and that one of `readers` may see, what ends after `since` and starts before
        `until`, in the order of their starts."""
        shown = and_(events.c.announced_at.is_not(None), events.c.state.in_(states))
        found = self._between(shown, since, until)
        return [each for each in found if each.is_public(readers)]

    def drafts(self, since: datetime) -> Sequence[Event]:
        """Of what ends after `since`, in the order of their starts."""
        query = select(events).where(events.c.state == EventState.DRAFT, events.c.ends > since)
        return self._events(query.order_by(events.c.starts, events.c.id))

    def organised_by(self, person_id: str, since: datetime) -> Sequence[Event]:
        """In whichever state, that end after `since`, in the order of their starts."""
        own = select(organisers.c.event_id).where(organisers.c.person_id == person_id)
        query = select(events).where(events.c.id.in_(own), events.c.ends > since)
        return self._events(query.order_by(events.c.starts, events.c.id))

    def over(self) -> Sequence[Event]:
        """What took place, the first first."""
        query = select(events).where(events.c.state == EventState.OVER)
        return self._events(query.order_by(events.c.starts, events.c.id))

    def changes_of_over(self) -> int:
        """More after each: nothing that is over is planned again."""
        query = select(func.coalesce(func.sum(events.c.revision), 0)).where(events.c.state == EventState.OVER)
        return int(self._unit.connection.execute(query).scalar_one())

    # Who comes

    def count_sign_up(self, event: Event) -> bool:
        """One more; `event` as it was read. Not a change that somebody who edits it has to know of."""
        counted = update(events).where(events.c.id == event.id, events.c.taken == event.taken)
        return self._unit.connection.execute(counted.values(taken=event.taken + 1)).rowcount == 1

    def add_sign_up(self, sign_up: SignUp) -> bool:
        """False where its place is taken, or its person has one."""
        return insert_once(self._unit.connection, sign_ups, **sign_up_columns(sign_up))

    def change_sign_up(self, sign_up: SignUp) -> bool:
        return self._changed(sign_ups, sign_up.id, sign_up.revision, sign_up_columns(sign_up))

    def sign_ups(self, event_id: str) -> Sequence[SignUp]:
        """That stand, in the order in which they were made."""
        query = select(sign_ups).where(sign_ups.c.event_id == event_id, sign_ups.c.state != SignUpState.LEFT)
        return [sign_up_of(row) for row in self._unit.connection.execute(query.order_by(sign_ups.c.number))]

    def signed_up_since(self, person_id: str, since: datetime) -> int:
        """How often, what they left again too."""
        query = select(func.count()).where(sign_ups.c.person_id == person_id, sign_ups.c.at > since)
        return int(self._unit.connection.execute(query).scalar_one())

    def sign_up_of(self, event_id: str, person_id: str) -> SignUp | None:
        """Theirs that stands."""
        own = and_(sign_ups.c.event_id == event_id, sign_ups.c.person_id == person_id)
        query = select(sign_ups).where(own, sign_ups.c.state != SignUpState.LEFT)
        row = self._unit.connection.execute(query).one_or_none()
        return None if row is None else sign_up_of(row)

    def of_person(self, person_id: str, since: datetime) -> Sequence[tuple[Event, SignUp]]:
        """Their sign-ups that stand, for what ends after `since`, in the order of its starts."""
        standing = and_(sign_ups.c.person_id == person_id, sign_ups.c.state != SignUpState.LEFT)
        found = [sign_up_of(row) for row in self._unit.connection.execute(select(sign_ups).where(standing))]
        own = {each.event_id: each for each in found}
        query = select(events).where(events.c.id.in_(own), events.c.ends > since)
        return [(each, own[each.id]) for each in self._events(query.order_by(events.c.starts, events.c.id))]

    def counts(self, event_ids: Collection[str]) -> Mapping[tuple[str, SignUpState], int]:
        """How many come, and how many wait; nothing of what is zero."""
        query = select(sign_ups.c.event_id, sign_ups.c.state, func.count()).where(sign_ups.c.event_id.in_(event_ids))
        grouped = query.where(sign_ups.c.state != SignUpState.LEFT).group_by(sign_ups.c.event_id, sign_ups.c.state)
        rows = self._unit.connection.execute(grouped)
        return {(event_id, SignUpState(state)): count for event_id, state, count in rows}

    # What they ask

    def add_question(self, question: Question) -> None:
        self._unit.connection.execute(insert(questions).values(**question_columns(question)))

    def answer(self, question: Question) -> bool:
        """Again too; False where it is not there any more."""
        row = update(questions).where(questions.c.id == question.id)
        return self._unit.connection.execute(row.values(**question_columns(question))).rowcount == 1

    def remove_question(self, question_id: str) -> None:
        self._unit.connection.execute(delete(votes).where(votes.c.question_id == question_id))
        self._unit.connection.execute(delete(questions).where(questions.c.id == question_id))

    def question(self, question_id: str) -> Question | None:
        return next(iter(self._questions(questions.c.id == question_id)), None)

    def questions(self, event_id: str) -> Sequence[Question]:
        """The first asked first."""
        return self._questions(questions.c.event_id == event_id)

    def vote(self, question_id: str, person_id: str) -> bool:
        """False where they did already."""
        return insert_once(self._unit.connection, votes, question_id=question_id, person_id=person_id)

    def asked_too(self, event_id: str, person_id: str) -> frozenset[str]:
        """The questions, by id, of which they said that they ask them too."""
        query = select(votes.c.question_id).join(questions, questions.c.id == votes.c.question_id)
        wanted = query.where(questions.c.event_id == event_id, votes.c.person_id == person_id)
        return frozenset(self._unit.connection.execute(wanted).scalars())

    def voters(self, question_id: str) -> Sequence[str]:
        query = select(votes.c.person_id).where(votes.c.question_id == question_id).order_by(votes.c.person_id)
        return self._unit.connection.execute(query).scalars().all()

    # Where it stands

    def add_announcement(self, event_id: str, announcement: Announcement, at: datetime) -> bool:
        """False where it was announced already."""
        return insert_once(self._unit.connection, announcements, event_id=event_id, at=at, **asdict(announcement))

    def announcements(self, event_id: str) -> Sequence[Announcement]:
        of = announcements.c
        query = (
            select(of.platform, of.channel, of.outsiders)
            .where(of.event_id == event_id)
            .order_by(of.platform, of.channel)
        )
        return [Announcement(**row._mapping) for row in self._unit.connection.execute(query)]

    def put_card(self, event_id: str, person_id: str, place: Place, key: str) -> None:
        """The newest that this person has of it, in the place of an earlier one."""
        kept = place_to_json(place)
        insert_or_change(
            self._unit.connection, cards, {"place": kept, "message_key": key},
            event_id=event_id, person_id=person_id, place=kept, message_key=key,
        )  # fmt: skip

    def cards(self, event_id: str, person_id: str = "") -> Sequence[tuple[str, Place, str]]:
        """Whose, where and under which key; of one person alone where they are named."""
        query = select(cards).where(cards.c.event_id == event_id).order_by(cards.c.person_id)
        if person_id:
            query = query.where(cards.c.person_id == person_id)
        rows = self._unit.connection.execute(query)
        return [(row.person_id, place_from_json(row.place), row.message_key) for row in rows]

    def _questions(self, where: ColumnElement[bool]) -> list[Question]:
        count = select(func.count()).where(votes.c.question_id == questions.c.id).scalar_subquery()
        query = select(questions, count.label("votes")).where(where).order_by(questions.c.at, questions.c.id)
        return [question_of(row) for row in self._unit.connection.execute(query)]

    def _between(self, where: ColumnElement[bool], since: datetime, until: datetime) -> list[Event]:
        query = select(events).where(where, events.c.ends > since, events.c.starts < until)
        return self._events(query.order_by(events.c.starts, events.c.id))

    def _changed(self, table: Table, row_id: str, revision: int, values: Mapping[str, object]) -> bool:
        before = and_(table.c.id == row_id, table.c.revision == revision - 1)
        return self._unit.connection.execute(update(table).where(before).values(**values)).rowcount == 1

    def _put_organisers(self, event: Event) -> None:
        rows = [
            {"event_id": event.id, "person_id": each.person_id, "name": each.name[:NAME_LENGTH], "position": position}
            for position, each in enumerate(event.organisers)
        ]
        self._unit.connection.execute(insert(organisers), rows)

    def _events(self, query: Select[*tuple[object, ...]]) -> list[Event]:
        rows = self._unit.connection.execute(query).all()
        theirs: dict[str, list[Organiser]] = {row.id: [] for row in rows}
        found = select(organisers).where(organisers.c.event_id.in_(theirs))
        for each in self._unit.connection.execute(found.order_by(organisers.c.position, organisers.c.person_id)):
            theirs[each.event_id].append(Organiser(each.person_id, each.name))
        return [event_of(row, theirs[row.id]) for row in rows]
