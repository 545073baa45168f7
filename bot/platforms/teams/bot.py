"""What becomes of an activity: routed by its type, as botbuilder does it."""

from collections.abc import Callable
from datetime import datetime

import structlog
from botbuilder.core import ActivityHandler, InvokeResponse, TurnContext
from botbuilder.schema import ChannelAccount

from bot.chat.ports import Inbound
from bot.chat.turn import Place, Reworded, Said, Turn
from bot.platforms.payload import text_at
from bot.platforms.teams.adapter import payload_of
from bot.platforms.teams.inbound import delete_turn, has_us, message_turn, opened_turn, reaction_turns, update_turn
from bot.platforms.teams.invokes import Invokes
from bot.platforms.teams.references import References, without_thread
from bot.platforms.teams.wire import NotOurs
from bot.platforms.teams.words import is_mentioned
from bot.platforms.validation import JsonObject

log = structlog.stdlib.get_logger(__name__)


class Bot(ActivityHandler):
    """Everything is kept before it returns, so Teams may be told that it arrived."""

    def __init__(
        self,
        inbound: Inbound,
        invokes: Invokes,
        references: References,
        clock: Callable[[], datetime],
        show_typing: Callable[[Place], None],
    ) -> None:
        self._inbound = inbound
        self._invokes = invokes
        self._references = references
        self._clock = clock
        self._show_typing = show_typing

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        activity = payload_of(turn_context)
        await self._references.keep(activity)
        try:
            turn = message_turn(activity, self._clock())
        except NotOurs:
            log.info("a card that is not ours was sent in")
            return
        if turn is not None and await self._accept(turn, activity) and not turn.place.is_shared:
            self._show_typing(turn.place)

    async def on_message_update_activity(self, turn_context: TurnContext) -> None:
        activity = payload_of(turn_context)
        turn = update_turn(activity, self._clock())
        if turn is not None:
            await self._accept(turn, activity)

    async def on_message_delete_activity(self, turn_context: TurnContext) -> None:
        turn = delete_turn(payload_of(turn_context), self._clock())
        if turn is not None:
            await self._inbound.accept(turn)

    async def on_message_reaction_activity(self, turn_context: TurnContext) -> None:
        for turn in reaction_turns(payload_of(turn_context), self._clock()):
            await self._inbound.accept(turn)

    async def on_members_added_activity(self, members_added: list[ChannelAccount], turn_context: TurnContext) -> None:
        activity = payload_of(turn_context)
        await self._references.keep(activity)
        if has_us(activity, "membersAdded"):
            await self._greet(activity)

    async def on_members_removed_activity(
        self, members_removed: list[ChannelAccount], turn_context: TurnContext
    ) -> None:
        activity = payload_of(turn_context)
        if has_us(activity, "membersRemoved"):
            await self._forget(activity)
        else:
            await self._references.keep(activity)

    async def on_installation_update_add(self, turn_context: TurnContext) -> None:
        activity = payload_of(turn_context)
        await self._references.keep(activity)
        await self._greet(activity)

    async def on_installation_update_remove(self, turn_context: TurnContext) -> None:
        await self._forget(payload_of(turn_context))

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        activity = payload_of(turn_context)
        if not text_at(activity, "name").startswith("composeExtension/") or await self._is_member(activity):
            await self._references.keep(activity)
        return InvokeResponse(status=200, body=await self._invokes.answer(activity))

    async def _is_member(self, activity: JsonObject) -> bool:
        """A message extension is also used where we are not: nobody could be asked there who that is."""
        return await self._references.of_channel(without_thread(text_at(activity, "conversation", "id"))) is not None

    async def _accept(self, turn: Turn, activity: JsonObject) -> bool:
        """What people say to each other is let in only where it is wanted."""
        is_overheard = isinstance(turn.content, Said | Reworded) and turn.place.is_shared and not is_mentioned(activity)
        if is_overheard and not await self._inbound.overhears(turn.place):
            return False
        return await self._inbound.accept(turn)

    async def _greet(self, activity: JsonObject) -> None:
        turn = opened_turn(activity, self._clock())
        if turn is not None:
            await self._inbound.accept(turn)

    async def _forget(self, activity: JsonObject) -> None:
        """Removed from a team we are gone from all of its channels, unless Teams says that it was one channel."""
        await self._references.forget(without_thread(text_at(activity, "conversation", "id")))
        team = text_at(activity, "channelData", "team", "id")
        if team and not text_at(activity, "channelData", "eventType").startswith("channel"):
            await self._references.forget_team(team)
