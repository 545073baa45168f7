"""What the Bot Connector's answers mean: delivered, never, later, or nobody knows."""

from bot.chat.errors import DeliveryFailed, OutcomeUnknown

DEFAULT_RETRY_AFTER = {412: 2.0, 429: 10.0}
"""Seconds, where Teams does not say for how long."""

LONGEST_RETRY_AFTER = 3_600.0

# As Microsoft's pages on conversations and proactive messages name them. A sentence says what an admin can do.
SENTENCES = {
    "MessageWritesBlocked": "The person has blocked or uninstalled Guildhall. Ask them to add the app again.",
    "ConversationBlockedByUser": "The person has blocked Guildhall. Ask them to unblock it.",
    "BotNotInConversationRoster": "Guildhall is not in this chat or team, or was removed. Add the app there.",
    "BotDisabledByAdmin": "The app is blocked in the Teams admin center. Allow it under Teams apps, Manage apps.",
    "ConversationNotFound": "The chat or channel is gone, or Guildhall was removed from it. Add the app there again.",
    "ActivityNotFoundInConversation": "The message was deleted in Teams.",
    "MessageSizeTooBig": "The message is longer than Teams takes. Please report this.",
    "BotNotRegistered": "Azure knows no bot with this app id. Check the Azure Bot and MicrosoftAppId (docs/teams.md).",
    "Unauthorized": "Teams does not accept the bot's token. Check MicrosoftAppId, password and tenant (docs/teams.md).",
}
_BY_STATUS = {
    401: SENTENCES["Unauthorized"],
    403: "Teams does not let Guildhall write here. Add the app to the chat or team, and allow it in the admin center.",
    404: SENTENCES["ConversationNotFound"],
    413: SENTENCES["MessageSizeTooBig"],
}
UNKNOWN_AFTER = frozenset({408, 500, 502, 504})
"""What a gateway says when it stopped waiting: what lies behind it may have done what it was asked."""


class TeamsFailed(DeliveryFailed):
    """`status` is HTTP's; 0 where nothing was answered."""

    def __init__(self, reason: str, *, status: int = 0, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(reason, permanent=permanent, retry_after=retry_after)
        self.status = status


def failure(status: int, body: str, retry_after: str | None, *, repeats: bool) -> DeliveryFailed | OutcomeUnknown:
    """`body` and `retry_after` as they were answered. `repeats`: doing it again does no harm."""
    if status in DEFAULT_RETRY_AFTER:
        seconds = _seconds(retry_after, DEFAULT_RETRY_AFTER[status])
        return TeamsFailed("Teams asks to wait.", status=status, permanent=False, retry_after=seconds)
    if status in UNKNOWN_AFTER and not repeats:
        return OutcomeUnknown(f"Teams answered {status}.")
    if status >= 500 or status == 408:
        seconds = _seconds(retry_after, 0.0)
        wait = seconds or None
        return TeamsFailed(f"Teams answered {status}.", status=status, permanent=False, retry_after=wait)
    reason = next((sentence for code, sentence in SENTENCES.items() if code in body), _BY_STATUS.get(status, ""))
    return TeamsFailed(reason or f"Teams refused the message ({status}).", status=status, permanent=True)


def _seconds(header: str | None, default: float) -> float:
    """Retry-After in seconds; as a date, which Teams does not use, it is not read."""
    text = (header or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        return default
    return min(float(text), LONGEST_RETRY_AFTER)
