"""The app as Slack has to know it: one manifest, made from what the features offer.

Its form: docs.slack.dev/reference/app-manifest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.platforms.slack.limits import PROMPTS

EVENTS_PATH = "/slack/events"
REDIRECT_PATH = "/slack/oauth_redirect"
COMMAND = "/guildhall"
SHORTCUT_LABEL = 24  # characters of a shortcut's name
SHORTCUTS = 10  # of one app
NAME = 35  # characters of an app's name

SCOPES = {
    "app_mentions:read": "hear when somebody mentions Guildhall",
    "assistant:write": "be an agent in Slack: name a thread, and offer questions to begin with",
    "channels:history": "read replies in its threads and, where a channel wants that, every question; see edits; "
    "and look up whether a message arrived",
    "channels:read": "call channels by their names on cards and pages",
    "chat:write": "say that it is looking, answer, and change its own messages",
    "commands": "/guildhall and the shortcuts in a message's menu",
    "groups:history": "the same as channels:history, in private channels it was invited to",
    "groups:read": "the same as channels:read, of private channels it was invited to",
    "im:history": "read what people write to it directly",
    "im:write": "find the direct conversation with somebody, to look up whether a message arrived",
    "mpim:history": "the same as channels:history, in group conversations it was added to",
    "reactions:read": "count reactions to what it was asked to tell many channels",
    "users:read": "know people by name, with their time zone and language, and guests as guests",
    "users:read.email": "know that somebody is the same person in Teams and on the web page",
}
"""What the app may do, and why it needs that."""

METHODS = {
    "agents.sessions.rename": ("chat:write",),
    "agents.sessions.setStatus": ("chat:write",),
    "assistant.threads.setStatus": ("chat:write",),
    "assistant.threads.setSuggestedPrompts": ("assistant:write",),
    "assistant.threads.setTitle": ("assistant:write",),
    "auth.test": (),
    "chat.delete": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.startStream": ("chat:write",),
    "chat.stopStream": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.open": ("im:write",),
    "conversations.replies": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "oauth.v2.access": (),
    "users.info": ("users:read", "users:read.email"),
    "views.open": (),
    "views.publish": (),
}
"""Every method of the Web API that Guildhall calls, and the scopes of each."""

EVENTS = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "app_uninstalled": (),
    "assistant_thread_started": ("assistant:write",),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "tokens_revoked": (),
}
"""Every event that Guildhall is told of, and the scopes of each."""

OLDER_EVENT = "assistant_thread_started"
"""Of the assistant view. An app with the agent view cannot subscribe to it, and has app_home_opened instead."""

SHORT = "Ask, and be answered with sources."
LONG = (
    "Guildhall answers questions from what your company knows: playbooks, FAQs, templates, definitions. Every answer "
    "comes with its numbered sources, and where nothing answers a question, Guildhall says so and asks a colleague "
    "who knows. Ask it directly, mention it in a channel, or choose “Ask Guildhall about this” in a message's menu."
)
AGENT = "Answers questions from what your company knows, with numbered sources, or says that it does not know."


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry in a message's menu."""

    action: str
    label: str
    help: str


@dataclass(frozen=True, slots=True)
class ManifestOptions:
    """`url` is where people reach Guildhall, empty with Socket Mode. `distributed`: other workspaces install it by
    OAuth. `assistant_view` is what came before the agent view, for workspaces that do not have that."""

    url: str = ""
    name: str = "Guildhall"
    socket: bool = False
    distributed: bool = False
    assistant_view: bool = False


def build_manifest(
    options: ManifestOptions, shortcuts: Sequence[Shortcut], prompts: Sequence[str]
) -> dict[str, object]:
    """`prompts` are what somebody may begin with. ValueError where Slack could not take it."""
    if not options.url and not options.socket:
        raise ValueError("Without Socket Mode Slack needs an address.")
    if len(shortcuts) > SHORTCUTS or any(len(shortcut.label) > SHORTCUT_LABEL for shortcut in shortcuts):
        raise ValueError(f"An app has at most {SHORTCUTS} shortcuts, their names at most {SHORTCUT_LABEL} characters.")
    if not 0 < len(options.name) <= NAME:
        raise ValueError(f"An app's name has 1 to {NAME} characters.")
    request_url = {} if options.socket else {"request_url": f"{options.url.rstrip('/')}{EVENTS_PATH}"}
    events = sorted(event for event in EVENTS if options.assistant_view or event != OLDER_EVENT)
    oauth: dict[str, object] = {"scopes": {"bot": sorted(SCOPES)}}
    if options.distributed and options.url:
        oauth["redirect_urls"] = [f"{options.url.rstrip('/')}{REDIRECT_PATH}"]
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": options.name,
            "description": SHORT,
            "long_description": LONG,
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": options.name, "always_online": True},
            **_assistant(options, prompts),
            **({"shortcuts": [_shortcut(each) for each in shortcuts]} if shortcuts else {}),
            "slash_commands": [
                {
                    "command": COMMAND,
                    **({} if options.socket else {"url": request_url["request_url"]}),
                    "description": "Ask a question; only you read the answer",
                    "usage_hint": "your question, or help",
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": {**request_url, "bot_events": events},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": options.socket,
            "token_rotation_enabled": options.distributed,
        },
    }


def _assistant(options: ManifestOptions, prompts: Sequence[str]) -> dict[str, object]:
    offered = [{"title": prompt, "message": prompt} for prompt in prompts[:PROMPTS]]
    if options.assistant_view:
        return {"assistant_view": {"assistant_description": AGENT, "suggested_prompts": offered}}
    return {"agent_view": {"agent_description": AGENT, "suggested_prompts": offered}}


def _shortcut(shortcut: Shortcut) -> dict[str, object]:
    return {
        "name": shortcut.label,
        "type": "message",
        "callback_id": shortcut.action,
        "description": _sentence(shortcut.help),
    }


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
