"""What can be done about a channel. The caller owns the transaction."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person, Place
from bot.features.channels.model import CLOCK, USUAL, Channel, Deciders, Policy, hours_in_words, may_change
from bot.features.channels.store import ChannelStore
from bot.storage.audit import AuditEntry
from bot.storage.unit_of_work import UnitOfWork

CHANGED_SINCE = (
    "Somebody else changed this in the meantime, so nothing was changed now. "
    "Say “channel” to see how it stands, and change it from there."
)

ZoneHears = Callable[[Channel, UnitOfWork, datetime], None]
"""Is told of a channel whose time zone was changed, in the same transaction."""


def channel_of(store: ChannelStore, place: Place) -> Channel:
    """As it is kept, or as it begins."""
    found = store.get(place.platform, place.channel)
    return found or Channel(place.platform, place.channel, called=place.title)


def policy_of(store: ChannelStore, place: Place) -> Policy:
    """One look-up by key."""
    found = store.get(place.platform, place.channel)
    return found.policy if found else USUAL


def experts_channels(store: ChannelStore, hubs: Collection[str] = ()) -> list[Channel]:
    """Where cards of questions for experts are shown: channels for all hubs, and for any of those of the question. One
    of no hub is the company's, and is shown in all of them."""
    return [
        channel
        for channel in store.for_experts()
        if not hubs or not channel.policy.hubs or not channel.policy.hubs.isdisjoint(hubs)
    ]


def check_decides(channel: Channel, person: Person, place: Place | None) -> None:
    """Raises UserFacingError."""
    if not may_change(channel, person, place):
        who = {
            Deciders.ADMINS: "Only admins decide",
            Deciders.NAMED: "Only admins and the people named on the card decide",
            Deciders.MEMBERS: "Only members of this channel decide",
        }[channel.policy.deciders]
        raise UserFacingError(f"{who} how Guildhall answers in this channel. Nothing was changed; ask one of them.")


def change_policy(
    store: ChannelStore,
    channel: Channel,
    policy: Policy,
    *,
    revision: int,
    person: Person,
    place: Place | None,
    at: datetime,
) -> Channel:
    """`channel` as it is kept, `revision` as the person saw it. Raises UserFacingError."""
    check_decides(channel, person, place)
    return _changed(store, channel, policy, revision, person, at)


def undo_change(
    store: ChannelStore, channel: Channel, *, revision: int, person: Person, place: Place | None, at: datetime
) -> Channel:
    """Back to what the newest change replaced: by whoever decides, and by whoever made it. Raises UserFacingError."""
    if channel.changed_by != person.id:
        check_decides(channel, person, place)
    if channel.previous is None:
        raise UserFacingError("There is nothing to undo, so nothing was changed.")
    return _changed(store, channel, channel.previous, revision, person, at)


def speak_again(store: ChannelStore, channel: Channel, at: datetime) -> Channel | None:
    """Shadow mode is over, for its bar was passed. None where somebody changed something meanwhile: the next draft that
    is judged ends it."""
    policy = replace(channel.policy, shadow=False)
    changed = replace(
        channel,
        policy=policy,
        previous=channel.policy,
        revision=channel.revision + 1,
        changed_by=CLOCK,
        changed_at=at,
    )
    return changed if store.change(changed) else None


def tell_zone(channel: Channel, hears: Sequence[ZoneHears], unit: UnitOfWork, at: datetime) -> None:
    """`channel` was changed just now."""
    if channel.previous is not None and channel.previous.zone != channel.policy.zone:
        for each in hears:
            each(channel, unit, at)


def audit_entry(channel: Channel, at: datetime) -> AuditEntry:
    policy = channel.policy
    details = {
        "listening": policy.listening.value,
        "answer_from": f"{policy.answer_from:g}",
        "hubs": ", ".join(sorted(policy.hubs)),
        "kinds": ", ".join(sorted(policy.kinds)),
        "deciders": policy.deciders.value,
        "named": ", ".join(policy.named),
        "asks_first": "yes" if policy.asks_first else "no",
        "next_after": hours_in_words(policy.next_after),
        "answer_within": hours_in_words(policy.answer_within),
        "for_experts": "yes" if policy.for_experts else "no",
        "lead": policy.lead,
        "shadow": f"until {policy.shadow_bar:.0%} are approved" if policy.shadow else "no",
        "zone": policy.zone or "the company's",
    }
    return AuditEntry(at, channel.changed_by, "channel policy changed", channel.subject, details)


def _changed(
    store: ChannelStore, channel: Channel, policy: Policy, revision: int, person: Person, at: datetime
) -> Channel:
    changed = replace(
        channel,
        policy=policy,
        previous=channel.policy,
        revision=revision + 1,
        changed_by=person.id,
        changed_at=at,
    )
    if channel.revision != revision or not store.change(changed):
        raise UserFacingError(CHANGED_SINCE)
    return changed
