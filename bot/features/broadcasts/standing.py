"""How each target of a broadcast stands: what the outbox says of its message, as long as that keeps it."""

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select

from bot.features.broadcasts.model import Broadcast, Recipient, Target, TargetState
from bot.features.broadcasts.tables import targets
from bot.storage.outbox import OutboxState, messages, outbox

DROPPED = "An admin dropped it after it had failed."
SETTLED_BY_OUTBOX = (TargetState.QUEUED, TargetState.FAILED, TargetState.UNCLEAR)
"""What became of these stands in the outbox, as long as that keeps it."""

ON_ITS_WAY = (OutboxState.WAITING, OutboxState.SENDING)
NOT_THERE = (OutboxState.FAILED, OutboxState.UNKNOWN)


def joined(broadcast: Broadcast, query: Select[*tuple[object, ...]]) -> Select[*tuple[object, ...]]:
    """Each target with the newest version of its message in the outbox, which may be an older one: a newer one was
    taken back or dropped."""
    this = and_(messages.c.conversation == targets.c.conversation, messages.c.message_key == broadcast.key)
    each = outbox.alias()
    newest = (
        select(func.max(each.c.version))
        .where(each.c.conversation == messages.c.conversation, each.c.message_key == messages.c.message_key)
        .correlate(messages)
        .scalar_subquery()
    )
    kept = and_(
        outbox.c.conversation == messages.c.conversation,
        outbox.c.message_key == messages.c.message_key,
        outbox.c.version == newest,
    )
    all_of_it = targets.outerjoin(messages, this).outerjoin(outbox, kept)
    return query.select_from(all_of_it).where(targets.c.broadcast_id == broadcast.id)


def outcome(broadcast: Broadcast) -> ColumnElement[str]:
    """A deliverer's word stands over what was kept of it."""
    gone = TargetState.STOPPED if broadcast.is_over else TargetState.FAILED
    return case(
        (targets.c.state.not_in(SETTLED_BY_OUTBOX), targets.c.state),
        (messages.c.message_id.is_not(None), TargetState.ARRIVED),
        (outbox.c.state == OutboxState.SENT, TargetState.ARRIVED),
        (outbox.c.state == OutboxState.FAILED, TargetState.FAILED),
        (outbox.c.state == OutboxState.UNKNOWN, TargetState.UNCLEAR),
        (outbox.c.state.in_(ON_ITS_WAY), TargetState.QUEUED),
        (targets.c.state == TargetState.QUEUED, gone),
        else_=targets.c.state,
    )


def reason(broadcast: Broadcast) -> ColumnElement[str]:
    dropped = "" if broadcast.is_over else DROPPED
    return case(
        (targets.c.state.in_((TargetState.WAITING, TargetState.STOPPED, TargetState.NOT_ALLOWED)), targets.c.reason),
        (outbox.c.state.in_(NOT_THERE), outbox.c.error),
        (and_(outbox.c.state == OutboxState.SENT, outbox.c.version < messages.c.version), dropped),
        (outbox.c.state.is_not(None), ""),
        (and_(targets.c.state == TargetState.QUEUED, messages.c.message_id.is_(None)), dropped),
        else_=targets.c.reason,
    )


def as_they_stand(broadcast: Broadcast) -> Select[*tuple[object, ...]]:
    is_newest = and_(outbox.c.state == OutboxState.SENT, outbox.c.version == messages.c.version)
    is_current = or_(outbox.c.state.is_(None), is_newest)
    return joined(
        broadcast,
        select(
            targets,
            outcome(broadcast).label("outcome"),
            reason(broadcast).label("why"),
            is_current.label("is_current"),
            func.coalesce(targets.c.arrived_at, case((outbox.c.state == OutboxState.SENT, outbox.c.finished_at))).label(
                "came_at"
            ),
        ),
    )


def target_of(row: Row[*tuple[object, ...]]) -> Target:
    return Target(
        row.broadcast_id,
        row.number,
        Recipient(row.platform, row.channel, row.person_id),
        row.name,
        row.zone,
        row.due_at,
        TargetState(row.outcome),
        row.version,
        row.conversation,
        bool(row.is_current),
        row.why,
        row.came_at,
    )
