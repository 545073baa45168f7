"""Where Teams sends everything: one address, checked from the outside in."""

from collections.abc import Sequence
from pathlib import Path

from aiohttp import web

from bot.platforms.payload import text_at
from bot.platforms.teams.adapter import TeamsAdapter
from bot.platforms.teams.bot import Bot
from bot.platforms.teams.verification import Verification
from bot.platforms.validation import parse_json, read_text, refused

MESSAGES = "/api/messages"


class TeamsEndpoint:
    """A section of the site; who may send here it verifies itself."""

    name = "teams"
    templates = Path(__file__).parent / "templates"
    verified_paths = frozenset({MESSAGES})

    def __init__(self, verification: Verification, bot: Bot) -> None:
        self._verification = verification
        self._bot = bot
        self._adapter = TeamsAdapter()

    def routes(self, frame: object) -> Sequence[web.RouteDef]:
        return [web.post(MESSAGES, self._receive)]

    async def close(self) -> None:
        """Nothing stays open: each request ends by itself."""

    async def _receive(self, request: web.Request) -> web.Response:
        check = await self._verification.sender(request)
        activity = parse_json(await read_text(request, {"application/json"}))
        check(activity)
        if not text_at(activity, "type") or not text_at(activity, "conversation", "id"):
            raise refused("it is no activity")
        body = await self._adapter.process(activity, self._bot)
        return web.Response() if body is None else web.json_response(body)
