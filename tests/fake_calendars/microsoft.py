"""Entra ID's token endpoint and the part of Microsoft Graph that calendars need."""

import re
from datetime import UTC, datetime

from aiohttp import web

from tests.fake_calendars.server import ALEX, MEGAN, FakeCalendarServer, Shown, answered, payload

TENANT, CLIENT, SECRET = "38d49456-54d4-455d-a8d6-c383c71e0a6d", "535fb089-9ff3-47b6-9bfb-4f1264799865", "qWgd~Ymab0"
MATCHES = re.compile(r"singleValueExtendedProperties/Any\(ep: ep/id eq '([^']+)' and ep/value eq '([^']+)'\)")
PROPERTY = re.compile(r"String \{[0-9a-f-]{36}\} Name \w+")
WRITABLE = {"subject", "body", "start", "end", "location", "isAllDay", "showAs"}
FORM = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}


class FakeMicrosoft(FakeCalendarServer):
    """`hides_new`: what was added a moment ago is not found yet. What was deleted keeps its transaction for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.hides_new = False
        self.events: dict[str, dict[str, dict[str, object]]] = {MEGAN: {}, ALEX: {}}
        self.transactions: dict[tuple[str, str], tuple[str, dict[str, object]]] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/{tenant}/oauth2/v2.0/token", self._token),
            web.get("/v1.0/users/{user}/events", self._find),
            web.post("/v1.0/users/{user}/events", self._create),
            web.patch("/v1.0/users/{user}/events/{id}", self._update),
            web.delete("/v1.0/users/{user}/events/{id}", self._delete),
            web.post("/v1.0/users/{user}/calendar/getSchedule", self._schedule),
        ]

    def refused_token(self) -> web.Response:
        return answered("microsoft_bad_token", 401)

    def standing(self, address: str) -> list[Shown]:
        return [_shown(event) for event in self.events[address].values()]

    def delete_all(self, address: str) -> None:
        """By hand."""
        self.events[address].clear()

    def add_other(self, address: str) -> None:
        self.events[address]["other"] = payload("microsoft_event")

    async def _token(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        self.check("token form", form == {**FORM, "scope": f"{self.url}/.default"})
        self.check("tenant", request.match_info["tenant"] == TENANT)
        return web.json_response({**payload("microsoft_token"), "access_token": self.issue("app")})

    async def _find(self, request: web.Request) -> web.Response:
        owned = self.events.get(request.match_info["user"])
        if owned is None:
            return answered("microsoft_invalid_user", 404)
        match = MATCHES.fullmatch(request.query["$filter"])
        self.check("filter", match is not None and bool(PROPERTY.fullmatch(match[1])))
        wanted = [] if match is None else [{"id": match[1], "value": match[2]}]
        found = [known for known, event in owned.items() if event.get("singleValueExtendedProperties") == wanted]
        listed = [] if self.hides_new else [{"@odata.etag": 'W/"ZlnW4RIAV06"', "id": known} for known in found]
        return web.json_response({"@odata.context": "https://graph.microsoft.com/v1.0/$metadata", "value": listed})

    async def _create(self, request: web.Request) -> web.Response:
        user, body = request.match_info["user"], await request.json()
        if user not in self.events:
            return answered("microsoft_invalid_user", 404)
        self._look_at(body, {"transactionId", "singleValueExtendedProperties"})
        known, earlier = self.transactions.get((user, body["transactionId"]), ("", {}))
        if known and (earlier != body or known not in self.events[user]):
            return answered("microsoft_duplicate", 400)
        if not known:
            known = f"AAMkAGI/{next(self._ids)}+="
            self.transactions[user, body["transactionId"]] = known, body
            self.events[user][known] = body
        return web.json_response({**payload("microsoft_event"), **body, "id": known}, status=201)

    async def _update(self, request: web.Request) -> web.Response:
        event = self.events[request.match_info["user"]].get(request.match_info["id"])
        if event is None:
            return answered("microsoft_item_gone", 404)
        body = await request.json()
        self._look_at(body, set())
        event |= body
        return web.json_response({**payload("microsoft_event"), **event})

    async def _delete(self, request: web.Request) -> web.Response:
        if self.events[request.match_info["user"]].pop(request.match_info["id"], None) is None:
            return answered("microsoft_item_gone", 404)
        return web.Response(status=204)

    async def _schedule(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.check("schedule", set(body) == {"schedules", "startTime", "endTime"})
        self.check("prefer", request.headers["Prefer"] == 'outlook.timezone="UTC"')
        (address,) = body["schedules"]
        if address not in self.events:
            return answered("microsoft_schedule_unknown")
        items = [
            {
                "status": status,
                "subject": "Nobody's business",
                "start": {"dateTime": f"{begin}:00.0000000", "timeZone": "UTC"},
                "end": {"dateTime": f"{end}:00.0000000", "timeZone": "UTC"},
            }
            for status, begin, end in self.busy.get(address, [])
        ]
        return web.json_response({"value": [{"scheduleId": address, "availabilityView": "", "scheduleItems": items}]})

    def _look_at(self, body: dict[str, object], also: set[str]) -> None:
        self.check("fields", set(body) == WRITABLE | also)
        self.check("nobody is invited", "attendees" not in body)
        times = [_moment(body[name]) for name in ("start", "end")]
        self.check("whole days", not body["isAllDay"] or all(each.hour == each.minute == 0 for each in times))


def _shown(event: dict[str, object]) -> Shown:
    body, location = event["body"], event["location"]
    assert isinstance(body, dict)
    assert isinstance(location, dict)
    assert body["contentType"] == "text"
    starts, ends = _moment(event["start"]), _moment(event["end"])
    is_all_day = event["isAllDay"] is True
    assert event["showAs"] == ("free" if is_all_day else "busy")
    return Shown(str(event["subject"]), starts, ends, body["content"], location["displayName"], is_all_day)


def _moment(value: object) -> datetime:
    assert isinstance(value, dict)
    assert set(value) == {"dateTime", "timeZone"}
    assert value["timeZone"] == "UTC"
    return datetime.fromisoformat(value["dateTime"]).replace(tzinfo=UTC)
