"""The Web API's methods, as far as Guildhall calls them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.fake_slack import messages, surfaces, tokens
from tests.fake_slack.conditions import ApiError, need, readable
from tests.fake_slack.world import Answer, Arguments, Installed

if TYPE_CHECKING:
    from tests.fake_slack.slack import FakeSlack


SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.startStream": "chat:write",
    "chat.stopStream": "chat:write",
    "users.info": "users:read",
    "conversations.open": "im:write",
    "agents.sessions.rename": "chat:write",
    "agents.sessions.setStatus": "chat:write",
    "assistant.threads.setStatus": "chat:write",
    "assistant.threads.setTitle": "assistant:write",
    "assistant.threads.setSuggestedPrompts": "assistant:write",
}


def perform(slack: "FakeSlack", method: str, token: str, arguments: Arguments) -> Answer:
    try:
        if method == "oauth.v2.access":
            return tokens.oauth(slack, arguments)
        if method == "apps.connections.open":
            return slack.socket.open(token)
        handler = METHODS.get(method)
        if handler is None:
            raise ApiError("unknown_method")
        if not token:
            raise ApiError("not_authed")
        if token not in slack.installed:
            raise ApiError("invalid_auth")
        installed = slack.installed[token]
        need(installed, SCOPES.get(method, ""))
        return {"ok": True, **handler(slack, installed, arguments)}
    except ApiError as error:
        return error.answer


def _channel_info(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    channel = readable(slack, installed, str(arguments.get("channel", "")), "read")
    info: Answer = {
        "id": channel.id,
        "name": channel.name,
        "is_im": channel.is_im,
        "is_archived": channel.is_archived,
        "is_private": channel.is_private,
        "is_ext_shared": channel.is_ext_shared,
        "is_member": channel.has_bot,
    }
    return {"channel": info | ({"user": channel.user} if channel.user else {})}


def _open_direct(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    user = str(arguments.get("users", ""))
    if user not in slack.users:
        raise ApiError("user_not_found")
    return {"channel": {"id": slack.direct_channel(user).id}}


def _user_info(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    user = slack.users.get(str(arguments.get("user", "")))
    if user is None:
        raise ApiError("user_not_found")
    profile: Answer = {"real_name": user.name, "display_name": ""}
    if installed.scopes is None or "users:read.email" in installed.scopes:
        profile["email"] = user.email
    info: Answer = {
        "id": user.id,
        "team_id": installed.team,
        "name": user.name.lower().replace(" ", "."),
        "real_name": user.name,
        "deleted": user.deleted,
        "tz": user.tz,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_stranger": user.is_stranger,
        "is_email_confirmed": user.is_email_confirmed,
    }
    if arguments.get("include_locale") in (True, "1", "true"):
        info["locale"] = user.locale
    return {"user": info}


METHODS: dict[str, Callable[["FakeSlack", Installed, Arguments], Answer]] = {
    "agents.sessions.rename": surfaces.set_title,
    "agents.sessions.setStatus": surfaces.set_session,
    "auth.test": tokens.auth_test,
    "chat.postMessage": messages.post,
    "chat.update": messages.update,
    "chat.delete": messages.delete,
    "chat.startStream": messages.start_stream,
    "chat.stopStream": messages.stop_stream,
    "conversations.history": messages.history,
    "conversations.replies": messages.replies,
    "conversations.info": _channel_info,
    "conversations.open": _open_direct,
    "users.info": _user_info,
    "views.open": surfaces.open_view,
    "views.publish": surfaces.publish_view,
    "assistant.threads.setSuggestedPrompts": surfaces.set_prompts,
    "assistant.threads.setStatus": surfaces.set_status,
    "assistant.threads.setTitle": surfaces.set_title,
}
