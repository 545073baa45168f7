"""Views, and what an assistant shows in a thread."""

from typing import TYPE_CHECKING

from tests.fake_slack.block_kit import problem_of_view
from tests.fake_slack.conditions import ApiError, listed, object_of
from tests.fake_slack.world import Answer, Arguments, Installed

if TYPE_CHECKING:
    from tests.fake_slack.slack import FakeSlack


def open_view(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    if not arguments.get("trigger_id"):
        raise ApiError("invalid_trigger_id")
    problem = problem_of_view(arguments.get("view"), "modal")
    if problem:
        raise ApiError("invalid_arguments", response_metadata={"messages": [problem]})
    view = {**object_of(arguments["view"]), "id": f"V{slack.next_number()}", "hash": slack.next_ts()}
    slack.opened_views.append(view)
    return {"view": view}


def publish_view(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    problem = problem_of_view(arguments.get("view"), "home")
    if problem:
        raise ApiError("invalid_arguments", response_metadata={"messages": [problem]})
    user = str(arguments.get("user_id", ""))
    view = {**object_of(arguments["view"]), "id": f"V{user}", "hash": slack.next_ts()}
    slack.homes[user] = view
    return {"view": view}


def set_prompts(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    prompts = listed(arguments.get("prompts"))
    if not 0 < len(prompts) <= 4:
        raise ApiError("invalid_arguments")
    slack.suggested.append(arguments)
    return {}


def set_status(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    slack.statuses.append(arguments)
    thread = (str(arguments.get("channel_id", "")), str(arguments.get("thread_ts", "")))
    if arguments.get("status"):
        slack.thinking[thread] = str(arguments["status"])
    else:
        slack.thinking.pop(thread, None)
    return {}


def set_session(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    if arguments.get("status") not in ("active", "processing", "suspended", "closed"):
        raise ApiError("invalid_arguments")
    thread = (str(arguments.get("channel_id", "")), str(arguments.get("thread_ts", "")))
    slack.sessions[thread] = str(arguments["status"])
    return {"status": arguments["status"]}


def set_title(slack: "FakeSlack", installed: Installed, arguments: Arguments) -> Answer:
    slack.titles.append(arguments)
    return {}
