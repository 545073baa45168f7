"""What Slack's Events API tells, to turns. Pure: nothing that is sent makes more than None."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.chat.turn import EVERYONE, HOME, Content, File, Opened, Person, Place, Reacted, Reworded, Said, Turn, Withdrawn
from bot.platforms.links import file_name, link_on
from bot.platforms.payload import object_at, objects_at, text_at
from bot.platforms.slack.mrkdwn import mentions, plain_words
from bot.platforms.slack.wire import PLATFORM, join_id
from bot.platforms.slack.workspace import Workspace
from bot.platforms.validation import JsonObject

SLACKBOT = "USLACKBOT"
FILE_HOSTS = ("slack.com", "slack-gov.com")
FILES_LIMIT = 10  # of one message
REACTION_LIMIT = 100  # characters of its name

# What people write. Other subtypes are Slack's own notes ("joined the channel"), or other apps'.
SAYING = frozenset({"", "file_share", "thread_broadcast", "me_message"})

# The same note reaches us when it is we who joined. Its own event, member_joined_channel, wants two more permissions.
JOINING = frozenset({"channel_join", "group_join"})

_ID = re.compile(r"[A-Z][A-Z0-9]{1,31}")
_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn, and whether it concerns us. If not, it was said to others in a shared place: for the core to decide
    whether that is wanted."""

    turn: Turn
    concerns_us: bool


def heard_in(body: JsonObject, workspace: Workspace, at: datetime) -> Heard | None:
    """From an ``event_callback``. None: nothing for Guildhall."""
    event = object_at(body, "event")
    match text_at(event, "type"):
        case "message" | "app_mention":
            return _message(body, event, workspace, at)
        case "app_home_opened":
            return _home(event, workspace, at)
        case "reaction_added" | "reaction_removed":
            return _reaction(body, event, workspace, at)
        case "assistant_thread_started":
            return _thread(object_at(event, "assistant_thread"), workspace, at)
        case _:
            return None


def account(workspace: Workspace, user: str, name: str = "") -> Person:
    return Person(f"{PLATFORM}:{workspace.team}:{user}", name)


def direct_channel(workspace: Workspace, user: str) -> str:
    """Slack takes a person's id where it wants a channel: the direct messages with them."""
    return f"{workspace.team}:{user}"


def place_in(
    workspace: Workspace, channel: str, thread: str | None, *, external: bool = False, title: str = ""
) -> Place:
    """`external`: people of other companies are in the channel."""
    return Place(
        PLATFORM,
        f"{workspace.team}:{channel}",
        thread,
        is_shared=not channel.startswith("D"),
        members=frozenset() if external else frozenset({EVERYONE}),
        title=title,
    )


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def is_ts(text: str) -> bool:
    return _TS.fullmatch(text) is not None


def is_outsider(workspace: Workspace, *teams: str) -> bool:
    """Whether the first team that is named is another company's."""
    named = next((team for team in teams if team), workspace.team)
    return named not in (workspace.team, workspace.enterprise)


def is_external(body: JsonObject) -> bool:
    """Whether the event happened in a channel that is shared with another company."""
    return body.get("is_ext_shared_channel") is True


def team_of(body: JsonObject) -> str:
    """The workspace, or organization, in which the app got this. Empty where none is named. In channels that are
    shared between companies that is not always where it happened."""
    first = next(iter(objects_at(body, "authorizations")), {})
    named = (
        text_at(body, "view", "app_installed_team_id"),
        text_at(body, "team", "id"),
        text_at(first, "team_id"),
        text_at(first, "enterprise_id"),
        text_at(body, "team_id"),
        text_at(body, "user", "team_id"),
        text_at(body, "enterprise", "id"),
        text_at(body, "enterprise_id"),
    )
    return next((team for team in named if is_id(team)), "")


def _message(body: JsonObject, event: JsonObject, workspace: Workspace, at: datetime) -> Heard | None:
    channel = text_at(event, "channel")
    if not is_id(channel):
        return None
    match text_at(event, "subtype"):
        case "message_changed":
            message, before = object_at(event, "message"), object_at(event, "previous_message")
            if text_at(message, "subtype") == "tombstone":  # the first message of a thread that goes on
                return _changed(body, channel, before, before, workspace, at, deleted=True)
            return _changed(body, channel, message, before, workspace, at)
        case "message_deleted":
            before = object_at(event, "previous_message")
            return _changed(body, channel, before, before, workspace, at, deleted=True)
        case subtype if subtype in SAYING:
            return _said(body, channel, event, workspace, at)
        case subtype if subtype in JOINING and text_at(event, "user") == workspace.bot_user:
            return _joined(body, channel, event, workspace, at)
        case _:
            return None


def _said(body: JsonObject, channel: str, event: JsonObject, workspace: Workspace, at: datetime) -> Heard | None:
    ts, raw = text_at(event, "ts"), text_at(event, "text")
    if not _by_colleague(event, workspace) or not is_ts(ts):
        return None
    place = _place(body, channel, event, ts, workspace)
    is_mentioned = text_at(event, "type") == "app_mention" or mentions(raw, workspace.bot_user)
    addressed = is_mentioned or not place.is_shared
    text = plain_words(raw, workspace.bot_user)
    if not text and is_mentioned:
        text = "help"  # called by name without a word
    files = files_in(event)
    if not text and not files and not (addressed and objects_at(event, "files")):  # it is told that we read words
        return None
    content = Said(text, join_id(channel, ts), addressed, files)
    return Heard(_turn(f"{workspace.team}:{channel}:{ts}", event, place, workspace, content, at), addressed)


def files_in(message: JsonObject) -> tuple[File, ...]:
    """Where they open in Slack. Those that were deleted, or are another company's and not told yet, have no address."""
    found = []
    for each in objects_at(message, "files"):
        url = link_on(FILE_HOSTS, text_at(each, "permalink"))
        if url is not None:
            found.append(File(file_name(text_at(each, "title") or text_at(each, "name")), url))
    return tuple(found[:FILES_LIMIT])


def _joined(body: JsonObject, channel: str, event: JsonObject, workspace: Workspace, at: datetime) -> Heard | None:
    """Whoever brought us into the channel did it; who is nobody, e.g. Slack itself, is not answered."""
    user = text_at(event, "inviter")
    if not is_id(user):
        return None
    place = place_in(workspace, channel, None, external=is_external(body))
    person, direct = account(workspace, user), direct_channel(workspace, user)
    key = f"{workspace.team}:{channel}:joined"
    return Heard(Turn(key, person, place, at, Opened("channel"), direct), concerns_us=True)


def _changed(
    body: JsonObject,
    channel: str,
    message: JsonObject,
    before: JsonObject,
    workspace: Workspace,
    at: datetime,
    *,
    deleted: bool = False,
) -> Heard | None:
    """An edit by the author that changes the words, or a deletion. Unfurled links change a message too."""
    ts, raw, said = text_at(message, "ts"), text_at(message, "text"), text_at(before, "text")
    if not _by_colleague(message, workspace) or not is_ts(ts) or text_at(message, "subtype") not in SAYING:
        return None
    place = _place(body, channel, message, ts, workspace)
    was_addressed = not place.is_shared or mentions(said, workspace.bot_user)
    key = f"{workspace.team}:{channel}:{ts}"
    content: Content
    if deleted:
        content, key = Withdrawn(join_id(channel, ts)), f"{key}:deleted"
        return Heard(_turn(key, message, place, workspace, content, at), was_addressed)
    edited = text_at(message, "edited", "ts")
    text = plain_words(raw, workspace.bot_user)
    if not is_ts(edited) or raw == said or not text:
        return None
    is_mentioned = mentions(raw, workspace.bot_user)
    if is_mentioned and before and not was_addressed:  # the mention was forgotten at first
        content = Said(text, join_id(channel, ts))
    else:
        content, key = Reworded(join_id(channel, ts), text), f"{key}:edited:{edited}"
    return Heard(_turn(key, message, place, workspace, content, at), was_addressed or is_mentioned)


def _by_colleague(message: JsonObject, workspace: Workspace) -> bool:
    """Not by an app, nor by somebody of another company."""
    user = text_at(message, "user")
    if not is_id(user) or user in (workspace.bot_user, SLACKBOT) or "bot_id" in message or "bot_profile" in message:
        return False
    teams = (text_at(message, "user_team"), text_at(message, "source_team"), text_at(message, "team"))
    return not is_outsider(workspace, *teams)


def _place(body: JsonObject, channel: str, message: JsonObject, ts: str, workspace: Workspace) -> Place:
    thread = text_at(message, "thread_ts")
    return place_in(workspace, channel, thread if is_ts(thread) else ts, external=is_external(body))


def _turn(key: str, message: JsonObject, place: Place, workspace: Workspace, content: Content, at: datetime) -> Turn:
    user = text_at(message, "user")
    return Turn(key, account(workspace, user), place, at, content, direct_channel(workspace, user))


def _reaction(body: JsonObject, event: JsonObject, workspace: Workspace, at: datetime) -> Heard | None:
    """To a message of ours. Where people of other companies are, nobody says whose reaction it is: it is left."""
    item, user, stamp = object_at(event, "item"), text_at(event, "user"), text_at(event, "event_ts")
    channel, ts = text_at(item, "channel"), text_at(item, "ts")
    is_ours = text_at(item, "type") == "message" and text_at(event, "item_user") == workspace.bot_user
    if not is_ours or is_external(body) or user in (workspace.bot_user, SLACKBOT):
        return None
    name = text_at(event, "reaction").partition("::")[0]  # the skin tone follows
    if not (name and is_id(user) and is_id(channel) and is_ts(ts) and is_ts(stamp)):
        return None
    is_gone = text_at(event, "type") == "reaction_removed"
    person, direct = account(workspace, user), direct_channel(workspace, user)
    is_direct = channel.startswith("D")  # ours and theirs alone, and known by the person
    place = Place(PLATFORM, direct) if is_direct else place_in(workspace, channel, None)
    key = f"{workspace.team}:{channel}:{ts}:{user}:{'-' if is_gone else '+'}{name}:{stamp}"
    content = Reacted(join_id(channel, ts), name[:REACTION_LIMIT], is_gone)
    return Heard(Turn(sha256(key.encode()).hexdigest(), person, place, at, content, direct), concerns_us=True)


def _home(event: JsonObject, workspace: Workspace, at: datetime) -> Heard | None:
    user, channel, ts = text_at(event, "user"), text_at(event, "channel"), text_at(event, "event_ts")
    if not is_id(user) or not is_id(channel) or not is_ts(ts):
        return None
    person, direct = account(workspace, user), direct_channel(workspace, user)
    if text_at(event, "tab") == "messages":  # told each time, welcomed once
        place, key = place_in(workspace, channel, None), f"{workspace.team}:{channel}:opened"
        return Heard(Turn(key, person, place, at, Opened("chat"), direct), concerns_us=True)
    place, key = Place(PLATFORM, direct, HOME), f"{workspace.team}:{user}:{ts}:opened"
    return Heard(Turn(key, person, place, at, Opened("home"), direct), concerns_us=True)


def _thread(thread: JsonObject, workspace: Workspace, at: datetime) -> Heard | None:
    """Where the app has Slack's older surface for assistants."""
    user, channel, ts = text_at(thread, "user_id"), text_at(thread, "channel_id"), text_at(thread, "thread_ts")
    if not is_id(user) or not is_id(channel) or not is_ts(ts):
        return None
    place = place_in(workspace, channel, ts)
    key = f"{workspace.team}:{channel}:{ts}:opened"
    turn = Turn(key, account(workspace, user), place, at, Opened("chat"), direct_channel(workspace, user))
    return Heard(turn, concerns_us=True)
