"""Buttons, views, shortcuts and slash commands, to turns. Pure: nothing that is sent makes more than None."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.chat.turn import HOME, Commanded, Content, Place, Pointed, Pressed, Said, Submitted, Turn
from bot.platforms.payload import object_at, objects_at, text_at
from bot.platforms.slack.inbound import account, direct_channel, files_in, is_id, is_outsider, is_ts, place_in
from bot.platforms.slack.mrkdwn import plain_words
from bot.platforms.slack.wire import ID_LIMIT, PLATFORM, WireError, decode_metadata, decode_press, decode_values
from bot.platforms.slack.workspace import Workspace
from bot.platforms.validation import JsonObject

NO_NAMES = frozenset({"directmessage", "privategroup"})
"""What Slack says instead of the name of a conversation that is not public."""

_TRIGGER = re.compile(r"[A-Za-z0-9._-]{1,128}")
_VIEW = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DOMAIN = re.compile(r"[a-z0-9-]{1,63}")


@dataclass(frozen=True, slots=True)
class Words:
    """What may follow ``/guildhall`` without being a question: `commands`, of which `about_channel` concern the
    channel that they are given in."""

    commands: frozenset[str]
    about_channel: frozenset[str]


def trigger_of(body: JsonObject) -> str:
    """What opens a view within three seconds; empty where there is none."""
    trigger = text_at(body, "trigger_id")
    return trigger if _TRIGGER.fullmatch(trigger) else ""


def pressed_in(body: JsonObject, workspace: Workspace, at: datetime, *, external: bool = False) -> Turn | None:
    """From ``block_actions``. None for a button that only opens a link, and for what is not ours."""
    actions = objects_at(body, "actions")
    place = _pressed_at(body, workspace, external)
    if not actions or place is None:
        return None
    action = actions[0]
    stamp = text_at(action, "action_ts")
    value = text_at(action, "value") or text_at(action, "selected_option", "value")
    try:
        press = decode_press(text_at(action, "action_id"), value)
    except WireError:
        return None
    if not is_ts(stamp):
        return None
    key = f"{workspace.team}:{text_at(body, 'user', 'id')}:{stamp}:{text_at(action, 'action_id')}"
    return _turn(key, body, place, workspace, Pressed(press.action, press.value, press.nonce), at)


def submitted_in(body: JsonObject, workspace: Workspace, at: datetime) -> Turn | None:
    """From ``view_submission``."""
    view = object_at(body, "view")
    form, view_id, sent = text_at(view, "callback_id"), text_at(view, "id"), trigger_of(body)
    if not form or len(form) > ID_LIMIT or not _VIEW.fullmatch(view_id) or not sent:
        return None
    try:
        metadata = decode_metadata(text_at(view, "private_metadata"))
        values = decode_values(object_at(view, "state", "values"))
    except WireError:
        return None
    if metadata.place.channel.partition(":")[0] != workspace.team:
        return None
    content = Submitted(form, values, metadata.state, metadata.nonce)
    return _turn(f"{view_id}:{sent}", body, metadata.place, workspace, content, at)


def pointed_in(body: JsonObject, workspace: Workspace, at: datetime, *, external: bool = False) -> Turn | None:
    """From ``message_action``, the shortcut in the menu of a message. The place is that of the message, which may be
    out of our reach: a conversation of people among themselves, even. Then it is `told_directly`."""
    action, trigger = text_at(body, "callback_id"), trigger_of(body)
    message, channel = object_at(body, "message"), text_at(body, "channel", "id")
    ts = text_at(message, "ts") or text_at(body, "message_ts")
    if not action or len(action) > ID_LIMIT or not trigger or not is_id(channel) or not is_ts(ts):
        return None
    thread = text_at(message, "thread_ts")
    thread = thread if is_ts(thread) else ts
    place = place_in(workspace, channel, thread, external=external, title=_title(body))
    profile = object_at(message, "user_profile")
    author = text_at(profile, "real_name") or text_at(profile, "display_name") or text_at(message, "username")
    url = _permalink(body, workspace, channel, ts, thread)
    content = Pointed(action, plain_words(text_at(message, "text")), author[:200], url, files_in(message))
    return _turn(trigger, body, place, workspace, content, at)


def told_directly(turn: Turn) -> Turn:
    """The same where only this person reads."""
    return replace(turn, place=Place(PLATFORM, turn.direct))


def commanded_in(
    body: JsonObject, workspace: Workspace, at: datetime, words: Words, *, external: bool = False
) -> Turn | None:
    """From a slash command, a known word or a question. Others do not see that it was given, so it is answered where
    only this person reads, unless it is about the channel."""
    user, channel, trigger = text_at(body, "user_id"), text_at(body, "channel_id"), trigger_of(body)
    if not is_id(user) or not is_id(channel) or not trigger or is_outsider(workspace, text_at(body, "team_id")):
        return None
    first, _, rest = plain_words(text_at(body, "text"), workspace.bot_user).partition(" ")
    name = first.lower() or "help"
    direct = direct_channel(workspace, user)
    content: Content = Said(f"{first} {rest}".strip(), trigger)
    place = Place(PLATFORM, direct)
    if name in words.commands:
        content = Commanded(name, rest.strip())
    if name in words.about_channel and not channel.startswith("D"):
        place = place_in(workspace, channel, None, external=external, title=_name(text_at(body, "channel_name")))
    person = account(workspace, user, text_at(body, "user_name")[:200])
    return Turn(trigger, person, place, at, content, direct)


def _pressed_at(body: JsonObject, workspace: Workspace, external: bool) -> Place | None:
    view = object_at(body, "view")
    if text_at(view, "type") == "home":
        return Place(PLATFORM, direct_channel(workspace, text_at(body, "user", "id")), HOME)
    channel, message = text_at(body, "channel", "id"), object_at(body, "message")
    ts = text_at(message, "thread_ts") or text_at(message, "ts") or text_at(body, "container", "message_ts")
    is_ours = text_at(message, "user") in ("", workspace.bot_user)
    if view or not is_id(channel) or not is_ts(ts) or not is_ours:
        return None
    return place_in(workspace, channel, ts, external=external, title=_title(body))


def _turn(
    key: str, body: JsonObject, place: Place, workspace: Workspace, content: Content, at: datetime
) -> Turn | None:
    """None for somebody of another company, in a channel that is shared with it."""
    user = object_at(body, "user")
    user_id = text_at(user, "id")
    if not is_id(user_id) or is_outsider(workspace, text_at(user, "team_id"), text_at(body, "team", "id")):
        return None
    name = text_at(user, "name") or text_at(user, "username")
    person = account(workspace, user_id, name[:200])
    return Turn(key, person, place, at, content, direct_channel(workspace, user_id))


def _title(body: JsonObject) -> str:
    return _name(text_at(body, "channel", "name"))


def _name(said: str) -> str:
    return "" if said in NO_NAMES else said[:200]


def _permalink(body: JsonObject, workspace: Workspace, channel: str, ts: str, thread: str) -> str:
    base, domain = workspace.url, text_at(body, "team", "domain")
    if not base and _DOMAIN.fullmatch(domain):
        base = f"https://{domain}.slack.com/"
    if not base:
        return ""
    url = f"{base}archives/{channel}/p{ts.replace('.', '')}"
    return url if thread == ts else f"{url}?thread_ts={thread}&cid={channel}"
