"""Google Calendar API v3, as a service account to which an admin of Google Workspace has delegated the domain: in
each person's primary calendar it acts as that person.

An appointment's id is made from its uid, so adding it twice is answered with 409 and cannot make two; one that was
taken out keeps its id and comes back by being confirmed again.
"""

import base64
import hashlib
import html
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

import jwt

from bot.chat.calendars import Appointment, Busy, check_span, joined
from bot.platforms.calendars.errors import CalendarFailed, checked, told_to_wait
from bot.platforms.calendars.rest import Answer, Rest
from bot.platforms.calendars.tokens import Refusal, Session, Tokens
from bot.platforms.payload import object_at, objects_at, text_at
from bot.platforms.validation import JsonObject
from bot.settings import is_loopback

NAME = "Google Calendar"
API = "https://www.googleapis.com/calendar/v3"
SCOPES = (
    "https://www.googleapis.com/auth/calendar.events.owned",
    "https://www.googleapis.com/auth/calendar.freebusy",
)
SILENTLY = {"sendUpdates": "none"}
TOKEN_LASTS = 3_600  # seconds; Google takes no more
AN_HOUR = 3_600.0

TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
QUOTA = frozenset({"quotaExceeded", "dailyLimitExceeded"})
NO_CALENDAR = "This person has no Google calendar in this organisation."
REFUSED = (
    "Google gives no token for calendars. Check the key file, and in the Admin console the domain-wide delegation of "
    f"its client id with the scopes {', '.join(SCOPES)}."
)
FORBIDDEN = "The service account may not write there. Check that its domain-wide delegation has all of its scopes."


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A token for each person, for it acts as them. `private_key` is PEM."""

    email: str
    private_key: str = field(repr=False)
    key_id: str
    url: str
    name: str = "Google"

    def whose(self, address: str) -> str:
        return address

    def form(self, address: str, now: datetime) -> Mapping[str, str]:
        seconds = int(now.timestamp())
        claims = {
            "iss": self.email,
            "sub": checked(address),
            "scope": " ".join(SCOPES),
            "aud": self.url,
            "iat": seconds,
            "exp": seconds + TOKEN_LASTS,
        }
        assertion = jwt.encode(claims, self.private_key, algorithm="RS256", headers={"kid": self.key_id})
        return {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}

    def refusal(self, answer: JsonObject) -> Refusal:
        """Of a key that is no longer good Google says invalid_grant too."""
        unknown = "Invalid email or User ID"
        return Refusal(NO_CALENDAR, True) if text_at(answer, "error_description") == unknown else Refusal(REFUSED)


def service_account(key_file: str) -> ServiceAccount:
    """From the text of the key file that the Google Cloud console gives. Raises ValueError, which says nothing of what
    stands in it."""
    try:
        parsed: object = json.loads(key_file)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict) or parsed.get("type") != "service_account":
        raise ValueError("it is no key of a service account")
    account = ServiceAccount(
        *(text_at(parsed, name) for name in ("client_email", "private_key", "private_key_id", "token_uri"))
    )
    if urlsplit(account.url).scheme != "https" and not is_loopback(account.url):
        raise ValueError("its token_uri is not https")
    try:
        jwt.get_algorithm_by_name("RS256").prepare_key(account.private_key)
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise ValueError("its private_key cannot be read") from error
    return account


class GoogleCalendars:
    """Fills `bot.chat.calendars.Calendars`."""

    def __init__(
        self, account: ServiceAccount, session: Session, clock: Callable[[], datetime], api: str = API
    ) -> None:
        self.tokens = Tokens(account, session, clock)
        self._rest = Rest(NAME, api, session, self.tokens)

    async def put(self, address: str, appointment: Appointment) -> None:
        known, body = key(appointment.uid), event_body(appointment)
        added = await self._call("POST", "events", address, {"id": known, **body})
        if added.status == 409:
            added = await self._call("PATCH", f"events/{known}", address, body)
            if added.status == 404:
                raise CalendarFailed(f"{NAME} contradicts itself.", status=404, permanent=False)
        if not added.is_good:
            raise failure(added)

    async def take_out(self, address: str, uid: str) -> None:
        gone = await self._call("DELETE", f"events/{key(uid)}", address)
        if not gone.is_good and gone.status not in (404, 410):
            raise failure(gone)

    async def busy(self, address: str, since: datetime, until: datetime) -> Sequence[Busy]:
        check_span(since, until)
        asked = {
            "timeMin": _moment(since),
            "timeMax": _moment(until),
            "timeZone": "UTC",
            "items": [{"id": checked(address)}],
        }
        answer = await self._rest.call("POST", "freeBusy", address, asked)
        if not answer.is_good:
            raise failure(answer)
        calendar = object_at(answer.body, "calendars", address)
        if not calendar or objects_at(calendar, "errors"):
            unknown = any(text_at(each, "reason") == "notFound" for each in objects_at(calendar, "errors"))
            raise CalendarFailed(NO_CALENDAR if unknown else f"{NAME} cannot say.", permanent=unknown)
        try:
            return joined(Busy(_read(each, "start"), _read(each, "end")) for each in objects_at(calendar, "busy"))
        except ValueError as error:
            raise CalendarFailed(f"{NAME}'s answer cannot be read.", permanent=False) from error

    async def _call(self, method: str, path: str, address: str, body: JsonObject | None = None) -> Answer:
        return await self._rest.call(method, f"calendars/primary/{path}", checked(address), body, query=SILENTLY)


def key(uid: str) -> str:
    """Google's ids have the letters a to v and digits, and are case-sensitive."""
    return base64.b32hexencode(hashlib.sha256(uid.encode()).digest()).decode().rstrip("=").lower()


def event_body(appointment: Appointment) -> JsonObject:
    """Google's event. Its description is read as HTML, so there is none in it."""
    words = [each for each in (appointment.description, appointment.url) if each]
    return {
        "status": "confirmed",
        "summary": appointment.title,
        "description": html.escape("\n\n".join(words), quote=False),
        "location": appointment.location,
        "start": _when(appointment.starts, appointment),
        "end": _when(appointment.ends, appointment),
        "transparency": "transparent" if appointment.is_all_day else "opaque",
    }


def _when(at: datetime, appointment: Appointment) -> JsonObject:
    return {"date": f"{at:%Y-%m-%d}"} if appointment.is_all_day else {"dateTime": _moment(at), "timeZone": "UTC"}


def failure(answer: Answer) -> CalendarFailed:
    status = answer.status
    reasons = {text_at(each, "reason") for each in objects_at(answer.body, "error", "errors")}
    if status == 429 or reasons & TOO_FAST:
        return told_to_wait(NAME, status, answer.retry_after)
    if reasons & QUOTA:
        return told_to_wait(NAME, status, answer.retry_after, AN_HOUR)
    if status >= 500 or status in (408, 409, 412):
        return CalendarFailed(f"{NAME} answered {status}.", status=status, permanent=False)
    if status in (401, 403):
        return CalendarFailed(REFUSED if status == 401 else FORBIDDEN, status=status, permanent=True)
    shown = ", ".join(sorted(reasons))[:60]
    reason = NO_CALENDAR if status == 404 else f"{NAME} refused the appointment ({status} {shown})."
    return CalendarFailed(reason, status=status, permanent=True)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(period: JsonObject, name: str) -> datetime:
    """Raises ValueError."""
    moment = datetime.fromisoformat(text_at(period, name))
    if moment.tzinfo is None:
        raise ValueError("without a zone")
    return moment.astimezone(UTC)
