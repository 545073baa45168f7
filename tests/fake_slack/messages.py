"""Messages and streams: posted, changed, deleted, read."""

from typing import TYPE_CHECKING

from tests.fake_slack.block_kit import problem_of_blocks
from tests.fake_slack.conditions import ApiError, listed, object_of, readable, writable
from tests.fake_slack.world import Answer, Arguments, Channel, Installed

if TYPE_CHECKING:
    from tests.fake_slack.slack import FakeSlack


PAGE = 100


def post(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    channel = writable(slack, str(arguments.get("channel", "")))
    message = _message(slack, installed, arguments)
    if not (message["text"] or message.get("blocks")):
        raise ApiError("no_text")
    if len(str(message["text"])) > 40_000:
        raise ApiError("msg_too_long")
    channel.messages.append(message)
    slack.thinking.pop((channel.id, str(arguments.get("thread_ts"))), None)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def update(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    message = _find(writable(slack, str(arguments.get("channel", ""))), arguments.get("ts"))
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


def delete(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    channel = writable(slack, str(arguments.get("channel", "")))
    message = _find(channel, arguments.get("ts"))
    if message.get("bot_id") != installed.bot_id:
        raise ApiError("cant_delete_message")
    channel.messages.remove(message)
    return {"channel": channel.id, "ts": message["ts"]}


def start_stream(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    channel = writable(slack, str(arguments.get("channel", "")))
    if not channel.is_im and not (arguments.get("recipient_user_id") and arguments.get("recipient_team_id")):
        raise ApiError("missing_recipient_user_id")
    if not arguments.get("thread_ts"):
        raise ApiError("invalid_arguments")
    message = _message(slack, installed, {**arguments, "metadata": None})
    message |= {"streaming_state": "in_progress", "blocks": _streamed(arguments)}
    channel.messages.append(message)
    return {"channel": channel.id, "ts": message["ts"]}


def stop_stream(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    message = _streaming(slack, arguments)
    _check_blocks(arguments)
    message["blocks"] = [*listed(message["blocks"]), *listed(arguments.get("blocks"))]
    message["streaming_state"] = "completed"
    if arguments.get("metadata"):
        message["metadata"] = arguments["metadata"]
    return {"channel": arguments["channel"], "ts": message["ts"], "message": message}


def history(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    channel = readable(slack, installed, str(arguments.get("channel", "")), "history")
    roots = [each for each in channel.messages if each.get("thread_ts") in (None, each["ts"])]
    return _page(list(reversed(roots)), arguments)


def replies(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    channel = readable(slack, installed, str(arguments.get("channel", "")), "history")
    thread = arguments.get("ts")
    found = [each for each in channel.messages if thread in (each["ts"], each.get("thread_ts"))]
    if not found:
        raise ApiError("thread_not_found")
    return _page(found, arguments)


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
    """What the chunks add to the message. Slack knows chunks of text and of tasks as well."""
    added: list[object] = []
    for chunk in listed(arguments.get("chunks")):
        values = object_of(chunk)
        if values.get("type") != "blocks":
            raise ApiError("invalid_chunks")
        _check_blocks(values)
        added += listed(values.get("blocks"))
    return added


def _streaming(slack: "FakeSlack", arguments: Arguments) -> Answer:
    message = _find(writable(slack, str(arguments.get("channel", ""))), arguments.get("ts"))
    if message.get("streaming_state") != "in_progress":
        raise ApiError("message_not_in_streaming_state")
    return message


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
