"""Where requests and ideas are kept: who approved them, who votes for them, and the cards that show them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Select, and_, case, delete, func, or_, select, update

from bot.chat.turn import Place
from bot.features.ideas.model import PUBLIC, RUNNING, Approval, Idea, State
from bot.features.ideas.tables import NAME_LENGTH, approval_of, approvals, cards, idea_columns, idea_of, ideas, votes
from bot.storage.serialisation import place_from_json, place_to_json
from bot.storage.tables import insert_once, insert_or_change
from bot.storage.unit_of_work import UnitOfWork


class SqlIdeas:
    """Rows inside one unit of work. What is changed is changed in the revision before it, or not at all: then False."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, idea: Idea) -> bool:
        """False where there is one of that id."""
        return insert_once(self._unit.connection, ideas, **idea_columns(idea))

    def get(self, idea_id: str) -> Idea | None:
        return next(iter(self._ideas(select(ideas).where(ideas.c.id == idea_id))), None)

    def take(self, idea_id: str) -> Idea | None:
        """`get` for whoever is going to change it or what belongs to it: one after the other."""
        # On SQLite whoever writes is alone already.
        return next(iter(self._ideas(select(ideas).where(ideas.c.id == idea_id).with_for_update())), None)

    def change(self, idea: Idea) -> bool:
        before = and_(ideas.c.id == idea.id, ideas.c.revision == idea.revision - 1)
        return self._unit.connection.execute(update(ideas).where(before).values(**idea_columns(idea))).rowcount == 1

    def in_states(self, states: Collection[State], limit: int, kind: str = "") -> Sequence[Idea]:
        """What is not over first, and of both the newest; of one kind where that is named."""
        query = select(ideas).where(ideas.c.state.in_(states))
        query = query.where(ideas.c.kind == kind) if kind else query
        is_over = case((ideas.c.state.in_((State.INCOMPLETE, *RUNNING)), 0), else_=1)
        return self._ideas(query.order_by(is_over, ideas.c.asked_at.desc(), ideas.c.id).limit(limit))

    def changed(self, since: datetime, until: datetime) -> Sequence[Idea]:
        """Of those that everybody may see, to which something happened after `since` and not after `until`, the last
        change first."""
        at = func.coalesce(ideas.c.changed_at, ideas.c.asked_at)
        query = select(ideas).where(ideas.c.state.in_(PUBLIC), at > since, at <= until)
        return self._ideas(query.order_by(at.desc(), ideas.c.id.desc()))

    def of_person(self, person_id: str, limit: int) -> Sequence[Idea]:
        """In which they have a part and that they may see, the newest first; of their own in whichever state."""
        part = and_(ideas.c.state.in_(PUBLIC), or_(ideas.c.sponsor_id == person_id, ideas.c.owner_id == person_id))
        own = or_(ideas.c.asker_id == person_id, part)
        return self._ideas(select(ideas).where(own).order_by(ideas.c.asked_at.desc(), ideas.c.id).limit(limit))

    def planned(self, first: date, last: date) -> Sequence[Idea]:
        """Accepted work with days of its own between these, in the order of its first day."""
        accepted = ideas.c.state.in_((State.ACCEPTED, State.UNDER_WAY, State.DONE))
        query = select(ideas).where(accepted, ideas.c.ends_on >= first, ideas.c.starts_on <= last)
        return self._ideas(query.order_by(ideas.c.starts_on, ideas.c.id))

    def titles(self, limit: int) -> Sequence[tuple[str, str]]:
        """Id and title of those that everybody may see, the newest first."""
        query = select(ideas.c.id, ideas.c.title).where(ideas.c.state.in_(PUBLIC))
        rows = self._unit.connection.execute(query.order_by(ideas.c.asked_at.desc(), ideas.c.id).limit(limit))
        return [(row.id, row.title) for row in rows]

    # Approvals

    def approve(self, idea_id: str, approval: Approval) -> bool:
        """False where that role has approved, or that person. What its asker approved before they proved to be that
        counts no more."""
        asker = select(ideas.c.asker_id).where(ideas.c.id == idea_id).scalar_subquery()
        own = and_(approvals.c.idea_id == idea_id, approvals.c.person_id == asker)
        self._unit.connection.execute(delete(approvals).where(own))
        values = {"role": approval.role, "person_id": approval.person_id, "at": approval.at}
        name = approval.person_name[:NAME_LENGTH]
        return insert_once(self._unit.connection, approvals, idea_id=idea_id, person_name=name, **values)

    def approvals(self, idea_id: str) -> Sequence[Approval]:
        return self.approvals_of([idea_id]).get(idea_id, ())

    def approvals_of(self, idea_ids: Collection[str]) -> Mapping[str, Sequence[Approval]]:
        """By idea, the first first; nothing of what has none. Whoever proved to be its asker since approved nothing."""
        others = and_(ideas.c.id == approvals.c.idea_id, ideas.c.asker_id != approvals.c.person_id)
        query = select(approvals).join(ideas, others).where(approvals.c.idea_id.in_(idea_ids))
        query = query.order_by(approvals.c.at, approvals.c.role)
        found: dict[str, list[Approval]] = {}
        for row in self._unit.connection.execute(query):
            found.setdefault(row.idea_id, []).append(approval_of(row))
        return found

    def clear_approvals(self, idea_id: str) -> None:
        self._unit.connection.execute(delete(approvals).where(approvals.c.idea_id == idea_id))

    # Votes

    def vote(self, idea_id: str, person_id: str) -> bool:
        """False where they did already."""
        return insert_once(self._unit.connection, votes, idea_id=idea_id, person_id=person_id)

    def unvote(self, idea_id: str, person_id: str) -> bool:
        """False where they had not."""
        own = and_(votes.c.idea_id == idea_id, votes.c.person_id == person_id)
        return self._unit.connection.execute(delete(votes).where(own)).rowcount == 1

    def voters(self, idea_id: str) -> Sequence[str]:
        query = select(votes.c.person_id).where(votes.c.idea_id == idea_id).order_by(votes.c.person_id)
        return self._unit.connection.execute(query).scalars().all()

    def votes(self, idea_ids: Collection[str]) -> Mapping[str, int]:
        """By idea; nothing of what is zero. Whoever proved to be its asker since counts no more."""
        others = and_(ideas.c.id == votes.c.idea_id, ideas.c.asker_id != votes.c.person_id)
        query = select(votes.c.idea_id, func.count()).join(ideas, others).where(votes.c.idea_id.in_(idea_ids))
        query = query.group_by(votes.c.idea_id)
        return {row[0]: row[1] for row in self._unit.connection.execute(query)}

    def voted_for(self, person_id: str) -> frozenset[str]:
        query = select(votes.c.idea_id).where(votes.c.person_id == person_id)
        return frozenset(self._unit.connection.execute(query).scalars())

    def of_voter(self, person_id: str, limit: int) -> Sequence[Idea]:
        """Those that everybody may see and they voted for, the newest first."""
        theirs = select(votes.c.idea_id).where(votes.c.person_id == person_id)
        query = select(ideas).where(ideas.c.id.in_(theirs), ideas.c.state.in_(PUBLIC))
        return self._ideas(query.order_by(ideas.c.asked_at.desc(), ideas.c.id).limit(limit))

    # Where it stands

    def put_card(self, idea_id: str, person_id: str, place: Place, key: str) -> None:
        """The newest that this person has of it, in the place of an earlier one."""
        kept = place_to_json(place)
        insert_or_change(
            self._unit.connection, cards, {"place": kept, "message_key": key},
            idea_id=idea_id, person_id=person_id, place=kept, message_key=key,
        )  # fmt: skip

    def cards(self, idea_id: str) -> Sequence[tuple[str, Place, str]]:
        """Whose, where and under which key."""
        query = select(cards).where(cards.c.idea_id == idea_id).order_by(cards.c.person_id)
        rows = self._unit.connection.execute(query)
        return [(row.person_id, place_from_json(row.place), row.message_key) for row in rows]

    def _ideas(self, query: Select[*tuple[object, ...]]) -> list[Idea]:
        return [idea_of(row) for row in self._unit.connection.execute(query)]
