"""What came in: kept under its unique key before it is acknowledged, worked on once, in order."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import (
    Column,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    delete,
    exists,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from bot.chat.turn import Commanded, Pointed, Pressed, Reworded, Said, Searched, Submitted, Turn
from bot.storage.serialisation import turn_from_json, turn_to_json
from bot.storage.tables import RowId, UtcDateTime, insert_once, metadata
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.storage.wakeups import INBOX


class InboxState(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


inbox = Table(
    "inbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("platform", String(50), nullable=False),
    Column("event_key", String(500), nullable=False),
    Column("conversation", String(500), nullable=False),
    Column("turn", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("accepted_at", UtcDateTime, nullable=False),
    Column("claim", String(32)),
    Column("claimed_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("error", String(200), nullable=False),
    UniqueConstraint("platform", "event_key"),
    Index(None, "state", "id"),
    Index(None, "conversation", "state", "id"),
    sqlite_autoincrement=True,
)
Index(
    "uq_inbox_working",
    inbox.c.conversation,
    unique=True,
    sqlite_where=text("state = 'working'"),
    postgresql_where=text("state = 'working'"),
)


@dataclass(frozen=True, slots=True)
class ClaimedTurn:
    """A turn that one worker holds. `attempts` counts this one."""

    id: int
    claim: str
    attempts: int
    turn: Turn


class ClaimLost(Exception):
    """The row went back to the others meanwhile: what was done for it must not be committed."""


class Inbox:
    """Rows inside one unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, turn: Turn, now: datetime, state: InboxState = InboxState.WAITING) -> bool:
        """False where the same delivery was seen before."""
        finished = now if state is InboxState.DONE else None
        kept = _without_words(turn) if finished else turn
        added = insert_once(
            self._unit.connection, inbox, platform=turn.place.platform, event_key=turn.key,
            conversation=turn.place.conversation, turn=turn_to_json(kept), state=state, attempts=0,
            accepted_at=now, finished_at=finished, error="",
        )  # fmt: skip
        if added and state is InboxState.WAITING:
            self._unit.wake(INBOX)
        return added

    def finish(self, claimed: ClaimedTurn, now: datetime) -> None:
        """What was said is forgotten with that: the row only says that it was seen. Raises ClaimLost."""
        forgotten = turn_to_json(_without_words(claimed.turn))
        self._leave(claimed, InboxState.DONE, finished_at=now, turn=forgotten)

    def fail(self, claimed: ClaimedTurn, error: str, now: datetime) -> None:
        """`error` names the kind of failure, never its text. Raises ClaimLost."""
        forgotten = turn_to_json(_without_words(claimed.turn))
        self._leave(claimed, InboxState.FAILED, finished_at=now, error=error[:200], turn=forgotten)

    def give_back(self, claimed: ClaimedTurn) -> None:
        """For another try. Raises ClaimLost."""
        self._leave(claimed, InboxState.WAITING, claim=None, claimed_at=None)
        self._unit.wake(INBOX)

    def recover(self, claimed_before: datetime) -> int:
        """Give back what a worker claimed before this time and never finished. Returns how many."""
        recovered = self._unit.connection.execute(
            update(inbox)
            .where(inbox.c.state == InboxState.WORKING, inbox.c.claimed_at < claimed_before)
            .values(state=InboxState.WAITING, claim=None, claimed_at=None)
        ).rowcount
        if recovered:
            self._unit.wake(INBOX)
        return recovered

    def purge(self, finished_before: datetime) -> int:
        """Forget finished rows; a delivery that comes again after that is a new one."""
        return self._unit.connection.execute(
            delete(inbox).where(inbox.c.finished_at < finished_before)
        ).rowcount  # fmt: skip

    def _leave(self, claimed: ClaimedTurn, state: InboxState, **values: object) -> None:
        changed = self._unit.connection.execute(
            update(inbox)
            .where(inbox.c.id == claimed.id, inbox.c.state == InboxState.WORKING, inbox.c.claim == claimed.claim)
            .values(state=state, **values)
        ).rowcount
        if changed != 1:
            raise ClaimLost(claimed.id)


def _without_words(turn: Turn) -> Turn:
    """What somebody deletes elsewhere, or quotes of others, shall not live on here."""
    match turn.content:
        case Said():
            return replace(turn, content=replace(turn.content, text="", files=()))
        case Reworded() | Searched() | Commanded():
            return replace(turn, content=replace(turn.content, text=""))
        case Pointed():
            return replace(turn, content=Pointed(turn.content.action, ""))
        case Submitted():
            return replace(turn, content=replace(turn.content, values={}, state=""))
        case Pressed():
            return replace(turn, content=replace(turn.content, value=""))
        case _:
            return turn


def claim_turn(database: Database, now: datetime) -> ClaimedTurn | None:
    """The oldest waiting turn whose conversation nobody works on, now held by the caller; committed."""
    while True:
        with database.reading() as unit:
            found = unit.connection.execute(_claimable()).scalar_one_or_none()
        if found is None:
            return None
        try:
            with database.begin() as unit:
                claimed = _claim(unit, found, now)
        except IntegrityError:  # another replica took an earlier turn of this conversation
            continue
        if claimed is not None:
            return claimed


def _claim(unit: UnitOfWork, row_id: int, now: datetime) -> ClaimedTurn | None:
    claim = uuid4().hex
    taken = (
        update(inbox)
        .where(inbox.c.id == row_id, inbox.c.state == InboxState.WAITING)
        .values(state=InboxState.WORKING, claim=claim, claimed_at=now, attempts=inbox.c.attempts + 1)
        .returning(inbox.c.turn, inbox.c.attempts)
    )
    row = unit.connection.execute(taken).one_or_none()
    return None if row is None else ClaimedTurn(row_id, claim, row.attempts, turn_from_json(row.turn))


def _claimable() -> Select[int]:
    earlier = inbox.alias()
    blocked = exists().where(
        earlier.c.conversation == inbox.c.conversation,
        or_(
            earlier.c.state == InboxState.WORKING,
            and_(earlier.c.state == InboxState.WAITING, earlier.c.id < inbox.c.id),
        ),
    )
    return select(inbox.c.id).where(inbox.c.state == InboxState.WAITING, ~blocked).order_by(inbox.c.id).limit(1)
