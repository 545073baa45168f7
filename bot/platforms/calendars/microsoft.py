"""Microsoft 365 by Microsoft Graph 1.0, as an application with the permission Calendars.ReadWrite.

An appointment of ours carries its key as an extended property, by which it is found again. Adding is safe to repeat:
what was added under a `transactionId` is answered a second time, not added (learn.microsoft.com, "event resource
type"); with other words it is refused as ErrorDuplicateTransactionId.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

from bot.chat.calendars import Appointment, Busy, check_span, joined
from bot.platforms.calendars.errors import CalendarFailed, checked, told_to_wait
from bot.platforms.calendars.rest import Answer, Rest
from bot.platforms.calendars.tokens import Refusal, Session, Tokens
from bot.platforms.payload import objects_at, text_at
from bot.platforms.validation import JsonObject
from bot.settings import TeamsCloud

NAME = "Microsoft 365"
GRAPH: Mapping[TeamsCloud, str] = {
    "public": "https://graph.microsoft.com",
    "gcc-high": "https://graph.microsoft.us",
    "dod": "https://dod-graph.microsoft.us",
}
"""By cloud (learn.microsoft.com, "Microsoft Graph national cloud deployments")."""

KEY = "String {8f4f4e0c-6d0e-4a57-9d54-7b1f5f0b6c3a} Name GuildhallKey"
FREE = frozenset({"free", "workingElsewhere"})
IN_UTC = {"Prefer": 'outlook.timezone="UTC"'}

UNREADABLE = f"{NAME}'s answer cannot be read."
NO_CALENDAR = "This person has no calendar at Microsoft 365, or it is not kept online."
SENTENCES = {
    "ErrorAccessDenied": "The app may not write there. Give it the application permission Calendars.ReadWrite, with an "
    "admin's consent, and let its access policy include this mailbox.",
    "ErrorInvalidUser": NO_CALENDAR,
    "MailboxNotEnabledForRESTAPI": NO_CALENDAR,
    "Request_ResourceNotFound": NO_CALENDAR,
    "ResourceNotFound": NO_CALENDAR,
}
REFUSED = (
    "Entra ID gives no token for calendars. Check AZURE_CLIENT_ID, AZURE_CLIENT_SECRET (a secret's value that has not "
    "run out) and AZURE_TENANT_ID."
)


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """One token for all mailboxes. `login` and `graph` are the cloud's roots."""

    login: str
    graph: str
    tenant_id: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str = "Entra ID"

    @property
    def url(self) -> str:
        return f"{self.login}/{quote(self.tenant_id, safe='')}/oauth2/v2.0/token"

    def whose(self, address: str) -> str:
        return ""

    def form(self, address: str, now: datetime) -> Mapping[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "scope": f"{self.graph}/.default",
        }

    def refusal(self, answer: JsonObject) -> Refusal:
        return Refusal(REFUSED)


class MicrosoftCalendars:
    """Fills `bot.chat.calendars.Calendars`."""

    def __init__(self, grant: ClientSecret, session: Session, clock: Callable[[], datetime]) -> None:
        self.tokens = Tokens(grant, session, clock)
        self._rest = Rest(NAME, f"{grant.graph}/v1.0", session, self.tokens)

    async def put(self, address: str, appointment: Appointment) -> None:
        body = event_body(appointment)
        for known in await self._found(address, appointment.uid):
            changed = await self._rest.call("PATCH", _path(address, "events", known), address, body)
            if changed.is_good:
                return
            if changed.status != 404 or _code(changed) != "ErrorItemNotFound":
                raise failure(changed)
        await self._add(address, appointment, body)

    async def take_out(self, address: str, uid: str) -> None:
        for known in await self._found(address, uid):
            gone = await self._rest.call("DELETE", _path(address, "events", known), address)
            if not gone.is_good and _code(gone) != "ErrorItemNotFound":
                raise failure(gone)

    async def busy(self, address: str, since: datetime, until: datetime) -> Sequence[Busy]:
        check_span(since, until)
        asked = {"schedules": [address], "startTime": _moment(since), "endTime": _moment(until)}
        answer = await self._rest.call(
            "POST", _path(address, "calendar", "getSchedule"), address, asked, headers=IN_UTC
        )
        schedules = _listed(answer)
        if len(schedules) != 1 or "error" in schedules[0]:
            raise CalendarFailed(NO_CALENDAR, status=answer.status, permanent=True)
        taken = [each for each in objects_at(schedules[0], "scheduleItems") if text_at(each, "status") not in FREE]
        try:
            return joined(Busy(_read(each, "start"), _read(each, "end")) for each in taken)
        except ValueError as error:
            raise CalendarFailed(UNREADABLE, permanent=False) from error

    async def _found(self, address: str, uid: str) -> Sequence[str]:
        query = {"$filter": f"singleValueExtendedProperties/Any(ep: ep/id eq '{KEY}' and ep/value eq '{key(uid)}')"}
        found = await self._rest.call("GET", _path(address, "events"), address, query={**query, "$select": "id"})
        return [known for each in _listed(found) if (known := text_at(each, "id"))]

    async def _add(self, address: str, appointment: Appointment, body: JsonObject) -> None:
        """The same again is the same transaction; what comes back later, or says something else, is another."""
        words = json.dumps([appointment.uid, appointment.sequence, body], sort_keys=True)
        new = {
            **body,
            "transactionId": str(uuid.uuid5(uuid.NAMESPACE_OID, words)),
            "singleValueExtendedProperties": [{"id": KEY, "value": key(appointment.uid)}],
        }
        added = await self._rest.call("POST", _path(address, "events"), address, new)
        if not added.is_good:
            raise failure(added)


def key(uid: str) -> str:
    """Nothing in it has to be quoted."""
    return hashlib.sha256(uid.encode()).hexdigest()


def event_body(appointment: Appointment) -> JsonObject:
    """Graph's event, as text: nothing in it is read as HTML."""
    words = [each for each in (appointment.description, appointment.url) if each]
    return {
        "subject": appointment.title,
        "body": {"contentType": "text", "content": "\n\n".join(words)},
        "start": _moment(appointment.starts),
        "end": _moment(appointment.ends),
        "location": {"displayName": appointment.location},
        "isAllDay": appointment.is_all_day,
        "showAs": "free" if appointment.is_all_day else "busy",
    }


def failure(answer: Answer) -> CalendarFailed:
    code, status = _code(answer), answer.status
    if status == 429:
        return told_to_wait(NAME, status, answer.retry_after)
    if status >= 500 and answer.retry_after:
        return told_to_wait(NAME, status, answer.retry_after)
    if status >= 500 or status in (408, 409, 423) or code == "ErrorDuplicateTransactionId":
        # What was added a moment ago is not found yet: the next try finds it.
        return CalendarFailed(f"{NAME} answered {status}.", status=status, permanent=False)
    if status == 401:
        return CalendarFailed(REFUSED, status=status, permanent=True)
    reason = SENTENCES.get(code) or f"{NAME} refused the appointment ({status} {code[:60]})."
    return CalendarFailed(reason, status=status, permanent=True)


def _listed(answer: Answer) -> Sequence[JsonObject]:
    """What cannot be read is not nothing: something found might be added a second time."""
    if not answer.is_good:
        raise failure(answer)
    if not isinstance(answer.body.get("value"), list):
        raise CalendarFailed(UNREADABLE, status=answer.status, permanent=False)
    return objects_at(answer.body, "value")


def _code(answer: Answer) -> str:
    return text_at(answer.body, "error", "code")


def _path(address: str, *parts: str) -> str:
    return "/".join(quote(part, safe="") for part in ("users", checked(address), *parts))


def _moment(at: datetime) -> JsonObject:
    return {"dateTime": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": "UTC"}


def _read(item: JsonObject, name: str) -> datetime:
    """Raises ValueError: the answer was asked for in UTC, with digits after the second."""
    if text_at(item, name, "timeZone") != "UTC":
        raise ValueError("not in UTC")
    return datetime.fromisoformat(text_at(item, name, "dateTime")[:19]).replace(tzinfo=UTC)
