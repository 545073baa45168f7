"""Broadcasts, their targets and what is known of their readers, inside one unit of work."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.features.broadcasts.model import Broadcast, Progress, Recipient, Target, TargetState
from bot.features.broadcasts.standing import (
    ON_ITS_WAY,
    SETTLED_BY_OUTBOX,
    as_they_stand,
    joined,
    outcome,
    reason,
    target_of,
)
from bot.features.broadcasts.tables import (
    NAME_LENGTH,
    REASON_LENGTH,
    broadcast_columns,
    broadcast_of,
    broadcasts,
    openings,
    reactions,
    targets,
)
from bot.storage.outbox import outbox
from bot.storage.tables import insert_once
from bot.storage.unit_of_work import UnitOfWork


class SqlBroadcasts:
    """Whoever changes a broadcast or its targets has taken it with `take`."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, broadcast: Broadcast) -> None:
        self._unit.connection.execute(insert(broadcasts).values(**broadcast_columns(broadcast)))

    def get(self, broadcast_id: str) -> Broadcast | None:
        return self._one(select(broadcasts).where(broadcasts.c.id == broadcast_id))

    def take(self, broadcast_id: str) -> Broadcast | None:
        """`get` for whoever is going to change it or what belongs to it: one after the other."""
        # On SQLite whoever writes is alone already.
        return self._one(select(broadcasts).where(broadcasts.c.id == broadcast_id).with_for_update())

    def change(self, broadcast: Broadcast) -> None:
        own = broadcast_columns(broadcast)
        self._unit.connection.execute(update(broadcasts).where(broadcasts.c.id == broadcast.id).values(**own))

    def about(self, subject: str) -> list[Broadcast]:
        """The newest first."""
        query = select(broadcasts).where(broadcasts.c.about == subject)
        rows = self._unit.connection.execute(query.order_by(broadcasts.c.made_at.desc(), broadcasts.c.id))
        return [broadcast_of(row) for row in rows]

    def put_targets(self, broadcast_id: str, wanted: Sequence[tuple[Recipient, str]]) -> None:
        """In place of those there are. Each with its name; of equal recipients the first."""
        self._unit.connection.execute(delete(targets).where(targets.c.broadcast_id == broadcast_id))
        named: dict[Recipient, str] = {}
        for recipient, name in wanted:
            named.setdefault(recipient, name)
        rows = [
            {
                "broadcast_id": broadcast_id,
                "number": number,
                "platform": recipient.platform,
                "channel": recipient.channel,
                "person_id": recipient.person_id,
                "name": name[:NAME_LENGTH],
                "zone": "",
                "state": TargetState.WAITING,
                "version": 0,
                "conversation": "",
                "reason": "",
            }
            for number, (recipient, name) in enumerate(named.items(), 1)
        ]
        if rows:
            self._unit.connection.execute(insert(targets), rows)

    def put_due(self, broadcast_id: str, due: Mapping[int, tuple[str, datetime]]) -> None:
        """Zone and moment of each, by number."""
        changed = update(targets).where(
            targets.c.broadcast_id == broadcast_id, targets.c.number == bindparam("this"),
        )  # fmt: skip
        rows = [{"this": number, "zone": zone, "due_at": at} for number, (zone, at) in due.items()]
        if rows:
            self._unit.connection.execute(changed, rows)

    def waiting_in(self, platform: str, channel: str, now: datetime) -> list[tuple[str, int]]:
        """What goes there at a moment to come: of which broadcast, the newest first, and which of its targets."""
        there = and_(targets.c.platform == platform, targets.c.channel == channel)
        query = select(targets.c.broadcast_id, targets.c.number).join(
            broadcasts, targets.c.broadcast_id == broadcasts.c.id
        )
        to_come = query.where(there, targets.c.state == TargetState.WAITING, targets.c.due_at > now)
        ordered = to_come.order_by(broadcasts.c.made_at.desc(), broadcasts.c.id)
        return [(row.broadcast_id, row.number) for row in self._unit.connection.execute(ordered)]

    def targets(self, broadcast: Broadcast, *states: TargetState) -> list[Target]:
        """As they stand by now; all of them without `states`."""
        query = as_they_stand(broadcast)
        wanted = query.where(outcome(broadcast).in_(states)) if states else query
        return self._targets(wanted.order_by(targets.c.number))

    def names(self, broadcast_id: str, most: int) -> list[str]:
        """Of its first targets."""
        query = select(targets.c.name).where(targets.c.broadcast_id == broadcast_id)
        return list(self._unit.connection.execute(query.order_by(targets.c.number).limit(most)).scalars())

    def problems(self, broadcast: Broadcast) -> list[Target]:
        """Where it has not arrived and will not by itself, or its correction has not."""
        did_not = outcome(broadcast).in_((TargetState.FAILED, TargetState.UNCLEAR, TargetState.NOT_ALLOWED))
        is_stale = and_(outcome(broadcast) == TargetState.ARRIVED, reason(broadcast) != "")
        return self._targets(as_they_stand(broadcast).where(or_(did_not, is_stale)).order_by(targets.c.number))

    def arrived(self, broadcast: Broadcast, *platforms: str, most: int | None = None) -> int:
        """In how many places, of these platforms where some are named; counted no further than `most`."""
        there = [targets.c.conversation.startswith(f"{each}/", autoescape=True) for each in platforms]
        query = joined(broadcast, select(targets.c.number)).where(outcome(broadcast) == TargetState.ARRIVED)
        found = (query.where(or_(*there)) if there else query).limit(most).subquery()
        return int(self._unit.connection.execute(select(func.count()).select_from(found)).scalar_one())

    def due(self, broadcast: Broadcast, now: datetime, limit: int) -> list[Target]:
        """Those that wait and may go."""
        mine = and_(targets.c.broadcast_id == broadcast.id, targets.c.state == TargetState.WAITING)
        query = as_they_stand(broadcast).where(mine, targets.c.due_at <= now)
        return self._targets(query.order_by(targets.c.due_at, targets.c.number).limit(limit))

    def next_due(self, broadcast_id: str) -> datetime | None:
        mine = and_(targets.c.broadcast_id == broadcast_id, targets.c.state == TargetState.WAITING)
        return self._unit.connection.execute(select(func.min(targets.c.due_at)).where(mine)).scalar()

    def behind(self, broadcast: Broadcast, limit: int) -> list[Target]:
        """Those that were given an older version. Of one that was taken down, where something of it stands."""
        found = [TargetState.ARRIVED, TargetState.UNCLEAR]
        found += [] if broadcast.is_over else [TargetState.QUEUED, TargetState.FAILED]
        query = as_they_stand(broadcast).where(
            targets.c.version > 0, targets.c.version < broadcast.version, outcome(broadcast).in_(found)
        )
        return self._targets(query.order_by(targets.c.number).limit(limit))

    def stay(self, broadcast: Broadcast) -> int:
        """All but what is on its way count as given its newest version; returns how much that is."""
        on_its_way = [each for each in self.targets(broadcast, TargetState.QUEUED) if each.version]
        mine = update(targets).where(targets.c.broadcast_id == broadcast.id, targets.c.version > 0)
        self._unit.connection.execute(mine.values(version=broadcast.version))
        for each in on_its_way:
            self._put(each, version=each.version)
        return len(on_its_way)

    def queued(self, target: Target, conversation: str, version: int) -> None:
        """It is in the outbox."""
        state = TargetState.QUEUED if target.state is TargetState.WAITING else target.state
        self._put(target, state=state, conversation=conversation, version=version, reason="")

    def refused(self, target: Target, state: TargetState, reason: str) -> None:
        self._put(target, state=state, reason=reason[:REASON_LENGTH])

    def conversations(self, broadcast_id: str) -> list[str]:
        """Where it was put of those that had not arrived when somebody looked last."""
        query = select(targets.c.conversation).where(
            targets.c.broadcast_id == broadcast_id, targets.c.state.in_(SETTLED_BY_OUTBOX), targets.c.conversation != ""
        )
        return list(self._unit.connection.execute(query).scalars())

    def drop(self, broadcast_id: str) -> None:
        self._unit.connection.execute(delete(targets).where(targets.c.broadcast_id == broadcast_id))
        self._unit.connection.execute(delete(broadcasts).where(broadcasts.c.id == broadcast_id))

    def stop(self, broadcast_id: str) -> None:
        """What waits. Of what is being sent at this moment nobody knows in which version it arrives: the first one."""
        mine = update(targets).where(targets.c.broadcast_id == broadcast_id)
        waiting = mine.where(targets.c.state == TargetState.WAITING)
        self._unit.connection.execute(waiting.values(state=TargetState.STOPPED))
        queued = mine.where(targets.c.state == TargetState.QUEUED)
        self._unit.connection.execute(queued.values(version=1))

    def wait_again(self, broadcast_id: str, now: datetime) -> int:
        """What failed or was not allowed; returns how many."""
        again = update(targets).where(
            targets.c.broadcast_id == broadcast_id,
            targets.c.state.in_((TargetState.FAILED, TargetState.NOT_ALLOWED)),
        )
        waiting = again.values(state=TargetState.WAITING, due_at=now, reason="")
        return self._unit.connection.execute(waiting).rowcount

    def change_again(self, broadcast: Broadcast) -> int:
        """Where the newest version did not arrive; returns how many."""
        stale = [each for each in self.targets(broadcast, TargetState.ARRIVED) if each.reason]
        for each in stale:
            self._put(each, version=broadcast.version - 1)
        return len(stale)

    def settle(self, broadcast: Broadcast) -> None:
        """Keep what became of them, for the outbox forgets."""
        changed = or_(outcome(broadcast) != targets.c.state, reason(broadcast) != targets.c.reason)
        query = as_they_stand(broadcast).where(targets.c.state.in_(SETTLED_BY_OUTBOX), changed)
        rows = [
            {
                "this": each.number,
                "state": each.state,
                "reason": each.reason[:REASON_LENGTH],
                "arrived_at": each.arrived_at,
            }
            for each in self._targets(query)
        ]
        if not rows:
            return
        kept = update(targets).where(
            targets.c.broadcast_id == broadcast.id, targets.c.number == bindparam("this")
        )  # fmt: skip
        self._unit.connection.execute(kept, rows)

    def progress(self, broadcast: Broadcast) -> Progress:
        state = outcome(broadcast)
        changing = and_(
            state == TargetState.ARRIVED,
            or_(outbox.c.state.in_(ON_ITS_WAY), and_(targets.c.version > 0, targets.c.version < broadcast.version)),
        )
        counted = select(
            state.label("outcome"),
            func.count().label("number"),
            func.sum(case((changing, 1), else_=0)).label("moves"),
        )
        rows = self._unit.connection.execute(joined(broadcast, counted).group_by(state)).all()
        counts = {TargetState(row.outcome): int(row.number) for row in rows}
        return Progress(counts, sum(int(row.moves or 0) for row in rows))

    def number_at(self, broadcast_id: str, conversation: str) -> int | None:
        """Of the target that it was put to there."""
        query = select(targets.c.number).where(
            targets.c.broadcast_id == broadcast_id, targets.c.conversation == conversation
        )
        return self._unit.connection.execute(query.limit(1)).scalar()

    def add_opening(self, about: str, person_id: str, now: datetime) -> None:
        """Again too, which changes nothing."""
        insert_once(self._unit.connection, openings, about=about, person_id=person_id, at=now)

    def openings(self, about: str) -> int:
        """How many people."""
        query = select(func.count()).where(openings.c.about == about)
        return int(self._unit.connection.execute(query).scalar_one())

    def add_reaction(self, broadcast_id: str, number: int, name: str, person_id: str, now: datetime) -> None:
        values = {"broadcast_id": broadcast_id, "number": number, "name": name[:100]}
        insert_once(self._unit.connection, reactions, **values, person_id=person_id, at=now)

    def drop_reaction(self, broadcast_id: str, number: int, name: str, person_id: str) -> None:
        this = and_(reactions.c.broadcast_id == broadcast_id, reactions.c.number == number)
        theirs = and_(reactions.c.name == name[:100], reactions.c.person_id == person_id)
        self._unit.connection.execute(delete(reactions).where(this, theirs))

    def reactions(self, broadcast_id: str) -> Mapping[str, int]:
        """How many people, by name."""
        query = select(reactions.c.name, func.count(func.distinct(reactions.c.person_id)))
        named = query.where(reactions.c.broadcast_id == broadcast_id).group_by(reactions.c.name)
        ordered = named.order_by(func.count().desc(), reactions.c.name)
        return {str(name): int(number) for name, number in self._unit.connection.execute(ordered)}

    def _put(self, target: Target, **values: object) -> None:
        self._unit.connection.execute(update(targets).where(_is(target)).values(**values))

    def _one(self, query: Select[*tuple[object, ...]]) -> Broadcast | None:
        row = self._unit.connection.execute(query).first()
        return None if row is None else broadcast_of(row)

    def _targets(self, query: Select[*tuple[object, ...]]) -> list[Target]:
        return [target_of(row) for row in self._unit.connection.execute(query)]


def _is(target: Target) -> ColumnElement[bool]:
    return and_(targets.c.broadcast_id == target.broadcast_id, targets.c.number == target.number)
