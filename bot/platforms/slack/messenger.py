"""Delivers to Slack: messages, streamed answers, and what stands in somebody's App Home."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.chat.errors import DeliveryFailed, OutcomeUnknown
from bot.chat.reply import Message, Suggestions
from bot.chat.turn import HOME, Place
from bot.platforms.payload import object_at, objects_at, text_at
from bot.platforms.slack.client import DELIVERY_WITHIN, SlackApi
from bot.platforms.slack.errors import LAYOUT_ERRORS, SlackFailed
from bot.platforms.slack.render import render_message, suggested_prompts
from bot.platforms.slack.render_home import render_home
from bot.platforms.slack.stream import Streams, is_streamed
from bot.platforms.slack.surfaces import Surfaces
from bot.platforms.slack.wire import WireError, join_id, split_id

EVENT_TYPE = "guildhall"
PAGE = 200
PAGES = 25
LOOK_BACK = timedelta(days=7)
"""How far back a look-up goes, in time and in pages of the channel's history."""

Done = TypeVar("Done")

log = structlog.stdlib.get_logger(__name__)


class SlackMessenger:
    """Fills `bot.chat.ports.Messenger` and `FindsPosted`."""

    def __init__(
        self, api: SlackApi, clock: Callable[[], datetime], surfaces: Surfaces, *, streams: bool = False
    ) -> None:
        self._api = api
        self._surfaces = surfaces
        self._clock = clock
        self._streams = Streams(api) if streams else None
        self._plain: set[str] = set()

    async def post(self, place: Place, message: Message, key: str, nonce: str) -> str:
        return await _in_time(self._post(place, message, key, nonce))

    async def update(self, place: Place, message_id: str, message: Message, nonce: str) -> None:
        await _in_time(self._update(place, message_id, message, nonce))

    async def find(self, place: Place, key: str) -> str | None:
        """Looks through the thread or channel for the metadata that every post carries."""
        if place.thread == HOME:
            return None
        team, channel = split_channel(place)
        where = await self._conversation(team, channel)
        arguments: dict[str, object] = {
            "channel": where,
            "include_all_metadata": True,
            "limit": PAGE,
            "oldest": f"{(self._clock() - LOOK_BACK).timestamp():.6f}",
        }
        method = "conversations.history"
        if place.thread is not None:
            method, arguments = "conversations.replies", arguments | {"ts": place.thread}
        wanted = key_digest(place, key)
        for _ in range(PAGES):
            page = await self._api.read(team, method, arguments)
            for message in objects_at(page, "messages"):
                found = _key_of(message)
                if found == wanted:
                    return join_id(where, text_at(message, "ts"))
                # Whatever the app said in a thread of its own bears a key, unless it was begun and never finished.
                if self._streams is not None and _is_own(where, place) and not found and text_at(message, "bot_id"):
                    await self._streams.remove_unfinished(team, where, message)
            cursor = text_at(page, "response_metadata", "next_cursor")
            if not cursor:
                return None
            arguments["cursor"] = cursor
        raise DeliveryFailed("Too much was said there since to find out whether it arrived.", permanent=True)

    async def _post(self, place: Place, message: Message, key: str, nonce: str) -> str:
        team, channel = split_channel(place)
        if place.thread == HOME:
            await self._publish(team, channel, message, nonce)
            return HOME
        with self._surfaces.answering(team, channel, place.thread):
            return await self._send(team, channel, place, message, key, nonce)

    async def _send(self, team: str, channel: str, place: Place, message: Message, key: str, nonce: str) -> str:
        shown = await self._with_prompts(team, channel, place.thread, message)
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key_digest(place, key)}}
        arguments: dict[str, object] = {"channel": channel, "metadata": metadata}
        if place.thread is not None:
            if self._streams is not None and is_streamed(channel, place.thread, shown):
                blocks = objects_at(render_message(shown, nonce, is_plain=team in self._plain), "blocks")
                streamed = await self._streams.post(team, channel, place.thread, blocks, metadata)
                if streamed is not None:
                    return streamed
            arguments["thread_ts"] = place.thread
        posted = await self._drawn(team, "chat.postMessage", arguments, shown, nonce)
        return join_id(text_at(posted, "channel") or channel, text_at(posted, "ts"))

    async def _update(self, place: Place, message_id: str, message: Message, nonce: str) -> None:
        team, channel = split_channel(place)
        if message_id == HOME:
            await self._publish(team, channel, message, nonce)
            return
        try:
            where, ts = split_id(message_id)
        except WireError as error:
            raise DeliveryFailed(f"This is not the id of a message in Slack: {message_id}", permanent=True) from error
        await self._drawn(team, "chat.update", {"channel": where, "ts": ts}, message, nonce)

    async def _drawn(
        self, team: str, method: str, arguments: Mapping[str, object], message: Message, nonce: str
    ) -> Mapping[str, object]:
        """The newest blocks first; where the workspace refuses them older ones, from then on, and at last the words."""
        is_plain = team in self._plain
        payload = render_message(message, nonce, is_plain=is_plain)
        while True:
            try:
                drawn = await self._api.call(team, method, {**_taken_by(method, payload), **arguments})
            except SlackFailed as failed:
                if failed.code not in LAYOUT_ERRORS or not payload["blocks"]:
                    raise
                log.warning("layout refused", method=method, code=failed.code)
                payload = {**payload, "blocks": []} if is_plain else render_message(message, nonce, is_plain=True)
                is_plain = True
            else:
                if is_plain and payload["blocks"]:
                    self._plain.add(team)
                return drawn

    async def _publish(self, team: str, user: str, message: Message, nonce: str) -> None:
        await self._api.call(team, "views.publish", {"user_id": user, "view": render_home(message, nonce)})

    async def _with_prompts(self, team: str, channel: str, thread: str | None, message: Message) -> Message:
        """In the chat with the app suggestions stand at the input, in one of its threads or, in Slack's newer agent
        surface, for the whole chat; elsewhere, and without that surface, in the message."""
        prompts = suggested_prompts(message)
        if not prompts or not channel.startswith("D"):
            return message
        where = {"channel_id": channel} if thread is None else {"channel_id": channel, "thread_ts": thread}
        try:
            await self._api.call(team, "assistant.threads.setSuggestedPrompts", {**where, "prompts": prompts})
        except (DeliveryFailed, OutcomeUnknown):
            return message
        return replace(message, blocks=tuple(each for each in message.blocks if not isinstance(each, Suggestions)))

    async def _conversation(self, team: str, channel: str) -> str:
        """A channel's own id, also where it is named by the person at its other end."""
        if channel[:1] not in ("U", "W"):
            return channel
        opened = await self._api.call(team, "conversations.open", {"users": channel})
        return text_at(opened, "channel", "id")


async def _in_time(call: Awaitable[Done]) -> Done:
    """Several calls may be one delivery: together they end long before anybody looks whether it arrived."""
    try:
        async with asyncio.timeout(DELIVERY_WITHIN.total_seconds()):
            return await call
    except TimeoutError as error:
        raise OutcomeUnknown("Slack took longer than a delivery may.") from error


def split_channel(place: Place) -> tuple[str, str]:
    """Team, and channel or person, of a place's ``{team}:{id}``. Raises DeliveryFailed."""
    team, separator, channel = place.channel.partition(":")
    if not (team and separator and channel):
        raise DeliveryFailed(f"This is no place in Slack: {place.channel}", permanent=True)
    return team, channel


def key_digest(place: Place, key: str) -> str:
    """What a message's metadata says of it: everyone in the channel can read that, so it is an id and no more."""
    return hashlib.sha256(f"{place.conversation}\0{key}".encode()).hexdigest()[:32]


def _taken_by(method: str, payload: Mapping[str, object]) -> dict[str, object]:
    """chat.update knows nothing of previews: they stay as they were when it was posted."""
    previews = ("unfurl_links", "unfurl_media") if method == "chat.update" else ()
    return {name: value for name, value in payload.items() if name not in previews}


def _key_of(message: Mapping[str, object]) -> str:
    metadata = object_at(message, "metadata")
    return text_at(metadata, "event_payload", "key") if text_at(metadata, "event_type") == EVENT_TYPE else ""


def _is_own(channel: str, place: Place) -> bool:
    """A thread with the app alone: there, and nowhere else, it streams."""
    return channel.startswith("D") and place.thread is not None
