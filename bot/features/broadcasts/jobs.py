"""What the clock does for a broadcast: one timer, each firing of which is a short transaction. A process that is killed
loses nothing: what was not committed is done by the next firing, here or in another replica."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.chat.reply import Message, Paragraph, Post
from bot.chat.turn import Place
from bot.features.broadcasts.model import MAIL, Broadcast, BroadcastState, Progress, Target, TargetState
from bot.features.broadcasts.store import SqlBroadcasts
from bot.features.broadcasts.use_cases import GO
from bot.features.channels.store import SqlChannels
from bot.features.feature import TimerHandler
from bot.features.profile.mailbox import mailbox
from bot.features.profile.quiet import quiet_until
from bot.features.profile.reach import reach
from bot.features.profile.readers import is_colleague
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork

BATCH = 50
"""Targets that one transaction sees to."""

LOOK_AGAIN = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
PATIENCE = 20

NOT_KNOWN = "Guildhall was never in that channel. Add it there, mention it once, and try again."
OUTSIDERS = "People from outside the company read along there, and nobody said that they may."
GUEST = "They are a guest, and nobody said that people from outside the company may read it."
UNREACHABLE = "Guildhall knows no place where this person can be written to."
MADE_WAY = "What stood here is not shown any more: people from outside the company read along now."
"""In the place of what arrived before a channel was opened to them, from its next change on."""


class Hears(Protocol):
    """Told how far a broadcast has come, after each step and when it is done, in the same transaction. It has no effect
    where it had one already."""

    def __call__(self, broadcast: Broadcast, progress: Progress, unit: UnitOfWork, now: datetime) -> None: ...


class BroadcastJobs:
    """`hears` are those of the features above; each looks whose broadcast it is."""

    def __init__(self, hears: Sequence[Hears] = (), batch: int = BATCH) -> None:
        self._hears = tuple(hears)
        self._batch = batch

    def timers(self) -> Mapping[str, TimerHandler]:
        """For `Feature.timers`."""
        return {GO: self.go}

    def go(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        """The next step of it, whatever that is by now."""
        store = SqlBroadcasts(unit)
        broadcast = store.take(subject)
        if broadcast is None or broadcast.state is BroadcastState.DRAFT:
            return
        store.settle(broadcast)
        due = store.due(broadcast, now, self._batch)
        if due and broadcast.state is not BroadcastState.SENDING:
            broadcast = replace(broadcast, state=BroadcastState.SENDING)
            store.change(broadcast)
        for target in due:
            _queue(broadcast, target, unit, now)
        behind = store.behind(broadcast, self._batch - len(due)) if len(due) < self._batch else []
        for target in behind:
            _change(broadcast, target, unit, now)
        progress = store.progress(broadcast)
        again_at = now if len(due) + len(behind) == self._batch else _next_look(broadcast, progress, unit, now)
        if again_at is not None:
            Timers(unit).set(GO, broadcast.id, again_at)
        elif broadcast.finished_at is None:
            state = broadcast.state if broadcast.is_over else BroadcastState.SENT
            broadcast = replace(broadcast, state=state, finished_at=now)
            store.change(broadcast)
        for hears in self._hears:
            hears(broadcast, progress, unit, now)


def _next_look(broadcast: Broadcast, progress: Progress, unit: UnitOfWork, now: datetime) -> datetime | None:
    """None where nothing is to be done any more."""
    moments: list[datetime] = []
    if progress.is_moving:
        since = now - (broadcast.acted_at or now)
        moments.append(now + min(max(since / PATIENCE, LOOK_AGAIN), LONGEST_PAUSE))
    if (next_due := SqlBroadcasts(unit).next_due(broadcast.id)) is not None:
        moments.append(max(next_due, now))
    return min(moments, default=None)


def _queue(broadcast: Broadcast, target: Target, unit: UnitOfWork, now: datetime) -> None:
    store, found = SqlBroadcasts(unit), _place_of(broadcast, target, unit)
    if isinstance(found, _Refused):
        store.refused(target, found.state, found.reason)
        return
    person = People(unit).get(target.recipient.person_id) if target.recipient.person_id else None
    quiet = quiet_until(person, now) if person is not None and found.platform != MAIL else None
    Outbox(unit).add(Post(broadcast.message_for(found.platform), broadcast.key), found, now, not_before=quiet)
    store.queued(target, found.conversation, broadcast.version)


def _change(broadcast: Broadcast, target: Target, unit: UnitOfWork, now: datetime) -> None:
    """Under the key that it has there, so that it is edited in place."""
    store, outbox, found = SqlBroadcasts(unit), Outbox(unit), _place_of(broadcast, target, unit)
    place = outbox.place_of(target.conversation, broadcast.key)
    if place is None:  # the outbox has forgotten it by now
        place = found if isinstance(found, Place) and found.conversation == target.conversation else None
    if place is not None:
        is_open = isinstance(found, _Refused) and found.reason == OUTSIDERS
        message = Message(MADE_WAY, (Paragraph(MADE_WAY),)) if is_open else broadcast.message_for(place.platform)
        outbox.add(Post(message, broadcast.key), place, now)
    store.queued(target, target.conversation, broadcast.version)


@dataclass(frozen=True, slots=True)
class _Refused:
    state: TargetState
    reason: str


def _place_of(broadcast: Broadcast, target: Target, unit: UnitOfWork) -> Place | _Refused:
    """As it is by now: a channel may have been opened to outsiders since it was chosen."""
    where = target.recipient
    if where.person_id:
        accounts = People(unit).accounts_of(where.person_id)
        if accounts and not broadcast.outsiders and not is_colleague(accounts):
            return _Refused(TargetState.NOT_ALLOWED, GUEST)
        place = mailbox(where.person_id, unit) if where.platform == MAIL else reach(where.person_id, unit)
        return place or _Refused(TargetState.FAILED, UNREACHABLE)
    if where.platform == MAIL:
        return Place(MAIL, where.channel)
    channel = SqlChannels(unit).get(where.platform, where.channel)
    if channel is None:
        return _Refused(TargetState.NOT_ALLOWED, NOT_KNOWN)
    if channel.has_outsiders and not broadcast.outsiders:
        return _Refused(TargetState.NOT_ALLOWED, OUTSIDERS)
    return channel.place
