"""A message that did not arrive, as admins read it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.chat.turn import EVERYONE, Place
from bot.chat.wording import shortened
from bot.storage.outbox import DeadLetter, OutboxState

PLATFORMS: Mapping[str, str] = {"slack": "Slack", "teams": "Teams", "web": "Web page"}
STATES: Mapping[OutboxState, str] = {OutboxState.FAILED: "Failed", OutboxState.UNKNOWN: "May have arrived"}
WHAT_LIMIT = 120

REASONS: Mapping[str, str] = {
    "account_inactive": "The person's account is deactivated.",
    "bot_disabled": "The app is switched off in this workspace.",
    "cannot_dm_bot": "The recipient is a bot.",
    "channel_not_found": "The channel is gone, or Guildhall is not in it.",
    "invalid_auth": "The token is not accepted. Check the platform's settings.",
    "is_archived": "The channel is archived.",
    "message_not_found": "The message to be changed was deleted.",
    "missing_scope": "The app lacks a permission. Install it again from the current manifest.",
    "not_in_channel": "Guildhall is not in that channel. Invite it.",
    "restricted_action": "The channel does not let apps post.",
    "token_expired": "The token has expired. Check the platform's settings.",
    "token_revoked": "The app was uninstalled, or its token revoked.",
    "user_not_found": "The person's account is gone.",
    "BotNotInConversationRoster": "The app was removed from that conversation.",
    "ConversationNotFound": "The conversation is gone.",
    "MessageSizeTooBig": "The message was too long for Teams.",
    "MessageWritesBlocked": "The person has blocked or uninstalled the app.",
}
"""Slack's and Teams' own words for permanent failures."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """`what` is empty where the message is for one person's eyes only."""

    id: int
    platform: str
    where: str
    what: str
    state: OutboxState
    reason: str
    since: datetime
    attempts: int

    @property
    def may_have_arrived(self) -> bool:
        return self.state is OutboxState.UNKNOWN


def undelivered(letter: DeadLetter) -> Undelivered:
    delivery = letter.delivery
    place = delivery.place
    is_for_all = place.is_shared and EVERYONE in place.members
    return Undelivered(
        delivery.id,
        PLATFORMS.get(place.platform, place.platform),
        where(place),
        shortened(delivery.message.summary, WHAT_LIMIT) if is_for_all else "",
        letter.state,
        reason_in_words(letter.reason),
        letter.since,
        delivery.attempts,
    )


def where(place: Place) -> str:
    if not place.is_shared:
        return "A private conversation"
    return place.title or f"Channel {place.channel.rpartition(':')[2]}"


def reason_in_words(reason: str) -> str:
    """The platform's word in a sentence, where it is known; the platform's own words stay behind it."""
    for code, words in REASONS.items():
        if code in reason:
            return words if reason == code else f"{words} ({shortened(reason, WHAT_LIMIT)})"
    return reason or "The platform gave no reason."
