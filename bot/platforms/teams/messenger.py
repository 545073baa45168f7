"""Delivers to Teams. There is no looking up what was posted, so an outcome that nobody saw stays unknown."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.chat.reply import Message
from bot.chat.turn import Place
from bot.platforms.teams.connector import Connector
from bot.platforms.teams.errors import TeamsFailed
from bot.platforms.teams.pace import Pace
from bot.platforms.teams.references import CHANNEL, PERSON, THREAD, Reference, References
from bot.platforms.teams.render import render_activity
from bot.platforms.teams.views import Views

QUIET = timedelta(seconds=60)
"""Longer than a call can last, with a fresh token and a second try in between."""

NOT_THERE = "Guildhall is not in this chat or channel any more. Add the app there again."
NEVER_MET = (
    "Teams has not said yet where this person can be written to. Once anybody has used Guildhall in Teams, it can be."
)
NO_ID = "Teams gave this message no id, so it cannot be changed."


class TeamsMessenger:
    """Fills `bot.chat.ports.Messenger`."""

    def __init__(
        self, connector: Connector, references: References, views: Views, clock: Callable[[], datetime]
    ) -> None:
        self._connector = connector
        self._references = references
        self._views = views
        self.pace = Pace(clock)

    async def post(self, place: Place, message: Message, key: str, nonce: str) -> str:
        reference, conversation = await self._where(place)
        activity = render_activity(message, await self._views.of(place, message, key, nonce))
        self._hold_back(conversation)
        return await self._connector.send(reference.service_url, conversation, activity)

    async def update(self, place: Place, message_id: str, message: Message, nonce: str) -> None:
        if not message_id:
            raise TeamsFailed(NO_ID, permanent=True)
        reference, conversation = await self._where(place)
        activity = render_activity(message, await self._views.of(place, message, "", nonce))
        self._hold_back(conversation)
        await self._connector.update(reference.service_url, conversation, message_id, activity)

    async def _where(self, place: Place) -> tuple[Reference, str]:
        """What reaches the place, and its conversation's id, that of the thread in a channel."""
        if place.channel.startswith(PERSON):
            reference = await self._chat_with(place.channel.removeprefix(PERSON))
            return reference, reference.conversation
        known = await self._references.of_channel(place.channel)
        if known is None:
            raise TeamsFailed(NOT_THERE, permanent=True)
        in_thread = place.thread and known.kind == CHANNEL
        return known, f"{place.channel}{THREAD}{place.thread}" if in_thread else place.channel

    async def _chat_with(self, object_id: str) -> Reference:
        known = await self._references.of_person(object_id)
        if known is None:
            raise TeamsFailed(NEVER_MET, permanent=True)
        if known.conversation:
            return known
        opened = await self._connector.create(
            known.service_url, bot_id=known.bot_id, user_id=known.user_id, tenant=known.tenant
        )
        return await self._references.opened(object_id, known, opened)

    def _hold_back(self, conversation: str) -> None:
        wait = self.pace.wait(conversation)
        if wait > 0:
            raise TeamsFailed("Teams allows no more here for now.", permanent=False, retry_after=wait)
