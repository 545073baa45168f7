"""In-memory inbox, outbox, nonces and audit log, under the same contract tests as the real ones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from bot.chat.reply import Actions, Message, Post
from bot.chat.turn import Place, Turn
from bot.storage.audit import AuditEntry
from bot.storage.dead_letters import DeadLetter
from bot.storage.inbox import ClaimedTurn, ClaimLost, InboxState
from bot.storage.lanes import AT_ONCE, Heads
from bot.storage.nonces import Carrier
from bot.storage.outbox import Delivery, OutboxState, lane
from bot.storage.wakeups import INBOX, OUTBOX
from tests.fakes_unit import DeliveryRow, MemoryDatabase, MemoryUnit, NonceRow, TurnRow

DEAD = (OutboxState.FAILED, OutboxState.UNKNOWN)


class MemoryInbox:
    """Does what `bot.storage.inbox.Inbox` does."""

    def __init__(self, unit: MemoryUnit) -> None:
        self._unit = unit

    def add(self, turn: Turn, now: datetime, state: InboxState = InboxState.WAITING) -> bool:
        tables = self._unit.tables
        delivered = (turn.place.platform, turn.key)
        if any((row.turn.place.platform, row.turn.key) == delivered for row in tables.turns.values()):
            return False
        finished = now if state is InboxState.DONE else None
        tables.turns[next(tables.turn_ids)] = TurnRow(turn, state, finished_at=finished)
        if state is InboxState.WAITING:
            self._unit.wake(INBOX)
        return True

    def finish(self, claimed: ClaimedTurn, now: datetime) -> None:
        self._leave(claimed, InboxState.DONE, finished_at=now)

    def fail(self, claimed: ClaimedTurn, error: str, now: datetime) -> None:
        self._leave(claimed, InboxState.FAILED, finished_at=now, error=error[:200])

    def give_back(self, claimed: ClaimedTurn) -> None:
        self._leave(claimed, InboxState.WAITING)
        self._unit.wake(INBOX)

    def recover(self, claimed_before: datetime) -> int:
        turns = self._unit.tables.turns
        left = {
            row_id: replace(row, state=InboxState.WAITING, claimed_at=None)
            for row_id, row in turns.items()
            if row.state is InboxState.WORKING and row.claimed_at is not None and row.claimed_at < claimed_before
        }
        turns.update(left)
        if left:
            self._unit.wake(INBOX)
        return len(left)

    def purge(self, finished_before: datetime) -> int:
        turns = self._unit.tables.turns
        old = [each for each, row in turns.items() if row.finished_at is not None and row.finished_at < finished_before]
        for row_id in old:
            del turns[row_id]
        return len(old)

    def _leave(
        self, claimed: ClaimedTurn, state: InboxState, *, finished_at: datetime | None = None, error: str = ""
    ) -> None:
        row = self._unit.tables.turns.get(claimed.id)
        if row is None or row.state is not InboxState.WORKING or claimed.claim != _claim(claimed.id, row):
            raise ClaimLost(claimed.id)
        self._unit.tables.turns[claimed.id] = replace(row, state=state, finished_at=finished_at, error=error)


def claim_turn(database: MemoryDatabase, now: datetime) -> ClaimedTurn | None:
    with database.begin() as unit:
        turns = unit.tables.turns
        passed = {row.turn.place.conversation for row in turns.values() if row.state is InboxState.WORKING}
        for row_id, row in turns.items():
            if row.state is InboxState.WAITING and row.turn.place.conversation not in passed:
                taken = replace(row, state=InboxState.WORKING, claimed_at=now, attempts=row.attempts + 1)
                turns[row_id] = taken
                return ClaimedTurn(row_id, _claim(row_id, taken), taken.attempts, taken.turn)
    return None


def _claim(row_id: int, row: TurnRow) -> str:
    return f"{row_id}/{row.attempts}"


class MemoryOutbox:
    """Does what `bot.storage.outbox.Outbox` does."""

    def __init__(self, unit: MemoryUnit) -> None:
        self._unit = unit

    def add(self, post: Post, here: Place, now: datetime, *, not_before: datetime | None = None) -> None:
        tables, place = self._unit.tables, post.place or here
        nonces = MemoryNonces(self._unit)
        nonces.use_up(place.conversation, post.key, now)
        nonce = nonces.for_message(place.conversation, post.key, post.message, now)
        self._unit.wake(OUTBOX)
        for row_id, row in _in(self._unit, OutboxState.WAITING, OutboxState.UNKNOWN).items():
            if (row.place.conversation, row.key) == (place.conversation, post.key):
                newer = replace(row, place=place, message=post.message, nonce=nonce)
                if row.not_before is not None:
                    newer = replace(newer, due_at=not_before or now, not_before=not_before)
                tables.deliveries[row_id] = newer
                return
        row = DeliveryRow(place, post.key, post.message, nonce, not_before or now, not_before)
        tables.deliveries[next(tables.delivery_ids)] = row

    def claim(self, row_id: int, now: datetime) -> Delivery | None:
        deliveries = self._unit.tables.deliveries
        row = deliveries.get(row_id)
        if row is None or row.state is not OutboxState.WAITING:
            return None
        if any(lane(other.place) == lane(row.place) for other in _in(self._unit, OutboxState.SENDING).values()):
            raise IntegrityError("claim", None, ValueError("The lane is taken."))
        deliveries[row_id] = replace(row, state=OutboxState.SENDING, sending_at=now, attempts=row.attempts + 1)
        return _delivery(self._unit, row_id)

    def sent(self, delivery: Delivery, message_id: str, now: datetime) -> None:
        self._leave(delivery, OutboxState.SENT, "", finished_at=now)
        self._unit.tables.message_ids[delivery.place.conversation, delivery.key] = message_id

    def postpone(self, delivery: Delivery, due_at: datetime, error: str) -> None:
        self._leave(delivery, OutboxState.WAITING, error, due_at=due_at)

    def hold(self, delivery: Delivery, due_at: datetime, error: str) -> None:
        self._leave(delivery, OutboxState.WAITING, error, due_at=due_at, tries=-1)

    def look_again(self, delivery: Delivery, due_at: datetime, error: str) -> None:
        self._leave(delivery, OutboxState.SENDING, error, due_at=due_at)

    def fail(self, delivery: Delivery, error: str, now: datetime) -> None:
        self._leave(delivery, OutboxState.FAILED, error, finished_at=now)

    def park(self, delivery: Delivery, now: datetime) -> None:
        self._leave(delivery, OutboxState.UNKNOWN, "Nobody can say whether this arrived.", finished_at=now)

    def stranded(self, platform: str, sending_since: datetime, now: datetime) -> list[Delivery]:
        return [
            _delivery(self._unit, row_id)
            for row_id, row in _in(self._unit, OutboxState.SENDING).items()
            if row.place.platform == platform and row.sending_at is not None and row.sending_at < sending_since
            if row.due_at <= now
        ]

    def place_of(self, conversation: str, key: str) -> Place | None:
        rows = self._unit.tables.deliveries.values()
        found = [row.place for row in rows if (row.place.conversation, row.key) == (conversation, key)]
        return found[-1] if found else None

    def says(self, message: Message, place: Place, key: str) -> bool:
        rows = [row for row in self._unit.tables.deliveries.values() if row.state is not OutboxState.FAILED]
        found = [row.message for row in rows if (row.place.conversation, row.key) == (place.conversation, key)]
        return bool(found) and found[-1] == message

    def has_arrived(self, place: Place, key: str) -> bool:
        return (place.conversation, key) in self._unit.tables.message_ids

    def purge(self, finished_before: datetime, current_before: datetime) -> int:
        newest = {(row.place.conversation, row.key): row_id for row_id, row in self._unit.tables.deliveries.items()}
        old = [
            row_id
            for row_id, row in _in(self._unit, OutboxState.SENT, OutboxState.FAILED, OutboxState.UNKNOWN).items()
            if row.finished_at is not None
            and (
                row.finished_at < current_before
                or (
                    row.state is OutboxState.SENT
                    and row.finished_at < finished_before
                    and newest[row.place.conversation, row.key] != row_id
                )
            )
        ]
        for row_id in old:
            del self._unit.tables.deliveries[row_id]
        return len(old)

    def _leave(
        self,
        delivery: Delivery,
        state: OutboxState,
        error: str,
        *,
        due_at: datetime | None = None,
        finished_at: datetime | None = None,
        tries: int = 0,
    ) -> None:
        if (row := _in(self._unit, OutboxState.SENDING).get(delivery.id)) is not None:
            left = replace(row, state=state, error=error[:500], due_at=due_at or row.due_at, finished_at=finished_at)
            self._unit.tables.deliveries[delivery.id] = replace(left, attempts=row.attempts + tries)
        self._unit.wake(OUTBOX)


class MemoryDeadLetters:
    """Does what `bot.storage.dead_letters.DeadLetters` does."""

    def __init__(self, unit: MemoryUnit) -> None:
        self._unit = unit

    def newest(self, limit: int = 50) -> list[DeadLetter]:
        last = {(row.place.conversation, row.key): row_id for row_id, row in self._unit.tables.deliveries.items()}
        return [
            DeadLetter(_delivery(self._unit, row_id), row.state, row.error, row.finished_at)
            for row_id, row in reversed(_in(self._unit, *DEAD).items())
            if last[row.place.conversation, row.key] == row_id and row.finished_at is not None
        ][:limit]

    def send_again(self, row_id: int, now: datetime) -> bool:
        self._unit.wake(OUTBOX)
        row = _in(self._unit, *DEAD).get(row_id)
        if row is not None:
            again = replace(row, state=OutboxState.WAITING, attempts=0, due_at=now, finished_at=None, error="")
            self._unit.tables.deliveries[row_id] = again
        return row is not None

    def mark_arrived(self, row_id: int, now: datetime) -> bool:
        row = _in(self._unit, OutboxState.UNKNOWN).get(row_id)
        if row is not None:
            self._unit.tables.deliveries[row_id] = replace(row, state=OutboxState.SENT, finished_at=now)
        return row is not None

    def drop(self, row_id: int) -> bool:
        return row_id in _in(self._unit, *DEAD) and self._unit.tables.deliveries.pop(row_id) is not None


def _in(unit: MemoryUnit, *states: OutboxState) -> dict[int, DeliveryRow]:
    return {row_id: row for row_id, row in unit.tables.deliveries.items() if row.state in states}


def _delivery(unit: MemoryUnit, row_id: int) -> Delivery:
    row = unit.tables.deliveries[row_id]
    message_id = unit.tables.message_ids.get((row.place.conversation, row.key))
    queued_at = row.not_before or unit.tables.nonces[row.nonce].made_at
    return Delivery(row_id, row.place, row.key, row.message, row.nonce, row.attempts, message_id, queued_at)


def heads(unit: MemoryUnit, now: datetime, pace: Mapping[str, timedelta]) -> Heads:
    rows = unit.tables.deliveries
    passed = {lane(row.place) for row in rows.values() if row.state is OutboxState.SENDING}
    first: list[tuple[datetime, int]] = []
    for row_id, row in sorted(rows.items()):
        if row.state is OutboxState.WAITING and lane(row.place) not in passed:
            if row.not_before is None or row.not_before <= now:
                passed.add(lane(row.place))
            if row.place.platform in pace:
                first.append((row.due_at, row_id))
    ready: list[int] = []
    later: list[datetime] = []
    for due_at, row_id in sorted(first)[:AT_ONCE]:
        place = rows[row_id].place
        begun = [row.sending_at for row in rows.values() if row.sending_at and lane(row.place) == lane(place)]
        free_at = max((due_at, *(at + pace[place.platform] for at in begun)))
        if free_at <= now:
            ready.append(row_id)
        else:
            later.append(free_at)
    return Heads(tuple(ready), min(later, default=None))


class MemoryNonces:
    """Does what `bot.storage.nonces.Nonces` does."""

    def __init__(self, unit: MemoryUnit) -> None:
        self._unit = unit

    def use_up(self, conversation: str, message_key: str, now: datetime) -> None:
        for nonce, row in self._unit.tables.nonces.items():
            if (row.conversation, row.message_key) == (conversation, message_key):
                self.use(nonce, now)

    def for_message(self, conversation: str, message_key: str, message: Message, now: datetime) -> str:
        actions = [block for block in message.blocks if isinstance(block, Actions)]
        buttons = {(button.action, button.value) for block in actions for button in block.buttons}
        return self._make(NonceRow(conversation, message_key, frozenset(buttons), now))

    def for_form(self, conversation: str, form: str, person_id: str, now: datetime) -> str:
        return self._make(NonceRow(conversation, form, frozenset({(f"form:{form}", person_id)}), now))

    def carrier(self, nonce: str) -> Carrier | None:
        row = self._unit.tables.nonces.get(nonce)
        return Carrier(row.conversation, row.message_key, row.buttons) if row else None

    def use(self, nonce: str, now: datetime) -> bool:
        row = self._unit.tables.nonces.get(nonce)
        if row is None or row.used_at is not None:
            return False
        self._unit.tables.nonces[nonce] = replace(row, used_at=now)
        return True

    def purge(self, made_before: datetime) -> int:
        old = [nonce for nonce, row in self._unit.tables.nonces.items() if row.made_at < made_before]
        for nonce in old:
            del self._unit.tables.nonces[nonce]
        return len(old)

    def _make(self, row: NonceRow) -> str:
        nonce = f"nonce-{next(self._unit.tables.nonce_numbers)}"
        self._unit.tables.nonces[nonce] = row
        return nonce


def record(unit: MemoryUnit, entry: AuditEntry) -> None:
    unit.tables.audit.append(replace(entry, subject=entry.subject[:500], details=dict(entry.details or {})))


def latest(unit: MemoryUnit, limit: int = 100) -> Sequence[AuditEntry]:
    return unit.tables.audit[::-1][:limit]
