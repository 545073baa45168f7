"""Google's token endpoint for service accounts and the part of its Calendar API that calendars need."""

import html
import json
import re
from datetime import datetime

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.fake_calendars.server import ALEX, MEGAN, FakeCalendarServer, Shown, answered, payload
from tests.token_issuer import rsa_key

EMAIL, KEY_ID = "guildhall@coe-123.iam.gserviceaccount.com", "key-1"
ID = re.compile(r"[a-v0-9]{5,1024}")
WRITABLE = {"status", "summary", "description", "location", "start", "end", "transparency"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
SCOPES = {
    "https://www.googleapis.com/auth/calendar.events.owned",
    "https://www.googleapis.com/auth/calendar.freebusy",
}
FREE = {"free", "workingElsewhere"}


class FakeGoogle(FakeCalendarServer):
    """What was deleted keeps its id, cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.events: dict[str, dict[str, dict[str, object]]] = {MEGAN: {}, ALEX: {}}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/token", self._token),
            web.post("/calendar/v3/calendars/primary/events", self._insert),
            web.patch("/calendar/v3/calendars/primary/events/{id}", self._patch),
            web.delete("/calendar/v3/calendars/primary/events/{id}", self._delete),
            web.post("/calendar/v3/freeBusy", self._free_busy),
        ]

    @property
    def api(self) -> str:
        return f"{self.url}/calendar/v3"

    def key_file(self) -> str:
        """As the Google Cloud console gives it."""
        pem = rsa_key("google").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return json.dumps(
            {
                "type": "service_account",
                "project_id": "coe-123",
                "private_key_id": KEY_ID,
                "private_key": pem,
                "client_email": EMAIL,
                "client_id": "104000000000000000000",
                "auth_uri": "https://accounts.google.com/o/oauth2/auth",
                "token_uri": f"{self.url}/token",
                "universe_domain": "googleapis.com",
            }
        )

    def refused_token(self) -> web.Response:
        return answered("google_bad_token", 401)

    def standing(self, address: str) -> list[Shown]:
        return [_shown(event) for event in self.events[address].values() if event["status"] == "confirmed"]

    def delete_all(self, address: str) -> None:
        """By hand."""
        for event in self.events[address].values():
            event["status"] = "cancelled"

    def add_other(self, address: str) -> None:
        self.events[address]["other"] = payload("google_event")

    async def _token(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        self.check("grant", form.get("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer")
        assertion = str(form["assertion"])
        claims = jwt.decode(
            assertion, rsa_key("google").public_key(), ["RS256"], audience=f"{self.url}/token",
            options={"verify_exp": False, "verify_iat": False},
        )  # fmt: skip
        now = int(self.now.timestamp())
        self.check("header", jwt.get_unverified_header(assertion)["kid"] == KEY_ID)
        self.check("issuer", claims["iss"] == EMAIL)
        self.check("scope", set(claims["scope"].split()) == SCOPES)
        self.check("times", claims["iat"] == now and now < claims["exp"] <= now + 3_600)
        if claims["sub"] not in self.events:
            return answered("google_token_nobody", 400)
        return web.json_response({**payload("google_token"), "access_token": self.issue(claims["sub"])})

    async def _insert(self, request: web.Request) -> web.Response:
        body = await request.json()
        self._look_at(request, body, {"id"})
        self.check("id", bool(ID.fullmatch(body["id"])))
        owned = self._owned(request)
        if body["id"] in owned:
            return answered("google_duplicate", 409)
        owned[body["id"]] = body
        return web.json_response({**payload("google_event"), **body})

    async def _patch(self, request: web.Request) -> web.Response:
        event = self._owned(request).get(request.match_info["id"])
        if event is None:
            return answered("google_not_found", 404)
        body = await request.json()
        self._look_at(request, body, set())
        event |= body
        return web.json_response({**payload("google_event"), **event})

    async def _delete(self, request: web.Request) -> web.Response:
        self.check("silently", request.query.get("sendUpdates") == "none")
        event = self._owned(request).get(request.match_info["id"])
        if event is None:
            return answered("google_not_found", 404)
        if event["status"] == "cancelled":
            return answered("google_gone", 410)
        event["status"] = "cancelled"
        return web.Response(status=204)

    async def _free_busy(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.check("free/busy", set(body) == {"timeMin", "timeMax", "timeZone", "items"})
        (item,) = body["items"]
        busy = [
            {"start": f"{begin}:00Z", "end": f"{end}:00Z"}
            for status, begin, end in self.busy.get(item["id"], [])
            if status not in FREE
        ]
        return web.json_response({**payload("google_free_busy"), "calendars": {item["id"]: {"busy": busy}}})

    def _owned(self, request: web.Request) -> dict[str, dict[str, object]]:
        return self.events[request.headers["Authorization"].rpartition("-")[2]]

    def _look_at(self, request: web.Request, body: dict[str, object], also: set[str]) -> None:
        self.check("silently", request.query.get("sendUpdates") == "none")
        self.check("fields", set(body) == WRITABLE | also)
        self.check("times", all(_moment(body[name]) for name in ("start", "end")))


def _shown(event: dict[str, object]) -> Shown:
    starts, ends = _moment(event["start"]), _moment(event["end"])
    text = str(event["description"])
    assert "<" not in text, "it would be read as HTML"
    is_all_day = event.get("transparency") == "transparent"
    return Shown(str(event["summary"]), starts, ends, html.unescape(text), str(event["location"]), is_all_day)


def _moment(value: object) -> datetime:
    assert isinstance(value, dict)
    if "date" in value:
        assert set(value) == {"date"}
        return datetime.fromisoformat(f"{value['date']}T00:00:00Z")
    assert MOMENT.fullmatch(value["dateTime"])
    return datetime.fromisoformat(value["dateTime"])
