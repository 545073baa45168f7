"""Answers that build up before the reader's eyes: begun, then finished with the rest and with what it is found by.

Off unless asked for. Slack's streams take neither a text for the notification nor `unfurl_links`, and a stream bears
its metadata only from its end on: each of these a plain post has from the beginning.
"""

from collections.abc import Mapping, Sequence

import structlog

from bot.chat.errors import DeliveryFailed, OutcomeUnknown
from bot.chat.reply import Message, Sources
from bot.platforms.payload import text_at
from bot.platforms.slack.client import SlackApi
from bot.platforms.slack.errors import SlackFailed
from bot.platforms.slack.wire import join_id

log = structlog.stdlib.get_logger(__name__)


def is_streamed(channel: str, thread: str | None, message: Message) -> bool:
    """An answer in somebody's own thread with Guildhall."""
    return channel.startswith("D") and thread is not None and any(isinstance(each, Sources) for each in message.blocks)


class Streams:
    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._without: set[str] = set()

    async def post(
        self, team: str, channel: str, thread: str, blocks: Sequence[object], metadata: Mapping[str, object]
    ) -> str | None:
        """The message's id; None where the workspace streams nothing, and nothing was begun.

        Whatever goes wrong once it has begun is an unknown outcome: `remove_unfinished` comes before the next try.
        """
        if team in self._without:
            return None
        first = {"type": "blocks", "blocks": list(blocks[:1])}
        try:
            begun = await self._api.call(
                team, "chat.startStream", {"channel": channel, "thread_ts": thread, "chunks": [first]}
            )
        except SlackFailed as failed:
            if not failed.permanent:
                raise
            log.info("workspace streams nothing", team=team, code=failed.code)
            self._without.add(team)
            return None
        ts = text_at(begun, "ts")
        finish: dict[str, object] = {"channel": channel, "ts": ts, "metadata": metadata}
        if len(blocks) > 1:
            finish["blocks"] = list(blocks[1:])
        try:
            await self._api.call(team, "chat.stopStream", finish)
        except DeliveryFailed as failed:
            self._without.add(team)  # the next try is a plain post
            raise OutcomeUnknown(f"An answer was begun and not finished: {failed}") from failed
        return join_id(channel, ts)

    async def remove_unfinished(self, team: str, channel: str, message: Mapping[str, object]) -> None:
        """So that the reader is not left with half an answer beside the whole one. Raises DeliveryFailed."""
        ts = text_at(message, "ts")
        try:
            await self._api.call(team, "chat.delete", {"channel": channel, "ts": ts})
        except SlackFailed as failed:
            if failed.code != "message_not_found":
                raise
        except OutcomeUnknown as unknown:
            raise DeliveryFailed(str(unknown), permanent=False) from unknown
        log.warning("half an answer removed", team=team)
