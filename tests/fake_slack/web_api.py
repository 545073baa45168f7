"""The Web API's methods, as far as Guildhall calls them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.fake_slack.block_kit import problem_of_blocks, problem_of_view
from tests.fake_slack.world import APP_ID, Answer, Arguments, Channel, Installed, RefreshToken

if TYPE_CHECKING:
    from tests.fake_slack.slack import FakeSlack

PAGE = 100
SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.startStream": "chat:write",
    "chat.appendStream": "chat:write",
    "chat.stopStream": "chat:write",
    "users.info": "users:read",
    "conversations.open": "im:write",
    "assistant.threads.setStatus": "assistant:write",
    "assistant.threads.setTitle": "assistant:write",
    "assistant.threads.setSuggestedPrompts": "assistant:write",
}


class ApiError(Exception):
    def __init__(self, error: str, **more: object) -> None:
        super().__init__(error)
        self.answer: Answer = {"ok": False, "error": error, **more}


def perform(slack: "FakeSlack", method: str, token: str, arguments: Arguments) -> Answer:
    try:
        if method == "oauth.v2.access":
            return _oauth(slack, arguments)
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
        _need(installed, SCOPES.get(method, ""))
        return {"ok": True, **handler(slack, installed, arguments)}
    except ApiError as error:
        return error.answer


def _need(installed: Installed, scope: str) -> None:
    if scope and installed.scopes is not None and scope not in installed.scopes:
        raise ApiError("missing_scope", needed=scope, provided=",".join(sorted(installed.scopes)))


def _auth_test(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    return {
        "url": "https://example.slack.com/",
        "team": "Example",
        "user": "guildhall",
        "team_id": installed.team,
        "user_id": installed.bot_user,
        "bot_id": installed.bot_id,
        "is_enterprise_install": False,
    }


def _post(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    channel = _writable(slack, str(arguments.get("channel", "")))
    message = _message(slack, installed, arguments)
    if not (message["text"] or message.get("blocks")):
        raise ApiError("no_text")
    if len(str(message["text"])) > 40_000:
        raise ApiError("msg_too_long")
    channel.messages.append(message)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def _update(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    message = _find(_writable(slack, str(arguments.get("channel", ""))), arguments.get("ts"))
    if message.get("bot_id") != installed.bot_id:
        raise ApiError("cant_update_message")
    if "streaming_state" in message and message["streaming_state"] != "completed":
        raise ApiError("streaming_state_conflict")
    _check_blocks(arguments)
    for name in ("text", "blocks", "metadata"):  # what is left out stays as it is
        if arguments.get(name) is not None:
            message[name] = arguments[name]
    message["edited"] = {"user": installed.bot_user, "ts": slack.next_ts()}
    return {"channel": arguments["channel"], "ts": message["ts"], "text": message["text"], "message": message}


def _delete(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    channel = _writable(slack, str(arguments.get("channel", "")))
    message = _find(channel, arguments.get("ts"))
    if message.get("bot_id") != installed.bot_id:
        raise ApiError("cant_delete_message")
    channel.messages.remove(message)
    return {"channel": channel.id, "ts": message["ts"]}


def _start_stream(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    channel = _writable(slack, str(arguments.get("channel", "")))
    if not channel.is_im and not (arguments.get("recipient_user_id") and arguments.get("recipient_team_id")):
        raise ApiError("missing_recipient_user_id")
    if not arguments.get("thread_ts"):
        raise ApiError("invalid_arguments")
    message = _message(slack, installed, {**arguments, "metadata": None, "text": arguments.get("markdown_text", "")})
    message |= {"streaming_state": "in_progress", "blocks": _streamed(arguments)}
    channel.messages.append(message)
    return {"channel": channel.id, "ts": message["ts"]}


def _append_stream(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    message = _streaming(slack, arguments)
    message["blocks"] = [*_list(message["blocks"]), *_streamed(arguments)]
    return {"channel": arguments["channel"], "ts": message["ts"]}


def _stop_stream(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    message = _streaming(slack, arguments)
    _check_blocks(arguments)
    message["blocks"] = [*_list(message["blocks"]), *_streamed(arguments), *_list(arguments.get("blocks"))]
    message["streaming_state"] = "completed"
    if arguments.get("metadata"):
        message["metadata"] = arguments["metadata"]
    return {"channel": arguments["channel"], "ts": message["ts"], "message": message}


def _history(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    channel = _readable(slack, installed, str(arguments.get("channel", "")), "history")
    roots = [each for each in channel.messages if each.get("thread_ts") in (None, each["ts"])]
    return _page(list(reversed(roots)), arguments)


def _replies(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    channel = _readable(slack, installed, str(arguments.get("channel", "")), "history")
    thread = arguments.get("ts")
    found = [each for each in channel.messages if thread in (each["ts"], each.get("thread_ts"))]
    if not found:
        raise ApiError("thread_not_found")
    return _page(found, arguments)


def _channel_info(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    channel = _readable(slack, installed, str(arguments.get("channel", "")), "read")
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


def _open_view(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    if not arguments.get("trigger_id"):
        raise ApiError("invalid_trigger_id")
    problem = problem_of_view(arguments.get("view"), "modal")
    if problem:
        raise ApiError("invalid_arguments", response_metadata={"messages": [problem]})
    view = {**_object(arguments["view"]), "id": f"V{slack.next_number()}", "hash": slack.next_ts()}
    slack.opened_views.append(view)
    return {"view": view}


def _update_view(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    problem = problem_of_view(arguments.get("view"), "modal")
    if problem:
        raise ApiError("invalid_arguments", response_metadata={"messages": [problem]})
    for view in slack.opened_views:
        if view["id"] == arguments.get("view_id"):
            view.update({**_object(arguments["view"]), "hash": slack.next_ts()})
            return {"view": view}
    raise ApiError("not_found")


def _publish_view(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    problem = problem_of_view(arguments.get("view"), "home")
    if problem:
        raise ApiError("invalid_arguments", response_metadata={"messages": [problem]})
    user = str(arguments.get("user_id", ""))
    view = {**_object(arguments["view"]), "id": f"V{user}", "hash": slack.next_ts()}
    slack.homes[user] = view
    return {"view": view}


def _set_prompts(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    prompts = _list(arguments.get("prompts"))
    if not 0 < len(prompts) <= 4:
        raise ApiError("invalid_arguments")
    slack.suggested.append(arguments)
    return {}


def _set_status(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    slack.statuses.append(arguments)
    return {}


def _set_title(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    slack.titles.append(arguments)
    return {}


METHODS: dict[str, Callable[["FakeSlack", Installed, Arguments], Answer]] = {
    "auth.test": _auth_test,
    "chat.postMessage": _post,
    "chat.update": _update,
    "chat.delete": _delete,
    "chat.startStream": _start_stream,
    "chat.appendStream": _append_stream,
    "chat.stopStream": _stop_stream,
    "conversations.history": _history,
    "conversations.replies": _replies,
    "conversations.info": _channel_info,
    "conversations.open": _open_direct,
    "users.info": _user_info,
    "views.open": _open_view,
    "views.push": _open_view,
    "views.update": _update_view,
    "views.publish": _publish_view,
    "assistant.threads.setSuggestedPrompts": _set_prompts,
    "assistant.threads.setStatus": _set_status,
    "assistant.threads.setTitle": _set_title,
}


def _oauth(slack: "FakeSlack", arguments: Arguments) -> Answer:
    """Codes and refresh tokens are good once. With a refresh token the answer is a new pair."""
    if arguments.get("client_id") != slack.client[0]:
        raise ApiError("invalid_client_id")
    if arguments.get("client_secret") != slack.client[1]:
        raise ApiError("bad_client_secret")
    if arguments.get("grant_type") == "refresh_token":
        known = slack.refresh_tokens.get(str(arguments.get("refresh_token", "")))
        if known is None or known.is_used:
            raise ApiError("invalid_refresh_token")
        known.is_used = True
        team, rotates, scopes = known.team, True, None
    else:
        offered = slack.codes.pop(str(arguments.get("code", "")), None)
        if offered is None:
            raise ApiError("invalid_code")
        team, rotates = str(offered["team"]), bool(offered.get("rotates"))
        scopes = None
    number = slack.next_number()
    token = f"xoxe.xoxb-{number}" if rotates else f"xoxb-{number}"
    slack.installed[token] = Installed(team, token, scopes=scopes)
    answer: Answer = {
        "ok": True,
        "app_id": APP_ID,
        "token_type": "bot",
        "access_token": token,
        "bot_user_id": slack.installed[token].bot_user,
        "scope": "chat:write",
        "team": {"id": team, "name": f"Team {team}"},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": "U0ADMIN"},
    }
    if rotates:
        slack.refresh_tokens[f"xoxe-1-{number}"] = RefreshToken(team)
        answer |= {"refresh_token": f"xoxe-1-{number}", "expires_in": 43_200}
    return answer


def _message(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    _check_blocks(arguments)
    message: Answer = {
        "type": "message",
        "user": installed.bot_user,
        "bot_id": installed.bot_id,
        "text": str(arguments.get("text") or ""),
        "ts": slack.next_ts(),
    }
    for name in ("blocks", "metadata", "thread_ts", "unfurl_links", "unfurl_media"):
        if arguments.get(name) is not None:
            message[name] = arguments[name]
    return message


def _check_blocks(arguments: Arguments) -> None:
    if arguments.get("blocks") is not None:
        problem = problem_of_blocks(arguments["blocks"])
        if problem:
            raise ApiError("invalid_blocks", response_metadata={"messages": [problem]})


def _streamed(arguments: Arguments) -> list[object]:
    """What the chunks add to the message."""
    added: list[object] = []
    for chunk in _list(arguments.get("chunks")):
        values = _object(chunk)
        match values.get("type"):
            case "blocks":
                problem = problem_of_blocks(values.get("blocks"))
                if problem:
                    raise ApiError("invalid_blocks", response_metadata={"messages": [problem]})
                added += _list(values.get("blocks"))
            case "markdown_text":
                added.append({"type": "markdown", "text": values.get("text")})
            case "task_update" | "plan_update":
                added.append({"type": "task_card", **{k: v for k, v in values.items() if k != "type"}})
            case _:
                raise ApiError("invalid_chunks")
    return added


def _streaming(slack: "FakeSlack", arguments: Arguments) -> Answer:
    message = _find(_writable(slack, str(arguments.get("channel", ""))), arguments.get("ts"))
    if message.get("streaming_state") != "in_progress":
        raise ApiError("message_not_in_streaming_state")
    return message


def _writable(slack: "FakeSlack", channel: str) -> Channel:
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


def _readable(slack: "FakeSlack", installed: Installed, channel: str, what: str) -> Channel:
    found = slack.channels.get(channel)
    if found is None or (found.is_private and not found.has_bot):
        raise ApiError("channel_not_found")
    group = "im" if found.is_im else "groups" if found.is_private else "channels"
    _need(installed, f"{group}:{what}")
    if what == "history" and not found.has_bot:
        raise ApiError("not_in_channel")
    return found


def _page(found: list[Answer], arguments: Arguments) -> Answer:
    oldest = float(str(arguments.get("oldest") or 0))
    wanted = [each for each in found if float(str(each["ts"])) >= oldest or each is found[0]]
    start = int(str(arguments.get("cursor") or 0))
    size = min(int(str(arguments.get("limit") or PAGE)), PAGE)
    page = wanted[start : start + size]
    if arguments.get("include_all_metadata") not in (True, "1", "true"):
        page = [{name: value for name, value in each.items() if name != "metadata"} for each in page]
    has_more = start + size < len(wanted)
    cursor = {"next_cursor": str(start + size)} if has_more else {"next_cursor": ""}
    return {"messages": page, "has_more": has_more, "response_metadata": cursor}


def _find(channel: Channel, ts: object) -> Answer:
    for message in channel.messages:
        if message["ts"] == ts:
            return message
    raise ApiError("message_not_found")


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
