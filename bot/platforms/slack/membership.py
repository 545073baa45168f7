"""Whether Guildhall can write where a shortcut was used: people have them in every conversation, their own too."""

import asyncio

from bot.chat.errors import DeliveryFailed, OutcomeUnknown
from bot.platforms.slack.client import ReadingApi
from bot.platforms.slack.errors import SlackFailed

PATIENCE = 1.0
"""Seconds; Slack gives three to answer a shortcut."""

ELSEWHERE = frozenset({"not_in_channel", "channel_not_found"})


class Membership:
    def __init__(self, api: ReadingApi) -> None:
        self._api = api

    async def reaches(self, team: str, channel: str, ts: str) -> bool:
        """Asks for the message `ts`, which needs no further permission. Where nobody answers: it is assumed."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._api.read(team, "conversations.replies", {"channel": channel, "ts": ts, "limit": 1})
        except SlackFailed as failed:
            return failed.code not in ELSEWHERE
        except (DeliveryFailed, OutcomeUnknown, TimeoutError):
            return True
        return True
