"""The endpoints."""

import asyncio
import json
from collections.abc import Callable
from itertools import count
from typing import Self

from aiohttp import web

from tests.adaptive_card import problems_of_activity
from tests.fake_teams.world import DANA, SAM, TENANT, Activity, Chat, Fault, Member

CLIENT_KEY = "a client's own"
LIFETIME = 3_599


class FakeTeams:
    """Use it as an asynchronous context manager. `faults` are answered first, one a call; None lets the call pass.

    `calls` are method and path; `invalid` holds what a real Teams would have drawn wrong or refused.
    """

    def __init__(self, *, app_id: str = "") -> None:
        self.app_id = app_id
        self.url = ""
        self.chats: dict[str, Chat] = {}
        self.people: list[Member] = [DANA, SAM]
        self.faults: list[Fault | None] = []
        self.token_faults: list[Fault | None] = []
        self.calls: list[tuple[str, str]] = []
        self.invalid: list[str] = []
        self.tokens: list[str] = []
        self.refused_tokens: set[str] = set()
        self.typing: list[str] = []
        self._ids = count(1_700_000_000_000)
        self._runner: web.AppRunner | None = None
        self._silent: set[asyncio.Event] = set()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=200_000)
        app.add_routes(
            [
                web.post("/v3/conversations", self._create),
                web.post("/v3/conversations/{chat}/activities", self._post),
                web.put("/v3/conversations/{chat}/activities/{activity}", self._update),
                web.get("/v3/conversations/{chat}/members/{member}", self._member),
                web.post("/{tenant}/oauth2/v2.0/token", self._token),
                web.get("/elsewhere", self._elsewhere),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for silent in self._silent:
            silent.set()
        if self._runner is not None:
            await self._runner.cleanup()

    def chat(self, chat_id: str, kind: str, *members: Member) -> Chat:
        """Guildhall was added there."""
        self.chats[chat_id] = Chat(chat_id, kind, list(members))
        return self.chats[chat_id]

    async def _post(self, request: web.Request) -> web.Response:
        chat, refusal = await self._there(request)
        activity = await _json(request)
        if chat is None or refusal is not None:
            return refusal or _error(404, "ConversationNotFound")
        if activity.get("type") == "typing":
            self.typing.append(chat.id)
            return web.json_response({"id": ""})
        activity_id = str(next(self._ids))

        def keep() -> None:
            self._check(activity)
            chat.activities[activity_id] = activity
            chat.threads[activity_id] = request.match_info["chat"].partition(";messageid=")[2]

        # A message with text and a card becomes two, and Teams names the id of neither.
        is_split = bool(activity.get("text")) and bool(activity.get("attachments"))
        return await self._faulty(keep, {} if is_split else {"id": activity_id})

    async def _update(self, request: web.Request) -> web.Response:
        chat, refusal = await self._there(request)
        activity = await _json(request)
        activity_id = request.match_info["activity"]
        if chat is None or refusal is not None:
            return refusal or _error(404, "ConversationNotFound")
        if activity_id not in chat.activities:
            return _error(404, "ActivityNotFoundInConversation")

        def keep() -> None:
            self._check(activity)
            chat.updates += 1
            chat.activities[activity_id] = activity

        return await self._faulty(keep, {"id": activity_id})

    async def _create(self, request: web.Request) -> web.Response:
        refusal = self._refused(request)
        if refusal is not None:
            return refusal
        asked = await _json(request)
        members = asked.get("members")
        user = members[0]["id"] if isinstance(members, list) else ""
        known = next((each for each in self.people if user in (each.id, each.object_id)), None)
        if known is None or asked.get("tenantId") != TENANT or asked.get("isGroup") is not False:
            return _error(400, "BadSyntax")
        chat_id = f"a:{known.object_id}"

        def keep() -> None:
            self.chats.setdefault(chat_id, Chat(chat_id, "personal", [known]))

        return await self._faulty(keep, {"id": chat_id, "activityId": "", "serviceUrl": self.url})

    async def _member(self, request: web.Request) -> web.Response:
        chat, refusal = await self._there(request)
        if chat is None or refusal is not None:
            return refusal or _error(404, "ConversationNotFound")
        wanted = request.match_info["member"]
        found = next((each for each in chat.members if wanted in (each.id, each.object_id)), None)
        if found is None:
            return _error(404, "MemberNotFoundInConversation")
        return await self._faulty(lambda: None, found.as_json())

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.calls.append((request.method, request.path))
        await asyncio.sleep(0)
        fault = self.token_faults.pop(0) if self.token_faults else None
        if fault is not None:
            return _error(fault.status, fault.code)
        if (form.get("client_id"), form.get("client_secret")) != (self.app_id, CLIENT_KEY):
            return web.json_response({"error": "invalid_client"}, status=401)
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        return web.json_response({"access_token": self.tokens[-1], "expires_in": LIFETIME, "token_type": "Bearer"})

    async def _elsewhere(self, request: web.Request) -> web.Response:
        raise AssertionError("A redirect was followed.")

    async def _there(self, request: web.Request) -> tuple[Chat | None, web.Response | None]:
        chat_id = request.match_info["chat"].partition(";messageid=")[0]
        chat, refused = self.chats.get(chat_id), self._refused(request)
        if refused is None and chat is not None and not chat.has_bot:
            refused = _error(403, "BotNotInConversationRoster")
        return chat, refused

    def _refused(self, request: web.Request) -> web.Response | None:
        self.calls.append((request.method, request.path))
        if not self.app_id:
            return None
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens or token in self.refused_tokens:
            return _error(401, "Unauthorized")
        return None

    async def _faulty(self, keep: Callable[[], None], answer: dict[str, object]) -> web.Response:
        fault = self.faults.pop(0) if self.faults else None
        if fault is None or fault.after:
            keep()
        if fault is None:
            return web.json_response(answer)
        if fault.status == 0:
            silent = asyncio.Event()
            self._silent.add(silent)
            await silent.wait()
        if fault.body is not None:
            return web.Response(status=fault.status, text=fault.body, headers={"Location": f"{self.url}/elsewhere"})
        return _error(fault.status, fault.code, fault.retry_after)

    def _check(self, activity: Activity) -> None:
        self.invalid += problems_of_activity(activity, quickly=True)


async def _json(request: web.Request) -> dict[str, object]:
    parsed = json.loads(await request.read())
    assert isinstance(parsed, dict)
    return parsed


def _error(status: int, code: str, retry_after: str = "") -> web.Response:
    headers = {"Retry-After": retry_after} if retry_after else {}
    body = {"error": {"code": code or "Error", "message": "As Teams words it."}}
    return web.json_response(body, status=status, headers=headers)
