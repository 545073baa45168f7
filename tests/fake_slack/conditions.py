"""What a call has to fulfil: an error as Slack names it, a scope, a channel that can be written to."""

from typing import TYPE_CHECKING

from tests.fake_slack.world import Answer, Channel, Installed

if TYPE_CHECKING:
    from tests.fake_slack.slack import FakeSlack


class ApiError(Exception):
    def __init__(self, error: str, **more: object) -> None:
        super().__init__(error)
        self.answer: Answer = {"ok": False, "error": error, **more}


def need(installed: Installed, scope: str) -> None:
    if scope and installed.scopes is not None and scope not in installed.scopes:
        raise ApiError("missing_scope", needed=scope, provided=",".join(sorted(installed.scopes)))


def writable(slack: "FakeSlack", channel: str) -> Channel:
    if channel.startswith("U"):
        user = slack.users.get(channel)
        if user is None:
            raise ApiError("user_not_found")
        if user.is_bot:
            raise ApiError("cannot_dm_bot")
        return slack.direct_channel(channel)
    found = slack.channels.get(channel)
    if found is None or (found.is_private and not found.has_bot):
        raise ApiError("channel_not_found")
    if not found.has_bot:
        raise ApiError("not_in_channel")
    if found.is_archived:
        raise ApiError("is_archived")
    return found


def readable(slack: "FakeSlack", installed: Installed, channel: str, what: str) -> Channel:
    found = slack.channels.get(channel)
    if found is None or (found.is_private and not found.has_bot):
        raise ApiError("channel_not_found")
    group = "im" if found.is_im else "groups" if found.is_private else "channels"
    need(installed, f"{group}:{what}")
    if what == "history" and not found.has_bot:
        raise ApiError("not_in_channel")
    return found


def object_of(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
