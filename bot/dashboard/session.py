"""Who is signed in: a signed cookie, and the token that proves that a form came from our own page."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web

from bot.chat.turn import Person

COOKIE = "guildhall_session"
LIFETIME = timedelta(days=14)
KEY_BYTES = 32
NOTICE_LIMIT = 600  # characters; the whole cookie has to stay below 4 KB


@dataclass(frozen=True, slots=True)
class Session:
    """One browser. Without a person nobody has signed in yet; `notice` is said once on the next page."""

    id: str
    issued_at: datetime
    person: Person | None = None
    notice: str = ""

    def saying(self, notice: str) -> "Session":
        return replace(self, notice=notice[:NOTICE_LIMIT])


def new_session(now: datetime, person: Person | None = None) -> Session:
    return Session(secrets.token_urlsafe(18), now, person)


def session_key(secret: str | None, home: Path) -> bytes:
    """The key that signs cookies: from the settings, or made once and kept in `home`, readable by the owner only."""
    if secret:
        return hashlib.sha256(b"guildhall session\0" + secret.encode()).digest()
    file = home / "session.key"
    if not file.is_file():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, unfinished = tempfile.mkstemp(dir=home)  # readable by the owner only
        with os.fdopen(descriptor, "wb") as fresh:
            fresh.write(secrets.token_bytes(KEY_BYTES))
            fresh.flush()
            os.fsync(fresh.fileno())
        with suppress(FileExistsError):  # another process was faster; both take its key
            os.link(unfinished, file)
        Path(unfinished).unlink()
    return file.read_bytes()


class Sessions:
    """Reads and writes the session cookie. `admins` are person ids, looked up at each request."""

    def __init__(self, key: bytes, *, admins: frozenset[str] = frozenset(), secure: bool = False) -> None:
        if len(key) < KEY_BYTES:
            raise ValueError(f"A session key has at least {KEY_BYTES} bytes; this one has {len(key)}.")
        self._key = key
        self._admins = admins
        self._secure = secure

    def read(self, request: web.Request, now: datetime) -> Session | None:
        """The session of this request; None without one, or if it was tampered with or has run out."""
        body, _, signature = request.cookies.get(COOKIE, "").partition(".")
        if not hmac.compare_digest(_bytes(signature), self._sign("session", body).encode()):
            return None
        try:
            session = _from_json(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        except (ValueError, KeyError, TypeError):
            return None
        if not now - LIFETIME <= session.issued_at <= now + timedelta(minutes=5):
            return None
        if session.person is None:
            return session
        return replace(session, person=replace(session.person, is_admin=session.person.id in self._admins))

    def write(self, response: web.StreamResponse, session: Session) -> None:
        body = base64.urlsafe_b64encode(_to_json(session)).decode().rstrip("=")
        response.set_cookie(
            COOKIE,
            f"{body}.{self._sign('session', body)}",
            max_age=int(LIFETIME.total_seconds()),
            httponly=True,
            samesite="Lax",
            secure=self._secure,
        )

    def token(self, session: Session) -> str:
        """What every form of this session carries."""
        return self._sign("form", session.id)

    def is_token(self, session: Session, token: str) -> bool:
        return hmac.compare_digest(_bytes(token), self.token(session).encode())

    def _sign(self, purpose: str, text: str) -> str:
        return hmac.new(self._key, _bytes(f"{purpose}\0{text}"), hashlib.sha256).hexdigest()


def _bytes(header: str) -> bytes:
    """What came over the wire: headers may hold bytes that are no UTF-8."""
    return header.encode(errors="surrogateescape")


def _to_json(session: Session) -> bytes:
    person = session.person
    return json.dumps(
        {
            "id": session.id,
            "at": int(session.issued_at.timestamp()),
            "notice": session.notice,
            "person": person
            and {
                "id": person.id,
                "name": person.name,
                "groups": sorted(person.groups),
                "hubs": sorted(person.hubs),
                "language": person.language,
                "time_zone": person.time_zone,
            },
        }
    ).encode()


def _from_json(content: bytes) -> Session:
    kept = json.loads(content)
    person = kept["person"] and Person(
        id=kept["person"]["id"],
        name=kept["person"]["name"],
        groups=frozenset(kept["person"]["groups"]),
        hubs=frozenset(kept["person"]["hubs"]),
        language=kept["person"]["language"],
        time_zone=kept["person"]["time_zone"],
    )
    return Session(kept["id"], datetime.fromtimestamp(kept["at"], UTC), person, kept["notice"])
