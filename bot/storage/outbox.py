"""What is to be delivered: written with the state it tells of, delivered by the relay."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    Column,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from bot.chat.reply import Message, Post
from bot.chat.turn import Place
from bot.storage.nonces import Nonces, nonces
from bot.storage.serialisation import message_from_json, message_to_json, place_from_json, place_to_json
from bot.storage.tables import RowId, UtcDateTime, insert_or_change, metadata
from bot.storage.unit_of_work import UnitOfWork
from bot.storage.wakeups import OUTBOX


class OutboxState(StrEnum):
    """`unknown` is parked: nobody can say whether it arrived, an admin decides."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("lane", String(300), nullable=False),
    Column("conversation", String(500), nullable=False),
    Column("message_key", String(300), nullable=False),
    Column("version", Integer, nullable=False),
    Column("place", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime),
    Column("sending_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("withdrawn_at", UtcDateTime),
    Column("error", String(500), nullable=False),
    UniqueConstraint("conversation", "message_key", "version"),
    Index(None, "state", "due_at"),
    Index(None, "lane", "state", "id"),
    Index(None, "lane", "sending_at"),
    sqlite_autoincrement=True,
)
Index(
    "uq_outbox_sending",
    outbox.c.lane,
    unique=True,
    sqlite_where=text("state = 'sending'"),
    postgresql_where=text("state = 'sending'"),
)

messages = Table(
    "messages",
    metadata,
    Column("conversation", String(500), primary_key=True),
    Column("message_key", String(300), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("message_id", String(300)),
    Index(None, "conversation", "message_id"),
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One version of a message on its way. With a `message_id` it replaces what stands there. `queued_at` is when
    this version was written, or was to go."""

    id: int
    place: Place
    key: str
    message: Message
    nonce: str
    attempts: int
    message_id: str | None
    queued_at: datetime


class Outbox:
    """Rows inside one unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, post: Post, here: Place, now: datetime, *, not_before: datetime | None = None) -> None:
        """Queue a message for `post.place`, or for `here`. A version that still waits is replaced by this one, and so
        is one that is parked: posted beside it, people might see two. Until `not_before` it holds up nothing in its
        lane; where a version waits that is to go now, so does this one."""
        place = post.place or here
        version = self._next_version(place.conversation, post.key)
        nonces = Nonces(self._unit)
        if version > 1:
            nonces.use_up(place.conversation, post.key, now)
        values = {
            "version": version,
            "place": place_to_json(place),
            "message": message_to_json(post.message),
            "nonce": nonces.for_message(place.conversation, post.key, post.message, now),
        }
        self._unit.wake(OUTBOX)
        if version > 1 and self._replace(place, post.key, values, not_before, now):
            return
        self._unit.connection.execute(
            insert(outbox).values(
                lane=lane(place),
                conversation=place.conversation,
                message_key=post.key,
                state=OutboxState.WAITING,
                attempts=0,
                due_at=not_before or now,
                not_before=not_before,
                error="",
                **values,
            )
        )

    def show(self, post: Post, place: Place, now: datetime, *, not_before: datetime | None = None) -> None:
        """`add` where something else stands there, so that the buttons of what stays as it is, and forms opened from
        it, stay good. What has arrived already is changed at once, which wakes nobody."""
        if not self.says(post.message, place, post.key):
            waits = not_before if not_before and not self.has_arrived(place, post.key) else None
            self.add(post, place, now, not_before=waits)

    def claim(self, row_id: int, now: datetime) -> Delivery | None:
        """Mark as being sent; None where somebody else did. Raises IntegrityError where its lane is taken."""
        taken = (
            update(outbox)
            .where(outbox.c.id == row_id, outbox.c.state == OutboxState.WAITING)
            .values(state=OutboxState.SENDING, sending_at=now, attempts=outbox.c.attempts + 1)
        )
        if self._unit.connection.execute(taken).rowcount != 1:
            return None
        return delivery_in(self._unit.connection.execute(deliveries().where(outbox.c.id == row_id)).one())

    def sent(self, delivery: Delivery, message_id: str, now: datetime) -> None:
        self._leave(delivery, OutboxState.SENT, finished_at=now, error="")
        if message_id == delivery.message_id:
            return
        self._unit.connection.execute(
            update(messages)
            .where(messages.c.conversation == delivery.place.conversation, messages.c.message_key == delivery.key)
            .values(message_id=message_id)
        )

    def postpone(self, delivery: Delivery, due_at: datetime, error: str) -> None:
        """Try again at `due_at`; what comes after it in its lane waits too."""
        self._leave(delivery, OutboxState.WAITING, due_at=due_at, error=error[:500])

    def hold(self, delivery: Delivery, due_at: datetime, error: str) -> None:
        """As `postpone`, where the platform said when: that was not a try."""
        attempts = outbox.c.attempts - 1
        self._leave(delivery, OutboxState.WAITING, due_at=due_at, error=error[:500], attempts=attempts)

    def look_again(self, delivery: Delivery, due_at: datetime, error: str) -> None:
        """Its outcome is still open: it is not `stranded` again before `due_at`."""
        self._leave(delivery, OutboxState.SENDING, due_at=due_at, error=error[:500])

    def fail(self, delivery: Delivery, error: str, now: datetime) -> None:
        self._leave(delivery, OutboxState.FAILED, finished_at=now, error=error[:500])

    def park(self, delivery: Delivery, now: datetime) -> None:
        error = "Nobody can say whether this arrived."
        self._leave(delivery, OutboxState.UNKNOWN, finished_at=now, error=error)

    def stranded(self, platform: str, sending_since: datetime, now: datetime) -> list[Delivery]:
        """Rows whose sending began before `sending_since`, whose outcome nobody recorded, and whose time has come."""
        query = deliveries().where(
            outbox.c.state == OutboxState.SENDING,
            outbox.c.sending_at < sending_since,
            outbox.c.due_at <= now,
            outbox.c.lane.startswith(f"{platform}/", autoescape=True),
        )
        return [delivery_in(row) for row in self._unit.connection.execute(query)]

    def withdraw(self, conversations: Collection[str], key: str, now: datetime) -> list[str]:
        """Take back what has not arrived in any version, also what failed; returns from which conversations. What is
        being sent at this moment arrives, or is not tried again. What is parked stays: it may have arrived."""
        arrived = exists().where(
            messages.c.conversation == outbox.c.conversation,
            messages.c.message_key == outbox.c.message_key,
            messages.c.message_id.is_not(None),
        )
        theirs = and_(outbox.c.conversation.in_(conversations), outbox.c.message_key == key, ~arrived)
        sending = update(outbox).where(theirs, outbox.c.state == OutboxState.SENDING)
        self._unit.connection.execute(sending.values(withdrawn_at=now))
        idle = delete(outbox).where(theirs, outbox.c.state.in_((OutboxState.WAITING, OutboxState.FAILED)))
        return list(self._unit.connection.execute(idle.returning(outbox.c.conversation)).scalars())

    def place_of(self, conversation: str, key: str) -> Place | None:
        """Where the message stands, as whoever posted it named the place."""
        query = (
            select(outbox.c.place)
            .where(outbox.c.conversation == conversation, outbox.c.message_key == key)
            .order_by(outbox.c.version.desc())
            .limit(1)
        )
        place = self._unit.connection.execute(query).scalar()
        return None if place is None else place_from_json(place)

    def key_of(self, place: Place, message_id: str) -> str | None:
        """Of the message of ours that the platform calls `message_id` there."""
        query = select(messages.c.message_key).where(
            messages.c.conversation == place.conversation, messages.c.message_id == message_id
        )
        return self._unit.connection.execute(query).scalar()

    def says(self, message: Message, place: Place, key: str) -> bool:
        """Whether that is what stands there, or is on its way there."""
        query = (
            select(outbox.c.message)
            .where(
                outbox.c.conversation == place.conversation,
                outbox.c.message_key == key,
                outbox.c.state != OutboxState.FAILED,
            )
            .order_by(outbox.c.version.desc())
            .limit(1)
        )
        return self._unit.connection.execute(query).scalar() == message_to_json(message)

    def has_arrived(self, place: Place, key: str) -> bool:
        """Whether any version of it stands there."""
        query = select(messages.c.message_id).where(
            messages.c.conversation == place.conversation, messages.c.message_key == key
        )
        return self._unit.connection.execute(query).scalar() is not None

    def failed(self, conversations: Collection[str], key: str) -> frozenset[str]:
        """In which of them a version of that message failed for good, and none arrived."""
        arrived = exists().where(
            messages.c.conversation == outbox.c.conversation,
            messages.c.message_key == outbox.c.message_key,
            messages.c.message_id.is_not(None),
        )
        query = select(outbox.c.conversation).where(
            outbox.c.conversation.in_(tuple(conversations)),
            outbox.c.message_key == key,
            outbox.c.state == OutboxState.FAILED,
            ~arrived,
        )
        return frozenset(self._unit.connection.execute(query).scalars())

    def begun(self, conversation: str, place: Place) -> str | None:
        """Key of the message of ours in `conversation` that begins the thread of `place`. Platforms name a thread by
        its first message, some with the channel before it."""
        ids = (place.thread, f"{place.channel.rpartition(':')[2]}:{place.thread}")
        query = select(messages.c.message_key).where(
            messages.c.conversation == conversation, messages.c.message_id.in_(ids)
        )
        return self._unit.connection.execute(query.limit(1)).scalar()

    def purge(self, finished_before: datetime, current_before: datetime) -> int:
        """Forget what was sent; of each message the newest version stays until `current_before`, as what failed
        does, and the platforms' message ids for ever."""
        replaced = exists().where(
            messages.c.conversation == outbox.c.conversation,
            messages.c.message_key == outbox.c.message_key,
            messages.c.version > outbox.c.version,
        )
        old = or_(
            and_(outbox.c.state == OutboxState.SENT, outbox.c.finished_at < finished_before, replaced),
            outbox.c.finished_at < current_before,
        )
        return self._unit.connection.execute(delete(outbox).where(old)).rowcount

    def _leave(self, delivery: Delivery, state: OutboxState, **values: object) -> None:
        """Wakes nobody: whoever delivered it looks by itself what comes next."""
        own = and_(outbox.c.id == delivery.id, outbox.c.state == OutboxState.SENDING)
        if state in (OutboxState.WAITING, OutboxState.FAILED):
            self._unit.connection.execute(delete(outbox).where(own, outbox.c.withdrawn_at.is_not(None)))
        self._unit.connection.execute(update(outbox).where(own).values(state=state, **values))

    def _replace(
        self, place: Place, key: str, values: Mapping[str, object], not_before: datetime | None, now: datetime
    ) -> bool:
        waiting = (
            update(outbox)
            .where(
                outbox.c.conversation == place.conversation,
                outbox.c.message_key == key,
                outbox.c.state.in_((OutboxState.WAITING, OutboxState.UNKNOWN)),
            )
            .values(
                due_at=case((outbox.c.not_before.is_(None), outbox.c.due_at), else_=not_before or now),
                not_before=case((outbox.c.not_before.is_(None), outbox.c.not_before), else_=not_before),
                **values,
            )
        )
        return self._unit.connection.execute(waiting).rowcount > 0

    def _next_version(self, conversation: str, key: str) -> int:
        message = insert_or_change(
            self._unit.connection, messages, {"version": messages.c.version + 1},
            conversation=conversation, message_key=key, version=1,
        )  # fmt: skip
        return int(message.version)


def lane(place: Place) -> str:
    """What keeps its order and its pace: a channel of a platform."""
    return f"{place.platform}/{place.channel}"


def deliveries() -> Select[*tuple[object, ...]]:
    """Rows for `delivery_in`, to be narrowed."""
    queued_at = func.coalesce(outbox.c.not_before, nonces.c.made_at, outbox.c.due_at).label("queued_at")
    # Each version has its own nonce.
    return (
        select(outbox, messages.c.message_id, queued_at)
        .join(
            messages,
            (messages.c.conversation == outbox.c.conversation) & (messages.c.message_key == outbox.c.message_key),
        )
        .outerjoin(nonces, nonces.c.nonce == outbox.c.nonce)
    )


def delivery_in(row: Row[*tuple[object, ...]]) -> Delivery:
    return Delivery(
        id=row.id,
        place=place_from_json(row.place),
        key=row.message_key,
        message=message_from_json(row.message),
        nonce=row.nonce,
        attempts=row.attempts,
        message_id=row.message_id,
        queued_at=row.queued_at,
    )
