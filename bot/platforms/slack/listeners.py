"""What Bolt hands over goes to the core; Slack hears that it arrived when it is durable, and not before."""

from collections.abc import Callable, Mapping
from datetime import datetime

from slack_bolt.response import BoltResponse

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.ports import Inbound
from bot.chat.turn import Turn
from bot.platforms.payload import object_at, text_at
from bot.platforms.slack.external import ExternalChannels
from bot.platforms.slack.inbound import heard_in, is_id, team_of
from bot.platforms.slack.interactions import (
    Words,
    commanded_in,
    pointed_in,
    pressed_in,
    submitted_in,
    told_directly,
    trigger_of,
)
from bot.platforms.slack.membership import Membership
from bot.platforms.slack.render_form import render_form, render_notice, render_problems
from bot.platforms.slack.surfaces import Surfaces
from bot.platforms.slack.workspace import Workspace, Workspaces
from bot.platforms.validation import JsonObject

TOLD_HERE = "The answer comes in this channel. If nothing comes, Guildhall is not in it: type /invite @Guildhall first."
TOLD_DIRECTLY = "The answer comes in your direct messages with Guildhall, where only you read it."
TOO_LATE = (
    "Slack opens a form only within three seconds, and this took longer. Nothing was changed and nothing is lost: "
    "please press it again."
)
UNINSTALLED = frozenset({"app_uninstalled", "tokens_revoked"})


class Listeners:
    def __init__(
        self,
        inbound: Inbound,
        workspaces: Workspaces,
        external: ExternalChannels,
        membership: Membership,
        surfaces: Surfaces,
        words: Words,
        form_shortcuts: frozenset[str],
        clock: Callable[[], datetime],
    ) -> None:
        self._inbound = inbound
        self._workspaces = workspaces
        self._external = external
        self._membership = membership
        self._surfaces = surfaces
        self._words = words
        self._form_shortcuts = form_shortcuts
        self._clock = clock

    async def on_event(self, body: JsonObject) -> BoltResponse:
        event = object_at(body, "event")
        if text_at(event, "type") in UNINSTALLED:
            return await self._uninstalled(body, event)
        workspace = await self._workspace(body)
        heard = heard_in(body, workspace, self._clock()) if workspace else None
        if workspace is None or heard is None:
            return received()
        place = heard.turn.place
        await self._external.note(place)
        if heard.concerns_us or await self._inbound.overhears(place):
            await self._accept(workspace, heard.turn)
        return received()

    async def on_action(self, body: JsonObject) -> BoltResponse:
        workspace = await self._workspace(body)
        if workspace is None:
            return received()
        external = await self._is_external(workspace, text_at(body, "channel", "id"))
        turn = pressed_in(body, workspace, self._clock(), external=external)
        if turn is not None:
            await self._answer(workspace, turn, trigger_of(body))
        return received()

    async def on_view(self, body: JsonObject) -> BoltResponse:
        workspace = await self._workspace(body)
        if workspace is None or text_at(body, "type") != "view_submission":  # a closed view has nothing to say
            return received()
        turn = submitted_in(body, workspace, self._clock())
        if turn is None:
            return received()
        try:
            reply = await self._inbound.answer(turn)
        except FormRejected as rejected:
            return _problems(rejected, object_at(body, "view", "state", "values"))
        except UserFacingError as error:
            return responding({"response_action": "update", "view": render_notice(str(error))})
        if reply.form is None:
            return received()
        view = render_form(reply.form, reply.nonce, turn.place)
        return responding({"response_action": "update", "view": view})

    async def on_shortcut(self, body: JsonObject) -> BoltResponse:
        workspace = await self._workspace(body)
        if workspace is None or text_at(body, "type") != "message_action":
            return received()
        external = await self._is_external(workspace, text_at(body, "channel", "id"))
        turn = pointed_in(body, workspace, self._clock(), external=external)
        if turn is None:
            return received()
        ts = text_at(body, "message", "ts") or text_at(body, "message_ts")
        if not await self._membership.reaches(workspace.team, text_at(body, "channel", "id"), ts):
            turn = told_directly(turn)
        if text_at(body, "callback_id") in self._form_shortcuts:
            await self._answer(workspace, turn, trigger_of(body))
            return received()
        await self._accept(workspace, turn)
        return received()

    async def on_command(self, body: JsonObject) -> BoltResponse:
        workspace = await self._workspace(body)
        if workspace is None:
            return received()
        external = await self._is_external(workspace, text_at(body, "channel_id"))
        turn = commanded_in(body, workspace, self._clock(), self._words, external=external)
        if turn is None:
            return received()
        await self._accept(workspace, turn)
        told = TOLD_HERE if turn.place.is_shared else TOLD_DIRECTLY
        return responding({"response_type": "ephemeral", "text": told})

    async def on_options(self, body: JsonObject) -> BoltResponse:
        """No menu of ours asks for options."""
        return responding({"options": []})

    async def _accept(self, workspace: Workspace, turn: Turn) -> None:
        if await self._inbound.accept(turn):
            self._surfaces.accepted(workspace.team, turn)

    async def _answer(self, workspace: Workspace, turn: Turn, trigger: str) -> None:
        try:
            reply = await self._inbound.answer(turn)
        except UserFacingError as error:
            view, otherwise = render_notice(str(error)), str(error)
        else:
            if reply.form is None:
                return
            view, otherwise = render_form(reply.form, reply.nonce, turn.place), TOO_LATE
        self._surfaces.open_view(workspace.team, trigger, view, lambda: self._inbound.tell(turn, otherwise))

    async def _is_external(self, workspace: Workspace, channel: str) -> bool:
        return is_id(channel) and await self._external.includes(f"{workspace.team}:{channel}")

    async def _workspace(self, body: JsonObject) -> Workspace | None:
        team = team_of(body)
        return await self._workspaces.workspace(team) if team else None

    async def _uninstalled(self, body: JsonObject, event: JsonObject) -> BoltResponse:
        team = team_of(body)
        is_ours = text_at(event, "type") == "app_uninstalled" or bool(object_at(event, "tokens").get("bot"))
        if team and is_ours:
            await self._workspaces.forget(team)
        return received()


def received() -> BoltResponse:
    return BoltResponse(status=200, body="")


def responding(body: Mapping[str, object]) -> BoltResponse:
    return BoltResponse(status=200, body=dict(body))


def _problems(rejected: FormRejected, fields: JsonObject) -> BoltResponse:
    if not fields:
        return responding({"response_action": "update", "view": render_notice(str(rejected))})
    return responding(render_problems(rejected.problems, tuple(fields)))
