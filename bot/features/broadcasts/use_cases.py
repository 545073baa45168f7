"""What can be done with a broadcast. Who may is for the features above to say. The caller owns the transaction.

Each raises UserFacingError where it is not to be done, and then nothing was changed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from bot.chat.errors import UserFacingError
from bot.chat.moments import zone_of
from bot.chat.reply import Message
from bot.chat.turn import Place
from bot.features.broadcasts.model import (
    MOST_TARGETS,
    TELLING_REACTIONS,
    Broadcast,
    BroadcastState,
    Figures,
    Progress,
    Recipient,
    Target,
)
from bot.features.broadcasts.store import SqlBroadcasts
from bot.features.channels.model import Channel
from bot.features.channels.store import SqlChannels
from bot.storage.audit import AuditEntry, record
from bot.storage.outbox import Outbox
from bot.storage.people import KnownPerson, People
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork
from scheduler.local_time import in_utc

GO = "broadcasts.go"
"""The timer of whatever is to be done for a broadcast next; its subject is the broadcast."""

KEY = "broadcast-"
UNKNOWN = "That broadcast is not known any more, so nothing was changed."
NOBODY = "Nobody was chosen that it could go to, so nothing was sent. Choose at least one channel."
TOO_MANY = f"A broadcast goes to at most {MOST_TARGETS:,} places. Nothing was changed; choose fewer."
BEGUN = "It is on its way already, so that was not changed. What has arrived can be corrected or taken down."
NOT_SENT = "Nothing of it was sent yet, so there is nothing to stop. Nothing was changed."
OVER = "It was stopped or taken down before, so nothing was changed."
NO_PROBLEM = "Nothing of it failed, so nothing was tried again."


def to_channels(channels: Iterable[Channel]) -> list[Recipient]:
    return [Recipient(each.platform, each.channel) for each in channels]


def to_people(person_ids: Iterable[str], platform: str = "") -> list[Recipient]:
    """Where each is reached; `mail` for by e-mail."""
    return [Recipient(platform, person_id=each) for each in person_ids]


def draft(broadcast: Broadcast, recipients: Sequence[Recipient], unit: UnitOfWork) -> Broadcast:
    """A new one, under an id of its own where it has none; nothing goes out before `send`."""
    _check_number(recipients)
    made = replace(broadcast, id=broadcast.id or uuid4().hex, state=BroadcastState.DRAFT, version=1)
    store = SqlBroadcasts(unit)
    store.add(made)
    store.put_targets(made.id, _named(recipients, unit))
    return made


def send(broadcast_id: str, by: str, unit: UnitOfWork, now: datetime) -> Broadcast:
    """At once, or at its local time in each target's zone; where that has gone by, at once."""
    store, broadcast = _taken(broadcast_id, unit)
    if broadcast.state is not BroadcastState.DRAFT:
        raise UserFacingError(BEGUN)
    zones = _zones(broadcast, store.targets(broadcast), unit)
    if not zones:
        raise UserFacingError(NOBODY)
    due = {target.number: (zone, _due_at(broadcast, zone, now)) for target, zone in zones}
    store.put_due(broadcast.id, due)
    first = min(at for _, at in due.values())
    state = BroadcastState.SENDING if first <= now else BroadcastState.SCHEDULED
    return _acted(replace(broadcast, state=state), "broadcast sent", by, unit, now, first)


def follow_zone(channel: Channel, unit: UnitOfWork, now: datetime) -> None:
    """Fills `ZoneHears` of channels. What is still to go there goes at its day and time in the new zone; at once, where
    they have gone by."""
    store = SqlBroadcasts(unit)
    for broadcast_id, number in store.waiting_in(channel.platform, channel.channel, now):
        broadcast = store.take(broadcast_id)
        if broadcast is not None:
            zone = zone_of(channel.policy.zone or broadcast.zone).key
            store.put_due(broadcast.id, {number: (zone, _due_at(broadcast, zone, now))})
            Timers(unit).set(GO, broadcast.id, now)


def call_off(broadcast_id: str, by: str, unit: UnitOfWork, now: datetime) -> None:
    """Of which nothing has gone yet: as if it had never been made."""
    store, broadcast = _taken(broadcast_id, unit)
    if broadcast.state is not BroadcastState.SCHEDULED or store.due(broadcast, now, 1):
        raise UserFacingError(BEGUN)
    Timers(unit).clear(GO, broadcast.id)
    store.drop(broadcast.id)
    _audit("broadcast called off", broadcast, by, unit, now)


def stop(broadcast_id: str, by: str, unit: UnitOfWork, now: datetime) -> Broadcast:
    """What has not gone does not go any more; what is being sent at this very moment may still arrive."""
    _, broadcast = _taken(broadcast_id, unit)
    return _end(broadcast, BroadcastState.STOPPED, "broadcast stopped", by, unit, now)


def correct(
    broadcast_id: str, message: Message, letter: Message | None, by: str, unit: UnitOfWork, now: datetime
) -> Broadcast:
    """Everywhere: what stands there is edited in place, what waits goes out as it is now, what failed is tried again.
    E-mail is followed by another letter."""
    _, broadcast = _taken(broadcast_id, unit)
    if broadcast.state is BroadcastState.TAKEN_DOWN:
        raise UserFacingError(OVER)
    corrected = replace(broadcast, message=message, letter=letter, version=broadcast.version + 1)
    moving = BroadcastState.SENDING if broadcast.state is BroadcastState.SENT else broadcast.state
    return _acted(replace(corrected, state=moving), "broadcast corrected", by, unit, now, now)


def reword(broadcast_id: str, message: Message, letter: Message | None, unit: UnitOfWork, now: datetime) -> Broadcast:
    """Only what has not gone yet, or failed and is tried again, goes out like this; what has arrived stays."""
    store, broadcast = _taken(broadcast_id, unit)
    reworded = replace(broadcast, message=message, letter=letter, version=broadcast.version + 1)
    store.change(reworded)
    if store.stay(reworded):
        Timers(unit).set(GO, reworded.id, now)
    return reworded


def take_down(broadcast_id: str, instead: Message, by: str, unit: UnitOfWork, now: datetime) -> Broadcast:
    """Stopped, and replaced by `instead` wherever it has arrived."""
    _, broadcast = _taken(broadcast_id, unit)
    emptied = replace(
        broadcast, message=instead, letter=instead if broadcast.letter else None, version=broadcast.version + 1
    )
    return _end(emptied, BroadcastState.TAKEN_DOWN, "broadcast taken down", by, unit, now)


def try_again(broadcast_id: str, by: str, unit: UnitOfWork, now: datetime) -> Broadcast:
    """Where it failed or was not allowed, unless it was stopped, and where a correction failed. What may have arrived
    is left to the admins: people might see two."""
    store, broadcast = _taken(broadcast_id, unit)
    store.settle(broadcast)
    failed = 0 if broadcast.is_over else store.wait_again(broadcast.id, now)
    if failed + store.change_again(broadcast) == 0:
        raise UserFacingError(NO_PROBLEM)
    moving = broadcast.state if broadcast.is_over else BroadcastState.SENDING
    return _acted(replace(broadcast, state=moving), "broadcast tried again", by, unit, now, now)


def progress_of(broadcast: Broadcast, unit: UnitOfWork) -> Progress:
    return SqlBroadcasts(unit).progress(broadcast)


def problems_of(broadcast: Broadcast, unit: UnitOfWork) -> list[Target]:
    """Each with its reason; a correction that did not arrive is one too."""
    return SqlBroadcasts(unit).problems(broadcast)


def has_arrived(broadcast: Broadcast, unit: UnitOfWork) -> bool:
    """Anywhere."""
    return SqlBroadcasts(unit).arrived(broadcast, most=1) > 0


def note_opened(about: str, person_id: str, unit: UnitOfWork, now: datetime) -> None:
    """Somebody opened on our page what broadcasts tell of. Each person counts once, whichever of them led there."""
    SqlBroadcasts(unit).add_opening(about, person_id, now)


def note_reaction(
    place: Place, key: str, name: str, person_id: str, unit: UnitOfWork, now: datetime, *, is_gone: bool = False
) -> bool:
    """Somebody reacted to the message of that key, or took their reaction back; False where it is no broadcast."""
    store, broadcast_id = SqlBroadcasts(unit), key.removeprefix(KEY)
    number = store.number_at(broadcast_id, place.conversation) if key.startswith(KEY) else None
    if number is None:
        return False
    if is_gone:
        store.drop_reaction(broadcast_id, number, name, person_id)
    else:
        store.add_reaction(broadcast_id, number, name, person_id, now)
    return True


def figures_of(broadcast: Broadcast, unit: UnitOfWork) -> Figures:
    """What a platform does not tell is None, not zero."""
    store = SqlBroadcasts(unit)
    tells = store.arrived(broadcast, *TELLING_REACTIONS, most=1) > 0
    has_link = bool(broadcast.message.url or (broadcast.letter and broadcast.letter.url))
    opened = store.openings(broadcast.about) if has_link else None
    return Figures(store.arrived(broadcast), opened, store.reactions(broadcast.id) if tells else None)


def _end(
    broadcast: Broadcast, state: BroadcastState, action: str, by: str, unit: UnitOfWork, now: datetime
) -> Broadcast:
    if broadcast.state is BroadcastState.DRAFT:
        raise UserFacingError(NOT_SENT)
    if broadcast.state in (state, BroadcastState.TAKEN_DOWN):
        raise UserFacingError(OVER)
    if broadcast.state is BroadcastState.SENT and state is BroadcastState.STOPPED:
        raise UserFacingError("All of it has gone already, so nothing was stopped. It can be corrected or taken down.")
    store = SqlBroadcasts(unit)
    store.settle(broadcast)
    store.stop(broadcast.id)
    Outbox(unit).withdraw(store.conversations(broadcast.id), broadcast.key, now)
    return _acted(replace(broadcast, state=state), action, by, unit, now, now)


def _acted(broadcast: Broadcast, action: str, by: str, unit: UnitOfWork, now: datetime, due_at: datetime) -> Broadcast:
    acted = replace(broadcast, acted_at=now, finished_at=None)
    SqlBroadcasts(unit).change(acted)
    Timers(unit).set(GO, acted.id, due_at)
    _audit(action, acted, by, unit, now)
    return acted


def _audit(action: str, broadcast: Broadcast, by: str, unit: UnitOfWork, now: datetime) -> None:
    record(unit, AuditEntry(now, by, action, broadcast.about or broadcast.id, {"version": str(broadcast.version)}))


def _taken(broadcast_id: str, unit: UnitOfWork) -> tuple[SqlBroadcasts, Broadcast]:
    store = SqlBroadcasts(unit)
    broadcast = store.take(broadcast_id)
    if broadcast is None:
        raise UserFacingError(UNKNOWN)
    return store, broadcast


def _check_number(recipients: Sequence[Recipient]) -> None:
    if len(recipients) > MOST_TARGETS:
        raise UserFacingError(TOO_MANY)


def _named(recipients: Sequence[Recipient], unit: UnitOfWork) -> list[tuple[Recipient, str]]:
    """What people call each."""
    channels = {(each.platform, each.channel): each.name for each in SqlChannels(unit).all()}
    people = People(unit).known({each.person_id for each in recipients if each.person_id})
    return [
        (each, _person_name(people.get(each.person_id)))
        if each.person_id
        else (each, channels.get((each.platform, each.channel), each.channel))
        for each in recipients
    ]


def _person_name(person: KnownPerson | None) -> str:
    return person.name or person.email if person else ""


def _zones(broadcast: Broadcast, targets: Sequence[Target], unit: UnitOfWork) -> list[tuple[Target, str]]:
    """Each with the zone that its day and time are taken in."""
    channels = {(each.platform, each.channel): each.policy.zone for each in SqlChannels(unit).all()}
    people = People(unit).known({each.recipient.person_id for each in targets if each.recipient.person_id})
    found: list[tuple[Target, str]] = []
    for target in targets:
        where, person = target.recipient, people.get(target.recipient.person_id)
        own = channels.get((where.platform, where.channel), "")
        if person is not None:
            own = person.preferences.time_zone or person.time_zone
        found.append((target, zone_of(own or broadcast.zone).key))
    return found


def _due_at(broadcast: Broadcast, zone: str, now: datetime) -> datetime:
    return now if broadcast.local_at is None else max(in_utc(broadcast.local_at, zone), now)
