"""What Slack's answers mean: delivered, never, later, or nobody knows."""

from collections.abc import Awaitable, Mapping

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.chat.errors import DeliveryFailed, OutcomeUnknown
from bot.platforms.payload import text_at

DEFAULT_RETRY_AFTER = 30.0
"""Seconds, where Slack limits the rate and does not say for how long."""

# Codes of https://docs.slack.dev/reference/methods. A reason says what happened, and what an admin can do about it.
REINSTALL = "Install Guildhall in the workspace again and set its new token (docs/slack.md)."
PERMANENT = {
    "invalid_auth": f"Slack does not accept the app's token. {REINSTALL}",
    "not_authed": f"Slack got no token. {REINSTALL}",
    "token_revoked": f"The app's token was revoked. {REINSTALL}",
    "token_expired": f"The app's token has run out and could not be renewed. {REINSTALL}",
    "account_inactive": f"The app was removed from the workspace, or the workspace is gone. {REINSTALL}",
    "org_login_required": "The workspace is moving to an organization. Install Guildhall there when it is done.",
    "ekm_access_denied": "The workspace's admins have suspended messages here. Ask them.",
    "missing_scope": "The app lacks a permission. Update its manifest in Slack and install it again (docs/slack.md).",
    "no_permission": "The app may not do this here. Update its manifest in Slack and install it again (docs/slack.md).",
    "not_allowed_token_type": "This is not a bot's token. Set SLACK_BOT_TOKEN to the one that begins with xoxb-.",
    "channel_not_found": "The channel does not exist, or it is private and Guildhall is not in it. Invite Guildhall.",
    "not_in_channel": "Guildhall is not in the channel. Invite it: /invite @Guildhall",
    "is_archived": "The channel is archived. Unarchive it, or choose another one.",
    "restricted_action": "The channel's or workspace's settings let others post only. Ask its admins to let apps post.",
    "restricted_action_read_only_channel": "The channel is read-only. Ask its admins to let apps post.",
    "restricted_action_thread_only_channel": "The channel takes replies in threads only. Choose another one.",
    "restricted_action_non_threadable_channel": "The channel takes no threads. Choose another one.",
    "restricted_action_thread_locked": "The thread is locked.",
    "user_not_found": "The person does not exist in this workspace any more.",
    "user_disabled": "The person's account is deactivated.",
    "users_not_found": "The person does not exist in this workspace any more.",
    "cannot_dm_bot": "This is a bot, and apps cannot write to bots.",
    "messages_tab_disabled": "The app's Messages tab is off. Turn it on in Slack: App Home, Messages Tab.",
    "messages_tab_read_only": "People cannot write in the Messages tab. Turn that on in Slack: App Home, Messages Tab.",
    "not_enabled": "The app's Home tab is off. Turn it on in Slack: App Home, Home Tab.",
    "posting_to_channel_denied": "The channel's settings let others post only. Ask its admins to let apps post.",
    "invalid_thread_ts": "The thread was deleted in Slack.",
    "cannot_reply_to_message": "This message takes no replies.",
    "method_not_supported_for_channel_type": "Slack does not allow this in a conversation of this kind.",
    "message_limit_exceeded": "The workspace has used up the messages of its plan. Ask its admins.",
    "accesslimited": "Slack refuses calls from this network. Check the app's allowed IP address ranges.",
    "message_not_found": "The message was deleted in Slack.",
    "thread_not_found": "The thread was deleted in Slack.",
    "cant_update_message": "The message is not Guildhall's, so it cannot be changed.",
    "edit_window_closed": "The workspace lets nobody change messages this old.",
    "msg_too_long": "The message is longer than Slack takes. Please report this.",
    "msg_blocks_too_long": "The message is longer than Slack takes. Please report this.",
    "invalid_blocks": "Slack does not take the message's layout. Please report this.",
    "invalid_blocks_format": "Slack does not take the message's layout. Please report this.",
    "invalid_arguments": "Slack does not take the message. Please report this.",
    "invalid_refresh_token": f"Slack does not renew the app's token. {REINSTALL}",
    "invalid_code": "What Slack gave the browser was used already, or is too old. Begin again.",
    "invalid_client_id": "SLACK_CLIENT_ID is wrong. Compare it with Basic Information in the app's settings.",
    "bad_client_secret": "SLACK_CLIENT_SECRET is wrong. Compare it with Basic Information in the app's settings.",
    "bad_redirect_uri": "Slack does not know this page's address. Add it under OAuth & Permissions, Redirect URLs.",
    "team_access_not_granted": "The app is not installed in this workspace. Install it (docs/slack.md).",
}
TEMPORARY = frozenset({"service_unavailable", "request_timeout", "team_added_to_org"})
# "It's possible some aspect of the operation succeeded before the error was raised", says Slack of these.
UNKNOWN = frozenset({"internal_error", "fatal_error"})
LAYOUT_ERRORS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch"})
TOKEN_ERRORS = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})


class SlackFailed(DeliveryFailed):
    """Slack said no. `code` is Slack's word for it."""

    def __init__(self, code: str, reason: str, *, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(reason, permanent=permanent, retry_after=retry_after)
        self.code = code


async def answered(method: str, call: Awaitable[AsyncSlackResponse]) -> Mapping[str, object]:
    """What `method` answered. Raises SlackFailed, or OutcomeUnknown where it was sent and no answer came."""
    return fields((await response_of(method, call)).data)


async def response_of(method: str, call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """The same, with its headers."""
    try:
        return await call
    except SlackApiError as error:
        raise _failure(method, error) from error
    except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:
        raise SlackFailed("unreachable", "Slack cannot be reached.", permanent=False) from error
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise OutcomeUnknown(f"Slack did not answer {method}.") from error


def fields(value: object) -> Mapping[str, object]:
    """A JSON object, or an empty one where Slack sent something else."""
    return value if isinstance(value, dict) else {}


def _failure(method: str, error: SlackApiError) -> SlackFailed | OutcomeUnknown:
    response = error.response
    if not isinstance(response, AsyncSlackResponse):  # a body that is no JSON: nobody can say what became of it
        return OutcomeUnknown(f"Slack answered {method} with something that cannot be read.")
    code = text_at(fields(response.data), "error")
    status = response.status_code
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return SlackFailed(
            "ratelimited", "Slack asks to wait.", permanent=False, retry_after=_seconds(response.headers)
        )
    if code in UNKNOWN or (not code and status >= 500 and status != 503):
        return OutcomeUnknown(f"Slack failed in the middle of {method} (status {status}).")
    if code in TEMPORARY or status == 503:
        return SlackFailed(code or "unavailable", f"Slack is not available (status {status}).", permanent=False)
    reason = PERMANENT.get(code, "Slack refused it. docs.slack.dev has what its word for it means.")
    needed = text_at(fields(response.data), "needed") if code == "missing_scope" else ""
    word = f"{code or f'status {status}'}{f': {needed}' if needed else ''}"
    return SlackFailed(code or "refused", f"{reason} ({method}: {word})", permanent=True)


def _seconds(headers: Mapping[str, object]) -> float:
    try:
        return max(float(str(headers.get("Retry-After", ""))), 0.0)
    except ValueError:
        return DEFAULT_RETRY_AFTER
